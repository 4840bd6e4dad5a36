/* The fields of a node in C, its most frequent operations, and the sweep. Compiled programs are in
kernels.c.

The Python of autodiff/graph is the definition; this does the same, bit for bit, without an object
for each number. A node is not tracked by Python's collector: its parents exist before it, so that
graphs have no cycles, and a graph of any depth is freed without recursion. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#include <stdint.h>
#include <fenv.h>
#include <math.h>

#if defined(PYPY_VERSION) || defined(Py_GIL_DISABLED)
#error "needs CPython with its global lock: others run the engine in Python"
#endif

#ifdef _MSC_VER /* a product and a sum are rounded each; other compilers take -ffp-contract=off */
#pragma fp_contract(off)
#endif

/* What the operands are, and whether there is a derivative by each. */
enum { HAS_FIRST = 1, HAS_SECOND = 2, VARIADIC = 4, LATER = VARIADIC | HAS_FIRST };

typedef struct {
    PyObject_HEAD
    double data, grad, adjoint, by_second;
    union {
        double one;
        double *all;     /* of a variadic node, one for each parent */
        PyObject *later; /* an object that passes for a tuple, and may compute it */
    } by_first;
    PyObject *first, *second; /* of a variadic node the tuples of operands and parents */
    PyObject *operation;
    PyObject *notes; /* the label, or the pair of label and line */
    uint32_t visit;  /* the walk that met this node last */
    uint32_t kind : 3;
    uint32_t count : 29; /* of a variadic node, the number of derivatives */
} Storage;

#define MOST_PARENTS 0x1fffffff

static PyTypeObject *storage_type;
static uint32_t visits = 0;  /* walks so far */
static long blocks = 0;      /* open blocks of no_grad and lines */
static long tracers = 0;     /* open, each of which may give a node another number */

/* What node.py connects: functions that handle what is rare, and rows of the table. */
static PyObject *with_number, *finish, *plain_unary, *plain_binary, *row_add, *row_sub, *row_mul;
static PyObject *unary_rows, *binary_rows; /* from a row to its place in the table */

#define IS_NODE(x) PyObject_TypeCheck((x), storage_type)
#define NODE(x) ((Storage *)(x))

/* -- freeing, without recursion ---------------------------------------------------------------- */

static Storage *waiting = NULL; /* dead nodes, linked by their label's place */
static int is_freeing = 0;

static void drop_by_first(Storage *node)
{
    uint32_t kind = node->kind;
    node->kind &= HAS_SECOND;
    if ((kind & LATER) == LATER)
        Py_DECREF(node->by_first.later);
    else if (kind & VARIADIC)
        PyMem_Free(node->by_first.all);
}

static void drop_fields(Storage *node)
{
    drop_by_first(node);
    Py_CLEAR(node->first);
    Py_CLEAR(node->second);
    Py_CLEAR(node->operation);
}

static void storage_dealloc(PyObject *self)
{
    Storage *node = NODE(self);
    Py_CLEAR(node->notes);
    node->notes = (PyObject *)waiting;
    waiting = node;
    if (is_freeing)
        return;
    is_freeing = 1;
    while (waiting) {
        Storage *next = waiting;
        waiting = (Storage *)next->notes;
        next->notes = NULL;
        drop_fields(next);
        PyTypeObject *type = Py_TYPE(next);
        type->tp_free(next);
        Py_DECREF(type);
    }
    is_freeing = 0;
}

/* What a subclass with attributes shows to the collector: a cycle through these can be freed. */
static int storage_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(NODE(self)->first);
    Py_VISIT(NODE(self)->second);
    Py_VISIT(NODE(self)->operation);
    Py_VISIT(NODE(self)->notes);
    if ((NODE(self)->kind & LATER) == LATER)
        Py_VISIT(NODE(self)->by_first.later);
    return 0;
}

/* -- the fields as Python sees them ------------------------------------------------------------ */

static PyObject *or_none(PyObject *x) { return Py_NewRef(x ? x : Py_None); }

