import copy
import operator
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autodiff
from autodiff import TABLE, Value, label
from autodiff.errors import ChalkgradError, OperandError
from autodiff.graph import topological_order

# -- operators --------------------------------------------------------------------------------

OPERATORS = [
    # operator, operation, derivative by the left and by the right operand at (x, y)
    (operator.add, "add", lambda x, y: 1.0, lambda x, y: 1.0),
    (operator.sub, "sub", lambda x, y: 1.0, lambda x, y: -1.0),
    (operator.mul, "mul", lambda x, y: y, lambda x, y: x),
    (operator.truediv, "div", lambda x, y: 1 / y, lambda x, y: -x / y / y),
    (operator.pow, "pow", lambda x, y: y * x ** (y - 1), lambda x, y: x**y * np.log(x)),
]
OPERATOR_NAMES = [row[1] for row in OPERATORS]

NUMBERS = {
    "int": 3,
    "float": 3.0,
    "np.float16": np.float16(3),
    "np.float32": np.float32(3),
    "np.float64": np.float64(3),
    "np.longdouble": np.longdouble(3),
    "np.int8": np.int8(3),
    "np.int32": np.int32(3),
    "np.int64": np.int64(3),
    "np.uint8": np.uint8(3),
    "np.uint64": np.uint64(3),
    "0-d array": np.array(3.0),
    "bool": True,
    "np.bool": np.True_,
}


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_between_values_records_both(row):
    operate, name, by_left, by_right = row
    x, y = Value(2.0), Value(3.0)
    z = operate(x, y)
    assert z.data == operate(2.0, 3.0)
    assert z.operation is TABLE[name]
    assert z.operands == z.parents == (x, y)
    assert z.local_derivatives == pytest.approx((by_left(2.0, 3.0), by_right(2.0, 3.0)), rel=1e-15)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_takes_a_number_on_the_right(row, number):
    operate, name, by_left, _ = row
    x, constant = Value(2.0), float(number)
    z = operate(x, number)
    assert type(z) is Value
    assert z.data == operate(2.0, constant)
    assert z.operation is TABLE[name]
    assert z.operands == (x, constant)
    assert type(z.operands[1]) is float
    assert z.parents == (x,)
    assert z.local_derivatives == pytest.approx((by_left(2.0, constant),), rel=1e-15)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_operator_takes_a_number_on_the_left(row, number):
    operate, name, _, by_right = row
    y, constant = Value(2.0), float(number)
    z = operate(number, y)
    assert type(z) is Value
    assert z.data == operate(constant, 2.0)
    assert z.operation is TABLE[name]
    assert z.operands == (constant, y)
    assert type(z.operands[0]) is float
    assert z.parents == (y,)
    assert z.local_derivatives == pytest.approx((by_right(constant, 2.0),), rel=1e-15)


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_an_augmented_assignment_makes_a_new_node(row):
    augmented = {"pow": operator.ipow, "div": operator.itruediv}.get(row[1])
    augmented = augmented or getattr(operator, f"i{row[1]}")
    x = Value(2.0)
    y = augmented(x, 3.0)
    assert y is not x
    assert (x.data, y.data, y.parents) == (2.0, row[0](2.0, 3.0), (x,))


@pytest.mark.parametrize(
    ("operate", "name", "x", "data", "derivative"),
    [
        (operator.neg, "neg", 2.0, -2.0, -1.0),
        (abs, "abs", -2.0, 2.0, -1.0),
        (abs, "abs", 2.0, 2.0, 1.0),
    ],
    ids=["neg", "abs of negative", "abs of positive"],
)
def test_a_sign_operator_records_its_operand(operate, name, x, data, derivative):
    leaf = Value(x)
    y = operate(leaf)
    assert (y.data, y.operation.name, y.parents) == (data, name, (leaf,))
    assert y.local_derivatives == (derivative,)


def test_plus_is_the_value_itself():
    x = Value(2.0)
    assert +x is x


