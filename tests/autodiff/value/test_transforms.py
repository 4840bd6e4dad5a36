"""Derivatives as graphs: of any order, by anything, in the structure of the arguments."""

from __future__ import annotations

import math

import pytest

from autodiff import (
    Value,
    dot,
    exp,
    grad,
    hessian,
    jacobian,
    jvp,
    label,
    log,
    maximum,
    no_grad,
    prod,
    relu,
    sigmoid,
    sin,
    softplus,
    tanh,
    value_and_grad,
    vjp,
)
from autodiff.errors import LostDerivativeError, OptionError, ShapeError, WrongTypeError
from autodiff.graph.traversal import interior_order


@pytest.mark.parametrize("order", range(6))
def test_tanh_to_the_fifth_derivative_at_zero(order: int) -> None:
    x = Value(0.0)
    y = tanh(x)
    for _ in range(order):
        y = grad(y, x)
    assert y.data == pytest.approx([0, 1, 0, -2, 0, 16][order], abs=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh"])
def test_derivatives_of_saturated_units_keep_their_size(name: str) -> None:
    x = Value(40.0)
    y = {"sigmoid": sigmoid, "softplus": softplus, "tanh": tanh}[name](x)
    orders = {"sigmoid": (1, 2, 3), "softplus": (2, 3, 4), "tanh": (1, 2, 3)}[name]
    tail = 4 * math.exp(-80) if name == "tanh" else math.exp(-40)
    factor = -2.0 if name == "tanh" else -1.0
    for order in range(1, max(orders) + 1):
        y = grad(y, x)
        if order >= orders[0]:
            assert y.data == pytest.approx(tail * factor ** (order - orders[0]), rel=1e-12)


def test_no_gradient_attribute_is_touched() -> None:
    x, w = Value(2.0), Value(3.0)
    y = tanh(x * w)
    grad(grad(y, x), w)
    jvp(y, [x], [1.0])
    assert (x.grad, w.grad, y.grad) == (0.0, 0.0, 0.0)


def test_results_have_the_structure_of_the_arguments() -> None:
    x, w = Value(2.0), Value(3.0)
    y = x * w
    assert grad(y, x).data == 3.0
    assert [g.data for g in grad(y, [x, w])] == [3.0, 2.0]
    nested = grad(y, (x, [w, (x,)]))
    assert (nested[0].data, nested[1][0].data, nested[1][1][0].data) == (3.0, 2.0, 3.0)


def test_what_the_result_does_not_depend_on_has_derivative_zero() -> None:
    x, other = Value(2.0), Value(5.0)
    assert grad(x * x, other).data == 0.0
    assert jvp(x * x, [other], [1.0]).data == 0.0


def test_derivative_by_an_interior_node() -> None:
    x = Value(2.0)
    h = x * x
    y = h * h
    assert grad(y, h).data == 8.0
    assert [g.data for g in grad(y, [h, x])] == [8.0, 32.0]
    assert grad(y, y).data == 1.0


def test_jacobian_and_vjp() -> None:
    x, y = Value(2.0), Value(3.0)
    ys = [x * y, x + y, x * x]
    assert [[v.data for v in row] for row in jacobian(ys, [x, y])] == [[3, 2], [1, 1], [4, 0]]
    assert [v.data for v in vjp(ys, [x, y], [1.0, 10.0, 100.0])] == [413, 12]
    assert [v.data for v in jvp(ys, [x, y], [1.0, 10.0])] == [23, 11, 4]


def test_hessian_of_a_dot_product_and_of_a_product() -> None:
    xs = [Value(1.0), Value(2.0), Value(0.0)]
    assert [[v.data for v in row] for row in hessian(dot(xs, xs), xs)] == [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
    ]
    assert [[v.data for v in row] for row in hessian(prod(xs), xs)] == [
        [0, 0, 2],
        [0, 0, 1],
        [2, 1, 0],
    ]


def test_newtons_method_with_the_hessian_reaches_the_minimum() -> None:
    x, y = Value(0.3), Value(-0.2)
    for _ in range(8):
        f = exp(x + 3 * y - 0.1) + exp(x - 3 * y - 0.1) + exp(-x - 0.1)
        g1, g2 = (g.data for g in grad(f, [x, y]))
        (a, b), (_, d) = ([v.data for v in row] for row in hessian(f, [x, y]))
        determinant = a * d - b * b
        x = Value(x.data - (d * g1 - b * g2) / determinant)
        y = Value(y.data - (a * g2 - b * g1) / determinant)
    assert x.data == pytest.approx(-math.log(2) / 2, abs=1e-14)  # Boyd, Vandenberghe 9.20


def test_value_and_grad_takes_numbers_lists_and_values() -> None:
    value, slope = value_and_grad(lambda x: x**3)(2.0)
    assert (value.data, slope.data) == (8.0, 12.0)
    value, (slopes, other) = value_and_grad(lambda xs, c: dot(xs, xs) * c)([1.0, 2.0], 3.0)
    assert (value.data, [s.data for s in slopes], other.data) == (15.0, [6.0, 12.0], 5.0)
    x = Value(2.0)
    _, inner = value_and_grad(lambda v: v**3)(x)
    assert grad(inner, x).data == 12.0
    assert value_and_grad(lambda _: 5.0)(1.0)[1].data == 0.0


def test_results_can_be_recomputed_across_a_kink() -> None:
    x = Value(2.0)
    slope = grad(relu(x) * x, x)
    assert slope.data == 4.0
    x.data = -3.0
    slope.recompute()
    assert slope.data == 0.0


def test_second_derivative_outside_the_domain_is_nan() -> None:
    x = Value(-1.0)
    assert math.isnan(grad(log(x), x).data)
    assert math.isnan(grad(grad(log(x), x), x).data)


def test_ties_have_second_derivative_zero() -> None:
    x, y = Value(2.0), Value(2.0)
    assert [v.data for v in grad(maximum(x, y), [x, y])] == [0.5, 0.5]
    assert hessian(maximum(x * x, y * y), [x, y])[0][0].data == 1.0


def test_a_simple_derivative_is_a_simple_graph() -> None:
    x = Value(3.0)
    label(x=x)
    first = grad(x**2, x)
    assert [node.operation.name for node in interior_order([first])] == ["mul"]


def test_a_deep_graph_is_differentiated_without_recursion() -> None:
    x = Value(0.5)
    y = x
    for _ in range(3000):
        y = sin(y)
    assert math.isfinite(grad(y, x).data)
    assert math.isfinite(jvp(y, [x], [1.0]).data)


def test_directions_of_computed_and_repeated_nodes_add_up_as_the_jacobian_says() -> None:
    x = Value(3.0)
    h = x * x
    y = h * h
    for inputs, directions in (([h, x], [1.0, 1.0]), ([x, x], [1.0, 2.0]), ([h, y, x], [1, 2, 3])):
        expected = sum(g.data * d for g, d in zip(grad(y, inputs), directions, strict=True))
        assert jvp(y, inputs, directions).data == expected


def test_dicts_are_arguments_and_structures_of_results() -> None:
    x, w = Value(2.0), Value(3.0)
    by = {"x": x, "rest": [w]}
    y = x * x * w
    assert grad(y, by)["rest"][0].data == 4.0
    assert hessian(y, by)["x"]["rest"][0].data == 4.0
    assert jvp({"out": y}, by, {"x": 1.0, "rest": [0.0]})["out"].data == 12.0
    assert vjp({"out": y}, by, {"out": 2.0})["x"].data == 24.0
    assert jacobian({"out": y}, by)["out"]["x"].data == 12.0


def test_argnums_chooses_arguments_and_the_others_pass_unchanged() -> None:
    def f(p: dict, x: float, *, power: int) -> Value:
        assert isinstance(x, float)
        return (p["w"] * x) ** power

    value, slopes = value_and_grad(f, argnums=0)({"w": 3.0}, 2.0, power=2)
    assert (value.data, slopes["w"].data) == (36.0, 24.0)
    product = lambda a, b, c: a * b * c  # noqa: E731
    assert value_and_grad(product, argnums=-1)(2.0, 3.0, 4.0)[1].data == 6.0
    pair = value_and_grad(product, argnums=(2, 0))(2.0, 3.0, 4.0)[1]
    assert [slope.data for slope in pair] == [6.0, 12.0]


@pytest.mark.parametrize(
    ("argnums", "error", "message"),
    [
        (1, OptionError, "different positions from 0 to 0 as argnums, got 1 for 1 positional"),
        ((0, -1), OptionError, "different positions"),
        ("x", WrongTypeError, "positions of arguments as argnums, got str"),
        (True, WrongTypeError, "positions of arguments"),
    ],
)
def test_argnums_that_name_no_argument(
    argnums: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        value_and_grad(sin, argnums)(1.0)


def test_the_gradient_of_a_long_product_is_a_graph_of_linear_size() -> None:
    xs = [Value(1.0 + 1e-5 * i) for i in range(2000)]
    y = prod(xs)
    y.backward()
    slopes = grad(y, xs)
    assert len(interior_order(slopes)) < 4 * len(xs)
    assert [slope.data for slope in slopes] == [x.grad for x in xs]
    with_zero = [Value(0.0), Value(2.0), Value(3.0)]
    assert [g.data for g in grad(prod(with_zero), with_zero)] == [6.0, 0.0, 0.0]


def test_within_no_grad_derivatives_are_right_or_refused() -> None:
    x = Value(3.0)
    y = x**3
    with no_grad():
        second = hessian(y, [x])[0][0]
        value, slope = value_and_grad(lambda v: v**3)(3.0)
        assert (second.data, value.data, slope.data) == (18.0, 27.0, 27.0)
        assert second.parents == value.parents == slope.parents == ()
        for lost in (
            lambda: grad(grad(y, x), x),
            lambda: grad(2 * y, x),
            lambda: jvp(2 * y, [x], [1.0]),
            lambda: vjp([2 * y], [x], [1.0]),
            lambda: jacobian([2 * y], [x]),
            lambda: hessian(2 * y, [x]),
        ):
            with pytest.raises(LostDerivativeError, match="a result that was recorded, got"):
                lost()


def test_within_no_grad_the_result_is_a_number_without_a_graph() -> None:
    x = Value(3.0)
    y = x * x
    with no_grad():
        slope = grad(y, x)
    assert slope.data == 6.0
    assert slope.parents == ()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda x: grad(x, 2.0),
            WrongTypeError,
            "a Value, or a list, tuple or dict.*got float.*wrap numbers",
        ),
        (lambda x: grad(2.0, x), WrongTypeError, "got float"),
        (lambda x: vjp([x], x, [1.0, 2.0]), ShapeError, r"as many seeds as results \(1\), got 2"),
        (lambda x: jvp(x, [x], []), ShapeError, r"as many directions as xs \(1\), got 0"),
        (lambda x: hessian(x, ["x"]), WrongTypeError, "got str"),
    ],
)
def test_errors_say_what_to_do(call: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Value(1.0))