static PyObject *get_object(PyObject *self, void *offset)
{
    return or_none(*(PyObject **)((char *)self + (Py_ssize_t)offset));
}

static int set_object(PyObject *self, PyObject *x, void *offset)
{
    PyObject **place = (PyObject **)((char *)self + (Py_ssize_t)offset);
    PyObject *old = *place;
    *place = x == NULL || x == Py_None ? NULL : Py_NewRef(x);
    Py_XDECREF(old);
    return 0;
}

static PyObject *get_by_first(PyObject *self, void *closure)
{
    Storage *node = NODE(self);
    if ((node->kind & LATER) == LATER)
        return Py_NewRef(node->by_first.later);
    if (node->kind & VARIADIC) {
        PyObject *all = PyTuple_New(node->count);
        if (!all)
            return NULL;
        for (uint32_t i = 0; i < node->count; i++) {
            PyObject *each = PyFloat_FromDouble(node->by_first.all[i]);
            if (!each) {
                Py_DECREF(all);
                return NULL;
            }
            PyTuple_SET_ITEM(all, i, each);
        }
        return all;
    }
    if (node->kind & HAS_FIRST)
        return PyFloat_FromDouble(node->by_first.one);
    Py_RETURN_NONE;
}

/* Read a tuple of numbers into new memory. */
static double *numbers_in(PyObject *x)
{
    Py_ssize_t count = PyTuple_GET_SIZE(x);
    if (count > MOST_PARENTS) {
        PyErr_SetString(PyExc_OverflowError, "expected fewer operands");
        return NULL;
    }
    double *all = PyMem_New(double, count + 1);
    if (!all)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count && all; i++)
        all[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(x, i));
    if (PyErr_Occurred()) {
        PyMem_Free(all);
        return NULL;
    }
    return all;
}

static int set_by_first(PyObject *self, PyObject *x, void *closure)
{
    Storage *node = NODE(self);
    double *all = NULL, one = 0.0;
    uint32_t kind = 0;
    int passes = x && !PyFloat_Check(x) ? PyObject_IsInstance(x, (PyObject *)&PyTuple_Type) : 0;
    if (passes < 0)
        return -1;
    if (x && PyTuple_Check(x)) {
        if (!(all = numbers_in(x)))
            return -1;
        kind = VARIADIC;
    } else if (passes) {
        kind = LATER;
    } else if (x && x != Py_None) {
        one = PyFloat_AsDouble(x);
        if (one == -1.0 && PyErr_Occurred())
            return -1;
        kind = HAS_FIRST;
    }
    drop_by_first(node);
    if (kind == VARIADIC)
        node->by_first.all = all;
    else if (kind == LATER)
        node->by_first.later = Py_NewRef(x);
    else
        node->by_first.one = one;
    node->count = kind == VARIADIC ? (uint32_t)PyTuple_GET_SIZE(x) : 0;
    node->kind |= kind;
    return 0;
}

static PyObject *get_by_second(PyObject *self, void *closure)
{
    if (NODE(self)->kind & HAS_SECOND)
        return PyFloat_FromDouble(NODE(self)->by_second);
    Py_RETURN_NONE;
}

static int set_by_second(PyObject *self, PyObject *x, void *closure)
{
    Storage *node = NODE(self);
    if (x == NULL || x == Py_None) {
        node->kind &= ~HAS_SECOND;
        return 0;
    }
    double number = PyFloat_AsDouble(x);
    if (number == -1.0 && PyErr_Occurred())
        return -1;
    node->by_second = number;
    node->kind |= HAS_SECOND;
    return 0;
}

static PyObject *get_label(PyObject *self, void *closure)
{
    PyObject *notes = NODE(self)->notes;
    return or_none(notes && PyTuple_CheckExact(notes) ? PyTuple_GET_ITEM(notes, 0) : notes);
}

static PyObject *get_line(PyObject *self, void *closure)
{
    PyObject *notes = NODE(self)->notes;
    if (notes && PyTuple_CheckExact(notes) && PyTuple_GET_ITEM(notes, 1) != Py_None)
        return Py_NewRef(PyTuple_GET_ITEM(notes, 1));
    PyErr_SetString(PyExc_AttributeError, "line");
    return NULL;
}

