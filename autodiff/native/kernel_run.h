/* The interpreter of array equations, for one type of number and one kind of processor.

A position of v or a holds the numbers of a block of examples side by side, S apart from the next
position; a static position holds one number. Positions were checked when the program was made. */

typedef struct {
    number *at;
    long apart;   /* from one position of a run to the next, in numbers */
    int is_wide;  /* whether a position holds a number for every example */
    int stride;   /* in the vectors at hand: 0 or 1 */
} NAME(Reader);

typedef struct {
    const number *at;
    int stride;
} NAME(Operand);

#define Reader NAME(Reader)
#define Operand NAME(Operand)
#define Block NAME(Block)

#include "kernel_words.h"

typedef struct {
    number *memories[MEMORIES];
    number *temporaries;
    Reader *readers;
    Operand *rows;
    const whole *mask; /* which of the m examples are not there to fill up */
    const number *const *arguments;
    long first;   /* example of the block */
    long S, m, n; /* the distance of positions, the examples computed, and those that exist */
    long chunk;   /* numbers of a temporary */
    long step;    /* of the loop at hand */
    int *which;   /* for every example the first comparison that failed, counted from 1 */
} Block;

/* -- formulas ---------------------------------------------------------------------------------- */

INLINE Operand NAME(operand)(const Block *b, int code, int readers, long offset, long apart)
{
    Operand found;
    if (code < readers) {
        const Reader *reader = b->readers + code;
        found.at = reader->at + (reader->stride ? offset : 0);
        found.stride = reader->stride;
    } else {
        found.at = b->temporaries + (code - readers) * apart;
        found.stride = 1;
    }
    return found;
}

/* Adds up x * y, or x, or -x, for all examples that exist. */
static number NAME(added_up)(int word, long n, const Operand *x, const Operand *y)
{
    number sum = 0;
    if (word == WORD_add_product) {
        LOOP sum += x->at[i * x->stride] * y->at[i * y->stride];
    } else {
        LOOP sum += x->at[i * x->stride];
    }
    return word == WORD_subtract_from ? -sum : sum;
}

/* Computes the words of a formula for n numbers, of which the first `valid` are added to static
adjoints. */
static void NAME(formula)(const Block *b, const int32_t *ops, int count, int readers, long n,
                          long valid)
{
    for (long offset = 0; offset < n; offset += b->chunk) {
        const long rest = n - offset, size = rest < b->chunk ? rest : b->chunk, apart = size;
        for (const int32_t *op = ops; op < ops + 6 * count; op += 6) {
            const int word = op[0];
            const Operand target = NAME(operand)(b, op[2], readers, offset, apart);
            number *out = (number *)target.at;
            if (word >= FIRST_OF_ALL) {
                for (int k = 0; k < op[1]; k++) {
                    b->rows[k] = NAME(operand)(b, op[3] + k, readers, offset, apart);
                }
                NAME(reduce)(word, size, out, apart, b->rows, op[1]);
                continue;
            }
            const Operand x = NAME(operand)(b, op[3], readers, offset, apart);
            const Operand y = NAME(operand)(b, op[4] < 0 ? op[3] : op[4], readers, offset, apart);
            if (word == WORD_where) {
                const Operand z = NAME(operand)(b, op[5], readers, offset, apart);
                NAME(choose)(size, out, x.at, x.stride, y.at, y.stride, z.at, z.stride);
            } else if (!target.stride && word >= FIRST_ADDING) {
                const long there = valid - offset;
                *out += NAME(added_up)(word, there < size ? there : size, &x, &y);
            } else {
                NAME(apply)(word, size, out, x.at, x.stride, y.at, y.stride);
            }
        }
    }
}

