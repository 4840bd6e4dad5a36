// The functions that the runner calls. They own no memory: `work` has room for ROWS positions of
// values, ROWS of adjoints, one of marks and one of comparisons, each of `width` examples.

static int vectors_of(long n) {
    return (int)((n + W - 1) / W);
}

static long least(long x, long y) {
    return x < y ? x : y;
}

// Returns the first example of a block whose comparisons fail, or -1.
static long failing(const number *s, number *v, long S, int n, const number *const *x, int *which) {
    memset(which, 0, sizeof(int) * (size_t)S);
    check(s, v, S, vectors_of(n), n, x, 0, which);
    for (int e = 0; e < n; e++) {
        if (which[e]) return e;
    }
    return -1;
}

// Computes the outputs of all examples, of shape (outputs, batch). Returns 0, or the number of the
// comparison that failed, with the example and its place in its block in `where`.
int run(number *s, number *work, long width, long batch, const number *const *x, number *outputs,
        long *where) {
    int *which = (int *)(work + (2 * ROWS + 1) * width);
    prepare(s);
    for (long first = 0; first < batch; first += width) {
        const int n = (int)least(width, batch - first);
        forward(s, work, width, vectors_of(n), n, x, first);
        const long failed = GUARDS ? failing(s, work, width, n, x, which) : -1;
        if (failed >= 0) {
            where[0] = first + failed;
            where[1] = failed;
            return which[failed];
        }
        store(s, work, width, vectors_of(n), n, x, first, outputs + first, batch);
    }
    return 0;
}

// Tells for every example whether all comparisons hold.
void agrees(number *s, number *work, long width, long batch, const number *const *x,
            unsigned char *agreed) {
    int *which = (int *)(work + (2 * ROWS + 1) * width);
    prepare(s);
    for (long first = 0; first < batch; first += width) {
        const int n = (int)least(width, batch - first);
        forward(s, work, width, vectors_of(n), n, x, first);
        failing(s, work, width, n, x, which);
        for (int e = 0; e < n; e++) agreed[first + e] = !which[e];
    }
}

// The way back.

// Computes the sum of the output and, in g, its gradient times `upstream`, which is copied to
// `target` if there is one. Returns as `run` does.
int differentiate(number *s, number *work, long width, long batch, const number *const *x,
                  number upstream, number *g, number *target, double *sum, long *where) {
    number *a = work + ROWS * width;
    whole *mask = (whole *)(work + 2 * ROWS * width);
    int *which = (int *)(work + (2 * ROWS + 1) * width);
    number outputs[1024];
    *sum = 0.0;
    memset(g, 0, sizeof(number) * STATIC);
    prepare(s);
    for (long first = 0; first < batch; first += width) {
        const int n = (int)least(width, batch - first), vectors = vectors_of(n);
        forward(s, work, width, vectors, n, x, first);
        const long failed = GUARDS ? failing(s, work, width, n, x, which) : -1;
        if (failed >= 0) {
            where[0] = first + failed;
            where[1] = failed;
            return which[failed];
        }
        store(s, work, width, vectors, n, x, first, outputs, 0);
        for (int e = 0; e < n; e++) *sum += outputs[e];
        for (int e = 0; e < vectors * W; e++) mask[e] = e < n ? -1 : 0;
        memset(a + GIVEN * width, 0, sizeof(number) * (size_t)((ROWS - GIVEN) * width));
        sweep(s, work, width, vectors, n, x, first, g, a, mask, upstream);
    }
    finish(s, g);
    if (target) memcpy(target, g, sizeof(number) * PARAMETERS);
    return 0;
}