static int set_notes(Storage *node, PyObject *label, PyObject *line)
{
    if (!line && label && PyTuple_CheckExact(label)) /* it would pass for the pair */
        line = Py_None;
    PyObject *notes = line ? PyTuple_Pack(2, label ? label : Py_None, line) : Py_XNewRef(label);
    if (line && !notes)
        return -1;
    Py_XSETREF(node->notes, notes);
    return 0;
}

static int set_label(PyObject *self, PyObject *label, void *closure)
{
    PyObject *notes = NODE(self)->notes;
    PyObject *line = notes && PyTuple_CheckExact(notes) ? PyTuple_GET_ITEM(notes, 1) : NULL;
    return set_notes(NODE(self), label == Py_None ? NULL : label, line);
}

static int set_line(PyObject *self, PyObject *line, void *closure)
{
    PyObject *label = get_label(self, NULL);
    int result = set_notes(NODE(self), label == Py_None ? NULL : label, line);
    Py_DECREF(label);
    return result;
}

static PyObject *get_operands(PyObject *self, void *closure)
{
    Storage *node = NODE(self);
    if (!node->operation)
        return PyTuple_New(0);
    if (node->first && PyTuple_CheckExact(node->first))
        return Py_NewRef(node->first);
    PyObject *first = node->first ? node->first : Py_None;
    return node->second ? PyTuple_Pack(2, first, node->second) : PyTuple_Pack(1, first);
}

static PyObject *get_parents(PyObject *self, void *closure)
{
    Storage *node = NODE(self);
    if (!node->operation)
        return PyTuple_New(0);
    PyObject *first = node->first ? node->first : Py_None;
    PyObject *second = node->second ? node->second : Py_None;
    if (PyTuple_CheckExact(first))
        return Py_NewRef(second);
    if (!(node->kind & HAS_SECOND))
        return PyTuple_Pack(1, first);
    return node->kind & LATER ? PyTuple_Pack(2, first, second) : PyTuple_Pack(1, second);
}

static PyMemberDef members[] = {
    {"_data", T_DOUBLE, offsetof(Storage, data), 0, "float: what `data` returns."},
    {"_grad", T_DOUBLE, offsetof(Storage, grad), 0, "float: what `grad` returns."},
    {"_adjoint", T_DOUBLE, offsetof(Storage, adjoint), 0, "float: the adjoint, in a sweep."},
    {NULL},
};

static PyGetSetDef fields[] = {
    {"_first", get_object, set_object, "An operand, or the tuple of more than two.",
     (void *)offsetof(Storage, first)},
    {"_second", get_object, set_object, "An operand, or the parents among more than two.",
     (void *)offsetof(Storage, second)},
    {"operation", get_object, set_object, "The row of the derivative table; None for a leaf.",
     (void *)offsetof(Storage, operation)},
    {"_by_first", get_by_first, set_by_first, "The derivative by `_first`; by all parents.", NULL},
    {"_by_second", get_by_second, set_by_second, "The derivative by `_second`.", NULL},
    {"label", get_label, set_label, "str | None: a name to show in tables and pictures.", NULL},
    {"line", get_line, set_line, "Where the node was made; inside `with lines():`.", NULL},
    {"operands", get_operands, NULL,
     "What the operation was applied to, in order: nodes and floats; empty for a leaf.", NULL},
    {"parents", get_parents, NULL,
     "The operands that are nodes, in order; one that occurs twice is here twice.", NULL},
    {NULL},
};

/* -- making nodes ------------------------------------------------------------------------------ */

/* The number of a node or a float; -1 with an exception. */
static inline int number_of(PyObject *x, int is_node, double *number)
{
    if (!is_node)
        *number = PyFloat_AS_DOUBLE(x);
    else if (!tracers)
        *number = NODE(x)->data;
    else {
        PyObject *data = PyObject_GetAttrString(x, "_data");
        *number = data ? PyFloat_AsDouble(data) : -1.0;
        Py_XDECREF(data);
        if (*number == -1.0 && PyErr_Occurred())
            return -1;
    }
    return 0;
}

