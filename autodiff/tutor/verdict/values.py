"""Numbers that a person gets who computes values wrongly, or takes a finite difference instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import nan
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.node import Node

from .problem import Problem

_MOST_NODES = 40  # of a graph whose forward pass is varied
_STEPS = (1.0, 0.1, 0.01, 0.5, 0.2, 0.05, 0.02, 0.001, 0.0001)


class Candidate(NamedTuple):
    """A number that a mistake would give.

    Attributes:
        text: the mistake, in words.
        value: the number.
        extra: how much less plausible it is than others of its kind, 0 or more.
    """

    text: str
    value: float
    extra: float = 0.0


def from_values(problem: Problem) -> Iterator[Candidate]:
    """Carry on with the wrong or rounded values that were answered for the forward pass."""
    shared = problem.shared
    wrong = {
        x: answer.value
        for x, answer in shared.values.items()
        if not answer.agrees(x.data, abs(x.data))
    }
    if not shared.values:
        return
    if wrong:
        first = next(x for x in shared.graph.order if x in wrong)
        text = (
            f"follows from your value of {problem.name(first)}, "
            f"{shared.values[first].text} instead of {digits(first.data)}"
        )
        yield Candidate(text, _after(problem, {first: wrong[first]}))
        yield Candidate(text, _after(problem, wrong))
    given = {x: answer.value for x, answer in shared.values.items()}
    text = "follows from your values, which are rounded or wrong"
    yield Candidate(text, _after(problem, given), 1.0)


def _after(problem: Problem, data: Mapping[Node, float]) -> float:
    """Return the derivative where the forward pass gave other data."""
    derivatives = problem.shared.replayed(data).derivatives
    return problem.swept(lambda edge: derivatives[edge.node][edge.position])


def with_wrong_values(problem: Problem) -> Iterator[Candidate]:
    """Make a slip in the forward pass: a sign, an operand left out, plus for times."""
    graph = problem.shared.graph
    if len(graph.order) > _MOST_NODES:
        return
    for node in graph.interior:
        for what, value in wrong_values(node, problem.shared.names):
            text = (
                f"a wrong value before: {problem.name(node)} = {digits(value)} "
                f"instead of {digits(node.data)}; {what}"
            )
            extra = 0.3 if "instead of" in what else 0.0
            yield Candidate(text, _after(problem, {node: value}), extra)


def wrong_values(node: Node, names: Mapping[Node, str]) -> Iterator[tuple[str, float]]:
    """Yield the slips in computing one node: in words, and the value."""
    row = node.operation
    assert row is not None
    yield "the sign is wrong", -node.data
    floats = [x.data if isinstance(x, Node) else x for x in node.operands]
    shown = [names.get(x, "v") if isinstance(x, Node) else digits(x) for x in node.operands]
    if row.name in {"add", "sum"}:
        for index, text in enumerate(shown):
            others = floats[:index] + floats[index + 1 :]
            yield f"the term {text} is missing", sum(others)
    if row.name == "dot":
        half = len(floats) // 2
        yield f"the term {shown[-1]} is missing", node.data - floats[-1]
        for index in range(half):
            term = f"{shown[index]} * {shown[index + half]}"
            yield f"the term {term} is missing", node.data - floats[index] * floats[index + half]
    if len(floats) == 2 and row.name in _PAIRS:
        x, y = floats
        done = _PAIRS[row.name][0]
        for name, (other, function) in _PAIRS.items():
            if name != row.name:
                yield f"{other} instead of {done}", function(x, y)
        if row.name in {"sub", "div"} and x:
            yield "the operands in reverse order", _PAIRS[row.name][1](y, x)
    if len(floats) == 1:
        yield f"the {row.name} is missing", floats[0]


_PAIRS: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "add": ("added", lambda x, y: x + y),
    "sub": ("subtracted", lambda x, y: x - y),
    "mul": ("multiplied", lambda x, y: x * y),
    "div": ("divided", lambda x, y: x / y if y else nan),
}


def differences(problem: Problem) -> Iterator[Candidate]:
    """Take a finite difference, from one side or both, with too large a step."""
    loss, x = problem.name(problem.span.end), problem.name(problem.node)
    if not problem.tangent or problem.node is problem.span.end:
        return
    along = problem.shared.forward.along(problem.node)
    start, here = problem.node.data, along(problem.node.data)
    for h in _STEPS:
        above, below = along(start + h), along(start - h)
        step = f"with h = {h:g}; the step is too large"
        for text, value in (
            (f"({loss}({x} + h) - {loss}({x})) / h", (above - here) / h),
            (f"({loss}({x}) - {loss}({x} - h)) / h", (here - below) / h),
            (f"({loss}({x} + h) - {loss}({x} - h)) / 2h", (above - below) / (2 * h)),
        ):
            yield Candidate(f"a finite difference {text} {step}", value)
