/* Instructions of few numbers, one number at a time: what is left of a program for one example, and
of its static equations, where a step of a loop is too small for vectors.

A section is translated once into operations on places, loops step by step. Longer instructions are
called as they are. */

typedef struct {
    int word;     /* of a formula, or CALL_OF_SCALARS */
    int32_t step; /* of the loop around a call */
    number *out;
    const number *x, *y;
    union {
        const number *z;
        const int32_t *instruction;
    } last;
} NAME(Scalar);
#define Scalar NAME(Scalar)

typedef struct {
    Scalar *ops;
    int64_t count, room, step;
    int has_failed; /* for want of memory, or because it grew too long */
    Scalar nowhere; /* what is written then */
} NAME(Scalars);
#define Scalars NAME(Scalars)

static Scalar *NAME(new_scalar)(Scalars *to, int word)
{
    if (to->count == to->room && !to->has_failed) {
        const int64_t room = to->room ? 2 * to->room : 256;
        Scalar *const ops = room > MOST_SCALARS ? NULL
                                                : realloc(to->ops, (size_t)room * sizeof(Scalar));
        to->has_failed = !ops;
        to->ops = ops ? ops : to->ops;
        to->room = ops ? room : to->room;
    }
    if (to->has_failed) return &to->nowhere;
    Scalar *const op = to->ops + to->count++;
    op->word = word;
    op->step = (int32_t)to->step;
    return op;
}

static void NAME(add_scalar)(Scalars *to, int word, number *out, const number *x, const number *y)
{
    Scalar *const op = NAME(new_scalar)(to, word);
    op->out = out, op->x = x, op->y = y, op->last.z = x;
}

INLINE number *NAME(place)(const Block *b, const Scalars *to, int memory, int64_t at, int32_t moves)
{
    return b->memories[memory] + at + moves * to->step;
}

static int NAME(scalars_of_formula)(const Block *b, const int32_t *w, Scalars *to)
{
    const int readers = w[3], count = w[5];
    const int32_t *const memories = w + FORMULA_HEAD, *const ops = memories + readers;
    const int32_t *run = ops + 6 * count;
    int64_t numbers = 0;
    for (int r = 0; r < w[6]; r++) numbers += run[r * (1 + 3 * readers)];
    if (numbers * count > FEW_SCALARS) return 0;
    for (int k = 0; k < count; k++) {
        if (ops[6 * k] >= FIRST_OF_ALL) return 0;
    }
    for (int r = 0; r < w[6]; r++, run += 3 * readers) {
        const int length = *run++;
        for (int64_t p = 0; p < length; p++) {
            for (const int32_t *op = ops; op < ops + 6 * count; op += 6) {
                number *places[4];
                for (int k = 0; k < 4; k++) {
                    const int code = op[2 + k] < 0 ? op[3] : op[2 + k];
                    if (code >= readers) {
                        places[k] = b->temporaries + (code - readers);
                    } else {
                        const int32_t *const at = run + 3 * code;
                        places[k] = NAME(place)(b, to, memories[code], at[0] + p * at[1], at[2]);
                    }
                }
                Scalar *const scalar = NAME(new_scalar)(to, op[0]);
                scalar->out = places[0], scalar->x = places[1], scalar->y = places[2];
                scalar->last.z = places[3];
            }
        }
    }
    return 1;
}

static int NAME(scalars_of_segments)(const Block *b, const int32_t *w, Scalars *to)
{
    const int has_left = w[5] >= 0, is_back = w[0] == SWEEP_SEGMENTS, flags = w[3];
    const int entry = (1 + has_left) << w[7];
    const int own = w[2] ? (is_back ? ADJOINTS : VALUES) : is_back ? GRADIENT : STATIC;
    if (w[1] - SEGMENTS_HEAD > FEW_SCALARS) return 0;
    const int32_t *p = w + SEGMENTS_HEAD;
    for (int r = 0; r < w[6]; r++, p += 1 + *p * entry) {
        if (!*p) return 0;
    }
    p = w + SEGMENTS_HEAD;
    for (int r = 0; r < w[6]; r++) {
        number *const out = NAME(place)(b, to, own, w[8] + r, w[9]);
        const int count = *p++;
        for (int k = 0; k < count; k++, p += entry) {
            const int32_t right_moves = w[7] ? p[entry / 2] : 0, left_moves = w[7] && has_left ? p[3] : 0;
            const number *const right = NAME(place)(b, to, w[4], p[0], right_moves);
            const number *const left = has_left ? NAME(place)(b, to, w[5], p[1], left_moves) : right;
            if (!is_back) {
                const int is_first = !k && !flags;
                const int word = has_left ? (is_first ? WORD_mul : WORD_add_product)
                                          : (is_first ? WORD_copy : WORD_add_to);
                NAME(add_scalar)(to, word, out, right, left);
                continue;
            }
            if (flags & 1) {
                NAME(add_scalar)(to, has_left ? WORD_add_product : WORD_add_to,
                                 NAME(place)(b, to, ADJOINT_OF(w[4]), p[0], right_moves), out, left);
            }
            if (flags & 2) {
                NAME(add_scalar)(to, WORD_add_product,
                                 NAME(place)(b, to, ADJOINT_OF(w[5]), p[1], left_moves), out, right);
            }
        }
    }
    return 1;
}

