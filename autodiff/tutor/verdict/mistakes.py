"""The mistakes that people make in a gradient by hand, each with the numbers that it would give.

A mistake is a change of the reverse sweep, of the forward pass before it, or of the method. Each
is tried at every place where it could be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import NamedTuple

from autodiff.display import digits
from autodiff.explain.chain_rule.paths import Path
from autodiff.explain.trace import expression_of
from autodiff.graph.node import Node

from .problem import Edge, Problem
from .slips import Slip, slips
from .values import Candidate, differences, from_values, with_wrong_values

_MOST_OPERANDS = 12  # that may be swapped
_MOST_EDGES = 150  # whose rules are varied
_MOST_NAMES = 4  # of Values with equal gradients
_MOST_OTHERS = 1000  # of a graph whose other gradients are looked at


class Mistake(NamedTuple):
    """A kind of mistake.

    Attributes:
        kind: its name.
        cost: how implausible it is; the lowest is named first.
        tried: yields what it would give, at each place.
    """

    kind: str
    cost: float
    tried: Callable[[Problem], Iterator[Candidate]]


_FAR = 2.2  # the extra cost of a mistake further up than next to the node in question


def _distance(problem: Problem, edge: Edge) -> float:
    return 0.0 if edge.parent is problem.node else _FAR


def _copied(problem: Problem) -> Iterator[Candidate]:
    """Carry on with a wrong or rounded gradient that was answered elsewhere."""
    shared = problem.shared
    pinned = {x: a.value for x, a in shared.gradients.items() if x in problem.tangent}
    pinned.pop(problem.node, None)
    wrong = {
        x: value
        for x, value in pinned.items()
        if not shared.gradients[x].agrees(shared.adjoint[x], shared.size[x])
    }
    for x, value in wrong.items():
        text = f"follows from your wrong answer for {shared.symbol(x)}"
        yield Candidate(text, problem.with_adjoint(x, value))
    if wrong:
        named = " and ".join(shared.symbol(x) for x in wrong)
        yield Candidate(f"follows from your wrong answers for {named}", problem.swept(None, wrong))
    if pinned:
        text = "follows from your own answers upstream, which are rounded or wrong"
        yield Candidate(text, problem.swept(None, pinned), 1.0)


def _sign(problem: Problem) -> Iterator[Candidate]:
    yield Candidate("the sign is wrong", -problem.gradient)
    for edge in problem.edges:
        name, right = _local(problem, edge), digits(edge.derivative)
        text = f"the sign of {name} is wrong: it is {right}"
        yield Candidate(
            text, problem.with_edge(edge, -edge.derivative), 0.5 + _distance(problem, edge)
        )


def _twice(problem: Problem) -> Iterator[Candidate]:
    text = "accumulated twice: backward ran twice and the gradients were not zeroed between"
    yield Candidate(text, 2.0 * problem.gradient)
    for node in problem.inner:
        name = problem.shared.symbol(node)
        yield Candidate(
            f"{name} accumulated twice on the way",
            problem.with_adjoint(node, 2.0 * problem.shared.adjoint[node]),
            _FAR,
        )


def _one_path(problem: Problem) -> Iterator[Candidate]:
    """Leave out one of several paths, or take one only; in a large graph, leave out one use."""
    paths = problem.paths
    for path in paths if len(paths) > 1 else ():
        others = [_path_text(problem, each) for each in paths if each is not path]
        taken, count = _path_text(problem, path), len(paths)
        missing = f"missing is {others[0]}" if count == 2 else f"{count - 1} others are missing"
        yield Candidate(f"only one of {count} paths, {taken}; {missing}", path.product)
        if count > 2:
            text = f"the path {taken} is missing, one of {count}"
            yield Candidate(text, problem.gradient - path.product)
    for edges in problem.uses.values():
        for edge in edges if len(edges) > 1 else ():
            uses = f"{problem.name(edge.parent)} is used {len(edges)} times"
            text = f"the path through {_node_text(problem, edge.node)} is missing: {uses}"
            extra = 0.5 + _distance(problem, edge)
            yield Candidate(text, problem.with_edge(edge, 0.0), extra)
            if len(edges) > 2:
                part = problem.shared.adjoint[edge.node] * edge.derivative
                text = f"only the path through {_node_text(problem, edge.node)}: {uses}"
                yield Candidate(text, problem.with_adjoint(edge.parent, part), extra)


def _multiplied(problem: Problem) -> Iterator[Candidate]:
    paths = problem.paths
    if len(paths) > 1:
        parts = ", ".join(digits(path.product) for path in reversed(paths))
        text = f"the {len(paths)} paths multiplied; their products {parts} are added"
        yield Candidate(text, prod(path.product for path in paths))
    for node, edges in problem.uses.items():
        if len(edges) > 1:
            parts = [problem.shared.adjoint[edge.node] * edge.derivative for edge in edges]
            text = f"the parts of {problem.shared.symbol(node)} multiplied; they are added"
            extra = 0.5 if node is problem.node else _FAR
            yield Candidate(text, problem.with_adjoint(node, prod(parts)), extra)


def _no_upstream(problem: Problem) -> Iterator[Candidate]:
    shared = problem.shared
    edges = problem.uses.get(problem.node, [])
    if len(edges) > 1:
        text = "the upstream gradients are missing: these are the local derivatives alone"
        yield Candidate(text, sum(edge.derivative for edge in edges))
    for node in problem.inner:
        if shared.adjoint[node] == -1.0:  # a sign
            continue
        upstream = f"the upstream gradient {shared.symbol(node)} = {digits(shared.adjoint[node])}"
        is_near = problem.node in node.parents
        yield Candidate(
            f"{upstream} is missing", problem.with_adjoint(node, 1.0), 0.0 if is_near else _FAR
        )


def _no_local(problem: Problem) -> Iterator[Candidate]:
    edges = problem.uses.get(problem.node, [])
    if len(edges) > 1:
        text = "the local derivatives are missing: these are the upstream gradients alone"
        yield Candidate(text, sum(problem.shared.adjoint[edge.node] for edge in edges))
    for edge in problem.edges:
        if edge.derivative == -1.0:  # a sign
            continue
        local = f"{_local(problem, edge)} = {digits(edge.derivative)}"
        text = f"the local derivative {local} is missing"
        yield Candidate(text, problem.with_edge(edge, 1.0), _distance(problem, edge))


def _swapped(problem: Problem) -> Iterator[Candidate]:
    for edge in problem.edges:
        for index, derivative in _siblings(edge):
            if abs(derivative) == abs(edge.derivative):  # itself, or a sign
                continue
            name, other = problem.name(edge.node), edge.node.parents[index]
            text = (
                f"operands swapped at {_node_text(problem, edge.node)}: "
                f"∂{name}/∂{problem.name(other)} = {digits(derivative)} "
                f"instead of {_local(problem, edge)} = {digits(edge.derivative)}"
            )
            yield Candidate(text, problem.with_edge(edge, derivative), _distance(problem, edge))


def _siblings(edge: Edge) -> list[tuple[int, float]]:
    """Return the local derivatives of a node, with their positions; none where it has many."""
    derivatives = edge.node.local_derivatives
    return list(enumerate(derivatives)) if len(derivatives) <= _MOST_OPERANDS else []


def _rule(problem: Problem) -> Iterator[Candidate]:
    everywhere: dict[tuple[str, str, int], dict[tuple[Node, int], float]] = {}
    texts: dict[tuple[str, str, int], str] = {}
    for edge in problem.edges[:_MOST_EDGES]:
        assert edge.node.operation is not None
        found = slips(edge.node, edge.position, problem.shared.names, problem.shared.cache)
        # operands swapped, or the whole local derivative missing: kinds of their own
        others = {d for p, d in _siblings(edge) if p != edge.position}
        for index, slip in enumerate(found):
            is_case = "which does not hold" in slip.what
            if not is_case and (slip.value in others or slip.value == 1.0):
                continue
            text = _slip_text(problem, edge, slip)
            rare = 0.0 if slip.is_common else 1.5
            extra = rare + _distance(problem, edge) + index / 100
            yield Candidate(text, problem.with_edge(edge, slip.value), extra)
            key = (edge.node.operation.name, slip.what.split(" ")[1], index)
            everywhere.setdefault(key, {})[edge.node, edge.position] = slip.value
            texts.setdefault(key, text)
    for key, replaced in everywhere.items():
        if len(replaced) > 1:
            value = problem.swept(lambda e, r=replaced: r.get((e.node, e.position), e.derivative))
            yield Candidate(f"{texts[key]}, at every {key[0]}", value, _FAR + key[2] / 100)


def _slip_text(problem: Problem, edge: Edge, slip: Slip) -> str:
    if "which does not hold" in slip.what and {slip.value, edge.derivative} == {0.0, 1.0}:
        done = "passed on where it is off" if slip.value else "stopped where it is on"
        return f"the gradient is {done}, at {_node_text(problem, edge.node)}"
    rule = f"{slip.wrong} instead of {slip.right}"
    return f"the rule at {_node_text(problem, edge.node)}: {rule}; {slip.what}"


def _another(problem: Problem) -> Iterator[Candidate]:
    shared = problem.shared
    if len(shared.graph.order) > _MOST_OTHERS:
        return
    same: dict[float, list[str]] = {}
    for node in shared.graph.order:
        if node is not problem.node and node is not shared.graph.end:
            same.setdefault(float(digits(shared.adjoint[node], 12)), []).append(problem.name(node))
    for adjoint, names in same.items():
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        text = f"this is the gradient of {', '.join(names[:_MOST_NAMES])}{more}"
        yield Candidate(text, adjoint, 0.0 if adjoint else 1.0)


def _data(problem: Problem) -> Iterator[Candidate]:
    if len(problem.shared.graph.order) > _MOST_OTHERS:
        return
    for node in problem.shared.graph.order:
        if node.data:
            text = f"this is the value of {problem.name(node)}, not a gradient"
            yield Candidate(text, node.data, 0.0 if node is problem.node else 0.5)


def _local(problem: Problem, edge: Edge) -> str:
    return f"∂{problem.name(edge.node)}/∂{problem.name(edge.parent)}"


def _path_text(problem: Problem, path: Path) -> str:
    names = [problem.name(node) for node in path.nodes]
    if len(names) > 7:
        names = [*names[:3], "...", *names[-3:]]
    text = " → ".join(names)
    doubled = [
        n for n, p in zip(path.nodes[1:], path.nodes, strict=False) if n.parents.count(p) > 1
    ]
    if doubled:
        node = doubled[0]
        place = path.positions[path.nodes.index(node) - 1] + 1
        return f"{text} by operand {place} of {problem.name(node)}"
    return text


def _node_text(problem: Problem, node: Node) -> str:
    """Write a node as an equation, if it is short."""
    name, expression = problem.name(node), expression_of(node, problem.shared.names)
    if not expression or len(expression) > 30 or expression in name:
        return name
    return f"{name} = {expression}"


MISTAKES = (
    Mistake("copied", 0.0, _copied),
    Mistake("value before", 0.2, from_values),
    Mistake("sign", 1.0, _sign),
    Mistake("twice", 2.0, _twice),
    Mistake("one path", 3.0, _one_path),
    Mistake("paths multiplied", 3.2, _multiplied),
    Mistake("upstream", 4.0, _no_upstream),
    Mistake("local", 4.5, _no_local),
    Mistake("swapped", 5.0, _swapped),
    Mistake("rule", 5.5, _rule),
    Mistake("another", 8.0, _another),
    Mistake("value before", 10.0, with_wrong_values),
    Mistake("data", 11.0, _data),
    Mistake("difference", 11.5, differences),
)
