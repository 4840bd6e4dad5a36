/* Compiled programs that are walked as data: array equations in a code of whole numbers.

autodiff/compiler/instructions writes the code. Every position in it is checked once, when the
program is made, and the interpreter in kernel_run.h trusts it. It is compiled for both types of
numbers and for several kinds of processor; the best that runs here is taken. */

#include <stdlib.h>
#include <string.h>

#ifdef _MSC_VER
#define restrict __restrict
#endif

/* The words of formulas. Those in the middle reduce several rows; the last add to their result. */
#define WORDS(X)                                                                                 \
    X(copy) X(neg) X(abs) X(sqrt) X(floor) X(round) X(exp) X(expm1) X(exp2) X(log) X(log1p)      \
    X(log2) X(log10) X(cbrt) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh)        \
    X(tanh) X(asinh) X(acosh) X(atanh) X(erf) X(erfc) X(erfinv) X(normal_cdf) X(lgamma)          \
    X(digamma) X(add) X(sub) X(mul) X(div) X(pow) X(less) X(less_equal) X(greater)               \
    X(greater_equal) X(equal) X(maximum) X(minimum) X(atan2) X(hypot) X(mod) X(polygamma)        \
    X(where) X(add_to) X(subtract_from) X(add_product) X(sum_of_all) X(prod_of_all)              \
    X(maximum_of_all) X(minimum_of_all) X(prod_of_others)
#define RELATIONS(X)                                                                             \
    X(less) X(less_equal) X(greater) X(greater_equal) X(equal) X(unequal) X(in_range)
#define INSTRUCTIONS(X)                                                                          \
    X(RUN_FORMULA) X(RUN_SEGMENTS) X(SWEEP_SEGMENTS) X(RUN_PRODUCT) X(SWEEP_PRODUCT)             \
    X(RUN_LOOKUP) X(SWEEP_LOOKUP) X(RUN_GUARDS) X(RUN_LOOP)
#define MEMORY_NAMES(X) X(VALUES) X(ADJOINTS) X(STATIC) X(GRADIENT) X(CONSTANTS)

#define AS_WORD(name) WORD_##name,
#define AS_RELATION(name) RELATION_##name,
#define AS_ITSELF(name) name,
enum { WORDS(AS_WORD) COUNT_OF_WORDS };
enum { RELATIONS(AS_RELATION) COUNT_OF_RELATIONS };
enum { INSTRUCTIONS(AS_ITSELF) COUNT_OF_INSTRUCTIONS };
enum { MEMORY_NAMES(AS_ITSELF) MEMORIES };
enum { PREPARE, FORWARD, GUARDS, SWEEP, FINISH, SECTIONS };
enum { RUN, AGREE, DIFFERENTIATE };

#define FIRST_OF_TWO WORD_add
#define FIRST_ADDING WORD_add_to
#define FIRST_OF_ALL WORD_sum_of_all
#define IS_WIDE(memory) ((memory) < STATIC)
#define IS_ADJOINT(memory) ((memory) == ADJOINTS || (memory) == GRADIENT)
#define ADJOINT_OF(memory) ((memory) == VALUES ? ADJOINTS : GRADIENT)
#define FORMULA_HEAD 7
#define SEGMENTS_HEAD 10
#define PRODUCT_HEAD 18
#define LOOKUP_HEAD 8
#define GUARDS_HEAD 7
#define LOOP_HEAD 4
#define CALL_OF_SCALARS COUNT_OF_WORDS /* beside the words, in kernel_scalars.h */
#define FEW_SCALARS 64      /* operations of an instruction that are done one by one */
#define MOST_SCALARS (1 << 17) /* of a program */
#define MOST_OF_READER 32  /* bytes of a Reader, and of an Operand: kernel_run.h checks both */
#define MOST_OF_OPERAND 16
#define ALIGNED 64 /* bytes: that of the widest vectors */
#define ROOM_OF_TEMPORARIES (1 << 15) /* bytes, which the nearest cache holds beside operands */

typedef struct {
    int64_t start, size; /* its positions */
    int is_loaded;    /* whether it is read other than in rows */
} Argument;

typedef struct {
    int32_t *code;
    int64_t sections[SECTIONS + 1];
    Argument *argument;
    int32_t *output;
    int64_t arguments, outputs, rows, given, zero, statics_size, constants_size;
    int outputs_memory, is_single;
    int most_readers, most_rows; /* of any formula: to have room for them */
    void *statics, *gradient, *constants;
    /* The memory of blocks of `room` examples. */
    void *allocated, *work, *readers, *operands;
    int64_t room, width, widest, chunk, room_of_temporaries;
    /* Operations on single numbers of that memory, for each section: 1 if they are made, -1 if
    there are too many. */
    void *scalars[SECTIONS];
    int64_t scalars_count[SECTIONS];
    int translated[SECTIONS];
    int is_running; /* one call at a time: the caller has a lock */
} Program;

typedef struct {
    int kind;
    int64_t batch;
    const void **arguments;
    void *out;             /* the outputs, of shape (outputs, batch) */
    unsigned char *agreed; /* for every example whether all comparisons hold */
    double seed, sum;
    int failed; /* the comparison, counted from 1 */
    int64_t example;
    double numbers[2]; /* its operands */
} Call;