/* Python raises where it divides by 0, and so leaves no flag by which NumPy would warn. */
static inline void forget_division(void)
{
    if (fetestexcept(FE_DIVBYZERO))
        feclearexcept(FE_DIVBYZERO);
}

static Storage *new_node(PyTypeObject *type, PyObject *row)
{
    Storage *node = NODE(type->tp_alloc(type, 0)); /* all fields are 0 */
    if (node)
        node->operation = Py_NewRef(row);
    return node;
}

/* Let node.py note the line of a new node, or make it a leaf; `depth` counts Python's frames. */
static PyObject *finished(Storage *node, long depth)
{
    if (blocks && node) {
        PyObject *result = PyObject_CallFunction(finish, "Ol", node, depth);
        if (!result)
            Py_CLEAR(node);
        Py_XDECREF(result);
    }
    return (PyObject *)node;
}

static PyObject *rare(PyObject *row, PyObject *x, PyObject *other, int is_first)
{
    PyObject *wanted = PyTuple_Pack(2, is_first ? Py_True : Py_False, is_first ? Py_False : Py_True);
    if (!wanted)
        return NULL;
    PyObject *result = PyObject_CallFunctionObjArgs(with_number, row, x, other, wanted, NULL);
    Py_DECREF(wanted);
    return result;
}

/* An operator: both operands nodes of one class, or one a node and the other a float. */
#define OPERATOR(name, row, formula, slope_x, slope_y)                                           \
    static PyObject *name(PyObject *left, PyObject *right)                                       \
    {                                                                                            \
        int first = IS_NODE(left), second = IS_NODE(right);                                      \
        PyTypeObject *type = Py_TYPE(first ? left : right);                                      \
        if ((!first && !PyFloat_CheckExact(left)) || (!second && !PyFloat_CheckExact(right))     \
            || (first && second && Py_TYPE(left) != Py_TYPE(right)))                             \
            return first ? rare(row, left, right, 1) : rare(row, right, left, 0);                \
        double x, y;                                                                             \
        if (number_of(left, first, &x) < 0 || number_of(right, second, &y) < 0)                  \
            return NULL;                                                                         \
        Storage *node = new_node(type, row);                                                     \
        if (!node)                                                                               \
            return NULL;                                                                         \
        node->data = formula;                                                                    \
        node->first = Py_NewRef(left);                                                           \
        node->second = Py_NewRef(right);                                                         \
        node->by_first.one = slope_x;                                                            \
        node->by_second = slope_y;                                                               \
        node->kind = (first ? HAS_FIRST : 0) | (second ? HAS_SECOND : 0);                        \
        return finished(node, 2);                                                                \
    }

OPERATOR(add_nodes, row_add, x + y, 1.0, 1.0)
OPERATOR(subtract_nodes, row_sub, x - y, 1.0, -1.0)
OPERATOR(multiply_nodes, row_mul, x * y, y, x)

/* The functions of the table, as `make generated` prints them from the rows. */
typedef void (*Unary)(double x, double *out, double *by_x);
typedef void (*Binary)(double x, double y, double *out, double *by_x, double *by_y);
#include "table.h"

static PyObject *unary(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2 || !IS_NODE(arguments[1]))
        return PyObject_Vectorcall(plain_unary, arguments, count, NULL);
    PyObject *place = PyDict_GetItemWithError(unary_rows, arguments[0]);
    if (!place)
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(plain_unary, arguments, 2, NULL);
    PyObject *x = arguments[1];
    double number;
    Storage *node = number_of(x, 1, &number) < 0 ? NULL : new_node(Py_TYPE(x), arguments[0]);
    if (!node)
        return NULL;
    UNARY[PyLong_AsLong(place)].function(number, &node->data, &node->by_first.one);
    forget_division();
    node->first = Py_NewRef(x);
    node->kind = HAS_FIRST;
    return finished(node, 3);
}

