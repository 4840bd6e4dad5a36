"""Names for the nodes of a graph, for tables and reports: the label, or v1, v2, ...

>>> from autodiff import Value
>>> x = Value(2.0, label="x")
>>> list(names_in([x, x * x]).values())
['x', 'v1']
"""

from __future__ import annotations

from collections.abc import Sequence

from .node import Node


def names_in(order: Sequence[Node]) -> dict[Node, str]:
    """Give every node of a graph a unique name: its label, or v1, v2, ...

    A label that several nodes share is numbered: `w`, `w (2)`. An empty label does not count.
    """
    used = {str(node.label) for node in order if node.label}
    counts: dict[str, int] = {}
    names: dict[Node, str] = {}
    fresh = 0
    for node in order:
        if node.label:
            label = str(node.label)
            counts[label] = counts.get(label, 0) + 1
            names[node] = label if counts[label] == 1 else f"{label} ({counts[label]})"
        else:
            fresh += 1
            while f"v{fresh}" in used:
                fresh += 1
            names[node] = f"v{fresh}"
    return names