static int NAME(scalars_of_product)(const Block *b, const int32_t *w, Scalars *to)
{
    const int rows = w[4], length = w[5], columns = w[6], is_back = w[0] == SWEEP_PRODUCT;
    const int values = w[2] ? VALUES : STATIC, own = is_back ? ADJOINT_OF(values) : values;
    if (w[14] >= 0 || (int64_t)rows * length > FEW_SCALARS
        || (int64_t)rows * length * columns > FEW_SCALARS)
        return 0;
    for (int j = 0; j < columns; j++) {
        for (int i = 0; i < rows; i++) {
            number *const out = NAME(place)(b, to, own, w[11] + j * rows + i, w[12]);
            for (int k = 0; k < length; k++) {
                const int64_t at = w[7] + (int64_t)i * w[8] + (int64_t)k * w[9];
                const int32_t source = w[PRODUCT_HEAD + j * length + k];
                const number *const left = NAME(place)(b, to, STATIC, at, w[10]);
                const number *const right = NAME(place)(b, to, values, source, w[13]);
                if (!is_back) {
                    NAME(add_scalar)(to, k || w[3] ? WORD_add_product : WORD_mul, out, left, right);
                    continue;
                }
                if (w[3] & 1) {
                    NAME(add_scalar)(to, WORD_add_product, NAME(place)(b, to, own, source, w[13]), out,
                                     left);
                }
                if (w[3] & 2) {
                    NAME(add_scalar)(to, WORD_add_product, NAME(place)(b, to, GRADIENT, at, w[10]), out,
                                     right);
                }
            }
        }
    }
    return 1;
}

static void NAME(translate)(const Block *b, const int32_t *w, const int32_t *end, Scalars *to)
{
    for (; w < end && !to->has_failed; w += w[1]) {
        int is_done = 0;
        switch (w[0]) {
        case RUN_FORMULA: is_done = NAME(scalars_of_formula)(b, w, to); break;
        case RUN_SEGMENTS:
        case SWEEP_SEGMENTS: is_done = NAME(scalars_of_segments)(b, w, to); break;
        case RUN_PRODUCT:
        case SWEEP_PRODUCT: is_done = NAME(scalars_of_product)(b, w, to); break;
        case RUN_LOOP:
            for (int k = 0; k < w[2] && !to->has_failed; k++) {
                to->step = w[3] ? w[2] - 1 - k : k;
                NAME(translate)(b, w + LOOP_HEAD, w + w[1], to);
            }
            to->step = 0;
            is_done = 1;
            break;
        }
        if (!is_done) NAME(new_scalar)(to, CALL_OF_SCALARS)->last.instruction = w;
    }
}

CONTRACTED /* a product that is added, as in sums of products */
static void NAME(run_scalars)(Block *b, const Scalar *op, const Scalar *end)
{
    for (; op < end; op++) {
        switch (op->word) {
        case WORD_copy: *op->out = *op->x; break;
        case WORD_neg: *op->out = -*op->x; break;
        case WORD_add: *op->out = *op->x + *op->y; break;
        case WORD_sub: *op->out = *op->x - *op->y; break;
        case WORD_mul: *op->out = *op->x * *op->y; break;
        case WORD_div: *op->out = *op->x / *op->y; break;
        case WORD_where: *op->out = *op->x != 0 ? *op->y : *op->last.z; break;
        case WORD_add_to: *op->out += *op->x; break;
        case WORD_subtract_from: *op->out -= *op->x; break;
        case WORD_add_product: *op->out += *op->x * *op->y; break;
        case CALL_OF_SCALARS:
            b->step = op->step;
            NAME(execute)(b, op->last.instruction, op->last.instruction + op->last.instruction[1]);
            b->step = 0;
            break;
        default: NAME(apply)(op->word, 1, op->out, op->x, 1, op->y, 1);
        }
    }
}

ROUNDED

/* Runs a section of one example, which is translated at its first run; as it is where that fails. */
static void NAME(section_of_one)(Program *p, Block *b, int which)
{
    const int32_t *const start = p->code + p->sections[which];
    const int32_t *const end = p->code + p->sections[which + 1];
    if (!p->translated[which]) {
        Scalars to;
        memset(&to, 0, sizeof to);
        NAME(translate)(b, start, end, &to);
        p->scalars[which] = to.ops;
        p->scalars_count[which] = to.count;
        p->translated[which] = to.has_failed ? -1 : 1;
    }
    if (p->translated[which] < 0) {
        NAME(execute)(b, start, end);
    } else {
        const Scalar *const ops = p->scalars[which];
        NAME(run_scalars)(b, ops, ops + p->scalars_count[which]);
    }
}
#undef Scalar
#undef Scalars