static PyObject *binary(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3)
        return PyObject_Vectorcall(plain_binary, arguments, count, NULL);
    PyObject *x = arguments[1], *y = arguments[2];
    PyObject *place = NULL;
    if (IS_NODE(x) && (Py_TYPE(x) == Py_TYPE(y) || PyFloat_CheckExact(y)))
        place = PyDict_GetItemWithError(binary_rows, arguments[0]);
    if (!place)
        return PyErr_Occurred() ? NULL : PyObject_Vectorcall(plain_binary, arguments, 3, NULL);
    int second = !PyFloat_CheckExact(y);
    double left, right;
    if (number_of(x, 1, &left) < 0 || number_of(y, second, &right) < 0)
        return NULL;
    Storage *node = new_node(Py_TYPE(x), arguments[0]);
    if (!node)
        return NULL;
    BINARY[PyLong_AsLong(place)].function(left, right, &node->data, &node->by_first.one,
                                          &node->by_second);
    forget_division();
    node->first = Py_NewRef(x);
    node->second = Py_NewRef(y);
    node->kind = HAS_FIRST | (second ? HAS_SECOND : 0);
    return finished(node, 3);
}

/* -- the order and the sweep -------------------------------------------------------------------

No code of Python's runs while these lists are filled, so that nothing can be freed or changed. */

typedef struct {
    Storage **items;
    Py_ssize_t size, room;
} Nodes;

