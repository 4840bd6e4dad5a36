"""The evaluation table, compared exactly."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autodiff import Value, dot, label, leaky_relu, logsumexp, maximum, mean, square, tanh, trace
from autodiff.display import Table, digits
from autodiff.errors import WrongTypeError

NEURON = """\
name  expression  value     local derivatives      adjoint
────  ──────────  ────────  ─────────────────────  ───────
x1                2                                -1.5
w1                -3                               1
v1    x1 * w1     -6        ∂/∂x1 = -3, ∂/∂w1 = 2  0.5
x2                0                                0.5
w2                1                                0
v2    x2 * w2     0         ∂/∂x2 = 1, ∂/∂w2 = 0   0.5
v3    v1 + v2     -6        ∂/∂v1 = 1, ∂/∂v2 = 1   0.5
b                 6.88137                          0.5
n     v3 + b      0.881374  ∂/∂v3 = 1, ∂/∂b = 1    0.5
o     tanh(n)     0.707107  ∂/∂n = 0.5             1"""


def neuron() -> Value:
    x1, x2, w1, w2 = Value(2.0), Value(0.0), Value(-3.0), Value(1.0)
    b = Value(6.8813735870195432)
    n = x1 * w1 + x2 * w2 + b
    o = tanh(n)
    label(x1=x1, x2=x2, w1=w1, w2=w2, b=b, n=n, o=o)
    return o


def test_the_textbook_neuron() -> None:
    assert str(trace(neuron())) == NEURON


def test_the_adjoints_are_the_gradients_and_no_gradient_is_touched() -> None:
    o = neuron()
    rows = trace(o).rows
    assert all(row.node.grad == 0.0 for row in rows)
    o.backward()
    assert all(row.node.grad == row.adjoint for row in rows)


@pytest.mark.parametrize(
    ("build", "expression"),
    [
        (lambda a, b: dot([a, b], [b, 2.0], 1.0), "a * b + b * 2 + 1"),
        (lambda a, b: mean([a, b, a]), "(a + b + a) / 3"),
        (lambda a, b: maximum(a, b, 0), "max(a, b, 0)"),
        (lambda a, b: logsumexp([a, b]), "logsumexp(a, b)"),
        (lambda a, _: leaky_relu(a), "leaky_relu(a, 0.01)"),
        (lambda a, _: -a, "-a"),
        (lambda a, _: a + a, "a + a"),
        (lambda a, _: 2 / a, "2 / a"),
        (lambda a, _: a * -1e-7, "a * (-1e-07)"),
        (lambda a, _: a**2, "a ** 2"),
        (lambda a, _: square(a), "a ** 2"),
        (lambda a, b: dot([a] * 8, [b] * 8), "dot(a, a, a, ... 8 w, b, b, b, ... 8 x, 0)"),
    ],
)
def test_expressions_are_in_terms_of_the_names_above(build: object, expression: str) -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    assert trace(build(a, b)).rows[-1].expression == expression


def test_an_operand_that_occurs_twice_has_two_local_derivatives() -> None:
    a = Value(3.0, label="a")
    row = trace(a * a).rows[-1]
    assert row.local_derivatives == (("a", 3.0), ("a", 3.0))


def test_labels_of_any_text_stay_on_their_line_and_apart() -> None:
    a, b = Value(1.0, label="w\n1"), Value(2.0, label="w\n1")
    assert [row.name for row in trace(a + b).rows] == ["w\n1", "w\n1 (2)", "v1"]
    assert "w\\n1 + w\\n1 (2)" in str(trace(a + b))
    assert len(str(trace(a + b)).splitlines()) == 5


def test_automatic_names_avoid_the_users() -> None:
    v1, other = Value(1.0, label="v1"), Value(2.0)
    assert [row.name for row in trace(v1 * other).rows] == ["v1", "v2", "v3"]


def test_long_rows_are_shortened_but_the_data_is_whole() -> None:
    xs = [Value(float(i)) for i in range(100)]
    table = trace(dot(xs, xs))
    assert "... 194 more" in str(table)
    assert len(table.rows[-1].local_derivatives) == 200


def test_in_a_terminal_and_in_a_notebook() -> None:
    output = io.StringIO()
    Console(file=output, width=120, force_terminal=False).print(trace(neuron()))
    assert "tanh(n)" in output.getvalue()
    html = trace(Value(1.0, label="<&>") * 2)._repr_mimebundle_()["text/html"]
    assert "<td>&lt;&amp;&gt; * 2</td>" in html
    assert html.count("<tr>") == 3


def test_significant_digits() -> None:
    assert digits(0.00003) == "3e-05"
    assert digits(-0.0) == "0"
    assert trace(Value(1 / 3)).table(significant=3).rows[0][2] == "0.333"


def test_wide_characters_keep_columns_aligned() -> None:
    lines = str(Table("", ("a", "b"), [("学", "1"), ("xy", "2")])).splitlines()
    assert lines[2:] == ["学  1", "xy  2"]


def test_a_graph_without_a_value_is_an_error() -> None:
    with pytest.raises(WrongTypeError, match=r"a Value for loss, got float 2\.0: pass the result"):
        trace(2.0)
