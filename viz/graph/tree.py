"""`tree`: a computation graph as an indented text, where there is only text.

>>> from autodiff import Value
>>> a = Value(3.0, label="a")
>>> b = a * 2
>>> tree(b + b)
v2 = v1 + v1 = 12
├─ v1 = a * 2 = 6  (used 2 times)
│  └─ a = 3
└─ v1 = 6  (see above)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from autodiff.extend import Graph, Node, expression_of
from autodiff.extend import digits as significant
from viz.options import checked_limit, checked_root, look

# A deeper branch goes on below, from the left margin: it stays readable, and the text of a chain
# of a million operations stays as long as the chain.
_DEEPEST = 30


class Tree:
    """A graph as text, which `print` and a session show.

    Args:
        text: its lines, joined.
    """

    __slots__: tuple[str, ...] = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: str = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text


def tree(
    loss: Node,
    *,
    digits: int = 6,
    limit: int = 300,
    names: Mapping[str, object] | None = None,
) -> Tree:
    """Return the computation graph of a Value as an indented text tree.

    Each line has the name of a Value, how it was computed, its data and, after a backward pass
    from the loss, its gradient. A Value that is used several times says so and is expanded once.

    Args:
        loss: the end of the graph, which is the first line.
        digits: the number of significant digits of every number, from 1 to 17; 6 by default.
        limit: the most lines, at least 1; one more then counts those left out. 300 by default.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        An object that prints as the tree.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `names` not a mapping.
        OptionError: if `digits` is not an int from 1 to 17, or `limit` not one of at least 1.
    """
    lines = _Writer(Graph([checked_root(loss)], names), look(digits).digits).lines()
    most = checked_limit(limit)
    if len(lines) > most:
        rest = (
            f"... and {len(lines) - most:,} more lines; viz.tree(..., limit={len(lines)}) has all"
        )
        lines[most:] = [rest]
    return Tree("\n".join(lines))


class _Branch(NamedTuple):
    """A node that waits to be written.

    Attributes:
        node: what to write.
        lead: what to write before its name.
        indent: what to write before the leads of its parents.
        depth: the number of branches between it and the margin.
    """

    node: Node
    lead: str
    indent: str
    depth: int


class _Writer:
    """Writes one tree."""

    def __init__(self, graph: Graph, digits: int) -> None:
        self._root: Node = graph.end
        self._digits: int = digits
        self._graph: Graph = graph
        self._gradients: bool = graph.end.grad != 0.0
        self._written: set[Node] = set()
        self._postponed: deque[Node] = deque()
        self._below: set[Node] = set()  # the same, to look up

    def lines(self) -> list[str]:
        """Return the tree, and below it the branches that go too deep."""
        lines = self._lines_from(self._root)
        while self._postponed:
            node = self._postponed.popleft()
            self._below.remove(node)
            lines += ["", *self._lines_from(node)]
        return lines

    def _lines_from(self, start: Node) -> list[str]:
        lines: list[str] = []
        stack = [_Branch(start, "", "", 0)]
        while stack:
            node, lead, indent, depth = stack.pop()
            is_repeated = node in self._written and depth > 0
            is_postponed = depth == _DEEPEST and bool(node.parents) and not is_repeated
            lines.append(lead + self._line(node, repeated=is_repeated, postponed=is_postponed))
            self._written.add(node)
            if is_postponed:
                self._postponed.append(node)
                self._below.add(node)
            elif not is_repeated:
                stack += reversed(_branches(node, indent, depth))
        return lines

    def _line(self, node: Node, *, repeated: bool, postponed: bool) -> str:
        names, uses = self._graph.names, len(self._graph.children[node])
        facts = [names[node]]
        if not repeated and not postponed and node.parents:
            facts.append(expression_of(node, names))
        text = _one_line(" = ".join([*facts, significant(node.data, self._digits)]))
        if self._gradients:
            text += f", grad {significant(node.grad, self._digits)}"
        remarks = [f"used {uses} times"] if uses > 1 and not repeated else []
        if repeated and node.parents:
            remarks.append("see below" if node in self._below else "see above")
        elif repeated:
            remarks.append("again")
        if postponed:
            remarks.append("continued below")
        return f"{text}  ({', '.join(remarks)})" if remarks else text


def _branches(node: Node, indent: str, depth: int) -> list[_Branch]:
    last = len(node.parents) - 1
    return [
        _Branch(
            parent,
            indent + ("└─ " if position == last else "├─ "),
            indent + ("   " if position == last else "│  "),
            depth + 1,
        )
        for position, parent in enumerate(node.parents)
    ]


def _one_line(text: str) -> str:
    """Write a newline in a label as its escape: it would break the tree."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