static int push(Nodes *list, Storage *node)
{
    if (list->size == list->room) {
        Py_ssize_t room = list->room ? 2 * list->room : 1024;
        Storage **items = PyMem_Realloc(list->items, room * sizeof(Storage *));
        if (!items) {
            PyErr_NoMemory();
            return -1;
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->size++] = node;
    return 0;
}

static uint32_t next_visit(void) { return ++visits ? visits : ++visits; }

/* A parent, or NULL for what is none: fields can be assigned in Python. */
static inline Storage *parent_at(Storage *node, PyObject *x)
{
    return x && (Py_TYPE(x) == Py_TYPE(node) || IS_NODE(x)) ? NODE(x) : NULL;
}

static Py_ssize_t parents_of(Storage *node)
{
    return node->second && PyTuple_Check(node->second) ? PyTuple_GET_SIZE(node->second) : 0;
}

static int no_node(Storage *node)
{
    PyErr_Format(PyExc_TypeError, "expected nodes as parents of %R",
                 node->operation ? node->operation : Py_None);
    return -1;
}

static inline int push_parent(Nodes *stack, Storage *node, PyObject *x)
{
    Storage *parent = parent_at(node, x);
    if (!parent)
        return no_node(node);
    return parent->operation ? push(stack, parent) : 0;
}

/* Push the parents that are computed, the last one first, so that the first is met first. */
static int push_parents(Nodes *stack, Storage *node)
{
    if (node->kind & VARIADIC) {
        for (Py_ssize_t i = parents_of(node); i--;)
            if (push_parent(stack, node, PyTuple_GET_ITEM(node->second, i)) < 0)
                return -1;
        return 0;
    }
    if (node->kind & HAS_SECOND && push_parent(stack, node, node->second) < 0)
        return -1;
    return node->kind & HAS_FIRST ? push_parent(stack, node, node->first) : 0;
}

/* Fill `order` with the computed nodes below the roots, a tuple, each after its parents. */
static int walk(PyObject *roots, Nodes *order)
{
    Nodes stack = {NULL, 0, 0};
    uint32_t visit = next_visit();
    for (Py_ssize_t i = PyTuple_GET_SIZE(roots); i--;) {
        PyObject *root = PyTuple_GET_ITEM(roots, i);
        if (!IS_NODE(root)) {
            PyErr_Format(PyExc_TypeError, "expected a node, got %R", root);
            goto failed;
        }
        if (NODE(root)->operation && push(&stack, NODE(root)) < 0)
            goto failed;
    }
    while (stack.size) {
        Storage *node = stack.items[--stack.size];
        if (!node) {
            if (push(order, stack.items[--stack.size]) < 0)
                goto failed;
        } else if (node->visit != visit) {
            node->visit = visit;
            if (push(&stack, node) < 0 || push(&stack, NULL) < 0 || push_parents(&stack, node) < 0)
                goto failed;
        }
    }
    PyMem_Free(stack.items);
    return 0;
failed:
    PyMem_Free(stack.items);
    return -1;
}

static PyObject *interior_order(PyObject *module, PyObject *roots)
{
    Nodes order = {NULL, 0, 0};
    PyObject *result = PyList_New(0); /* before the walk: the collector may run here */
    roots = PySequence_Tuple(roots);
    if (!roots || !result || walk(roots, &order) < 0)
        Py_CLEAR(result);
    for (Py_ssize_t i = 0; result && i < order.size; i++)
        if (PyList_Append(result, (PyObject *)order.items[i]) < 0)
            Py_CLEAR(result);
    PyMem_Free(order.items);
    Py_XDECREF(roots);
    return result;
}

/* Add to the adjoint of a parent; a leaf begins at 0 when it is met first. */
static inline int add(Nodes *leaves, uint32_t visit, Storage *parent, double part)
{
    if (!parent->operation && parent->visit != visit) {
        parent->visit = visit;
        parent->adjoint = 0.0;
        if (push(leaves, parent) < 0)
            return -1;
    }
    parent->adjoint += part;
    return 0;
}

/* Write the adjoint of every node in `order`, and list the leaves that they are computed from.
Return 1 if derivatives are still to be computed, in Python: it then does the whole sweep. */
static int sweep(Nodes *order, PyObject *roots, const double *seeds, Nodes *leaves)
{
    uint32_t visit = next_visit();
    for (Py_ssize_t i = 0; i < order->size; i++) {
        if ((order->items[i]->kind & LATER) == LATER)
            return 1;
        order->items[i]->adjoint = 0.0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(roots); i++)
        if (add(leaves, visit, NODE(PyTuple_GET_ITEM(roots, i)), seeds[i]) < 0)
            return -1;
    for (Py_ssize_t i = order->size; i--;) {
        Storage *node = order->items[i];
        double outer = node->adjoint;
        if (node->kind & VARIADIC) {
            PyObject *parents = node->second;
            Py_ssize_t count = Py_MIN(parents_of(node), (Py_ssize_t)node->count);
            for (Py_ssize_t j = 0; j < count; j++)
                if (add(leaves, visit, NODE(PyTuple_GET_ITEM(parents, j)),
                        outer * node->by_first.all[j]) < 0)
                    return -1;
            continue;
        }
        if (node->kind & HAS_FIRST
            && add(leaves, visit, NODE(node->first), outer * node->by_first.one) < 0)
            return -1;
        if (node->kind & HAS_SECOND
            && add(leaves, visit, NODE(node->second), outer * node->by_second) < 0)
            return -1;
    }
    return 0;
}

/* Fill a dictionary. A class may have a hash of its own, whose code sees nodes that are held. */
static int list_adjoints(PyObject *found, Nodes *nodes)
{
    int result = 0;
    double *adjoints = PyMem_New(double, nodes->size + 1);
    if (!adjoints) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < nodes->size; i++) {
        Py_INCREF(nodes->items[i]);
        adjoints[i] = nodes->items[i]->adjoint;
    }
    for (Py_ssize_t i = 0; i < nodes->size && result == 0; i++) {
        PyObject *adjoint = PyFloat_FromDouble(adjoints[i]);
        result = adjoint ? PyDict_SetItem(found, (PyObject *)nodes->items[i], adjoint) : -1;
        Py_XDECREF(adjoint);
    }
    for (Py_ssize_t i = 0; i < nodes->size; i++)
        Py_DECREF(nodes->items[i]);
    PyMem_Free(adjoints);
    return result;
}

