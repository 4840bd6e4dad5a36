// The products of a batch: vectors of neighbouring numbers, and kernels that read rows of examples.
//
// Above stands `typedef double number;` or float. S is the distance between positions in v and a.

#ifdef __GNUC__
#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
#define W ((int)(BYTES / sizeof(number)))
#define TILE (BYTES == 64 ? 4 : 2)  // rows or vectors at a time: as many as registers hold
#define INLINE static inline __attribute__((always_inline, unused))
#define UNROLLED _Pragma("GCC unroll 8")
typedef number vec __attribute__((vector_size(BYTES), aligned(sizeof(number)), may_alias));
typedef whole bits __attribute__((vector_size(BYTES), aligned(sizeof(whole)), may_alias));
#define V(p) (*(vec *)(p))
#define MASKED(x, p) ((vec)((bits)(x) & *(const bits *)(p)))

INLINE number total(vec x) {
    number sums[W / 2];
    UNROLLED for (int l = 0; l < W / 2; l++) sums[l] = x[l] + x[l + W / 2];
    UNROLLED for (int half = W / 4; half; half /= 2) {
        UNROLLED for (int l = 0; l < half; l++) sums[l] += sums[l + half];
    }
    return sums[0];
}
#else  // vectors of one number, for compilers without them
#define W 1
#define TILE 2
#define INLINE static inline
#define UNROLLED
typedef number vec;
#define V(p) (*(p))
#define MASKED(x, p) (*(p) ? (x) : 0)

INLINE number total(vec x) {
    return x;
}
#endif

// What is inside runs for every example of a block: m of them, a multiple of W, or n.
#define VECTORS for (int f = 0; f < m; f += W)
#define WHOLE_VECTORS for (int f = 0; f + W <= n; f += W)
#define LAST_VECTOR for (int f = n / W * W; f < n; f += W)
#define LANES _Pragma("omp simd") for (int e = 0; e < m; e++)
#define EACH for (int e = 0; e < n; e++)

// Dot products of rows of w and rows of x, of `count` numbers each: at most 4 by 5.
INLINE void dot_tile(int rows, int examples, const number *w, long stride, const number *x,
                     long apart, int count, number *out, long S) {
    vec c[4][5];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int e = 0; e < examples; e++) c[r][e] = (vec){0};
    }
    int k = 0;
    for (; k + W <= count; k += W) {
        vec u[5];
        UNROLLED for (int e = 0; e < examples; e++) u[e] = V(x + e * apart + k);
        UNROLLED for (int r = 0; r < rows; r++) {
            const vec y = V(w + r * stride + k);
            UNROLLED for (int e = 0; e < examples; e++) c[r][e] += y * u[e];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int e = 0; e < examples; e++) {
            number sum = total(c[r][e]);
            for (int l = k; l < count; l++) sum += w[r * stride + l] * x[e * apart + l];
            out[r * S + e] = sum;
        }
    }
}

INLINE void dot_rows(int examples, int rows, const number *w, long stride, const number *x,
                     long apart, int count, number *out, long S) {
    int r = 0;
    for (; r + TILE <= rows; r += TILE) {
        dot_tile(TILE, examples, w + r * stride, stride, x, apart, count, out + r * S, S);
    }
    for (; r < rows; r++) dot_tile(1, examples, w + r * stride, stride, x, apart, count, out + r * S, S);
}

// out[r][e] = sum over k of w[r][k] * x[e][k], for n examples.
INLINE void row_products(int rows, const number *w, long stride, const number *x, long apart,
                         int count, int n, number *out, long S) {
    int e = 0;
    for (; e + 5 <= n; e += 5) {
        dot_rows(5, rows, w, stride, x + e * apart, apart, count, out + e, S);
    }
    for (; e + 2 <= n; e += 2) {
        dot_rows(2, rows, w, stride, x + e * apart, apart, count, out + e, S);
    }
    if (e < n) dot_rows(1, rows, w, stride, x + e * apart, apart, count, out + e, S);
}

// Adds to at most 4 rows of g, at 4 vectors: the products of adjoints and examples.
INLINE void outer_tile(int rows, int wide, number *g, long stride, const number *x, long apart,
                       int n, const number *d, long S) {
    vec c[4][4];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int q = 0; q < wide; q++) c[r][q] = V(g + r * stride + q * W);
    }
    for (int e = 0; e < n; e++) {
        vec u[4];
        UNROLLED for (int q = 0; q < wide; q++) u[q] = V(x + e * apart + q * W);
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int q = 0; q < wide; q++) c[r][q] += d[r * S + e] * u[q];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int q = 0; q < wide; q++) V(g + r * stride + q * W) = c[r][q];
    }
}

INLINE void outer_columns(int wide, int rows, number *g, long stride, const number *x, long apart,
                          int n, const number *d, long S) {
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
        outer_tile(4, wide, g + r * stride, stride, x, apart, n, d + r * S, S);
    }
    for (; r < rows; r++) outer_tile(1, wide, g + r * stride, stride, x, apart, n, d + r * S, S);
}

// g[r][k] += sum over e of d[r][e] * x[e][k], for n examples.
INLINE void row_gradients(int rows, number *g, long stride, const number *x, long apart, int count,
                          int n, const number *d, long S) {
    int k = 0;
    for (; k + TILE * W <= count; k += TILE * W) {
        outer_columns(TILE, rows, g + k, stride, x + k, apart, n, d, S);
    }
    for (; k + W <= count; k += W) {
        outer_columns(1, rows, g + k, stride, x + k, apart, n, d, S);
    }
    for (; k < count; k++) {
        for (int r = 0; r < rows; r++) {
            for (int e = 0; e < n; e++) g[r * stride + k] += d[r * S + e] * x[e * apart + k];
        }
    }
}

// Puts an argument of `size` numbers into v, position by position; the last example fills up.
INLINE void load(number *v, long S, int m, int n, const number *x, int size) {
    for (int i = 0; i < size; i++) {
        for (int e = 0; e < m; e++) v[i * S + e] = x[(long)(e < n ? e : n - 1) * size + i];
    }
}
