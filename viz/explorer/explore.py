"""`explore`: a page of one's own graph, to step through, to change, and to ask why.

>>> from autodiff import Value
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> explore(x * w)
Explorer(3 values; .save('name.html'), .show(), .html)
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from autodiff import OptionError, WrongTypeError
from autodiff.extend import Graph, Node, described, foreseen_mistakes
from viz.backprop.sweep import recursive_steps
from viz.backprop.words import WORDS
from viz.options import checked_limit, checked_root, look
from viz.pages.page import Page

from .layout import FoldedViews, plain_view
from .program import program_of, script_of
from .widget import live

HERE = Path(__file__).parent
BODY, STYLE, ENTRY = (HERE / name for name in ("explorer.html", "explorer.css", "explore.js"))
_MOST_FORESEEN = 20  # values of a graph whose mistakes the page knows
_START = """
const data = JSON.parse(document.getElementById("chalkgrad-data").textContent);
globalThis.explorer = new Explorer(document.querySelector(".chalkgrad-explorer"), data, OPERATIONS);
"""


class Explorer(Page):
    """A page on which a graph is stepped through, changed and asked why.

    In Jupyter, with the extra `notebook`, the page is live: a leaf that is changed in it changes
    in Python too. Elsewhere, and without the extra, it is the page that `save` writes.

    Attributes:
        html: the content of the file.
    """

    def __init__(self, graph: Graph, data: Mapping[str, Any]) -> None:
        self._graph: Graph = graph
        self._summary: str = data["summary"]
        title = f"{data['title']}: step through its gradient"
        body = BODY.read_text(encoding="utf-8")
        script = f"{script_of(graph)}{_START}"
        super().__init__(title, body, data, ENTRY, script=script, styles=[STYLE])

    @cached_property
    def _widget(self) -> Any:
        """The page in Jupyter, or None where anywidget is missing."""
        body = BODY.read_text(encoding="utf-8")
        return live(self._graph, (body, self.data, script_of(self._graph), STYLE))

    @property
    def selected(self) -> Node | None:
        """The Value that was last selected in the page in Jupyter; None before, or elsewhere."""
        place = -1 if self._widget is None else self._widget._selected  # noqa: SLF001 our own trait
        return self._graph.order[place] if place >= 0 else None

    def refresh(self) -> None:
        """Let the page in Jupyter show the numbers that the leaves have now."""
        if self._widget is not None:
            place = {node: index for index, node in enumerate(self._graph.order)}
            leaves = [[place[leaf], str(leaf.data)] for leaf in self._graph.leaves]
            self._widget.send({"kind": "leaves", "leaves": leaves})

    def __repr__(self) -> str:
        return f"Explorer({self._summary}; .save('name.html'), .show(), .html)"

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, Any]:
        """Show the page in a notebook, live where that can be."""
        bundle = super()._repr_mimebundle_(include, exclude)
        if self._widget is None:
            return bundle
        shown: Any = self._widget._repr_mimebundle_()
        pictures = cast("Any", shown[0] if type(shown) is tuple else shown)  # beside remarks
        return {**pictures, **bundle}


def explore(  # noqa: PLR0913 each is an option of its own, by keyword
    loss: Node,
    *,
    digits: int = 4,
    direction: str | None = None,
    limit: int = 300,
    names: Mapping[str, object] | None = None,
    title: str | None = None,
) -> Explorer:
    """Make a page of the computation graph of a Value, to step through and to change.

    The page is one file, which asks the network for nothing. It shows the graph as `draw` does. On
    it one steps through the forward and the backward pass, selects a Value to see its formula, its
    uses, `why` its gradient is what it is and what a small change does, changes a leaf, and takes
    a step downhill; the page computes everything again by the derivative table. It begins with
    the numbers of the leaves as they are now.

    Args:
        loss: the end of a graph. No `.grad` is read or changed.
        digits: the number of significant digits of numbers in the graph, from 1 to 17; 4 by
            default. The panel beside it shows six, and all of them below the pointer.
        direction: where the computation goes: "LR" to the right, "RL" to the left, "TB" down,
            "BT" up; by default to the right, or down if the graph is folded.
        limit: the most Values, at least 1, that are drawn one by one; a larger graph is folded
            into boxes that open in the page. 300 by default.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.
        title: the heading of the page; by default the name of the loss.

    Returns:
        The page: `.save("page.html")`, `.show()` in a browser, or by itself in a notebook.

    Raises:
        WrongTypeError: if `loss` is not a Value, `names` not a mapping, or `title` not a str.
        OptionError: if `digits` is not an int from 1 to 17, `limit` not an int of at least 1, or
            the direction unknown.
        MissingPackageError: if neither pygraphviz nor `dot` is installed.
    """
    graph = Graph([checked_root(loss)], names)
    if title is not None and type(title) is not str:
        raise WrongTypeError("a str as the title", described(title), "pass title='my loss'")
    is_folded = len(graph.order) > checked_limit(limit)
    usual = "TB" if is_folded else "LR"
    chosen = look(digits, usual if direction is None else direction)
    views, sets = [], []
    if is_folded:
        folded = FoldedViews(graph, chosen)
        views, sets = folded.views, folded.sets
    else:
        views = [plain_view(graph, chosen)]
    count = len(graph.order)
    summary = f"{count:,} value{'' if count == 1 else 's'}"
    if is_folded:
        summary += f" in {len(views[0]['boxes'])} boxes"
    data = {
        "title": graph.names[graph.end] if title is None else title,
        "summary": summary,
        "digits": digits,
        "words": WORDS,
        "naive": _naive_steps(graph),
        "views": views,
        "sets": sets,
        "practice": None if is_folded else _questions(graph),
        **program_of(graph),
    }
    return Explorer(graph, data)


def _questions(graph: Graph) -> dict[str, object]:
    """Return for each node what mistakes give; nothing where these would make the page heavy."""
    if len(graph.order) > _MOST_FORESEEN:
        return {}
    place = {node: index for index, node in enumerate(graph.order)}
    return {str(place[node]): each for node, each in foreseen_mistakes(graph).items()}


def _naive_steps(graph: Graph) -> list[list[int]] | str:
    """Return the steps of the naive order, a node and the position of its operand; or why not."""
    place = {node: index for index, node in enumerate(graph.order)}
    try:
        steps = recursive_steps(graph)
    except OptionError as error:
        return str(error)
    return [
        [place[receipt.giver], _operand(receipt.giver, receipt.position)]
        for step in steps
        for receipt in step.receipts
    ]


def _operand(node: Node, position: int) -> int:
    """Return the place of a parent among all operands, plain numbers included."""
    return [k for k, operand in enumerate(node.operands) if isinstance(operand, Node)][position]
