"""Tracing a function again: on other numbers, and to find what its graph depends on unseen.

A function that reads `.data`, draws random numbers or looks at a global may give another graph,
or other constants, when it is traced again.

>>> from autodiff import Value
>>> function = lambda x: x * x.data
>>> first, second = record(function, [], (2.0,)), record(function, [], (3.0,))
>>> require_same_graph(first, second, "on another example")  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
autodiff.errors.ReplayError: expected the same graph on another example, got ...
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autodiff.errors import ReplayError, TracingWarning
from autodiff.graph.hooks import IN_RANGE
from autodiff.graph.node import Node, data_of, is_array
from autodiff.graph.pytree import is_structure, parts
from autodiff.graph.traversal import topological_order

from .record import Recording, Unseen, record

_CONSEQUENCE = "the program repeats for every example what came of it here"
_REMEDY = (
    "for a choice write where(x > 0, a, b) or compare with <, <=, > or >=; pass what changes as an "
    "argument or a parameter"
)

# How far a strict retrace moves arguments and parameters, relative to 1 + |x|; the first step
# that changes the outcome of no comparison counts.
_STEPS = (1e-3, -1e-3, 1e-6, -1e-6, 1e-9, -1e-9)


def retrace(
    function: Callable[..., Any],
    parameters: Sequence[Node],
    example: tuple[Any, ...],
    numbers: Iterable[float],
    data: Iterable[float],
) -> Recording:
    """Trace a function on other numbers.

    Args:
        function: as in `record`.
        parameters: as in `record`.
        example: the structure of the arguments.
        numbers: of the arguments, flat.
        data: of the parameters.
    """
    return record(function, parameters, with_numbers(example, iter(numbers)), data)


def report(recording: Recording, known: set[Unseen]) -> None:
    """Warn of what a traced function did and its graph does not hold, unless it is known."""
    for unseen in dict.fromkeys(recording.unseen):
        if unseen in known:
            continue
        known.add(unseen)
        file, line = unseen.place.file, unseen.place.number
        warnings.warn_explicit(f"{unseen}: {_CONSEQUENCE}. {_REMEDY}", TracingWarning, file, line)


def require_replayable(
    function: Callable[..., Any], first: Recording, example: tuple[Any, ...]
) -> None:
    """Raise unless a function gives the same graph again, on the same and on nearby numbers.

    Args:
        function: as in `record`.
        first: its recording on the example.
        example: a tuple with one example of every argument.

    Raises:
        ReplayError: naming the first difference.
    """
    if first.unseen:
        raise ReplayError(
            "a function that decides by what its graph holds", f"{first.unseen[0]}", _REMEDY
        )
    second = record(function, first.parameters, example)
    require_same_graph(first, second, "when the function is traced again")
    numbers = [data_of(x) for x in parts(example)]
    data = [leaf.data for leaf in first.parameters]
    leaves = [leaf for argument in first.arguments for leaf in argument.leaves]
    kept = _behind_indices(first)
    for step in _STEPS:
        nearby = _moved(numbers, step, leaves, kept), _moved(data, step, first.parameters, kept)
        third = retrace(function, first.parameters, example, *nearby)
        if _outcomes(first) == _outcomes(third):
            require_same_graph(first, third, "on nearby arguments and parameters")
            return
    raise ReplayError(
        "an example whose comparisons keep their outcome when it is moved a little",
        "another outcome however small the step",
        "choose an example away from the point where it changes",
    )


def require_same_graph(first: Recording, second: Recording, occasion: str) -> None:
    """Raise if two recordings differ in more than the numbers of their arguments.

    Args:
        first: a recording.
        second: another, of the same function, with the same outcomes of comparisons.
        occasion: when the second was made, for the message.

    Raises:
        ReplayError: naming the first difference.
    """
    for one, other in zip(graph_lines(first), graph_lines(second), strict=False):
        if one != other:
            raise ReplayError(
                f"the same graph {occasion}",
                f"`{other}` instead of `{one}`",
                "pass what changes as an argument or a parameter; do not read .data, random "
                "numbers or globals in the function",
            )
    counts = len(first.nodes), len(second.nodes)
    if counts[0] != counts[1]:
        raise ReplayError(
            f"the same graph {occasion}",
            f"{counts[1]:,} nodes instead of {counts[0]:,}",
            "do not let the number of operations depend on .data, random numbers or globals",
        )


def graph_lines(recording: Recording) -> Iterator[str]:
    """Yield a line for every node: the operation with its operands, or what a leaf is."""
    names: dict[Node, str] = {}
    for place, leaf in enumerate(recording.parameters):
        names[leaf] = f"parameter {place}"
    for argument in recording.arguments:
        for leaf in argument.leaves:
            names[leaf] = str(leaf.label)
    for number, node in enumerate(recording.nodes):
        operands = recording.operands(node)
        if node not in names:
            names[node] = f"#{number}" if operands else f"constant {node.data!r}"
        shown = [names[x] if isinstance(x, Node) else repr(x) for x in operands]
        operation = node.operation.name if node.operation is not None else "detach"
        yield f"{operation}({', '.join(shown)})" if operands else names[node]


def with_numbers(structure: Any, numbers: Iterator[float]) -> Any:
    """Put numbers into a structure; an array stays an array.

    >>> with_numbers((1, [2, 3]), iter([4.0, 5.0, 6.0]))
    (4.0, [5.0, 6.0])
    """
    if not is_structure(structure):
        return next(numbers)
    built = [with_numbers(part, numbers) for part in structure]
    if is_array(structure):
        return np.array(built)
    if isinstance(structure, tuple):
        return type(structure)(*built) if hasattr(structure, "_fields") else tuple(built)
    return built


def _outcomes(recording: Recording) -> list[tuple[str, bool]]:
    return [(guard.relation, guard.outcome) for guard in recording.guards]


def _behind_indices(recording: Recording) -> set[Node]:
    """Return all that the index of a look-up is computed from: near a whole number is none."""
    found = [guard.x for guard in recording.guards if guard.relation == IN_RANGE]
    return set(topological_order([x for x in found if isinstance(x, Node)]))


def _moved(
    numbers: Sequence[float], step: float, leaves: Sequence[Node], kept: set[Node]
) -> list[float]:
    pairs = zip(numbers, leaves, strict=True)
    return [x if leaf in kept else x + step * (1.0 + abs(x)) for x, leaf in pairs]
