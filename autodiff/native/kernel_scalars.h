/* Instructions of few numbers, one number at a time: what is left of a program for one example, and
of its static equations, where a step of a loop is too small for vectors.

A section is translated once into operations on places, which move with the steps of a loop. Longer
instructions are called as they are. */

typedef struct {
    int word;             /* of a formula, or CALL, or LOOP */
    int32_t count;        /* of the operations inside a loop */
    number *out;
    const number *x, *y, *z;
    int32_t out_moves, x_moves, y_moves, z_moves; /* with each step; of a loop its steps and way */
    const int32_t *instruction;
} NAME(Scalar);
#define Scalar NAME(Scalar)

typedef struct {
    Scalar *ops;
    long count, room;
    int has_failed; /* for want of memory, or because it grew too long */
} NAME(Scalars);

static Scalar *NAME(new_scalar)(NAME(Scalars) *to, int word)
{
    if (to->count == to->room && !to->has_failed) {
        const long room = to->room ? 2 * to->room : 256;
        Scalar *const ops = room > MOST_SCALARS ? NULL
                                                : realloc(to->ops, (size_t)room * sizeof(Scalar));
        to->has_failed = !ops;
        to->ops = ops ? ops : to->ops;
        to->room = ops ? room : to->room;
    }
    static const Scalar none;
    Scalar *const op = to->ops + (to->has_failed ? 0 : to->count++);
    if (to->has_failed && !to->room) return NULL;
    *op = none;
    op->word = word;
    return op;
}

/* A place of a program, and how it moves. */
typedef struct {
    number *at;
    int32_t moves;
} NAME(Place);
#define Place NAME(Place)

static void NAME(add_scalar)(NAME(Scalars) *to, int word, Place out, Place x, Place y)
{
    Scalar *const op = NAME(new_scalar)(to, word);
    if (!op) return;
    op->out = out.at, op->out_moves = out.moves;
    op->x = x.at, op->x_moves = x.moves;
    op->y = y.at, op->y_moves = y.moves;
}

INLINE Place NAME(place)(const Block *b, int memory, long at, int32_t moves)
{
    const Place place = {b->memories[memory] + at, moves};
    return place;
}

static int NAME(scalars_of_formula)(const Block *b, const int32_t *w, NAME(Scalars) *to)
{
    const int readers = w[3], count = w[5];
    const int32_t *const memories = w + FORMULA_HEAD, *const ops = memories + readers;
    const int32_t *run = ops + 6 * count;
    long numbers = 0;
    for (int r = 0; r < w[6]; r++) numbers += run[r * (1 + 3 * readers)];
    if (numbers * count > FEW_SCALARS) return 0;
    for (int k = 0; k < count; k++) {
        if (ops[6 * k] >= FIRST_OF_ALL) return 0;
    }
    for (int r = 0; r < w[6]; r++, run += 3 * readers) {
        const int length = *run++;
        for (long p = 0; p < length; p++) {
            for (const int32_t *op = ops; op < ops + 6 * count; op += 6) {
                Place places[4] = {{0}};
                for (int k = 0; k < 4; k++) {
                    const int code = op[2 + k];
                    if (code >= readers) {
                        places[k].at = b->temporaries + (code - readers);
                    } else if (code >= 0) {
                        const int32_t *const at = run + 3 * code;
                        places[k] = NAME(place)(b, memories[code], at[0] + p * at[1], at[2]);
                    }
                }
                Scalar *const scalar = NAME(new_scalar)(to, op[0]);
                if (!scalar) return 1;
                scalar->out = places[0].at, scalar->out_moves = places[0].moves;
                scalar->x = places[1].at, scalar->x_moves = places[1].moves;
                scalar->y = places[2].at, scalar->y_moves = places[2].moves;
                scalar->z = places[3].at, scalar->z_moves = places[3].moves;
            }
        }
    }
    return 1;
}

static int NAME(scalars_of_segments)(const Block *b, const int32_t *w, NAME(Scalars) *to)
{
    const int has_left = w[5] >= 0, is_back = w[0] == SWEEP_SEGMENTS, flags = w[3];
    const int entry = (1 + has_left) << w[7];
    const int own = w[2] ? (is_back ? ADJOINTS : VALUES) : is_back ? GRADIENT : STATIC;
    if (w[1] - SEGMENTS_HEAD > FEW_SCALARS) return 0;
    const int32_t *p = w + SEGMENTS_HEAD;
    const Place nowhere = {0};
    for (int r = 0; r < w[6]; r++) {
        const Place out = NAME(place)(b, own, w[8] + r, w[9]);
        const int count = *p++;
        if (!count) return 0;
        for (int k = 0; k < count; k++, p += entry) {
            const int32_t right_moves = w[7] ? p[entry / 2] : 0, left_moves = w[7] && has_left ? p[3] : 0;
            const Place right = NAME(place)(b, w[4], p[0], right_moves);
            const Place left = has_left ? NAME(place)(b, w[5], p[1], left_moves) : nowhere;
            if (!is_back) {
                const int is_first = !k && !flags;
                const int word = has_left ? (is_first ? WORD_mul : WORD_add_product)
                                          : (is_first ? WORD_copy : WORD_add_to);
                NAME(add_scalar)(to, word, out, right, left);
                continue;
            }
            if (flags & 1) {
                NAME(add_scalar)(to, has_left ? WORD_add_product : WORD_add_to,
                                 NAME(place)(b, ADJOINT_OF(w[4]), p[0], right_moves), out, left);
            }
            if (flags & 2) {
                NAME(add_scalar)(to, WORD_add_product,
                                 NAME(place)(b, ADJOINT_OF(w[5]), p[1], left_moves), out, right);
            }
        }
    }
    return 1;
}