@pytest.mark.parametrize(
    ("base", "exponent", "data", "by_base"),
    [
        (3.0, 2, 9.0, 6.0),
        (-3.0, 3, -27.0, 27.0),
        (4.0, 0.5, 2.0, 0.25),
        (4.0, -0.5, 0.5, -0.0625),
        (4.0, -1, 0.25, -0.0625),
        (5.0, 1, 5.0, 1.0),
        (5.0, 0, 1.0, 0.0),
        (5.0, True, 5.0, 1.0),
        (5.0, False, 1.0, 0.0),
        (-2.0, np.int64(2), 4.0, -4.0),
        (2.0, np.float32(0.5), 2**0.5, 0.5 * 2**-0.5),
        (2.0, np.uint8(3), 8.0, 12.0),
    ],
)
def test_powers_of_a_value(base, exponent, data, by_base):
    x = Value(base)
    y = x**exponent
    y.backward()
    assert y.data == pytest.approx(data, rel=1e-15)
    assert x.grad == pytest.approx(by_base, rel=1e-15)


def test_sum_and_products_of_python_work_on_values():
    xs = [Value(2.0), Value(3.0), Value(4.0)]
    assert sum(xs).data == 9.0
    sum(x * x for x in xs).backward()
    assert [x.grad for x in xs] == [4.0, 6.0, 8.0]


@pytest.mark.parametrize(
    "operate",
    [operator.floordiv, operator.mod, divmod, operator.matmul, operator.and_, operator.lshift],
    ids=lambda operate: operate.__name__,
)
def test_an_operator_without_a_derivative_is_a_type_error(operate):
    for pair in ((Value(2.0), 3), (3, Value(2.0)), (Value(2.0), Value(3.0))):
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(*pair)


# -- operands that are none -------------------------------------------------------------------

NO_OPERANDS = [
    ("3", r"got str '3': write float\(\.\.\.\)"),
    (None, "got NoneType None: did a function forget its return"),
    ([1.0], r"got list \[1.0\]: make one Value per element"),
    ((1.0, 2.0), r"got tuple \(1.0, 2.0\): make one Value per element"),
    ({"a": 1}, r"got dict \{'a': 1\}: pass an int"),
    (1 + 2j, r"got complex \(1\+2j\): complex numbers have no order"),
    ({1.0}, r"got set \{1.0\}: pass an int"),
    (b"3", "got bytes b'3': pass an int"),
]


@pytest.mark.parametrize(
    ("thing", "message"), NO_OPERANDS, ids=[type(row[0]).__name__ for row in NO_OPERANDS]
)
@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_built_in_that_is_no_number_is_an_error_on_either_side(row, thing, message):
    with pytest.raises(OperandError, match=f"a real number, {message}"):
        row[0](Value(2.0), thing)
    with pytest.raises(OperandError, match=f"a real number, {message}"):
        row[0](thing, Value(2.0))


@pytest.mark.parametrize(
    ("thing", "message"), NO_OPERANDS, ids=[type(row[0]).__name__ for row in NO_OPERANDS]
)
@pytest.mark.parametrize(
    "compare",
    [operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda compare: compare.__name__,
)
def test_comparison_with_what_is_no_number_is_an_error_on_either_side(compare, thing, message):
    for pair in ((Value(2.0), thing), (thing, Value(2.0))):
        with pytest.raises(OperandError, match=f"a real number, {message}"):
            compare(*pair)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        *NO_OPERANDS,
        (Value(3.0), r"got Value Value\(data=3.0, grad=0.0\): a Value never holds a Value"),
        (np.array([1.0, 2.0]), r"got ndarray array\(\[1., 2.\]\): make one Value per element"),
        (np.array([[1.0]]), r"got ndarray array\(\[\[1.\]\]\): make one Value per element"),
        (np.array([Value(1.0)]), "got ndarray array.*: make one Value per element"),
        (np.array("3"), "got ndarray array.*: pass an int"),
        (np.complex64(1j), "got complex64 .*: complex numbers have no order"),
        (Fraction(1, 2), r"got Fraction Fraction\(1, 2\): pass an int"),
        (Decimal(1), r"got Decimal Decimal\('1'\): pass an int"),
        ("x" * 500, r"got str 'x{56}\.\.\.: write float"),
    ],
    ids=lambda parameter: type(parameter).__name__,
)
def test_a_leaf_of_anything_but_a_real_number_is_an_error(thing, message):
    with pytest.raises(OperandError, match=f"(?s)a real number, {message}") as caught:
        Value(thing)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ChalkgradError)


