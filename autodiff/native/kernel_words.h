/* The words of formulas over vectors, for one type of number and one kind of processor.

An operand has a stride of 0 or 1: a single number, or as many as there are results. A result lies
apart from the operands. */

#define LOOP for (int64_t i = 0; i < n; i++)

#define FILL(expression)                                                                         \
    do {                                                                                         \
        const int64_t i = 0;                                                                        \
        const number found = (number)(expression);                                               \
        (void)i;                                                                                 \
        for (int64_t k = 0; k < n; k++) out[k] = found;                                             \
    } while (0)

#define UNARY(expression)                                                                        \
    do {                                                                                         \
        if (dx) {                                                                                \
            LOOP { const number X = x[i]; out[i] = (number)(expression); }                       \
        } else {                                                                                 \
            const number X = *x;                                                                 \
            if (word >= FIRST_ADDING) LOOP out[i] = (number)(expression);                        \
            else FILL(expression);                                                               \
        }                                                                                        \
        return;                                                                                  \
    } while (0)

#define BINARY(expression)                                                                       \
    do {                                                                                         \
        if (dx && dy) {                                                                          \
            LOOP { const number X = x[i], Y = y[i]; out[i] = (number)(expression); }             \
        } else if (dx) {                                                                         \
            const number Y = *y;                                                                 \
            LOOP { const number X = x[i]; out[i] = (number)(expression); }                       \
        } else if (dy) {                                                                         \
            const number X = *x;                                                                 \
            LOOP { const number Y = y[i]; out[i] = (number)(expression); }                       \
        } else {                                                                                 \
            const number X = *x, Y = *y;                                                         \
            if (word >= FIRST_ADDING) LOOP out[i] = (number)(expression);                        \
            else FILL(expression);                                                               \
        }                                                                                        \
        return;                                                                                  \
    } while (0)

