"""The table against PyTorch in double precision: values, first and second derivatives."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pytest

from autodiff import Value, grad
from autodiff.graph.node import variadic
from autodiff.operations import TABLE

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch, or a skip that says how to get it."""
    return pytest.importorskip(
        "torch", reason="PyTorch is not installed: pip install torch==2.13.0"
    )


POINTS = (-2.3, -0.7, 0.4, 0.9, 3.1)
POSITIVE = (0.2, 0.9, 1.7, 6.0)
INSIDE = (-0.8, -0.1, 0.3, 0.9)

# name of the row: the same in PyTorch, and where to compare
UNARY = {
    "exp": (lambda t: t.exp, POINTS),
    "expm1": (lambda t: t.expm1, POINTS),
    "log": (lambda t: t.log, POSITIVE),
    "log1p": (lambda t: t.log1p, POSITIVE),
    "log2": (lambda t: t.log2, POSITIVE),
    "log10": (lambda t: t.log10, POSITIVE),
    "sqrt": (lambda t: t.sqrt, POSITIVE),
    "square": (lambda t: t.square, POINTS),
    "reciprocal": (lambda t: t.reciprocal, POINTS),
    "abs": (lambda t: t.abs, POINTS),
    "sin": (lambda t: t.sin, POINTS),
    "cos": (lambda t: t.cos, POINTS),
    "tan": (lambda t: t.tan, POINTS),
    "asin": (lambda t: t.asin, INSIDE),
    "acos": (lambda t: t.acos, INSIDE),
    "atan": (lambda t: t.atan, POINTS),
    "sinh": (lambda t: t.sinh, POINTS),
    "cosh": (lambda t: t.cosh, POINTS),
    "tanh": (lambda t: t.tanh, POINTS),
    "asinh": (lambda t: t.asinh, POINTS),
    "acosh": (lambda t: t.acosh, (1.2, 2.0, 9.0)),
    "atanh": (lambda t: t.atanh, INSIDE),
    "sigmoid": (lambda t: t.sigmoid, POINTS),
    "logsigmoid": (lambda t: t.nn.functional.logsigmoid, POINTS),
    "softplus": (lambda t: t.nn.functional.softplus, POINTS),
    "relu": (lambda t: t.relu, (*POINTS, 0.0)),
    "leaky_relu": (lambda t: t.nn.functional.leaky_relu, POINTS),
    "elu": (lambda t: t.nn.functional.elu, POINTS),
    "selu": (lambda t: t.nn.functional.selu, POINTS),
    "gelu": (lambda t: t.nn.functional.gelu, POINTS),
    "gelu_tanh": (lambda t: partial(t.nn.functional.gelu, approximate="tanh"), POINTS),
    "silu": (lambda t: t.nn.functional.silu, POINTS),
    "mish": (lambda t: t.nn.functional.mish, POINTS),
    "hardtanh": (lambda t: t.nn.functional.hardtanh, POINTS),
    "erf": (lambda t: t.erf, POINTS),
    "erfc": (lambda t: t.erfc, POINTS),
}
SEVERAL = {
    "pow": (lambda t: t.pow, [1.7, 2.3]),
    "atan2": (lambda t: t.atan2, [0.7, -1.2]),
    "hypot": (lambda t: t.hypot, [3.0, -4.0]),
    "div": (lambda t: t.div, [3.0, -4.0]),
    "maximum": (lambda t: lambda *xs: t.stack(xs).amax(), [1.0, 3.0, 3.0]),
    "minimum": (lambda t: lambda *xs: t.stack(xs).amin(), [1.0, 1.0, 3.0]),
    "prod": (lambda t: lambda *xs: t.stack(xs).prod(), [1.0, 0.0, 3.0]),
    "mean": (lambda t: lambda *xs: t.stack(xs).mean(), [1.0, 2.0, 5.0]),
    "logsumexp": (lambda t: lambda *xs: t.logsumexp(t.stack(xs), 0), [1.0, 2.0, 5.0]),
    "norm": (lambda t: lambda *xs: t.linalg.norm(t.stack(xs)), [1.0, 2.0, 5.0]),
}


def close(x: float, y: float, relative: float) -> bool:
    return math.isclose(x, y, rel_tol=relative, abs_tol=1e-15)


@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_operand(name: str, torch: Any) -> None:
    find, points = UNARY[name]
    function = find(torch)
    for point in points:
        x, t = Value(point), torch.tensor(point, dtype=torch.float64, requires_grad=True)
        y, u = variadic(TABLE[name], [x]), function(t)
        assert close(y.data, u.item(), 1e-13)
        first = grad(y, x)
        (slope,) = torch.autograd.grad(u, t, create_graph=True)
        assert close(first.data, slope.item(), 1e-12)
        if slope.requires_grad and point:
            second = torch.autograd.grad(slope, t, allow_unused=True)[0]
            assert close(grad(first, x).data, 0.0 if second is None else second.item(), 1e-11)


@pytest.mark.parametrize("name", SEVERAL)
def test_operations_of_several_operands(name: str, torch: Any) -> None:
    find, point = SEVERAL[name]
    function = find(torch)
    xs = [Value(x) for x in point]
    ts = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y, u = variadic(TABLE[name], xs), function(*ts)
    assert close(y.data, u.item(), 1e-13)
    slopes = torch.autograd.grad(u, ts)
    for ours, theirs in zip(grad(y, xs), slopes, strict=True):
        assert close(ours.data, theirs.item(), 1e-12)


def test_a_saturated_sigmoid_keeps_the_derivative_that_pytorch_loses(torch: Any) -> None:
    x, t = Value(40.0), torch.tensor(40.0, dtype=torch.float64, requires_grad=True)
    torch.sigmoid(t).backward()
    assert t.grad.item() == 0.0
    assert close(grad(variadic(TABLE["sigmoid"], [x]), x).data, math.exp(-40), 1e-12)