@pytest.mark.parametrize(
    "seed", [None, "1", [1.0], Value(1.0)], ids=["None", "str", "list", "Value"]
)
def test_a_seed_that_is_no_number_is_an_error_and_leaves_the_gradients(seed):
    x = Value(2.0)
    y = x * x
    with pytest.raises(OperandError, match="a real number"):
        y.backward(seed)
    assert (x.grad, y.grad) == (0.0, 0.0)


# -- foreign classes --------------------------------------------------------------------------


class Foreign:
    """Knows arithmetic with Values, on both sides."""

    def _answer(self, _):
        return "foreign"

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _answer
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _answer
    __lt__ = __le__ = __gt__ = __ge__ = _answer


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_foreign_class_gets_its_chance(row):
    assert row[0](Value(2.0), Foreign()) == "foreign"
    assert row[0](Foreign(), Value(2.0)) == "foreign"


@pytest.mark.parametrize(
    "compare",
    [operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda compare: compare.__name__,
)
def test_a_foreign_class_gets_its_chance_in_a_comparison(compare):
    assert compare(Value(2.0), Foreign()) == "foreign"
    assert compare(Foreign(), Value(2.0)) == "foreign"


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
@pytest.mark.parametrize("thing", [Decimal(1), object, np.complex64(1j)])
def test_a_foreign_class_that_does_not_know_values_is_a_type_error(row, thing):
    for pair in ((Value(2.0), thing), (thing, Value(2.0))):
        with pytest.raises(TypeError):
            row[0](*pair)


class Parameter(Value):
    """A kind of Value that a user might derive."""

    __slots__ = ()


@pytest.mark.parametrize("row", OPERATORS, ids=OPERATOR_NAMES)
def test_a_subclass_mixes_with_values(row):
    for x, y in (
        (Parameter(2.0), Value(3.0)),
        (Value(2.0), Parameter(3.0)),
        (Parameter(2.0), Parameter(3.0)),
    ):
        z = row[0](x, y)
        assert isinstance(z, Value)
        assert (z.data, z.parents) == (row[0](2.0, 3.0), (x, y))


def test_a_subclass_is_an_operand_of_functions():
    x = Parameter(0.5)
    y = autodiff.exp(x)
    assert y.parents == (x,)
    assert autodiff.dot([x], [2.0]).parents == (x,)


# -- text and labels --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(2), "Value(data=2.0, grad=0.0)"),
        (Value(0.1), "Value(data=0.1, grad=0.0)"),
        (Value(float("nan")), "Value(data=nan, grad=0.0)"),
        (Value(-1e-300, "tiny"), "Value(data=-1e-300, grad=0.0, label='tiny')"),
        (Value(1.0, label=""), "Value(data=1.0, grad=0.0, label='')"),
        (Value(1.0, label="it's\n"), 'Value(data=1.0, grad=0.0, label="it\'s\\n")'),
        (Value(1.0) + 1, "Value(data=2.0, grad=0.0)"),
    ],
)
def test_a_value_shows_data_gradient_and_label(value, text):
    assert repr(value) == str(value) == f"{value}" == text