/* The same for a single number. */
static void NAME(formula_of_one)(const Block *b, const int32_t *ops, int count, int readers)
{
    const Reader *reader = b->readers;
    number *const temporaries = b->temporaries;
#define PLACE(code) ((code) < readers ? reader[code].at : temporaries + ((code) - readers))
    for (const int32_t *op = ops, *end = ops + 6 * count; op < end; op += 6) {
        const int word = op[0];
        number *const out = PLACE(op[2]);
        const number *const x = PLACE(op[3]);
        switch (word) {
        case WORD_copy: *out = *x; break;
        case WORD_neg: *out = -*x; break;
        case WORD_add: *out = *x + *PLACE(op[4]); break;
        case WORD_sub: *out = *x - *PLACE(op[4]); break;
        case WORD_mul: *out = *x * *PLACE(op[4]); break;
        case WORD_div: *out = *x / *PLACE(op[4]); break;
        case WORD_where: *out = *x != 0 ? *PLACE(op[4]) : *PLACE(op[5]); break;
        case WORD_add_to: *out += *x; break;
        case WORD_subtract_from: *out -= *x; break;
        case WORD_add_product: *out += *x * *PLACE(op[4]); break;
        default:
            if (word >= FIRST_OF_ALL) {
                for (int k = 0; k < op[1]; k++) {
                    b->rows[k].at = PLACE(op[3] + k);
                    b->rows[k].stride = 1;
                }
                NAME(reduce)(word, 1, out, 1, b->rows, op[1]);
            } else {
                NAME(apply)(word, 1, out, x, 1, PLACE(op[4] < 0 ? op[3] : op[4]), 1);
            }
        }
    }
#undef PLACE
}

static void NAME(run_formula)(const Block *b, const int32_t *w)
{
    const int is_batched = w[2], readers = w[3], count = w[5];
    const int32_t *memories = w + 7, *ops = memories + readers, *run = ops + 6 * count;
    const long S = is_batched ? b->S : 1, step = b->step;
    Reader *const reader = b->readers;
    for (int r = 0; r < w[6]; r++) {
        const long length = *run++;
        int is_one = 1; /* whether all positions of the run lie side by side, or are the same */
        for (int k = 0; k < readers; k++, run += 3) {
            const int is_wide = IS_WIDE(memories[k]) && S > 1;
            const long at = run[0] + run[2] * step;
            reader[k].at = b->memories[memories[k]] + (is_wide ? at * S : at);
            reader[k].apart = is_wide ? run[1] * S : run[1];
            reader[k].is_wide = is_wide;
            if (S > 1) {
                is_one &= is_wide ? run[1] == 1 : !run[1] && memories[k] != GRADIENT;
                reader[k].stride = is_wide;
            } else {
                is_one &= run[1] == 1 || (!run[1] && !IS_ADJOINT(memories[k]));
                reader[k].stride = run[1] != 0;
            }
        }
        if (length == 1 && S == 1) {
            NAME(formula_of_one)(b, ops, count, readers);
        } else if (is_one) {
            NAME(formula)(b, ops, count, readers, length * S, length * S);
        } else {
            for (long p = 0; p < length; p++) {
                if (S == 1) NAME(formula_of_one)(b, ops, count, readers);
                else NAME(formula)(b, ops, count, readers, S, b->n);
                for (int k = 0; k < readers; k++) reader[k].at += reader[k].apart;
            }
        }
    }
}

/* -- segmented sums ---------------------------------------------------------------------------- */

INLINE vec NAME(vector_at)(const number *at, int is_wide, long f)
{
    if (is_wide) return V(at + f);
    return (vec){0} + *at;
}

/* The sum of a wide row of products, for the examples that exist. */
INLINE number NAME(total_of)(const Block *b, const number *x, const number *y, int is_wide)
{
    vec sum = {0};
    const long whole_ones = b->n / W * W;
    for (long f = 0; f < whole_ones; f += W) sum += V(x + f) * NAME(vector_at)(y, is_wide, f);
    for (long f = whole_ones; f < b->n; f += W) {
        sum += MASKED(V(x + f) * NAME(vector_at)(y, is_wide, f), b->mask + f);
    }
    return total(sum);
}

INLINE void NAME(add_row)(long m, number *out, const number *x, const number *y, int is_wide)
{
    for (long f = 0; f < m; f += W) V(out + f) += V(x + f) * NAME(vector_at)(y, is_wide, f);
}

typedef struct {
    const number *right, *left;
    int is_right_wide, is_left_wide;
} NAME(Pair);

