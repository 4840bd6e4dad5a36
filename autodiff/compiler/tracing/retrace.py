"""Recording a function a second time, to find out whether its graph depends on something unseen.

What reads `.data`, draws random numbers or looks at the world gives another graph, or other
constants, on another run. What is not here: recording itself (`record`).

>>> from autodiff import Value
>>> from autodiff.compiler.tracing.record import record
>>> function = lambda x: x * x.data
>>> one, other = record(function, [], (2.0,)), record(function, [], (3.0,))
>>> refuse_difference(one, other, "for another example")  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
autodiff.errors.ReplayError: expected the same graph for another example, got ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.errors import ReplayError
from autodiff.graph.node import Node

from .record import Recording
from .simplify import order


def refuse_difference(first: Recording, second: Recording, occasion: str) -> None:
    """Raise if two recordings of one function differ in more than their arguments.

    Args:
        first: a recording.
        second: another, which made the same comparisons with the same outcomes.
        occasion: what was different, for the message.

    Raises:
        ReplayError: naming the first difference.
    """
    nodes = order(first), order(second)
    pairs = zip(lines_of(first, nodes[0]), lines_of(second, nodes[1]), strict=False)
    for one, other in pairs:
        if one != other:
            raise ReplayError(
                f"the same graph {occasion}",
                f"`{other}` where it was `{one}`",
                "what changes must be an argument or a Value: do not read .data, draw random "
                "numbers or use what changes outside",
            )
    if len(nodes[0]) != len(nodes[1]):
        raise ReplayError(
            f"the same graph {occasion}",
            f"{len(nodes[1]):,} nodes where there were {len(nodes[0]):,}",
            "do not let the number of steps depend on .data",
        )


def went_alike(first: Recording, second: Recording) -> bool:
    """Tell whether both made the same comparisons, with the same outcomes."""
    ways = [[(each.relation, each.outcome) for each in r.guards] for r in (first, second)]
    return ways[0] == ways[1]


def lines_of(recording: Recording, nodes: Sequence[Node]) -> Iterator[str]:
    """Yield a line for every node: its operation and operands, leaves by what they are."""
    names: dict[Node, str] = {}
    for place, leaf in enumerate(recording.parameters):
        names[leaf] = f"parameter {place}"
    for argument in recording.arguments:
        for leaf in argument.leaves:
            names[leaf] = str(leaf.label)
    for number, node in enumerate(nodes):
        operands = recording.operands(node)
        if node not in names:
            names[node] = f"#{number}" if operands else f"constant {node.data!r}"
        shown = [names[x] if isinstance(x, Node) else repr(x) for x in operands]
        operation = node.operation.name if node.operation is not None else ""
        if operands:
            yield f"{operation or 'detach'}({', '.join(shown)})"
        else:
            yield names[node]