def test_the_gradient_is_shown_after_backward():
    x = Value(3.0, "x")
    (x * x).backward()
    assert repr(x) == "Value(data=3.0, grad=6.0, label='x')"


@pytest.mark.parametrize("text", ["w_1", "", "two words", "δ", "a\nb", '<b>"\\{|}', "v1", "None"])
def test_any_text_is_a_legal_label(text):
    assert Value(1.0, text).label == Value(1.0, label=text).label == text


@pytest.mark.parametrize("thing", [3, 1.5, b"w", ["w"], Value(1.0)], ids=lambda x: type(x).__name__)
def test_a_label_that_is_no_text_is_an_error(thing):
    with pytest.raises(OperandError, match=rf"a str as label, got {type(thing).__name__} "):
        Value(1.0, label=thing)


def test_a_value_has_no_label_unless_given_one():
    x = Value(1.0, "x")
    assert Value(1.0).label is None
    assert (x + 1).label is None


def test_label_names_many_values_at_once():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    assert label(a=a, b=b, c=c) is None
    assert [value.label for value in (a, b, c)] == ["a", "b", "c"]


def test_label_refuses_what_is_no_value():
    with pytest.raises(AttributeError, match="label"):
        label(a=3.0)


@pytest.mark.parametrize("specification", ["s", "d", ".2q"])
def test_a_specification_that_floats_do_not_know_is_an_error(specification):
    with pytest.raises(ValueError, match="float"):
        format(Value(1.0), specification)


# -- what a node is made of -------------------------------------------------------------------


def test_a_leaf_has_no_operation_and_no_operands():
    x = Value(2.0)
    assert x.operation is None
    assert x.operands == x.parents == x.local_derivatives == ()
    assert x.grad == 0.0


def test_a_node_says_what_it_was_computed_from():
    x, w = Value(2.0), Value(-3.0)
    y = autodiff.dot([w, 5.0], [x, x], 1.0)
    assert y.operation.name == "dot"
    assert y.operation is TABLE["dot"]
    assert y.operands == (w, 5.0, x, x, 1.0)
    assert y.parents == (w, x, x)
    assert y.local_derivatives == (2.0, -3.0, 5.0)
    assert all(isinstance(part, tuple) for part in (y.operands, y.parents, y.local_derivatives))


def test_a_value_has_slots_and_no_dictionary():
    for value in (Value(1.0), Value(1.0) + 1):
        assert not hasattr(value, "__dict__")
        with pytest.raises(AttributeError, match="bias"):
            value.bias = 3.0


def test_detach_makes_a_new_leaf_with_data_and_label():
    x = Value(3.0)
    y = x * x
    y.label = "y"
    y.backward()
    z = y.detach()
    assert z is not y
    assert (type(z), z.data, z.label, z.grad) == (Value, 9.0, "y", 0.0)
    assert (z.operation, z.parents) == (None, ())
    (z * x).backward()
    assert x.grad == 6.0 + 9.0


def test_zero_grad_clears_a_value_and_all_its_ancestors_and_nothing_else():
    x, w = Value(2.0), Value(3.0)
    inner = x * w
    outer, other = inner.exp(), inner * 2
    other.backward()
    outer.backward()
    assert all(node.grad for node in (x, w, inner, outer, other))
    outer.zero_grad()
    assert [node.grad for node in (x, w, inner, outer)] == [0.0] * 4
    assert other.grad == 1.0


# -- copies -----------------------------------------------------------------------------------


def graph():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    c = a * b
    c.label = "c"
    d = autodiff.maximum(c, 1.0, a) + 2 * c
    d.backward()
    return a, b, c, d


def fields(node):
    return node.data, node.grad, node.label, node.operation, node.local_derivatives


DUPLICATES = {"deepcopy": copy.deepcopy} | {
    f"pickle protocol {protocol}": lambda x, p=protocol: pickle.loads(pickle.dumps(x, p))
    for protocol in range(6)
}