/* Return the numbers in a tuple, one for each of the roots. */
static double *seeds_of(PyObject *numbers, PyObject *roots)
{
    Py_ssize_t count = PyTuple_GET_SIZE(roots);
    if (PyTuple_GET_SIZE(numbers) != count) {
        PyErr_Format(PyExc_ValueError, "expected as many seeds as roots, %zd, got %zd", count,
                     PyTuple_GET_SIZE(numbers));
        return NULL;
    }
    double *seeds = PyMem_New(double, count + 1);
    for (Py_ssize_t i = 0; seeds && i < count; i++)
        seeds[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(numbers, i));
    if (!seeds)
        PyErr_NoMemory();
    if (PyErr_Occurred()) {
        PyMem_Free(seeds);
        return NULL;
    }
    return seeds;
}

/* Return a dictionary, or None for the sweep in Python. */
static PyObject *adjoints(PyObject *module, PyObject *arguments)
{
    PyObject *roots, *numbers, *found = PyDict_New();
    Nodes order = {NULL, 0, 0}, leaves = {NULL, 0, 0};
    double *seeds = NULL;
    int failed = -1;
    if (!PyArg_ParseTuple(arguments, "OO", &roots, &numbers)) {
        Py_XDECREF(found);
        return NULL;
    }
    roots = PySequence_Tuple(roots);
    numbers = roots ? PySequence_Tuple(numbers) : NULL;
    if (found && numbers && (seeds = seeds_of(numbers, roots)) && walk(roots, &order) == 0)
        failed = sweep(&order, roots, seeds, &leaves);
    for (Py_ssize_t i = 0; i < leaves.size && !failed; i++)
        failed = push(&order, leaves.items[i]);
    if (!failed)
        failed = list_adjoints(found, &order);
    if (failed)
        Py_CLEAR(found);
    Py_XDECREF(roots);
    Py_XDECREF(numbers);
    PyMem_Free(seeds);
    PyMem_Free(order.items);
    PyMem_Free(leaves.items);
    return failed > 0 ? Py_NewRef(Py_None) : found;
}

/* Return whether it was done; False for the sweep in Python. */
static PyObject *backward(PyObject *module, PyObject *arguments)
{
    PyObject *root;
    double seed;
    Nodes order = {NULL, 0, 0}, leaves = {NULL, 0, 0};
    if (!PyArg_ParseTuple(arguments, "O!d", storage_type, &root, &seed))
        return NULL;
    PyObject *roots = PyTuple_Pack(1, root);
    int failed = -1;
    if (roots && walk(roots, &order) == 0)
        failed = sweep(&order, roots, &seed, &leaves);
    for (Py_ssize_t i = 0; i < order.size && !failed; i++)
        order.items[i]->grad = order.items[i]->adjoint;
    for (Py_ssize_t i = 0; i < leaves.size && !failed; i++)
        leaves.items[i]->grad += leaves.items[i]->adjoint;
    Py_XDECREF(roots);
    PyMem_Free(order.items);
    PyMem_Free(leaves.items);
    return failed < 0 ? NULL : PyBool_FromLong(!failed);
}

#include "kernels.c"

/* -- the module -------------------------------------------------------------------------------- */