/* Steps of gradient descent on mini-batches of the examples that an array has for each argument. */
typedef struct {
    int64_t steps, batch, parameters;
    const int64_t *examples; /* of every step */
    const double *rates;
    double *losses;       /* before each step */
    const void **columns; /* for each argument the numbers of all examples, in rows */
    void **tables;        /* for each the number of every byte; NULL where it holds numbers */
    void **gathered;      /* for each the numbers of the examples of a step */
} Descent;

static int64_t padded(const Program *p, int64_t n)
{
    const int64_t lanes = p->is_single ? 16 : 8;
    return n == 1 ? 1 : (n + lanes - 1) / lanes * lanes;
}

/* The functions of the mathematical library that C lacks; table.h has two of these names too. */
#define maximum larger_of_two
#define minimum smaller_of_two
#include "../formula/special.c"
#undef maximum
#undef minimum

#define JOINED(a, b, c) a##_##b##_##c
#define NAMED(a, b, c) JOINED(a, b, c)
#define NAME(name) NAMED(name, number, PROCESSOR)

#ifdef __GNUC__
#define INLINE static inline __attribute__((always_inline, unused))
#else
#define INLINE static inline
#endif

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math", "fp-contract=off")
#define CONTRACTED _Pragma("GCC push_options") _Pragma("GCC optimize(\"fp-contract=fast\")")
#define ROUNDED _Pragma("GCC pop_options")
#else
#define CONTRACTED
#define ROUNDED
#endif
#include "kernel_math.h"

#define PROCESSOR any
#include "kernel_types.h"
#undef PROCESSOR

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define HAS_PROCESSORS
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define PROCESSOR avx2
#include "kernel_types.h"
#undef PROCESSOR
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512")
#define PROCESSOR avx512
#include "kernel_types.h"
#undef PROCESSOR
#pragma GCC pop_options
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif
#undef INLINE

typedef int (*Drive)(Program *, Call *);
typedef int64_t (*Descend)(Program *, Descent *);

/* The kinds of processor that this was compiled for, the plainest first. */
static const struct {
    const char *name;
    Drive drive[2]; /* of float64 and of float32 */
    Descend descend[2];
} processors[] = {
    {"any", {drive_double_any, drive_float_any}, {descend_double_any, descend_float_any}},
#ifdef HAS_PROCESSORS
    {"avx2", {drive_double_avx2, drive_float_avx2}, {descend_double_avx2, descend_float_avx2}},
    {"avx512",
     {drive_double_avx512, drive_float_avx512},
     {descend_double_avx512, descend_float_avx512}},
#endif
};
static int processor = 0, processors_here = 1;

static void choose_processor(void)
{
#ifdef HAS_PROCESSORS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        processors_here = 2;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
            processors_here = 3;
    }
#endif
    processor = processors_here - 1;
}

/* Take another kind of processor, by its name, for tests; return the names of those that run here. */
static PyObject *use_processor(PyObject *module, PyObject *name)
{
    PyObject *const names = PyTuple_New(processors_here);
    for (int k = 0; names && k < processors_here; k++) {
        PyObject *const each = PyUnicode_FromString(processors[k].name);
        if (!each) {
            Py_DECREF(names);
            return NULL;
        }
        PyTuple_SET_ITEM(names, k, each);
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, processors[k].name) == 0)
            processor = k;
    }
    return names;
}

/* -- checks ------------------------------------------------------------------------------------ */

typedef struct {
    Program *p;
    int64_t steps;           /* of the loop at hand */
    const int32_t *start; /* of the code */
} Checked;

static int64_t size_of(const Program *p, int memory)
{
    return IS_WIDE(memory) ? p->rows : memory == CONSTANTS ? p->constants_size : p->statics_size;
}

/* Whether `count` positions, some distance apart, lie inside a memory in every step. */
static int fits(const Checked *c, int memory, int64_t at, int64_t apart, int64_t count, int64_t shift)
{
    if (memory < 0 || memory >= MEMORIES)
        return 0;
    const int64_t size = size_of(c->p, memory), moved = shift * (c->steps - 1);
    int64_t low = at, high = at;
    const int64_t span = apart * (count - 1);
    if (count < 1)
        return count == 0;
    *(span < 0 ? &low : &high) += span;
    *(moved < 0 ? &low : &high) += moved;
    return low >= 0 && high < size;
}