@pytest.fixture(params=DUPLICATES.values(), ids=DUPLICATES.keys())
def duplicate(request):
    return request.param


def test_a_duplicate_is_the_same_graph_of_other_nodes(duplicate):
    *_, d = graph()
    copied = duplicate(d)
    originals, copies = topological_order([d]), topological_order([copied])
    assert [fields(node) for node in copies] == [fields(node) for node in originals]
    assert not set(originals) & set(copies)
    positions = {node: index for index, node in enumerate([*originals, *copies])}
    size = len(originals)
    for original, other in zip(originals, copies, strict=True):
        expected = [positions[x] + size if isinstance(x, Value) else x for x in original.operands]
        assert [positions[x] if isinstance(x, Value) else x for x in other.operands] == expected
        assert other.operation is original.operation
        assert type(other) is Value


def test_a_duplicate_lives_apart(duplicate):
    a, *_, d = graph()
    before = a.grad
    copied = duplicate(d)
    copied.zero_grad()
    copied.backward(10.0)
    leaf = next(node for node in topological_order([copied]) if node.label == "a")
    assert (a.grad, leaf.grad) == (before, 10 * before)
    leaf.data = 7.0
    copied.recompute()
    assert (d.data, copied.data) == (-10.0, 7.0 - 42.0)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
def test_nodes_shared_by_several_values_stay_shared(duplicate, order):
    nodes = graph()
    copies = dict(zip(order, duplicate([nodes[index] for index in order]), strict=True))
    a, b, c, d = (copies[index] for index in range(4))
    assert c.parents == (a, b)
    assert d.parents[0].parents == (c, a)
    assert d.parents[1].operands == (2.0, c)


def test_nodes_shared_in_a_dictionary_stay_shared(duplicate):
    a, b, c, d = graph()
    copied = duplicate({"loss": d, "parts": {"product": c}, "weights": [a, (b, a)]})
    weights = copied["weights"]
    assert copied["parts"]["product"].parents == (weights[0], weights[1][0])
    assert weights[1][1] is weights[0]
    assert copied["loss"].parents[1].parents == (copied["parts"]["product"],)


def test_long_chains_that_share_nodes_stay_shared(duplicate):
    x = Value(1.0, "x")
    middle = x
    for _ in range(300):
        middle = middle * x
    left, right = middle, middle
    for _ in range(300):
        left, right = left + 1, 1 - right
    a, b, m, leaf, total = duplicate([left, right, middle, x, left * right])
    assert total.parents == (a, b)
    assert len(topological_order([a, b, m, leaf, total])) == 1 + 300 + 600 + 1
    assert topological_order([m])[0] is leaf
    assert m in set(topological_order([a])) & set(topological_order([b]))


def test_values_are_keys_of_a_duplicated_dictionary():
    a, b = Value(1.0), Value(1.0)
    copied = copy.deepcopy({a: "a", b: "b"})
    assert list(copied.values()) == ["a", "b"]
    assert all(copied[key] == text for key, text in zip(copied, "ab", strict=True))


def test_a_shallow_copy_shares_its_operands():
    a, b, c, _ = graph()
    copied = copy.copy(c)
    assert copied is not c
    assert fields(copied) == fields(c)
    assert copied.operands == copied.parents == (a, b)
    copied.label = "other"
    assert c.label == "c"


def test_a_subclass_is_duplicated_as_itself(duplicate):
    x = Parameter(2.0)
    assert type(duplicate(x)) is Parameter
    assert type(duplicate(x * x)) is Parameter
    assert type(copy.copy(x)) is Parameter


def test_a_pickled_node_of_an_operation_that_is_unknown_says_what_to_do(monkeypatch):
    pickled = pickle.dumps(Value(2.0).tanh())
    monkeypatch.delitem(TABLE, "tanh")
    with pytest.raises(ValueError, match=r"got 'tanh': declare it with autodiff\.operation first"):
        pickle.loads(pickled)
