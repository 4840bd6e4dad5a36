/* The interpreter of array equations, for one type of number and one kind of processor.

A position of v or a holds the numbers of a block of examples side by side, S apart from the next
position; a static position holds one number. Positions were checked when the program was made. */

typedef struct {
    number *at;
    int64_t apart;   /* from one position of a run to the next, in numbers */
    int is_wide;  /* whether a position holds a number for every example */
    int stride;   /* in the vectors at hand: 0 or 1 */
} NAME(Reader);

typedef struct {
    const number *at;
    int stride;
} NAME(Operand);

#define Reader NAME(Reader)
#define Operand NAME(Operand)

typedef char NAME(reader_fits)[sizeof(Reader) <= MOST_OF_READER ? 1 : -1];
typedef char NAME(operand_fits)[sizeof(Operand) <= MOST_OF_OPERAND ? 1 : -1];
#define Block NAME(Block)

typedef struct {
    number *memories[MEMORIES];
    number *temporaries;
    Reader *readers;
    Operand *rows;
    const whole *mask; /* which of the m examples are not there to fill up */
    const number *const *arguments;
    int64_t first;   /* example of the block */
    int64_t S, m, n; /* the distance of positions, the examples computed, and those that exist */
    int64_t chunk;   /* numbers of a temporary */
    int64_t step;    /* of the loop at hand */
    int *which;   /* for every example the first comparison that failed, counted from 1 */
} Block;

#include "kernel_words.h"

CONTRACTED
#include "../compiler/loops/products.c"
#include "kernel_products.h"
ROUNDED

INLINE vec NAME(vector_at)(const number *at, int is_wide, int64_t f)
{
    if (is_wide) return V(at + f);
    return (vec){0} + *at;
}

/* -- formulas ---------------------------------------------------------------------------------- */

INLINE Operand NAME(operand)(const Block *b, int code, int readers, int64_t offset, int64_t apart)
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
static number NAME(added_up)(int word, int64_t n, const Operand *x, const Operand *y)
{
    const int is_product = word == WORD_add_product;
    vec sums = {0};
    number rest = 0;
    int64_t i = 0;
    for (; i + W <= n; i += W) {
        vec terms = NAME(vector_at)(x->at, x->stride, i);
        if (is_product) terms *= NAME(vector_at)(y->at, y->stride, i);
        sums += terms;
    }
    for (; i < n; i++) {
        rest += is_product ? x->at[i * x->stride] * y->at[i * y->stride] : x->at[i * x->stride];
    }
    rest += total(sums);
    return word == WORD_subtract_from ? -rest : rest;
}