/* By a function without branches, and by the mathematical library where that has no meaning. */
#define VECTOR(RANGE, vector, exact)                                                             \
    static void NAME(exact##_of_all)(int64_t n, number *restrict out, const number *restrict x)     \
    {                                                                                            \
        int is_rare = 0;                                                                         \
        LOOP {                                                                                   \
            const double X = (double)x[i];                                                       \
            is_rare |= !(RANGE(X));                                                              \
            out[i] = (number)vector(X);                                                          \
        }                                                                                        \
        if (is_rare) LOOP {                                                                      \
            const double X = (double)x[i];                                                       \
            if (!(RANGE(X))) out[i] = (number)exact(X);                                          \
        }                                                                                        \
    }

CONTRACTED
VECTOR(EXP_RANGE, exp_vector, exp)
VECTOR(EXPM1_RANGE, expm1_vector, expm1)
VECTOR(LOG_RANGE, log_vector, log)
VECTOR(LOG1P_RANGE, log1p_vector, log1p)
VECTOR(TANH_RANGE, tanh_vector, tanh)
VECTOR(COSH_RANGE, cosh_vector, cosh)
VECTOR(SIN_RANGE, sin_vector, sin)
VECTOR(COS_RANGE, cos_vector, cos)
ROUNDED
#undef VECTOR

#define VECTOR(exact)                                                                            \
    if (!dx || n < 4) UNARY(exact((double)X));                                                   \
    NAME(exact##_of_all)(n, out, x);                                                             \
    return

static void NAME(choose)(int64_t n, number *restrict out, const number *restrict x, int dx,
                         const number *restrict y, int dy, const number *restrict z, int dz)
{
    if (!dx) {
        if (*x != 0) z = y, dz = dy;
        LOOP out[i] = z[i * dz];
    } else if (dy && dz) {
        LOOP { const number Y = y[i], Z = z[i]; out[i] = x[i] != 0 ? Y : Z; }
    } else if (dy) {
        const number Z = *z;
        LOOP { const number Y = y[i]; out[i] = x[i] != 0 ? Y : Z; }
    } else if (dz) {
        const number Y = *y;
        LOOP { const number Z = z[i]; out[i] = x[i] != 0 ? Y : Z; }
    } else {
        const number Y = *y, Z = *z;
        LOOP out[i] = x[i] != 0 ? Y : Z;
    }
}

static void NAME(apply)(int word, int64_t n, number *restrict out, const number *restrict x, int dx,
                        const number *restrict y, int dy)
{
    switch (word) {
    case WORD_copy: UNARY(X);
    case WORD_neg: UNARY(-X);
    case WORD_abs: UNARY(FABS(X));
    case WORD_sqrt: UNARY(ROOT(X));
    case WORD_floor: UNARY(FLOOR(X));
    case WORD_round: UNARY(RINT(X));
    case WORD_exp: VECTOR(exp);
    case WORD_expm1: VECTOR(expm1);
    case WORD_log: VECTOR(log);
    case WORD_log1p: VECTOR(log1p);
    case WORD_tanh: VECTOR(tanh);
    case WORD_cosh: VECTOR(cosh);
    case WORD_sin: VECTOR(sin);
    case WORD_cos: VECTOR(cos);
    case WORD_sinh: UNARY(sinh((double)X));
    case WORD_exp2: UNARY(exp2((double)X));
    case WORD_log2: UNARY(log2((double)X));
    case WORD_log10: UNARY(log10((double)X));
    case WORD_cbrt: UNARY(cbrt((double)X));
    case WORD_tan: UNARY(tan((double)X));
    case WORD_asin: UNARY(asin((double)X));
    case WORD_acos: UNARY(acos((double)X));
    case WORD_atan: UNARY(atan((double)X));
    case WORD_asinh: UNARY(asinh((double)X));
    case WORD_acosh: UNARY(acosh((double)X));
    case WORD_atanh: UNARY(atanh((double)X));
    case WORD_erf: UNARY(erf((double)X));
    case WORD_erfc: UNARY(erfc((double)X));
    case WORD_erfinv: UNARY(erf_inverse((double)X));
    case WORD_normal_cdf: UNARY(normal_cdf((double)X));
    case WORD_lgamma: UNARY(log_gamma((double)X));
    case WORD_digamma: UNARY(digamma((double)X));
    case WORD_add: BINARY(X + Y);
    case WORD_sub: BINARY(X - Y);
    case WORD_mul: BINARY(X * Y);
    case WORD_div: BINARY(X / Y);
    case WORD_less: BINARY(X < Y);
    case WORD_less_equal: BINARY(X <= Y);
    case WORD_greater: BINARY(X > Y);
    case WORD_greater_equal: BINARY(X >= Y);
    case WORD_equal: BINARY(X == Y);
    case WORD_maximum: BINARY(Y >= X || Y != Y ? Y : X); /* relu(-0) is 0 */
    case WORD_minimum: BINARY(Y < X || Y != Y ? Y : X);
    case WORD_pow: BINARY(pow((double)X, (double)Y));
    case WORD_atan2: BINARY(atan2((double)X, (double)Y));
    case WORD_hypot: BINARY(hypot((double)X, (double)Y));
    case WORD_mod: BINARY(modulo((double)X, (double)Y));
    case WORD_polygamma: BINARY(polygamma((double)X, (double)Y));
    /* What follows adds to the result. */
    case WORD_add_to: UNARY(out[i] + X);
    case WORD_subtract_from: UNARY(out[i] - X);
    case WORD_add_product: BINARY(out[i] + X * Y);
    }
}

#define INTO(expression)                                                                         \
    if (rows[k].stride) {                                                                        \
        LOOP { const number Y = x[i]; out[i] = expression; }                                     \
    } else {                                                                                     \
        const number Y = *x;                                                                     \
        LOOP out[i] = expression;                                                                \
    }                                                                                            \
    break

/* Reductions of several rows, and the product of the others for each of them. */
static void NAME(reduce)(int word, int64_t n, number *restrict out, int64_t apart,
                         const Operand(*restrict rows), int count)
{
    const number first = word == WORD_prod_of_all || word == WORD_prod_of_others;
    if (word == WORD_prod_of_others) {
        LOOP {
            number running = 1;
            for (int k = 0; k < count; k++) {
                out[k * apart + i] = running;
                running *= rows[k].at[i * rows[k].stride];
            }
            running = 1;
            for (int k = count - 1; k >= 0; k--) {
                out[k * apart + i] *= running;
                running *= rows[k].at[i * rows[k].stride];
            }
        }
        return;
    }
    const int is_arithmetic = word == WORD_sum_of_all || word == WORD_prod_of_all;
    LOOP out[i] = is_arithmetic ? first : rows[0].at[i * rows[0].stride];
    for (int k = !is_arithmetic; k < count; k++) {
        const number *const x = rows[k].at;
        switch (word) {
        case WORD_sum_of_all: INTO(out[i] + Y);
        case WORD_prod_of_all: INTO(out[i] * Y);
        case WORD_maximum_of_all: INTO(Y >= out[i] || Y != Y ? Y : out[i]);
        case WORD_minimum_of_all: INTO(Y < out[i] || Y != Y ? Y : out[i]);
        }
    }
}

#undef INTO
#undef VECTOR
#undef BINARY
#undef UNARY
#undef FILL
