"""The table against PyTorch in double precision: values, first and second derivatives."""

from __future__ import annotations

import math

import pytest

from autodiff import Value, grad
from autodiff.node import variadic
from autodiff.operations import TABLE

pytestmark = pytest.mark.peers
torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")
F = torch.nn.functional if torch else None

POINTS = (-2.3, -0.7, 0.4, 0.9, 3.1)
POSITIVE = (0.2, 0.9, 1.7, 6.0)
INSIDE = (-0.8, -0.1, 0.3, 0.9)

# name of the row: the same in PyTorch, and where to compare
UNARY = {
    "exp": (torch.exp, POINTS),
    "expm1": (torch.expm1, POINTS),
    "log": (torch.log, POSITIVE),
    "log1p": (torch.log1p, POSITIVE),
    "log2": (torch.log2, POSITIVE),
    "log10": (torch.log10, POSITIVE),
    "sqrt": (torch.sqrt, POSITIVE),
    "square": (torch.square, POINTS),
    "reciprocal": (torch.reciprocal, POINTS),
    "abs": (torch.abs, POINTS),
    "sin": (torch.sin, POINTS),
    "cos": (torch.cos, POINTS),
    "tan": (torch.tan, POINTS),
    "asin": (torch.asin, INSIDE),
    "acos": (torch.acos, INSIDE),
    "atan": (torch.atan, POINTS),
    "sinh": (torch.sinh, POINTS),
    "cosh": (torch.cosh, POINTS),
    "tanh": (torch.tanh, POINTS),
    "asinh": (torch.asinh, POINTS),
    "acosh": (torch.acosh, (1.2, 2.0, 9.0)),
    "atanh": (torch.atanh, INSIDE),
    "sigmoid": (torch.sigmoid, POINTS),
    "logsigmoid": (F.logsigmoid, POINTS),
    "softplus": (F.softplus, POINTS),
    "relu": (torch.relu, (*POINTS, 0.0)),
    "leaky_relu": (F.leaky_relu, POINTS),
    "elu": (F.elu, POINTS),
    "selu": (F.selu, POINTS),
    "gelu": (F.gelu, POINTS),
    "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), POINTS),
    "silu": (F.silu, POINTS),
    "mish": (F.mish, POINTS),
    "hardtanh": (F.hardtanh, POINTS),
    "erf": (torch.erf, POINTS),
    "erfc": (torch.erfc, POINTS),
}
SEVERAL = {
    "pow": (torch.pow, [1.7, 2.3]),
    "atan2": (torch.atan2, [0.7, -1.2]),
    "hypot": (torch.hypot, [3.0, -4.0]),
    "div": (torch.div, [3.0, -4.0]),
    "maximum": (lambda *xs: torch.stack(xs).amax(), [1.0, 3.0, 3.0]),
    "minimum": (lambda *xs: torch.stack(xs).amin(), [1.0, 1.0, 3.0]),
    "prod": (lambda *xs: torch.stack(xs).prod(), [1.0, 0.0, 3.0]),
    "mean": (lambda *xs: torch.stack(xs).mean(), [1.0, 2.0, 5.0]),
    "logsumexp": (lambda *xs: torch.logsumexp(torch.stack(xs), 0), [1.0, 2.0, 5.0]),
    "norm": (lambda *xs: torch.linalg.norm(torch.stack(xs)), [1.0, 2.0, 5.0]),
}


def close(x: float, y: float, relative: float) -> bool:
    return math.isclose(x, y, rel_tol=relative, abs_tol=1e-15)


@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_operand(name: str) -> None:
    function, points = UNARY[name]
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
def test_operations_of_several_operands(name: str) -> None:
    function, point = SEVERAL[name]
    xs = [Value(x) for x in point]
    ts = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y, u = variadic(TABLE[name], xs), function(*ts)
    assert close(y.data, u.item(), 1e-13)
    slopes = torch.autograd.grad(u, ts)
    for ours, theirs in zip(grad(y, xs), slopes, strict=True):
        assert close(ours.data, theirs.item(), 1e-12)
