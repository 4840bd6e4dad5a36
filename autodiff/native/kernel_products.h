/* Products of matrices, for one type of number and one kind of processor: a product and a sum may be
rounded once, as in NumPy. */

/* out[r] = (or +=) the sum over t of matrix[r, t] * x[t], of wide rows; at most 4 rows at a time.
`targets` and `sources` have the positions of rows that do not lie side by side. */
INLINE void NAME(tile)(int rows, int vectors, int64_t f, int terms, const number *matrix, int64_t by_row,
                       int64_t by_term, const number *x, const int32_t *sources, number *out,
                       const int32_t *targets, int64_t S, int adds)
{
    vec sums[4][2];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int u = 0; u < vectors; u++) sums[r][u] = (vec){0};
    }
    for (int t = 0; t < terms; t++) {
        const number *const source = x + (sources ? sources[t] : t) * S + f;
        vec factors[2];
        UNROLLED for (int u = 0; u < vectors; u++) factors[u] = V(source + u * W);
        UNROLLED for (int r = 0; r < rows; r++) {
            const number weight = matrix[r * by_row + t * by_term];
            UNROLLED for (int u = 0; u < vectors; u++) sums[r][u] += weight * factors[u];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        number *const target = out + (targets ? targets[r] : r) * S + f;
        UNROLLED for (int u = 0; u < vectors; u++) {
            vec *const at = (vec *)(target + u * W);
            if (adds) *at += sums[r][u];
            else *at = sums[r][u];
        }
    }
}

INLINE void NAME(tiles)(int rows, int64_t m, int terms, const number *matrix, int64_t by_row,
                        int64_t by_term, const number *x, const int32_t *sources, number *out,
                        const int32_t *targets, int64_t S, int adds)
{
    int64_t f = 0;
    for (; f + 2 * W <= m; f += 2 * W) {
        NAME(tile)(rows, 2, f, terms, matrix, by_row, by_term, x, sources, out, targets, S, adds);
    }
    for (; f < m; f += W) {
        NAME(tile)(rows, 1, f, terms, matrix, by_row, by_term, x, sources, out, targets, S, adds);
    }
}

static void NAME(wide_product)(int rows, int64_t m, int terms, const number *matrix, int64_t by_row,
                               int64_t by_term, const number *x, const int32_t *sources, number *out,
                               const int32_t *targets, int64_t S, int adds)
{
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
        NAME(tiles)(4, m, terms, matrix + r * by_row, by_row, by_term, x, sources,
                    targets ? out : out + r * S, targets ? targets + r : NULL, S, adds);
    }
    for (; r < rows; r++) {
        NAME(tiles)(1, m, terms, matrix + r * by_row, by_row, by_term, x, sources,
                    targets ? out : out + r * S, targets ? targets + r : NULL, S, adds);
    }
}

/* gradient[r, t] += the sum over examples of outer[r] * x[t]; at most 4 rows and 2 terms. */
INLINE void NAME(gradient_tile)(const Block *b, int rows, int terms, const number *outer,
                                const number *x, const int32_t *sources, int64_t S,
                                number *gradient, int64_t by_row, int64_t by_term)
{
    vec sums[4][2];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int t = 0; t < terms; t++) sums[r][t] = (vec){0};
    }
    const int64_t whole_ones = b->n / W * W;
    for (int64_t f = 0; f < whole_ones; f += W) {
        UNROLLED for (int t = 0; t < terms; t++) {
            const vec factor = V(x + sources[t] * S + f);
            UNROLLED for (int r = 0; r < rows; r++) sums[r][t] += V(outer + r * S + f) * factor;
        }
    }
    for (int64_t f = whole_ones; f < b->n; f += W) {
        UNROLLED for (int t = 0; t < terms; t++) {
            const vec factor = V(x + sources[t] * S + f);
            UNROLLED for (int r = 0; r < rows; r++) {
                sums[r][t] += MASKED(V(outer + r * S + f) * factor, b->mask + f);
            }
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int t = 0; t < terms; t++) {
            gradient[r * by_row + t * by_term] += total(sums[r][t]);
        }
    }
}

static void NAME(wide_gradient)(const Block *b, int rows, int terms, const number *outer,
                                const number *x, const int32_t *sources, int64_t S,
                                number *gradient, int64_t by_row, int64_t by_term)
{
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
        number *const at = gradient + r * by_row;
        int t = 0;
        for (; t + 2 <= terms; t += 2) {
            NAME(gradient_tile)(b, 4, 2, outer + r * S, x, sources + t, S, at + t * by_term, by_row,
                                by_term);
        }
        for (; t < terms; t++) {
            NAME(gradient_tile)(b, 4, 1, outer + r * S, x, sources + t, S, at + t * by_term, by_row,
                                by_term);
        }
    }
    for (; r < rows; r++) {
        for (int t = 0; t < terms; t++) {
            NAME(gradient_tile)(b, 1, 1, outer + r * S, x, sources + t, S,
                                gradient + r * by_row + t * by_term, by_row, by_term);
        }
    }
}

