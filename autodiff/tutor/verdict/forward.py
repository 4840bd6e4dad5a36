"""The mistakes that people make in the value of one node, and in a second derivative."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, log, log10, nan, radians, sin, tan, tanh

from autodiff.explain.trace import expression_of
from autodiff.graph.grad_mode import recording
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.value.transforms import grad
from autodiff.value.value import Value

from .diagnosis import Tried, tried
from .problem import Circumstances, Problem, evaluated
from .values import Candidate, wrong_values

_LONGEST_NAME = 24  # characters of a formula that names a node
_FUNCTIONS: dict[str, Callable[[float], float]] = {  # taken for one another
    "exp": lambda x: exp(x) if x < 700 else nan,
    "tanh": tanh,
    "sigmoid": lambda x: 1 / (1 + exp(-x)) if x > -700 else 0.0,
    "relu": lambda x: max(x, 0.0),
    "sin": sin,
    "cos": cos,
    "square": lambda x: x * x,
}
_UNITS: dict[str, tuple[str, Callable[[float], float]]] = {
    "sin": ("the angle taken in degrees", lambda x: sin(radians(x))),
    "cos": ("the angle taken in degrees", lambda x: cos(radians(x))),
    "tan": ("the angle taken in degrees", lambda x: tan(radians(x))),
    "log": ("the logarithm to base 10", lambda x: log10(x) if x > 0 else nan),
    "log10": ("the natural logarithm", lambda x: log(x) if x > 0 else nan),
}


def tried_values(shared: Circumstances, node: Node) -> Tried:
    """Yield what mistakes in the forward pass would give for one node."""
    names, values = shared.names, shared.values
    wrong = {x for x, answer in values.items() if not answer.agrees(x.data, abs(x.data))} - {node}
    given = {x: answer.value for x, answer in values.items() if x is not node}
    if node.operation is None:
        yield "sign", 1.0, Candidate("the sign is wrong: it is given", -node.data)
        return
    if given:
        replay = shared.replayed(given).data
        named = ", ".join(names[x] for x in shared.graph.order if x in wrong)
        text = (
            f"follows from your value of {named}" if named else "follows from your rounded values"
        )
        yield "value before", 0.0, Candidate(text, replay[node])
        yield "value before", 0.1, Candidate(text, evaluated(node, given)[0])
    for index, (what, value) in enumerate(wrong_values(node, names)):
        kind = "operation" if index else "sign"
        yield kind, 1.0 + index / 100, Candidate(what, value)
    yield from _of_functions(node)
    for name, derivative in zip(map(names.get, node.parents), node.local_derivatives, strict=True):
        text = f"this is the local derivative ∂{names[node]}/∂{name}"
        yield "local", 4.0, Candidate(text, derivative)
    for other in shared.graph.order:
        if other is not node:
            yield "another", 5.0, Candidate(f"this is the value of {names[other]}", other.data)
    text = f"this is the gradient {shared.symbol(node)}"
    yield "gradient", 6.0, Candidate(text, shared.adjoint[node])


def _of_functions(node: Node) -> Tried:
    assert node.operation is not None
    name = node.operation.name
    [x] = node.parents[:1]
    if name in _UNITS:
        text, function = _UNITS[name]
        yield "operation", 2.0, Candidate(text, function(x.data))
    if name in _FUNCTIONS:
        for other, function in _FUNCTIONS.items():
            if other != name and abs(x.data) < 1e150:
                text = f"{other} instead of {name}"
                yield "operation", 3.0, Candidate(text, function(x.data))


def second_problem(loss: Value, by: tuple[Value, Value]) -> tuple[Value, Problem]:
    """Return the first derivative as a graph, and the problem of its derivative.

    Args:
        loss: the end of the graph.
        by: the Values to differentiate by, one after the other.
    """
    with recording():  # even inside the caller's no_grad
        first = grad(loss, by[0])
    names = Graph([loss]).names
    first.label = f"∂{names[loss]}/∂{names.get(by[0], by[0].label or 'w')}"
    graph = Graph([first])
    for node, name in graph.names.items():  # of the derivative, formulas say more than v1, v2, ...
        expression = expression_of(node, names)
        known = names.get(node, name)
        is_short = not node.label and node not in names and len(expression) <= _LONGEST_NAME
        names[node] = f"({expression})" if is_short and expression else known
    return first, Problem(Circumstances(graph, names=names), by[1])


def tried_second(first: Value, problem: Problem, symbol: str) -> Tried:
    """Yield what mistakes would give for a second derivative.

    Args:
        first: the first derivative, as a graph.
        problem: the derivative of that.
        symbol: of the second derivative.
    """
    truth, size = problem.gradient, first.data
    yield "sign", 1.0, Candidate("the sign is wrong", -truth)
    yield "order", 1.5, Candidate("this is the first derivative", size)
    yield "order", 1.6, Candidate("this is the square of the first derivative", size * size)
    yield "half", 2.0, Candidate(f"half of {symbol}: a factor 2 is missing", truth / 2)
    yield "twice", 1.9, Candidate(f"twice {symbol}: a factor 2 too many", truth * 2)
    yield from tried(problem)