static PyObject *count_blocks(PyObject *module, PyObject *count)
{
    blocks = PyLong_AsLong(count);
    if (blocks == -1 && PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *count_tracers(PyObject *module, PyObject *count)
{
    tracers = PyLong_AsLong(count);
    if (tracers == -1 && PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* Take a class of nodes without fields of its own away from Python's collector, which tracks every
class written in Python: parents exist before their children, so that no cycle can arise. */
static PyObject *untrack(PyObject *module, PyObject *kind)
{
    PyTypeObject *type = (PyTypeObject *)kind;
    if (!PyType_Check(kind) || !PyType_IsSubtype(type, storage_type))
        return PyErr_Format(PyExc_TypeError, "expected a class of nodes, got %R", kind);
    if (type->tp_basicsize == storage_type->tp_basicsize && !type->tp_dictoffset
        && !type->tp_weaklistoffset) {
        type->tp_flags &= ~Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = storage_traverse; /* which a subclass with fields inherits */
        type->tp_clear = NULL;
        type->tp_free = PyObject_Free;
        PyType_Modified(type);
    }
    Py_RETURN_NONE;
}

/* From the rows that are printed in C to their places. */
static int find_row(PyObject *rows, const char *name, long i, PyObject *found)
{
    PyObject *row = PyDict_GetItemString(rows, name), *place = PyLong_FromLong(i);
    int result = !place ? -1 : row ? PyDict_SetItem(found, row, place) : 0;
    Py_XDECREF(place);
    return result;
}

/* Take the functions that handle what is rare, and the rows of the table. */
static PyObject *connect(PyObject *module, PyObject *arguments)
{
    PyObject **places[] = {&with_number, &finish, &plain_unary, &plain_binary};
    PyObject **own[] = {&row_add, &row_sub, &row_mul};
    const char *names[] = {"add", "sub", "mul"};
    PyObject *rows, *functions[4];
    if (!PyArg_ParseTuple(arguments, "O!OOOO", &PyDict_Type, &rows, &functions[0], &functions[1],
                          &functions[2], &functions[3]))
        return NULL;
    for (int i = 0; i < 4; i++)
        Py_XSETREF(*places[i], Py_NewRef(functions[i]));
    for (int i = 0; i < 3; i++) {
        PyObject *row = PyDict_GetItemString(rows, names[i]);
        if (!row)
            return PyErr_Format(PyExc_KeyError, "%s", names[i]);
        Py_XSETREF(*own[i], Py_NewRef(row));
    }
    for (long i = 0; UNARY[i].name; i++)
        if (find_row(rows, UNARY[i].name, i, unary_rows) < 0)
            return NULL;
    for (long i = 0; BINARY[i].name; i++)
        if (find_row(rows, BINARY[i].name, i, binary_rows) < 0)
            return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"connect", connect, METH_VARARGS, "Take the rows and what is done in Python."},
    {"count_blocks", count_blocks, METH_O, "Tell how many blocks of no_grad or lines are open."},
    {"count_tracers", count_tracers, METH_O, "Tell how many tracers are open."},
    {"untrack", untrack, METH_O, "Take a class of nodes away from the collector."},
    {"unary", (PyCFunction)(void (*)(void))unary, METH_FASTCALL, "As unary of node.py."},
    {"binary", (PyCFunction)(void (*)(void))binary, METH_FASTCALL, "As binary of node.py."},
    {"interior_order", interior_order, METH_O, "As interior_order of traversal.py."},
    {"adjoints", adjoints, METH_VARARGS, "As adjoints of backprop.py."},
    {"backward", backward, METH_VARARGS, "As backward of backprop.py."},
    {NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, storage_dealloc},
    {Py_tp_members, members},
    {Py_tp_getset, fields},
    {Py_nb_add, add_nodes},
    {Py_nb_subtract, subtract_nodes},
    {Py_nb_multiply, multiply_nodes},
    {Py_tp_doc, "The fields of a node."},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "autodiff.native.engine.Storage",
    .basicsize = sizeof(Storage),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "engine",
    .m_doc = "The fields of a node in C, its most frequent operations, and the sweep.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit_engine(void)
{
    PyObject **unconnected[] = {&with_number, &finish, &plain_unary, &plain_binary,
                                &row_add, &row_sub, &row_mul};
    for (int i = 0; i < 7; i++)
        Py_XSETREF(*unconnected[i], Py_NewRef(Py_None));
    Py_XSETREF(unary_rows, PyDict_New());
    Py_XSETREF(binary_rows, PyDict_New());
    if (!unary_rows || !binary_rows)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    PyObject *type = module ? PyType_FromSpec(&spec) : NULL;
    if (!type || PyModule_AddObjectRef(module, "Storage", type) < 0
        || add_kernels(module) < 0) {
        Py_XDECREF(type);
        Py_XDECREF(module);
        return NULL;
    }
    storage_type = (PyTypeObject *)type;
    return module;
}