static int is_formula(const Checked *c, const int32_t *w, int64_t length)
{
    if (length < FORMULA_HEAD || w[3] < 0 || w[4] < 0 || w[5] < 0 || w[6] < 0
        || w[3] > length || w[5] > length || w[6] > length)
        return 0;
    const int readers = w[3], temporaries = w[4], count = w[5], is_batched = w[2];
    const int32_t *memories = w + FORMULA_HEAD, *op = memories + readers;
    const int64_t run_length = 1 + 3 * (int64_t)readers;
    const int64_t whole_length = FORMULA_HEAD + readers + 6 * (int64_t)count + w[6] * run_length;
    if (whole_length != length || temporaries > (1 << 20))
        return 0;
    const int codes = readers + temporaries; /* each is bounded above */
    for (int k = 0; k < readers; k++) {
        if (memories[k] < 0 || memories[k] >= MEMORIES || (!is_batched && IS_WIDE(memories[k])))
            return 0;
    }
    for (int k = 0; k < count; k++, op += 6) {
        const int word = op[0], rows = op[1], out = op[2];
        const int operands = word >= FIRST_OF_ALL ? 1 : word == WORD_where ? 3
                             : (word >= FIRST_OF_TWO && word < FIRST_ADDING) ? 2
                             : word == WORD_add_product ? 2 : 1;
        if (word < 0 || word >= COUNT_OF_WORDS || rows < 1 || rows > codes)
            return 0;
        for (int k = 0; k < 3; k++) {
            if (k < operands ? op[3 + k] < 0 || op[3 + k] >= codes : op[3 + k] != -1)
                return 0;
        }
        if (word >= FIRST_OF_ALL) { /* several rows: all operands, or all temporaries */
            const int64_t last = (int64_t)op[3] + rows;
            if (last > codes || (op[3] < readers && last > readers))
                return 0;
        }
        const int64_t made = word == WORD_prod_of_others ? rows : 1;
        if (out < 0 || out + made > codes || (made > 1 && out < readers))
            return 0;
        if (out < readers) {
            const int memory = memories[out], adds = word >= FIRST_ADDING && word < FIRST_OF_ALL;
            if (memory != (is_batched ? VALUES : STATIC) && !(adds && IS_ADJOINT(memory)))
                return 0;
        }
    }
    const int32_t *const ops = memories + readers;
    for (int r = 0; r < w[6]; r++) {
        const int32_t positions = *op++;
        if (positions < 1)
            return 0;
        for (int k = 0; k < count && positions > 1; k++) { /* values are written side by side */
            const int out = ops[6 * k + 2];
            if (out < readers && !IS_ADJOINT(memories[out]) && op[3 * out + 1] != 1)
                return 0;
        }
        for (int k = 0; k < readers; k++, op += 3) {
            if (!fits(c, memories[k], op[0], op[1], positions, op[2]))
                return 0;
        }
    }
    Program *p = c->p;
    if (readers > p->most_readers)
        p->most_readers = readers;
    if (codes > p->most_rows)
        p->most_rows = codes;
    return 1;
}

static int is_segments(const Checked *c, const int32_t *w, int64_t length)
{
    if (length < SEGMENTS_HEAD || w[6] < 0 || (w[7] & ~1) || w[5] < -1 || w[4] < 0)
        return 0;
    const int is_batched = w[2], has_left = w[5] >= 0, entry = (1 + has_left) << w[7];
    const int first = is_batched ? VALUES : STATIC;
    const int right_fits = w[4] == VALUES || w[4] == STATIC;
    const int left_fits = !has_left || w[5] == VALUES || w[5] == STATIC;
    if (!right_fits || !left_fits || (!is_batched && (IS_WIDE(w[4]) || (has_left && IS_WIDE(w[5]))))
        || !fits(c, first, w[8], 1, w[6], w[9]) || (w[0] == SWEEP_SEGMENTS && w[3] & ~3)
        || (w[0] == SWEEP_SEGMENTS && !has_left && w[3] & 2))
        return 0;
    const int32_t *p = w + SEGMENTS_HEAD, *const end = w + length;
    for (int r = 0; r < w[6]; r++) {
        if (p >= end || *p < 0 || (end - p - 1) / entry < *p)
            return 0;
        const int count = *p++;
        for (int k = 0; k < count; k++, p += entry) {
            if (!fits(c, w[4], p[0], 0, 1, w[7] ? p[entry / 2] : 0)
                || (has_left && !fits(c, w[5], p[1], 0, 1, w[7] ? p[3] : 0)))
                return 0;
        }
    }
    return p == end;
}

static int is_product(const Checked *c, const int32_t *w, int64_t length)
{
    if (length < PRODUCT_HEAD || w[4] < 1 || w[5] < 1 || w[6] < 1)
        return 0;
    const int is_batched = w[2], memory = is_batched ? VALUES : STATIC;
    const int64_t sources = w[14] >= 0 ? 0 : (int64_t)w[5] * w[6];
    const int64_t results = (int64_t)w[4] * w[6];
    if (length != PRODUCT_HEAD + sources || results > INT32_MAX
        || (w[0] == SWEEP_PRODUCT && w[3] & ~3)
        || !fits(c, memory, w[11], 1, (int64_t)results, w[12]))
        return 0;
    for (int corner = 0; corner < 4; corner++) {
        const int64_t at = w[7] + (corner & 1 ? (w[4] - 1) * (int64_t)w[8] : 0)
                        + (corner & 2 ? (w[5] - 1) * (int64_t)w[9] : 0);
        if (!fits(c, STATIC, at, 0, 1, w[10]))
            return 0;
    }
    if (w[14] >= 0) {
        if (!is_batched || w[6] != 1 || w[9] != 1 || c->steps != 1 || w[14] >= c->p->arguments)
            return 0;
        const Argument *const argument = c->p->argument + w[14];
        return w[16] >= 0 && w[17] == argument->size && (int64_t)w[16] + w[5] <= argument->size;
    }
    for (int64_t k = 0; k < sources; k++) {
        const int32_t at = w[PRODUCT_HEAD + k];
        const int is_first = k % w[5] == 0;
        if (!fits(c, memory, at, 0, 1, w[13])
            || (w[15] && !is_first && at - (int64_t)w[PRODUCT_HEAD + k - 1] != 1))
            return 0;
    }
    return !w[15] || w[9] == 1;
}