/* Computes the words of a formula for n numbers, of which the first `valid` are added to static
adjoints. */
static void NAME(formula)(const Block *b, const int32_t *ops, int count, int readers, int64_t n,
                          int64_t valid)
{
    for (int64_t offset = 0; offset < n; offset += b->chunk) {
        const int64_t rest = n - offset, size = rest < b->chunk ? rest : b->chunk, apart = size;
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
                const int64_t there = valid - offset;
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
    const int64_t S = is_batched ? b->S : 1, step = b->step;
    Reader *const reader = b->readers;
    for (int r = 0; r < w[6]; r++) {
        const int64_t length = *run++;
        int is_one = 1; /* whether all positions of the run lie side by side, or are the same */
        for (int k = 0; k < readers; k++, run += 3) {
            const int is_wide = IS_WIDE(memories[k]) && S > 1;
            const int64_t at = run[0] + run[2] * step;
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
            for (int64_t p = 0; p < length; p++) {
                if (S == 1) NAME(formula_of_one)(b, ops, count, readers);
                else NAME(formula)(b, ops, count, readers, S, b->n);
                for (int k = 0; k < readers; k++) reader[k].at += reader[k].apart;
            }
        }
    }
}

/* -- segmented sums ---------------------------------------------------------------------------- */

/* The sum of a wide row of products, for the examples that exist. */
INLINE number NAME(total_of)(const Block *b, const number *x, const number *y, int is_wide)
{
    vec sum = {0};
    const int64_t whole_ones = b->n / W * W;
    for (int64_t f = 0; f < whole_ones; f += W) sum += V(x + f) * NAME(vector_at)(y, is_wide, f);
    for (int64_t f = whole_ones; f < b->n; f += W) {
        sum += MASKED(V(x + f) * NAME(vector_at)(y, is_wide, f), b->mask + f);
    }
    return total(sum);
}

INLINE void NAME(add_row)(int64_t m, number *out, const number *x, const number *y, int is_wide)
{
    for (int64_t f = 0; f < m; f += W) V(out + f) += V(x + f) * NAME(vector_at)(y, is_wide, f);
}

typedef struct {
    const number *right, *left;
    int is_right_wide, is_left_wide;
} NAME(Pair);

#define PAIR(p, step)                                                                            \
    {                                                                                            \
        const int64_t to_right = p[0] + (shifts ? p[entry / 2] * step : 0);                         \
        pair.right = right + (pair.is_right_wide ? to_right * S : to_right);                     \
        if (left) {                                                                              \
            const int64_t to_left = p[1] + (shifts ? p[3] * step : 0);                              \
            pair.left = left + (pair.is_left_wide ? to_left * S : to_left);                      \
        }                                                                                        \
    }

INLINE void NAME(segment)(const Block *b, const int32_t *p, int count, int entry, int shifts,
                          NAME(Pair) pair, int vectors, int64_t f, int64_t S, number *out, int adds)
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
    const int64_t S = is_batched ? b->S : 1;
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
        int64_t f = 0;
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
    const int64_t S = is_batched ? b->S : 1;
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

/* -- rows of tables, and comparisons ----------------------------------------------------------- */

INLINE int64_t NAME(row_of)(number index, int rows)
{
    return index >= 0 && index < rows ? (int64_t)index : 0; /* a guard tells what is no index */
}

static void NAME(run_lookup)(const Block *b, const int32_t *w)
{
    const int rows = w[2], columns = w[3], count = w[4];
    const int32_t *const table = w + LOOKUP_HEAD, *const indices = table + rows * columns;
    const int64_t S = b->S;
    number *out = b->memories[VALUES] + (w[5] + w[6] * b->step) * S;
    for (int j = 0; j < count; j++) {
        const number *const index = b->memories[VALUES] + (indices[j] + w[7] * b->step) * S;
        for (int i = 0; i < columns; i++, out += S) {
            for (int64_t e = 0; e < b->m; e++) {
                const int64_t row = NAME(row_of)(index[e], rows);
                out[e] = b->memories[STATIC][table[row * columns + i]];
            }
        }
    }
}

static void NAME(sweep_lookup)(const Block *b, const int32_t *w)
{
    const int rows = w[2], columns = w[3], count = w[4];
    const int32_t *const table = w + LOOKUP_HEAD, *const indices = table + rows * columns;
    const int64_t S = b->S;
    number *const g = b->memories[GRADIENT];
    const number *outer = b->memories[ADJOINTS] + (w[5] + w[6] * b->step) * S;
    for (int j = 0; j < count; j++) {
        const number *const index = b->memories[VALUES] + (indices[j] + w[7] * b->step) * S;
        for (int i = 0; i < columns; i++, outer += S) {
            for (int64_t e = 0; e < b->n; e++) {
                const number none = 0 * outer[e]; /* nan where the adjoint is infinite */
                const int64_t row = NAME(row_of)(index[e], rows);
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
    const int64_t by_x = IS_WIDE(w[4]) ? b->S : 1, by_y = IS_WIDE(w[5]) ? b->S : 1;
    const int32_t *p = w + 7;
    for (int k = 0; k < w[6]; k++, p += 3, number_of++) {
        const number *const x = b->memories[w[4]] + p[0] * by_x;
        const number *const y = b->memories[w[5]] + p[1] * by_y;
        for (int64_t e = 0; e < b->n; e++) {
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
            for (int64_t k = 0; k < w[2]; k++) {
                b->step = w[3] ? w[2] - 1 - k : k;
                NAME(execute)(b, w + 4, w + w[1]);
            }
            b->step = 0;
            break;
        }
    }
}

#include "kernel_scalars.h"

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

static void NAME(note_failure)(const Program *p, const Block *b, int64_t e, Call *call)
{
    const int32_t *w = p->code + p->sections[GUARDS];
    int place = b->which[e] - 1;
    for (; place >= w[6]; w += w[1]) place -= w[6];
    for (int side = 0; side < 2; side++) {
        const int memory = w[4 + side], is_wide = IS_WIDE(memory);
        const int64_t at = w[7 + 3 * place + side];
        call->numbers[side] = b->memories[memory][is_wide ? at * b->S + e : at];
    }
    call->failed = b->which[e];
    call->example = b->first + e;
}

/* Computes all examples, block by block; returns whether all comparisons held. */
static int NAME(drive)(Program *p, Call *call)
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
    NAME(section_of_one)(p, &b, PREPARE);
    for (; b.first < call->batch; b.first += p->width) {
        b.n = call->batch - b.first < p->width ? call->batch - b.first : p->width;
        b.S = b.m = padded(p, b.n);
        NAME(load_arguments)(p, &b);
        if (b.S == 1) NAME(section_of_one)(p, &b, FORWARD);
        else NAME(section)(p, &b, FORWARD);
        if (p->sections[GUARDS] != p->sections[GUARDS + 1]) {
            memset(b.which, 0, sizeof(int) * (size_t)b.n);
            NAME(section)(p, &b, GUARDS);
            for (int64_t e = 0; e < b.n; e++) {
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
        for (int64_t k = 0; k < p->outputs && call->kind != AGREE; k++) {
            const number *const out = b.memories[p->outputs_memory]
                                      + p->output[k] * (is_wide ? b.S : 1);
            if (call->kind == RUN) {
                number *const to = (number *)call->out + k * call->batch + b.first;
                for (int64_t e = 0; e < b.n; e++) to[e] = out[is_wide ? e : 0];
            } else {
                for (int64_t e = 0; e < b.n; e++) call->sum += out[is_wide ? e : 0];
            }
        }
        if (call->kind != DIFFERENTIATE) continue;
        for (int64_t e = 0; e < b.m; e++) mask[e] = e < b.n ? -1 : 0;
        memset(b.memories[ADJOINTS] + p->given * b.S, 0,
               sizeof(number) * (size_t)((p->rows - p->given) * b.S));
        const number seed = (number)call->seed;
        if (is_wide) {
            number *const at = b.memories[ADJOINTS] + p->output[0] * b.S;
            for (int64_t e = 0; e < b.n; e++) at[e] = seed;
        } else {
            for (int64_t e = 0; e < b.n; e++) b.memories[GRADIENT][p->output[0]] += seed;
        }
        if (b.S == 1) NAME(section_of_one)(p, &b, SWEEP);
        else NAME(section)(p, &b, SWEEP);
    }
    b.S = b.m = b.n = 1;
    if (call->kind == DIFFERENTIATE) NAME(section_of_one)(p, &b, FINISH);
    return 1;
}

/* Gather the examples of a step, in rows; bytes through a table of their numbers. */
static void NAME(gather)(const Program *p, const Descent *d, const int64_t *examples)
{
    for (int64_t k = 0; k < p->arguments; k++) {
        const int64_t size = p->argument[k].size;
        number *to = (number *)d->gathered[k];
        for (int64_t e = 0; e < d->batch; e++, to += size) {
            if (d->tables[k]) {
                const unsigned char *const from = (const unsigned char *)d->columns[k]
                                                  + examples[e] * size;
                const number *const table = (const number *)d->tables[k];
                for (int64_t i = 0; i < size; i++) to[i] = table[from[i]];
            } else {
                memcpy(to, (const number *)d->columns[k] + examples[e] * size,
                       sizeof(number) * (size_t)size);
            }
        }
    }
}

/* Take steps of gradient descent; return how many, up to one that cannot be taken. */
static int64_t NAME(descend)(Program *p, Descent *d)
{
    number *const s = p->statics;
    const number *const g = p->gradient;
    for (int64_t step = 0; step < d->steps; step++) {
        Call call = {DIFFERENTIATE, d->batch, (const void **)d->gathered};
        call.seed = 1.0 / (double)d->batch;
        NAME(gather)(p, d, d->examples + step * d->batch);
        if (!NAME(drive)(p, &call)) return step;
        const double loss = call.sum / (double)d->batch;
        if (!isfinite(loss)) return step;
        whole others = 0;
        for (int64_t i = 0; i < d->parameters; i++) others |= g[i] - g[i] == 0 ? 0 : 1;
        if (others) return step;
        const number rate = (number)d->rates[step];
        for (int64_t i = 0; i < d->parameters; i++) s[i] -= rate * g[i];
        d->losses[step] = loss;
    }
    return d->steps;
}

#undef PAIR
#undef LOOP
#undef Reader
#undef Operand
#undef Block
