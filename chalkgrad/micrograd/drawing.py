"""`draw_dot` and `trace`, as micrograd's notebook defines them.

>>> from chalkgrad.micrograd import Value
>>> a = Value(2.0, label="a")
>>> nodes, edges = trace(a * a + 1)
>>> len(nodes), len(edges)
(4, 3)
>>> draw_dot(a * a).pipe("svg").startswith(b"<?xml")
True
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

import graphviz

from autodiff import OptionError, WrongTypeError
from autodiff.extend import Node, described, topological_order
from viz import Drawing
from viz.extend import THEMES

_Digraph: Any = graphviz.Digraph
_LIGHT, _DARK = (
    f'graph [bgcolor="{theme.background}"] node [color="{theme.ink}" fontcolor="{theme.ink}"]'
    f' edge [color="{theme.ink}"]'
    for theme in (THEMES["light"], THEMES["dark"])
)


class _Shown(Drawing):
    """The picture of a Digraph."""

    __slots__: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "a graph; .render('name') writes it to a file"


class _Picture(_Digraph):
    """A Digraph that is laid out by chalkgrad, which needs no `dot` executable."""

    def pipe(self, format: str | None = None, *, encoding: str | None = None, **_: Any) -> Any:
        content = self._drawing().render(format or self.format)
        return content if encoding is None else content.decode(encoding)

    def render(
        self, filename: Any = None, *, format: str | None = None, cleanup: bool = False, **_: Any
    ) -> str:
        source = Path(self.save(filename))
        target = self._drawing().save(f"{source}.{format or self.format}")
        if cleanup:
            source.unlink()
        return str(target)

    def _drawing(self) -> Drawing:
        """Return the picture in colours that follow light and dark, save where it sets its own."""
        head, line, rest = self.source.partition("{\n")
        light, dark = (f"{head}{line}\t{look}\n{rest}" for look in (_LIGHT, _DARK))
        return _Shown(light, "", dark)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None, **_: Any
    ) -> dict[str, str]:
        shown = self._drawing()
        return shown._repr_mimebundle_(include, exclude)  # pyright: ignore[reportPrivateUsage] of Jupyter


def trace(root: Node) -> tuple[set[Node], set[tuple[Node, Node]]]:
    """Return all nodes below a Value, and the edges (from, to) between them.

    Args:
        root: the end of a graph.

    Raises:
        WrongTypeError: if it is not a Value.
    """
    if not isinstance(root, Node):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("a Value", described(root), "pass the result of a computation")
    nodes = set(topological_order([root]))
    return nodes, {(child, node) for node in nodes for child in node.parents}


def draw_dot(root: Node, format: str = "svg", rankdir: str = "LR") -> Any:
    """Draw a graph as micrograd's notebook does; `viz.draw` shows more.

    Args:
        root: the end of the graph.
        format: "svg" (the default), "png" or "pdf".
        rankdir: "LR", from left to right (the default), or "TB", from top to bottom.

    Returns:
        A `graphviz.Digraph`, which a notebook shows, and which `render("name")` writes to a file.

    Raises:
        OptionError: if `rankdir` is neither.
        WrongTypeError: if `root` is not a Value.
    """
    if rankdir not in {"LR", "TB"}:
        raise OptionError("rankdir 'LR' or 'TB'", repr(rankdir), "write rankdir='LR'")
    dot: Any = _Picture(format=format, graph_attr={"rankdir": rankdir})
    nodes, edges = trace(root)
    for node in nodes:
        name = str(id(node))
        text = f"data {node.data:.4f} | grad {node.grad:.4f}"
        label = "".join(f"\\{c}" if c in "{}|<>\\ " else c for c in str(node.label or ""))
        dot.node(name, f"{{ {label} | {text} }}" if label else f"{{ {text} }}", shape="record")
        if node.operation is not None:
            sign = getattr(node, "_op", node.operation.sign)
            dot.node(f"{name}op", label=graphviz.escape(sign))
            dot.edge(f"{name}op", name)
    for child, node in edges:
        dot.edge(str(id(child)), f"{id(node)}op")
    return dot