static int is_lookup(const Checked *c, const int32_t *w, int64_t length)
{
    if (length < LOOKUP_HEAD || w[2] < 1 || w[3] < 1 || w[4] < 0)
        return 0;
    const int64_t table = (int64_t)w[2] * w[3], results = (int64_t)w[3] * w[4];
    if (table > length || results > INT32_MAX || length != LOOKUP_HEAD + table + w[4]
        || !fits(c, VALUES, w[5], 1, (int64_t)results, w[6]))
        return 0;
    for (int64_t k = 0; k < table; k++) {
        if (!fits(c, STATIC, w[LOOKUP_HEAD + k], 0, 1, 0))
            return 0;
    }
    for (int j = 0; j < w[4]; j++) {
        if (!fits(c, VALUES, w[LOOKUP_HEAD + table + j], 0, 1, w[7]))
            return 0;
    }
    return 1;
}

static int is_guards(const Checked *c, const int32_t *w, int64_t length)
{
    if (length < GUARDS_HEAD || w[2] < 0 || w[2] >= COUNT_OF_RELATIONS || w[3] < 1 || w[6] < 1
        || length != GUARDS_HEAD + 3 * (int64_t)w[6])
        return 0;
    for (const int32_t *p = w + GUARDS_HEAD; p < w + length; p += 3) {
        if (!fits(c, w[4], p[0], 0, 1, 0) || !fits(c, w[5], p[1], 0, 1, 0))
            return 0;
    }
    return IS_ADJOINT(w[4]) || IS_ADJOINT(w[5]) ? 0 : 1;
}

static int is_code(Checked c, const int32_t *w, const int32_t *end, int section)
{
    int wanted = 1; /* of the next comparison */
    while (w < end) {
        const int32_t *const next = end - w >= 2 && w[1] >= 2 && w[1] <= end - w ? w + w[1] : NULL;
        if (!next)
            return 0;
        const int64_t length = next - w;
        const int is_wide = section == FORWARD || section == SWEEP;
        int is_right = 0;
        if ((section == GUARDS) != (w[0] == RUN_GUARDS))
            return 0;
        switch (w[0]) {
        case RUN_FORMULA: is_right = length > 2 && w[2] == is_wide && is_formula(&c, w, length); break;
        case RUN_SEGMENTS:
        case SWEEP_SEGMENTS:
            is_right = length > 2 && w[2] == is_wide && is_segments(&c, w, length);
            break;
        case RUN_PRODUCT:
        case SWEEP_PRODUCT:
            is_right = length > 2 && w[2] == is_wide && is_product(&c, w, length);
            break;
        case RUN_LOOKUP:
        case SWEEP_LOOKUP: is_right = is_wide && is_lookup(&c, w, length); break;
        case RUN_GUARDS:
            is_right = is_guards(&c, w, length) && w[3] == wanted;
            wanted += is_right ? w[6] : 0;
            break;
        case RUN_LOOP:
            if (length >= LOOP_HEAD && w[2] >= 1 && c.steps == 1
                && w[2] <= c.p->rows + c.p->statics_size) { /* each step computes something */
                const Checked inside = {c.p, w[2], c.start};
                is_right = is_code(inside, w + LOOP_HEAD, next, section);
            }
            break;
        }
        if (!is_right)
            return 0;
        w = next;
    }
    return 1;
}

/* -- the type of programs ---------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Program p;
    Py_buffer held[5]; /* code, constants, static numbers, gradient, outputs */
    int are_held;
} Kernels;

static void forget_scalars(Program *p)
{
    for (int k = 0; k < SECTIONS; k++) {
        free(p->scalars[k]);
        p->scalars[k] = NULL;
        p->translated[k] = 0;
    }
}

static void kernels_dealloc(PyObject *self)
{
    Kernels *kernels = (Kernels *)self;
    for (int k = 0; k < kernels->are_held; k++)
        PyBuffer_Release(&kernels->held[k]);
    PyMem_Free(kernels->p.argument);
    free(kernels->p.allocated);
    forget_scalars(&kernels->p);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static int take_arguments(Program *p, PyObject *arguments)
{
    p->arguments = (int64_t)PyTuple_GET_SIZE(arguments);
    p->argument = PyMem_Calloc((size_t)p->arguments + 1, sizeof(Argument));
    if (!p->argument)
        return PyErr_NoMemory(), -1;
    for (int64_t k = 0; k < p->arguments; k++) {
        Argument *const each = p->argument + k;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(arguments, k), "LLp", &each->start, &each->size,
                              &each->is_loaded))
            return -1;
        if (each->start != p->given || each->size < 0 || each->size > p->rows - each->start)
            return PyErr_SetString(PyExc_ValueError, "arguments that follow each other"), -1;
        p->given += each->size;
    }
    return 0;
}