static int NAME(scalars_of_product)(const Block *b, const int32_t *w, NAME(Scalars) *to)
{
    const int rows = w[4], length = w[5], columns = w[6], is_back = w[0] == SWEEP_PRODUCT;
    const int values = w[2] ? VALUES : STATIC, own = is_back ? ADJOINT_OF(values) : values;
    if (w[14] >= 0 || (int64_t)rows * length > FEW_SCALARS
        || (int64_t)rows * length * columns > FEW_SCALARS)
        return 0;
    for (int j = 0; j < columns; j++) {
        for (int i = 0; i < rows; i++) {
            const Place out = NAME(place)(b, own, w[11] + j * rows + i, w[12]);
            for (int k = 0; k < length; k++) {
                const long at = w[7] + (long)i * w[8] + (long)k * w[9];
                const int32_t source = w[PRODUCT_HEAD + j * length + k];
                const Place left = NAME(place)(b, STATIC, at, w[10]);
                const Place right = NAME(place)(b, values, source, w[13]);
                if (!is_back) {
                    NAME(add_scalar)(to, k || w[3] ? WORD_add_product : WORD_mul, out, left, right);
                    continue;
                }
                if (w[3] & 1) {
                    NAME(add_scalar)(to, WORD_add_product, NAME(place)(b, own, source, w[13]), out,
                                     left);
                }
                if (w[3] & 2) {
                    NAME(add_scalar)(to, WORD_add_product, NAME(place)(b, GRADIENT, at, w[10]), out,
                                     right);
                }
            }
        }
    }
    return 1;
}

static void NAME(translate)(const Block *b, const int32_t *w, const int32_t *end, NAME(Scalars) *to)
{
    for (; w < end && !to->has_failed; w += w[1]) {
        int is_done = 0;
        switch (w[0]) {
        case RUN_FORMULA: is_done = NAME(scalars_of_formula)(b, w, to); break;
        case RUN_SEGMENTS:
        case SWEEP_SEGMENTS: is_done = NAME(scalars_of_segments)(b, w, to); break;
        case RUN_PRODUCT:
        case SWEEP_PRODUCT: is_done = NAME(scalars_of_product)(b, w, to); break;
        case RUN_LOOP: {
            const long place = to->count;
            if (!NAME(new_scalar)(to, LOOP_OF_SCALARS)) return;
            NAME(translate)(b, w + LOOP_HEAD, w + w[1], to);
            if (to->has_failed) return;
            to->ops[place].count = (int32_t)(to->count - place - 1);
            to->ops[place].out_moves = w[2];
            to->ops[place].x_moves = w[3];
            is_done = 1;
            break;
        }
        }
        if (!is_done) {
            Scalar *const op = NAME(new_scalar)(to, CALL_OF_SCALARS);
            if (op) op->instruction = w;
        }
    }
}

#define OUT (op->out[op->out_moves * step])
#define X (op->x[op->x_moves * step])
#define Y (op->y[op->y_moves * step])
#define Z (op->z[op->z_moves * step])

static void NAME(run_scalars)(Block *b, const Scalar *op, const Scalar *end, const long step)
{
    for (; op < end; op++) {
        switch (op->word) {
        case WORD_copy: OUT = X; break;
        case WORD_neg: OUT = -X; break;
        case WORD_add: OUT = X + Y; break;
        case WORD_sub: OUT = X - Y; break;
        case WORD_mul: OUT = X * Y; break;
        case WORD_div: OUT = X / Y; break;
        case WORD_where: OUT = X != 0 ? Y : Z; break;
        case WORD_add_to: OUT += X; break;
        case WORD_subtract_from: OUT -= X; break;
        case WORD_add_product: OUT += X * Y; break;
        case LOOP_OF_SCALARS:
            for (long k = 0; k < op->out_moves; k++) {
                b->step = op->x_moves ? op->out_moves - 1 - k : k;
                NAME(run_scalars)(b, op + 1, op + 1 + op->count, b->step);
            }
            b->step = 0;
            op += op->count;
            break;
        case CALL_OF_SCALARS:
            NAME(execute)(b, op->instruction, op->instruction + op->instruction[1]);
            break;
        default: NAME(apply)(op->word, 1, &OUT, &X, 1, op->y ? &Y : &X, 1);
        }
    }
}

#undef OUT
#undef X
#undef Y
#undef Z

/* Translates the sections of one example; they are run as they are where that fails. */
static void NAME(prepare_scalars)(Program *p, const Block *b)
{
    NAME(Scalars) to = {0};
    for (int k = 0; k < SECTIONS; k++) {
        p->scalar_ends[k] = to.count;
        if (k == GUARDS) continue;
        NAME(translate)(b, p->code + p->sections[k], p->code + p->sections[k + 1], &to);
    }
    p->scalar_ends[SECTIONS] = to.count;
    p->scalars = to.ops;
    p->are_translated = to.has_failed ? -1 : 1;
}

static void NAME(section_of_one)(const Program *p, Block *b, int which)
{
    if (p->are_translated < 0) {
        NAME(execute)(b, p->code + p->sections[which], p->code + p->sections[which + 1]);
        return;
    }
    const Scalar *const ops = p->scalars;
    NAME(run_scalars)(b, ops + p->scalar_ends[which], ops + p->scalar_ends[which + 1], 0);
}
#undef Scalar
#undef Place