#define PAIR(p, step)                                                                            \
    {                                                                                            \
        const long to_right = p[0] + (shifts ? p[entry / 2] * step : 0);                         \
        pair.right = right + (pair.is_right_wide ? to_right * S : to_right);                     \
        if (left) {                                                                              \
            const long to_left = p[1] + (shifts ? p[3] * step : 0);                              \
            pair.left = left + (pair.is_left_wide ? to_left * S : to_left);                      \
        }                                                                                        \
    }

INLINE void NAME(segment)(const Block *b, const int32_t *p, int count, int entry, int shifts,
                          NAME(Pair) pair, int vectors, long f, long S, number *out, int adds)
{
    const number *const right = pair.right, *const left = pair.left;
    vec sums[4];
    UNROLLED for (int u = 0; u < vectors; u++) sums[u] = (vec){0};
    for (int k = 0; k < count; k++, p += entry) {
        PAIR(p, b->step);
        UNROLLED for (int u = 0; u < vectors; u++) {
            vec x = NAME(vector_at)(pair.right, pair.is_right_wide, f + u * W);
            if (left) x *= NAME(vector_at)(pair.left, pair.is_left_wide, f + u * W);
            sums[u] += x;
        }
    }
    UNROLLED for (int u = 0; u < vectors; u++) {
        vec *const at = (vec *)(out + f + u * W);
        if (adds) *at += sums[u];
        else *at = sums[u];
    }
}

static void NAME(run_segments)(const Block *b, const int32_t *w)
{
    const int is_batched = w[2], adds = w[3], shifts = w[7];
    const int entry = (w[5] < 0 ? 1 : 2) << shifts;
    const long S = is_batched ? b->S : 1;
    NAME(Pair) pair = {b->memories[w[4]], w[5] < 0 ? NULL : b->memories[w[5]],
                       IS_WIDE(w[4]), w[5] >= 0 && IS_WIDE(w[5])};
    const number *const right = pair.right, *const left = pair.left;
    number *out = b->memories[is_batched ? VALUES : STATIC] + (w[8] + w[9] * b->step) * S;
    const int32_t *p = w + 10;
    for (int r = 0; r < w[6]; r++, out += S) {
        const int count = *p++;
        if (S == 1) {
            number sum = 0;
            for (int k = 0; k < count; k++, p += entry) {
                PAIR(p, b->step);
                sum += left ? *pair.right * *pair.left : *pair.right;
            }
            *out = adds ? *out + sum : sum;
            continue;
        }
        long f = 0;
        for (; f + 4 * W <= b->m; f += 4 * W) {
            NAME(segment)(b, p, count, entry, shifts, pair, 4, f, S, out, adds);
        }
        for (; f < b->m; f += W) {
            NAME(segment)(b, p, count, entry, shifts, pair, 1, f, S, out, adds);
        }
        p += count * entry;
    }
}

static void NAME(sweep_segments)(const Block *b, const int32_t *w)
{
    const int is_batched = w[2], wanted = w[3], shifts = w[7];
    const int entry = (w[5] < 0 ? 1 : 2) << shifts;
    const long S = is_batched ? b->S : 1;
    NAME(Pair) pair = {b->memories[w[4]], w[5] < 0 ? NULL : b->memories[w[5]],
                       IS_WIDE(w[4]), w[5] >= 0 && IS_WIDE(w[5])};
    const number *const right = pair.right, *const left = pair.left, one = 1;
    number *const by_right = b->memories[ADJOINT_OF(w[4])];
    number *const by_left = w[5] < 0 ? NULL : b->memories[ADJOINT_OF(w[5])];
    const number *outer = b->memories[is_batched ? ADJOINTS : GRADIENT]
                          + (w[8] + w[9] * b->step) * S;
    const int32_t *p = w + 10;
    for (int r = 0; r < w[6]; r++, outer += S) {
        const int count = *p++;
        for (int k = 0; k < count; k++, p += entry) {
            PAIR(p, b->step);
            const number *const other = left ? pair.left : &one;
            if (S == 1) {
                if (wanted & 1) by_right[pair.right - right] += *outer * *other;
                if (wanted & 2) by_left[pair.left - left] += *outer * *pair.right;
                continue;
            }
            if (wanted & 1) {
                number *const goal = by_right + (pair.right - right);
                if (pair.is_right_wide) NAME(add_row)(b->m, goal, outer, other, pair.is_left_wide);
                else *goal += NAME(total_of)(b, outer, other, pair.is_left_wide);
            }
            if (wanted & 2) {
                number *const goal = by_left + (pair.left - left);
                if (pair.is_left_wide) {
                    NAME(add_row)(b->m, goal, outer, pair.right, pair.is_right_wide);
                } else {
                    *goal += NAME(total_of)(b, outer, pair.right, pair.is_right_wide);
                }
            }
        }
    }
}