/* Kernels(dtype, code, sections, constants, static, gradient, rows, arguments, outputs,
outputs_memory, zero, widest) */
static PyObject *kernels_new(PyTypeObject *type, PyObject *given, PyObject *keywords)
{
    Kernels *self = (Kernels *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    Program *p = &self->p;
    PyObject *parts[5], *arguments;
    int64_t ends[SECTIONS];
    const char *dtype;
    p->zero = -1;
    if (!PyArg_ParseTuple(given, "sO(LLLLL)OOOLO!OiLL", &dtype, &parts[0], &ends[0], &ends[1],
                          &ends[2], &ends[3], &ends[4], &parts[1], &parts[2], &parts[3], &p->rows,
                          &PyTuple_Type, &arguments, &parts[4], &p->outputs_memory, &p->zero,
                          &p->widest))
        goto failed;
    p->is_single = !strcmp(dtype, "float32");
    const Py_ssize_t size = p->is_single ? sizeof(float) : sizeof(double);
    const Py_ssize_t sizes[] = {sizeof(int32_t), size, size, size, sizeof(int32_t)};
    for (int k = 0; k < 5; k++, self->are_held++) {
        const int flags = k == 2 || k == 3 ? PyBUF_WRITABLE : 0;
        if (PyObject_GetBuffer(parts[k], &self->held[k], PyBUF_C_CONTIGUOUS | flags) < 0)
            goto failed;
        if (self->held[k].itemsize != sizes[k]) {
            self->are_held++;
            PyErr_SetString(PyExc_TypeError, "arrays of the dtype of the program");
            goto failed;
        }
    }
    p->code = self->held[0].buf;
    p->constants = self->held[1].buf;
    p->constants_size = (int64_t)(self->held[1].len / size);
    p->statics = self->held[2].buf;
    p->gradient = self->held[3].buf;
    p->statics_size = (int64_t)(self->held[2].len / size);
    p->output = self->held[4].buf;
    p->outputs = (int64_t)(self->held[4].len / sizes[4]);
    for (int k = 0; k < SECTIONS; k++)
        p->sections[k + 1] = ends[k];
    if (p->rows < 0 || p->rows > INT32_MAX || p->zero >= p->rows || p->widest < 16
        || p->widest > (1 << 16) || self->held[3].len != self->held[2].len
        || (p->outputs_memory != VALUES && p->outputs_memory != STATIC)) {
        PyErr_SetString(PyExc_ValueError, "sizes that fit together");
        goto failed;
    }
    if (take_arguments(p, arguments) < 0)
        goto failed;
    Checked checked = {p, 1, p->code};
    int is_right = ends[SECTIONS - 1] == (int64_t)(self->held[0].len / sizes[0]);
    for (int k = 0; k < SECTIONS && is_right; k++) {
        is_right = p->sections[k] <= p->sections[k + 1] && ends[SECTIONS - 1] >= p->sections[k + 1]
                   && is_code(checked, p->code + p->sections[k], p->code + p->sections[k + 1], k);
    }
    for (int64_t k = 0; k < p->outputs && is_right; k++)
        is_right = fits(&checked, p->outputs_memory, p->output[k], 0, 1, 0);
    if (!is_right) {
        PyErr_SetString(PyExc_ValueError, "code whose positions lie inside the memories");
        goto failed;
    }
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

/* Make room for blocks of as many examples as a batch has, at most `widest`. */
static int make_room(Program *p, int64_t batch)
{
    const size_t size = p->is_single ? sizeof(float) : sizeof(double);
    p->width = batch < p->widest ? (batch ? batch : 1) : p->widest;
    const int64_t room = padded(p, p->width);
    if (room <= p->room)
        return 0;
    const int64_t rows_of_temporaries = p->most_rows + 1;
    p->chunk = ROOM_OF_TEMPORARIES / (int64_t)size / rows_of_temporaries / 16 * 16;
    if (p->chunk < 16)
        p->chunk = 16;
    if (p->chunk > 512)
        p->chunk = 512;
    p->room_of_temporaries = p->chunk * rows_of_temporaries;
    p->room = 0;
    forget_scalars(p);
    const size_t rows = (size_t)p->rows * (size_t)room * 2 + (size_t)p->room_of_temporaries;
    const size_t blocks = rows * size + (size_t)room * (size + sizeof(int)) + ALIGNED;
    const size_t readers = (size_t)(p->most_readers + 1) * MOST_OF_READER,
                 operands = (size_t)(p->most_rows + 1) * MOST_OF_OPERAND;
    free(p->allocated);
    p->allocated = calloc(1, blocks + readers + operands + 4 * ALIGNED);
    if (!p->allocated)
        return PyErr_NoMemory(), -1;
    const uintptr_t start = ((uintptr_t)p->allocated + ALIGNED - 1) / ALIGNED * ALIGNED;
    p->work = (void *)start;
    const uintptr_t after = (start + blocks + ALIGNED - 1) / ALIGNED * ALIGNED;
    p->readers = (void *)after;
    p->operands = (void *)(after + readers);
    p->room = room;
    return 0;
}

/* Whether a call is running: its memory may not be made anew. */
static int is_busy(const Program *p)
{
    if (p->is_running)
        PyErr_SetString(PyExc_RuntimeError, "expected one call at a time");
    return p->is_running;
}

/* Run on arguments of shape (numbers, batch), each in one piece with examples in rows. Returns None,
or (comparison, example, left, right) of the first comparison that failed; NULL with an error. */
static PyObject *driven(Kernels *self, PyObject *arguments, Call *call)
{
    Program *p = &self->p;
    const int64_t size = p->is_single ? sizeof(float) : sizeof(double);
    if (!PySequence_Check(arguments) || PySequence_Size(arguments) != p->arguments)
        return PyErr_Format(PyExc_TypeError, "expected %lld arguments", (long long)p->arguments);
    Py_buffer few[8], *held = few;
    const void *few_places[8], **places = few_places;
    PyObject *found = NULL;
    int64_t taken = 0;
    if (p->arguments > 8) {
        held = PyMem_Calloc((size_t)p->arguments, sizeof(Py_buffer));
        places = PyMem_Calloc((size_t)p->arguments, sizeof(void *));
        if (!held || !places) {
            PyErr_NoMemory();
            goto done;
        }
    }
    for (; taken < p->arguments; taken++) {
        PyObject *const each = PySequence_GetItem(arguments, taken);
        if (!each)
            goto done;
        const int failed = PyObject_GetBuffer(each, held + taken, PyBUF_F_CONTIGUOUS);
        Py_DECREF(each);
        if (failed < 0)
            goto done;
        places[taken] = held[taken].buf;
        if (held[taken].itemsize != size
            || held[taken].len != p->argument[taken].size * call->batch * size) {
            taken++;
            PyErr_SetString(PyExc_TypeError, "arguments of the size and dtype of the program");
            goto done;
        }
    }
    if (is_busy(p) || make_room(p, call->batch) < 0)
        goto done;
    p->is_running = 1;
    call->arguments = places;
    int holds;
    const Drive drive = processors[processor].drive[p->is_single];
    if (call->batch * p->rows < 10000) {
        holds = drive(p, call);
    } else {
        Py_BEGIN_ALLOW_THREADS
        holds = drive(p, call);
        Py_END_ALLOW_THREADS
    }
    p->is_running = 0;
    found = holds ? Py_NewRef(Py_None)
                  : Py_BuildValue("iLdd", call->failed, call->example, call->numbers[0],
                                  call->numbers[1]);
done:
    for (int64_t k = 0; k < taken; k++)
        PyBuffer_Release(held + k);
    if (held != few)
        PyMem_Free(held);
    if (places != few_places)
        PyMem_Free((void *)places);
    return found;
}

static PyObject *into(Kernels *self, PyObject *const *given, Py_ssize_t count, int kind)
{
    Call call = {kind};
    Py_buffer out;
    if (count != 3)
        return PyErr_Format(PyExc_TypeError, "expected arguments, the size of the batch, and out");
    call.batch = PyLong_AsLongLong(given[1]);
    if (call.batch == -1 && PyErr_Occurred())
        return NULL;
    if (PyObject_GetBuffer(given[2], &out, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE) < 0)
        return NULL;
    const int64_t size = kind == AGREE ? 1 : self->p.is_single ? sizeof(float) : sizeof(double);
    const int64_t rows = kind == AGREE ? 1 : self->p.outputs;
    PyObject *found = NULL;
    if (call.batch < 0 || out.itemsize != size || out.len != rows * call.batch * size) {
        PyErr_SetString(PyExc_TypeError, "out of the size and dtype of the results");
    } else {
        call.out = out.buf;
        call.agreed = out.buf;
        found = driven(self, given[0], &call);
    }
    PyBuffer_Release(&out);
    return found;
}

static PyObject *kernels_run(PyObject *self, PyObject *const *given, Py_ssize_t count)
{
    return into((Kernels *)self, given, count, RUN);
}

static PyObject *kernels_agrees(PyObject *self, PyObject *const *given, Py_ssize_t count)
{
    return into((Kernels *)self, given, count, AGREE);
}

static PyObject *kernels_differentiate(PyObject *self, PyObject *const *given, Py_ssize_t count)
{
    Call call = {DIFFERENTIATE};
    if (count != 3)
        return PyErr_Format(PyExc_TypeError, "expected arguments, the size of the batch, a seed");
    call.batch = PyLong_AsLongLong(given[1]);
    call.seed = PyFloat_AsDouble(given[2]);
    if (PyErr_Occurred())
        return NULL;
    if (call.batch < 0 || ((Kernels *)self)->p.outputs != 1)
        return PyErr_Format(PyExc_ValueError, "expected a program of one output");
    PyObject *found = driven((Kernels *)self, given[0], &call);
    if (found != Py_None)
        return found;
    Py_DECREF(found);
    return PyFloat_FromDouble(call.sum);
}

/* Point to the numbers of all examples of every argument; see kernels_descend. */
static int take_columns(Kernels *self, PyObject *columns, PyObject *divisors, Descent *d,
                        Py_buffer *held, int64_t *examples)
{
    const Program *p = &self->p;
    const int64_t size = p->is_single ? sizeof(float) : sizeof(double);
    for (int64_t k = 0; k < p->arguments; k++) {
        const double divisor = PyFloat_AsDouble(PyTuple_GET_ITEM(divisors, k));
        if (PyErr_Occurred()
            || PyObject_GetBuffer(PyTuple_GET_ITEM(columns, k), held + k, PyBUF_C_CONTIGUOUS) < 0)
            return -1;
        const int64_t numbers = p->argument[k].size, each = held[k].itemsize;
        const int64_t count = held[k].ndim ? (int64_t)held[k].shape[0] : -1;
        if ((each != 1 && each != size) || (k && count != *examples)
            || held[k].len != count * numbers * each) {
            PyErr_SetString(PyExc_TypeError, "columns of the size and dtype of the program");
            return -1;
        }
        *examples = count;
        d->columns[k] = held[k].buf;
        d->gathered[k] = PyMem_Malloc((size_t)(d->batch * numbers * size) + 1);
        d->tables[k] = each == 1 ? PyMem_Malloc((size_t)(256 * size)) : NULL;
        if (!d->gathered[k] || (each == 1 && !d->tables[k]))
            return PyErr_NoMemory(), -1;
        for (int byte = 0; byte < 256 && each == 1; byte++) {
            if (p->is_single)
                ((float *)d->tables[k])[byte] = (float)byte / (float)divisor;
            else
                ((double *)d->tables[k])[byte] = byte / divisor;
        }
    }
    return 0;
}

/* descend(columns, divisors, examples, rates, losses, parameters): of every argument the numbers of
all examples, in rows, or bytes, to be divided by its divisor; int64 of shape (steps, batch); two
arrays of doubles for the steps. Return the number of steps taken. */
static PyObject *kernels_descend(PyObject *given, PyObject *arguments)
{
    Kernels *const self = (Kernels *)given;
    Program *const p = &self->p;
    PyObject *columns, *divisors, *found = NULL;
    Py_buffer examples = {0}, rates = {0}, losses = {0}, *held = NULL;
    Descent d = {0};
    int64_t all = 0;
    if (!PyArg_ParseTuple(arguments, "O!O!y*y*w*L", &PyTuple_Type, &columns, &PyTuple_Type,
                          &divisors, &examples, &rates, &losses, &d.parameters))
        return NULL;
    d.steps = (int64_t)(rates.len / (Py_ssize_t)sizeof(double));
    d.batch = d.steps ? (int64_t)(examples.len / (Py_ssize_t)sizeof(int64_t)) / d.steps : 0;
    if (p->outputs != 1 || p->arguments < 1 || d.batch < 1 || d.parameters < 0
        || d.parameters > p->statics_size || losses.len != rates.len
        || rates.len != d.steps * (Py_ssize_t)sizeof(double)
        || examples.len != d.steps * d.batch * (Py_ssize_t)sizeof(int64_t)
        || PyTuple_GET_SIZE(columns) != p->arguments || PyTuple_GET_SIZE(divisors) != p->arguments) {
        PyErr_SetString(PyExc_ValueError, "expected a program of one output, and sizes that fit");
        goto done;
    }
    d.examples = examples.buf;
    d.rates = rates.buf;
    d.losses = losses.buf;
    held = PyMem_Calloc((size_t)p->arguments, sizeof(Py_buffer));
    d.columns = PyMem_Calloc((size_t)p->arguments, sizeof(void *));
    d.tables = PyMem_Calloc((size_t)p->arguments, sizeof(void *));
    d.gathered = PyMem_Calloc((size_t)p->arguments, sizeof(void *));
    if (!held || !d.columns || !d.tables || !d.gathered) {
        PyErr_NoMemory();
        goto done;
    }
    if (take_columns(self, columns, divisors, &d, held, &all) < 0 || is_busy(p)
        || make_room(p, d.batch) < 0)
        goto done;
    for (int64_t k = 0; k < d.steps * d.batch; k++) {
        if (d.examples[k] < 0 || d.examples[k] >= all) {
            PyErr_SetString(PyExc_IndexError, "an example that is there");
            goto done;
        }
    }
    int64_t taken;
    p->is_running = 1;
    Py_BEGIN_ALLOW_THREADS
    taken = processors[processor].descend[p->is_single](p, &d);
    Py_END_ALLOW_THREADS
    p->is_running = 0;
    found = PyLong_FromLongLong(taken);
done:
    for (int64_t k = 0; held && d.columns && k < p->arguments; k++) {
        PyBuffer_Release(held + k);
        PyMem_Free(d.tables ? d.tables[k] : NULL);
        PyMem_Free(d.gathered ? d.gathered[k] : NULL);
    }
    PyMem_Free(held);
    PyMem_Free((void *)d.columns);
    PyMem_Free(d.tables);
    PyMem_Free(d.gathered);
    PyBuffer_Release(&examples);
    PyBuffer_Release(&rates);
    PyBuffer_Release(&losses);
    return found;
}

static PyMethodDef kernels_methods[] = {
    {"run", (PyCFunction)(void (*)(void))kernels_run, METH_FASTCALL,
     "Compute the outputs of all examples."},
    {"agrees", (PyCFunction)(void (*)(void))kernels_agrees, METH_FASTCALL,
     "Tell for every example whether all comparisons hold."},
    {"differentiate", (PyCFunction)(void (*)(void))kernels_differentiate, METH_FASTCALL,
     "Return the sum of the output; its gradient, times a seed, goes where it was given."},
    {"descend", kernels_descend, METH_VARARGS,
     "Take steps of gradient descent on mini-batches; return how many were taken."},
    {NULL},
};

static PyType_Slot kernels_slots[] = {
    {Py_tp_new, kernels_new},
    {Py_tp_dealloc, kernels_dealloc},
    {Py_tp_methods, kernels_methods},
    {Py_tp_doc, "A compiled program that is walked as data."},
    {0, NULL},
};

static PyType_Spec kernels_spec = {
    .name = "autodiff.native.engine.Kernels",
    .basicsize = sizeof(Kernels),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = kernels_slots,
};

/* -- what the writer of code needs ------------------------------------------------------------- */

/* Positions of several readers as runs: runs(columns, readers) takes int32 numbers of shape
(2 * readers, count), positions and then shifts, and returns the number of runs and the bytes of
(count, position, step, shift, ...) of each. */
static PyObject *runs_of(PyObject *module, PyObject *given)
{
    Py_buffer columns;
    int64_t readers;
    if (!PyArg_ParseTuple(given, "y*L", &columns, &readers))
        return NULL;
    const int64_t count = readers > 0 ? (int64_t)(columns.len / (int64_t)sizeof(int32_t) / (2 * readers)) : 0;
    if (readers < 1 || columns.len != (Py_ssize_t)sizeof(int32_t) * count * 2 * readers) {
        PyBuffer_Release(&columns);
        return PyErr_Format(PyExc_ValueError, "expected columns of equal lengths");
    }
    const int32_t *const at = columns.buf, *const shift = at + readers * count;
    const int64_t length = 1 + 3 * readers;
    int32_t *const found = PyMem_Malloc(sizeof(int32_t) * (size_t)(count * length + 1));
    int32_t *to = found;
    int32_t runs = 0;
    for (int64_t i = 0; found && i < count; runs++) {
        int64_t end = i + 1;
        for (int is_going_on = 1; end < count && is_going_on; end += is_going_on) {
            for (int64_t k = 0; k < readers && is_going_on; k++) {
                const int32_t *const p = at + k * count, *const q = shift + k * count;
                is_going_on = p[end] - p[end - 1] == p[i + 1] - p[i] && q[end] == q[i];
            }
        }
        *to++ = (int32_t)(end - i);
        for (int64_t k = 0; k < readers; k++) {
            const int32_t *const p = at + k * count;
            *to++ = p[i];
            *to++ = end - i > 1 ? p[i + 1] - p[i] : 0;
            *to++ = shift[k * count + i];
        }
        i = end;
    }
    PyBuffer_Release(&columns);
    PyObject *result = found ? Py_BuildValue("iy#", runs, found, (Py_ssize_t)((char *)to - (char *)found))
                             : PyErr_NoMemory();
    PyMem_Free(found);
    return result;
}

#define AS_TEXT(name) #name,
static int add_names(PyObject *module, const char *attribute, const char *const *names, int count)
{
    PyObject *const listed = PyTuple_New(count);
    for (int k = 0; listed && k < count; k++) {
        PyObject *const text = PyUnicode_FromString(names[k]);
        if (!text) {
            Py_DECREF(listed);
            return -1;
        }
        PyTuple_SET_ITEM(listed, k, text);
    }
    const int failed = listed ? PyModule_AddObjectRef(module, attribute, listed) : -1;
    Py_XDECREF(listed);
    return failed;
}

static int add_kernels(PyObject *module)
{
    static const char *const words[] = {WORDS(AS_TEXT)}, *const relations[] = {RELATIONS(AS_TEXT)},
                      *const instructions[] = {INSTRUCTIONS(AS_TEXT)},
                      *const memories[] = {MEMORY_NAMES(AS_TEXT)};
    static PyMethodDef functions_of_code[] = {
        {"use_processor", use_processor, METH_O, "Take another kind of processor; return all."},
        {"runs", runs_of, METH_VARARGS, "Return positions of several readers as runs."},
        {NULL},
    };
    choose_processor();
    PyObject *const type = PyType_FromSpec(&kernels_spec);
    const int failed = type ? PyModule_AddObjectRef(module, "Kernels", type) : -1;
    Py_XDECREF(type);
    return failed < 0 || PyModule_AddFunctions(module, functions_of_code) < 0
           || add_names(module, "WORDS", words, COUNT_OF_WORDS) < 0
           || add_names(module, "RELATIONS", relations, COUNT_OF_RELATIONS) < 0
           || add_names(module, "INSTRUCTIONS", instructions, COUNT_OF_INSTRUCTIONS) < 0
           || add_names(module, "MEMORIES", memories, MEMORIES) < 0;
}
