"""What a Value shows, and what a node is made of."""

from __future__ import annotations

import pytest

import autodiff
from autodiff import TABLE, Value, label
from autodiff.errors import WrongTypeError

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
    with pytest.raises(WrongTypeError, match=rf"a str as label, got {type(thing).__name__} "):
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
    a = Value(1.0)
    with pytest.raises(WrongTypeError, match=r"a Value for b, got float 3\.0: pass the Value"):
        label(a=a, b=3.0)
    assert a.label is None


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