/* -- products of matrices ---------------------------------------------------------------------- */

/* out[r] = (or +=) the sum over t of matrix[r, t] * x[t], of wide rows; at most 4 rows at a time.
`targets` and `sources` have the positions of rows that do not lie side by side. */
INLINE void NAME(tile)(int rows, int vectors, long f, int terms, const number *matrix, long by_row,
                       long by_term, const number *x, const int32_t *sources, number *out,
                       const int32_t *targets, long S, int adds)
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

INLINE void NAME(tiles)(int rows, long m, int terms, const number *matrix, long by_row,
                        long by_term, const number *x, const int32_t *sources, number *out,
                        const int32_t *targets, long S, int adds)
{
    long f = 0;
    for (; f + 2 * W <= m; f += 2 * W) {
        NAME(tile)(rows, 2, f, terms, matrix, by_row, by_term, x, sources, out, targets, S, adds);
    }
    for (; f < m; f += W) {
        NAME(tile)(rows, 1, f, terms, matrix, by_row, by_term, x, sources, out, targets, S, adds);
    }
}

static void NAME(wide_product)(int rows, long m, int terms, const number *matrix, long by_row,
                               long by_term, const number *x, const int32_t *sources, number *out,
                               const int32_t *targets, long S, int adds)
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
                                const number *x, const int32_t *sources, long S,
                                number *gradient, long by_row, long by_term)
{
    vec sums[4][2];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int t = 0; t < terms; t++) sums[r][t] = (vec){0};
    }
    const long whole_ones = b->n / W * W;
    for (long f = 0; f < whole_ones; f += W) {
        UNROLLED for (int t = 0; t < terms; t++) {
            const vec factor = V(x + sources[t] * S + f);
            UNROLLED for (int r = 0; r < rows; r++) sums[r][t] += V(outer + r * S + f) * factor;
        }
    }
    for (long f = whole_ones; f < b->n; f += W) {
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
                                const number *x, const int32_t *sources, long S,
                                number *gradient, long by_row, long by_term)
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
    long by_row, by_term, left, out;
    const int32_t *sources; /* the positions of right */
    long moved;             /* how far they moved */
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
    const long S = p.is_batched ? b->S : 1;
    const number *const left = b->memories[STATIC] + p.left;
    number *out = b->memories[p.is_batched ? VALUES : STATIC] + p.out * S;
    const number *const right = b->memories[p.is_batched ? VALUES : STATIC] + p.moved * S;
    if (p.argument >= 0) {
        const long apart = w[17];
        row_products(p.rows, left, p.by_row, b->arguments[p.argument] + b->first * apart + w[16],
                     apart, p.length, (int)b->n, out, S);
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
    const long S = p.is_batched ? b->S : 1;
    const int wanted = w[3];
    const number *const left = b->memories[STATIC] + p.left;
    number *const by_left = b->memories[GRADIENT] + p.left;
    const number *outer = b->memories[p.is_batched ? ADJOINTS : GRADIENT] + p.out * S;
    const number *const right = b->memories[p.is_batched ? VALUES : STATIC] + p.moved * S;
    number *const by_right = b->memories[p.is_batched ? ADJOINTS : GRADIENT] + p.moved * S;
    if (p.argument >= 0) {
        const long apart = w[17];
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

/* -- rows of tables, and comparisons ----------------------------------------------------------- */

INLINE long NAME(row_of)(number index, int rows)
{
    return index >= 0 && index < rows ? (long)index : 0; /* a guard tells what is no index */
}

static void NAME(run_lookup)(const Block *b, const int32_t *w)
{
    const int rows = w[2], columns = w[3], count = w[4];
    const int32_t *const table = w + LOOKUP_HEAD, *const indices = table + rows * columns;
    const long S = b->S;
    number *out = b->memories[VALUES] + (w[5] + w[6] * b->step) * S;
    for (int j = 0; j < count; j++) {
        const number *const index = b->memories[VALUES] + (indices[j] + w[7] * b->step) * S;
        for (int i = 0; i < columns; i++, out += S) {
            for (long e = 0; e < b->m; e++) {
                const long row = NAME(row_of)(index[e], rows);
                out[e] = b->memories[STATIC][table[row * columns + i]];
            }
        }
    }
}

static void NAME(sweep_lookup)(const Block *b, const int32_t *w)
{
    const int rows = w[2], columns = w[3], count = w[4];
    const int32_t *const table = w + LOOKUP_HEAD, *const indices = table + rows * columns;
    const long S = b->S;
    number *const g = b->memories[GRADIENT];
    const number *outer = b->memories[ADJOINTS] + (w[5] + w[6] * b->step) * S;
    for (int j = 0; j < count; j++) {
        const number *const index = b->memories[VALUES] + (indices[j] + w[7] * b->step) * S;
        for (int i = 0; i < columns; i++, outer += S) {
            for (long e = 0; e < b->n; e++) {
                const number none = 0 * outer[e]; /* nan where the adjoint is infinite */
                const long row = NAME(row_of)(index[e], rows);
                g[table[row * columns + i]] += outer[e];
                for (int r = 0; none != 0 && r < rows; r++) {
                    if (r != row) g[table[r * columns + i]] += none;
                }
            }
        }
    }
}

INLINE int NAME(holds)(int relation, number x, number y)
{
    switch (relation) {
    case RELATION_less: return x < y;
    case RELATION_less_equal: return x <= y;
    case RELATION_greater: return x > y;
    case RELATION_greater_equal: return x >= y;
    case RELATION_equal: return x == y;
    case RELATION_unequal: return x != y;
    default: return x >= 0 && x < y && x == FLOOR(x);
    }
}

static void NAME(run_guards)(const Block *b, const int32_t *w)
{
    int number_of = w[3];
    const long by_x = IS_WIDE(w[4]) ? b->S : 1, by_y = IS_WIDE(w[5]) ? b->S : 1;
    const int32_t *p = w + 7;
    for (int k = 0; k < w[6]; k++, p += 3, number_of++) {
        const number *const x = b->memories[w[4]] + p[0] * by_x;
        const number *const y = b->memories[w[5]] + p[1] * by_y;
        for (long e = 0; e < b->n; e++) {
            const number left = x[IS_WIDE(w[4]) ? e : 0], right = y[IS_WIDE(w[5]) ? e : 0];
            if (!b->which[e] && NAME(holds)(w[2], left, right) != p[2]) b->which[e] = number_of;
        }
    }
}

/* -- programs ---------------------------------------------------------------------------------- */

static void NAME(execute)(Block *b, const int32_t *w, const int32_t *end)
{
    for (; w < end; w += w[1]) {
        switch (w[0]) {
        case RUN_FORMULA: NAME(run_formula)(b, w); break;
        case RUN_SEGMENTS: NAME(run_segments)(b, w); break;
        case SWEEP_SEGMENTS: NAME(sweep_segments)(b, w); break;
        case RUN_PRODUCT: NAME(run_product)(b, w); break;
        case SWEEP_PRODUCT: NAME(sweep_product)(b, w); break;
        case RUN_LOOKUP: NAME(run_lookup)(b, w); break;
        case SWEEP_LOOKUP: NAME(sweep_lookup)(b, w); break;
        case RUN_GUARDS: NAME(run_guards)(b, w); break;
        case RUN_LOOP:
            for (long k = 0; k < w[2]; k++) {
                b->step = w[3] ? w[2] - 1 - k : k;
                NAME(execute)(b, w + 4, w + w[1]);
            }
            b->step = 0;
            break;
        }
    }
}

static void NAME(section)(const Program *p, Block *b, int which)
{
    NAME(execute)(b, p->code + p->sections[which], p->code + p->sections[which + 1]);
}

static void NAME(load_arguments)(const Program *p, const Block *b)
{
    for (int k = 0; k < p->arguments; k++) {
        const Argument *const argument = p->argument + k;
        if (argument->is_loaded) {
            load(b->memories[VALUES] + argument->start * b->S, b->S, (int)b->m, (int)b->n,
                 b->arguments[k] + b->first * argument->size, (int)argument->size);
        }
    }
    if (p->zero >= 0) {
        memset(b->memories[VALUES] + p->zero * b->S, 0, sizeof(number) * (size_t)b->S);
    }
}

static void NAME(note_failure)(const Program *p, const Block *b, long e, Call *call)
{
    const int32_t *w = p->code + p->sections[GUARDS];
    int place = b->which[e] - 1;
    for (; place >= w[6]; w += w[1]) place -= w[6];
    for (int side = 0; side < 2; side++) {
        const int memory = w[4 + side], is_wide = IS_WIDE(memory);
        const long at = w[7 + 3 * place + side];
        call->numbers[side] = b->memories[memory][is_wide ? at * b->S + e : at];
    }
    call->failed = b->which[e];
    call->example = b->first + e;
}

/* Computes all examples, block by block; returns whether all comparisons held. */
static int NAME(drive)(const Program *p, Call *call)
{
    Block b = {{p->work, NULL, p->statics, p->gradient, p->constants}};
    number *work = p->work;
    b.memories[ADJOINTS] = work += p->rows * p->room;
    b.temporaries = work += p->rows * p->room;
    whole *mask = (whole *)(work += p->room_of_temporaries);
    b.mask = mask;
    b.which = (int *)(mask + p->room);
    b.readers = (Reader *)p->readers;
    b.rows = (Operand *)p->operands;
    b.chunk = p->chunk;
    b.arguments = (const number *const *)call->arguments;
    b.S = b.m = b.n = 1;
    if (call->kind == DIFFERENTIATE) memset(p->gradient, 0, sizeof(number) * (size_t)p->statics_size);
    NAME(section)(p, &b, PREPARE);
    for (; b.first < call->batch; b.first += p->width) {
        b.n = call->batch - b.first < p->width ? call->batch - b.first : p->width;
        b.S = b.m = padded(p, b.n);
        NAME(load_arguments)(p, &b);
        NAME(section)(p, &b, FORWARD);
        if (p->sections[GUARDS] != p->sections[GUARDS + 1]) {
            memset(b.which, 0, sizeof(int) * (size_t)b.n);
            NAME(section)(p, &b, GUARDS);
            for (long e = 0; e < b.n; e++) {
                if (call->kind == AGREE) {
                    call->agreed[b.first + e] = !b.which[e];
                } else if (b.which[e]) {
                    NAME(note_failure)(p, &b, e, call);
                    return 0;
                }
            }
        } else if (call->kind == AGREE) {
            memset(call->agreed + b.first, 1, (size_t)b.n);
        }
        const int is_wide = IS_WIDE(p->outputs_memory);
        for (long k = 0; k < p->outputs && call->kind != AGREE; k++) {
            const number *const out = b.memories[p->outputs_memory]
                                      + p->output[k] * (is_wide ? b.S : 1);
            if (call->kind == RUN) {
                number *const to = (number *)call->out + k * call->batch + b.first;
                for (long e = 0; e < b.n; e++) to[e] = out[is_wide ? e : 0];
            } else {
                for (long e = 0; e < b.n; e++) call->sum += out[is_wide ? e : 0];
            }
        }
        if (call->kind != DIFFERENTIATE) continue;
        for (long e = 0; e < b.m; e++) mask[e] = e < b.n ? -1 : 0;
        memset(b.memories[ADJOINTS] + p->given * b.S, 0,
               sizeof(number) * (size_t)((p->rows - p->given) * b.S));
        const number seed = (number)call->seed;
        if (is_wide) {
            number *const at = b.memories[ADJOINTS] + p->output[0] * b.S;
            for (long e = 0; e < b.n; e++) at[e] = seed;
        } else {
            for (long e = 0; e < b.n; e++) b.memories[GRADIENT][p->output[0]] += seed;
        }
        NAME(section)(p, &b, SWEEP);
    }
    b.S = b.m = b.n = 1;
    if (call->kind == DIFFERENTIATE) NAME(section)(p, &b, FINISH);
    return 1;
}

#undef PAIR
#undef LOOP
#undef Reader
#undef Operand
#undef Block
