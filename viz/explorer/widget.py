"""The page live in Jupyter, by anywidget: a leaf that is changed there changes in Python."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from autodiff import ChalkgradError, Value, by_hand
from autodiff.extend import Graph, Node
from viz.pages.modules import combined
from viz.pages.page import style_of

_ENTRY = Path(__file__).parent / "widget.js"
_START = """
export default { render: ({ model, el }) => connect(model, el, OPERATIONS) };
"""


def live(graph: Graph, parts: tuple[str, str, str, Path]) -> Any:
    """Return the widget of a graph, or None where anywidget is missing.

    Args:
        graph: of one root.
        parts: the body of the page, its data as JSON, the operations of the graph as JavaScript,
            and its style.
    """
    try:
        anywidget: Any = importlib.import_module("anywidget")
        traitlets: Any = importlib.import_module("traitlets")
    except ImportError:
        return None
    body, data, operations, style = parts
    text = f"{combined(_ENTRY)}\n{operations}{_START}"
    widget = _widget_class(anywidget, traitlets)(
        _esm=text, _css=style_of(style), _body=body, _data=data, _key=uuid4().hex[:8]
    )
    widget.on_msg(_Listener(graph, widget.send))
    return widget


@cache
def _widget_class(anywidget: Any, traitlets: Any) -> Any:
    synced = ("_esm", "_css", "_body", "_data", "_key")
    members = {name: traitlets.Unicode("").tag(sync=True) for name in synced}
    members["_selected"] = traitlets.Int(-1).tag(sync=True)
    return type("ExplorerWidget", (anywidget.AnyWidget,), members)


class _Listener:
    """Does in Python what a message of the page asks for."""

    def __init__(self, graph: Graph, send: Callable[[object], None]) -> None:
        self._graph: Graph = graph
        self._send: Callable[[object], None] = send

    def __call__(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        if message.get("kind") == "changed":
            change(self._graph, message["leaves"])
        elif message.get("kind") == "judge":
            found = judged(self._graph, message["node"], message["quantity"], message["answer"])
            self._send({"kind": "verdict", "key": message["key"], **found})


def change(graph: Graph, leaves: Sequence[tuple[int, str]]) -> None:
    """Give leaves other numbers, and run the forward pass again.

    Args:
        graph: of one root.
        leaves: the places of leaves in its order, each with the text of its number.
    """
    for place, text in leaves:
        node = graph.order[place]
        if node.operation is None:
            node.data = float(text)
    cast("Value", graph.end).recompute()


def judged(graph: Graph, place: int, quantity: str, answer: str) -> dict[str, object]:
    """Judge an answer to a question of the page by `by_hand`.

    Args:
        graph: of one root.
        place: of the Value that is asked for.
        quantity: "value" or "gradient".
        answer: as it was written.

    Returns:
        Whether it is right (`ok`), and what is to be said (`lines`).
    """
    loss, node = cast("Value", graph.end), graph.order[place]
    pair: list[tuple[Node, str]] = [(node, answer)]
    try:
        found = by_hand(loss, values=pair) if quantity == "value" else by_hand(loss, pair)
    except ChalkgradError as error:
        return {"ok": False, "lines": [str(error)]}
    [verdict] = found.verdicts
    sign = "✓" if found.ok else "✗"
    return {"ok": found.ok, "lines": [f"{sign} {verdict.describe()}", *verdict.lines()]}