/* The parts of the instruction for a product, of left[i, k] and right[j, k]. */
typedef struct {
    int is_batched, rows, length, columns, argument, is_plain;
    int64_t by_row, by_term, left, out;
    const int32_t *sources; /* the positions of right */
    int64_t moved;             /* how far they moved */
} NAME(Product);

INLINE NAME(Product) NAME(product_of)(const Block *b, const int32_t *w)
{
    const NAME(Product) found = {
        w[2], w[4], w[5], w[6], w[14], w[15], w[8], w[9], w[7] + w[10] * b->step,
        w[11] + w[12] * b->step, w + PRODUCT_HEAD, w[13] * b->step,
    };
    return found;
}

static void NAME(run_product)(const Block *b, const int32_t *w)
{
    const NAME(Product) p = NAME(product_of)(b, w);
    const int64_t S = p.is_batched ? b->S : 1;
    const number *const left = b->memories[STATIC] + p.left;
    number *out = b->memories[p.is_batched ? VALUES : STATIC] + p.out * S;
    const number *const right = b->memories[p.is_batched ? VALUES : STATIC] + p.moved * S;
    if (p.argument >= 0) {
        const int64_t apart = w[17];
        row_products(p.rows, left, p.by_row, b->arguments[p.argument] + b->first * apart + w[16],
                     apart, p.length, (int)b->n, out, S);
        for (int i = 0; i < p.rows; i++) { /* what fills up grows otherwise from call to call */
            for (int64_t e = b->n; e < b->m; e++) out[i * S + e] = 0;
        }
        return;
    }
    for (int j = 0; j < p.columns; j++, out += p.rows * S) {
        const int32_t *const sources = p.sources + j * p.length;
        if (S > 1) {
            NAME(wide_product)(p.rows, b->m, p.length, left, p.by_row, p.by_term, right, sources,
                               out, NULL, S, w[3]);
            continue;
        }
        for (int i = 0; i < p.rows; i++) {
            const number *const row = left + i * p.by_row;
            number sum = 0;
            if (p.is_plain && p.length >= 2 * W) {
                dot_tile(1, 1, row, 0, right + sources[0], 0, p.length, &sum, 1);
            } else {
                for (int k = 0; k < p.length; k++) sum += row[k * p.by_term] * right[sources[k]];
            }
            out[i] = w[3] ? out[i] + sum : sum;
        }
    }
}

static void NAME(sweep_product)(const Block *b, const int32_t *w)
{
    const NAME(Product) p = NAME(product_of)(b, w);
    const int64_t S = p.is_batched ? b->S : 1;
    const int wanted = w[3];
    const number *const left = b->memories[STATIC] + p.left;
    number *const by_left = b->memories[GRADIENT] + p.left;
    const number *outer = b->memories[p.is_batched ? ADJOINTS : GRADIENT] + p.out * S;
    const number *const right = b->memories[p.is_batched ? VALUES : STATIC] + p.moved * S;
    number *const by_right = b->memories[p.is_batched ? ADJOINTS : GRADIENT] + p.moved * S;
    if (p.argument >= 0) {
        const int64_t apart = w[17];
        row_gradients(p.rows, by_left, p.by_row,
                      b->arguments[p.argument] + b->first * apart + w[16], apart, p.length,
                      (int)b->n, outer, S);
        return;
    }
    for (int j = 0; j < p.columns; j++, outer += p.rows * S) {
        const int32_t *const sources = p.sources + j * p.length;
        if (S > 1) {
            if (wanted & 1) {
                NAME(wide_product)(p.length, b->m, p.rows, left, p.by_term, p.by_row, outer, NULL,
                                   by_right, sources, S, 1);
            }
            if (wanted & 2) {
                NAME(wide_gradient)(b, p.rows, p.length, outer, right, sources, S, by_left,
                                    p.by_row, p.by_term);
            }
            continue;
        }
        for (int i = 0; i < p.rows; i++) {
            const number d = outer[i], *const row = left + i * p.by_row;
            number *const by_row = by_left + i * p.by_row;
            if (p.is_plain) {
                const number *const x = right + sources[0];
                number *const by_x = by_right + sources[0];
                if (wanted & 1) for (int k = 0; k < p.length; k++) by_x[k] += d * row[k];
                if (wanted & 2) for (int k = 0; k < p.length; k++) by_row[k] += d * x[k];
                continue;
            }
            for (int k = 0; k < p.length; k++) {
                if (wanted & 1) by_right[sources[k]] += d * row[k * p.by_term];
                if (wanted & 2) by_row[k * p.by_term] += d * right[sources[k]];
            }
        }
    }
}
