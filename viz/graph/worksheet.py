"""`worksheet`: a computation graph with blanks to fill in by hand, and its solution.

>>> from autodiff import Value
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> worksheet(x * w)
Drawing(worksheet of 3 values; .save('name.svg'), .save('name.png'), .save('name.pdf'), .source)
"""

from __future__ import annotations

from typing import Any

from autodiff import OptionError
from autodiff.extend import Graph, Node, described, expression_of, given, truth
from autodiff.extend import digits as significant
from viz.options import Look, checked_root, look
from viz.render.drawing import Drawing
from viz.render.html import Html, cell, font, html, label, row, table

from .caption import caption
from .card import Row, card, constant, frame, hint, number_cell
from .dot import constant_attributes, empty_graph

_MOST = 60  # values on one sheet
_WIDTH, _HEIGHT = 62, 24  # points, to write a number in
_BOX, _RULE = "LTRB", "B"  # the lines of a blank
_EDGE_WIDTH, _EDGE_HEIGHT = 44, 20
_LETTER = 6  # points; no letter of the task is wider on the average
_GAP = 12  # points between heading and graph


def worksheet(  # noqa: PLR0913 each is an option of its own, by keyword
    loss: Node,
    *,
    solution: bool = False,
    title: str = "",
    digits: int = 4,
    direction: str = "LR",
    theme: str = "print",
) -> Drawing:
    """Draw a computation graph to fill in on paper: values, local derivatives and gradients.

    The numbers of the leaves are given, and the gradient 1 of the loss; every other number is a
    blank. The sheet and its solution have the same layout; the solution has no task and no line
    for a name.

    Args:
        loss: the end of a graph of at most 60 Values. No `.grad` is read or changed.
        solution: whether the blanks are filled in; False by default.
        title: a line above the graph; by default "Gradients of" and the name of the loss.
        digits: the number of significant digits of numbers, from 1 to 17; 4 by default.
        direction: where the computation goes: "LR" to the right (the default), "RL" to the left,
            "TB" down, "BT" up.
        theme: "print" (the default), "light" or "dark".

    Returns:
        The sheet; `.save("sheet.pdf")` or `.save("sheet.svg")` writes it.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `solution` neither true nor false.
        OptionError: if the graph is too large, the title not a text, `digits` not an int from 1 to
            17, or direction or theme unknown.
    """
    graph = Graph([checked_root(loss)])
    chosen = look(digits, direction, theme)
    is_filled = truth(solution, "solution")
    if not isinstance(title, str):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise OptionError("a text as title", described(title), 'write title="Exercise 1"')
    if len(graph.order) > _MOST:
        remedy = "take a smaller part: worksheet(neuron)"
        raise OptionError(f"at most {_MOST} Values on a sheet", str(len(graph.order)), remedy)
    source = _Sheet(graph, chosen, title, is_filled=is_filled).written()
    kind = "solution" if is_filled else "worksheet"
    count = len(graph.order)
    return Drawing(source, f"{kind} of {count} value{'' if count == 1 else 's'}")


class _Sheet:
    """Writes one sheet."""

    def __init__(self, graph: Graph, look: Look, title: str, *, is_filled: bool) -> None:
        self._values: Graph = graph
        self._look: Look = look
        self._is_filled: bool = is_filled
        self._names: dict[Node, str] = graph.names
        self._adjoint: dict[Node, float] = graph.adjoints()
        self._graph: Any = empty_graph(look, self._heading(title), "t")
        self._graph.graph_attr.update(ranksep="0.6", nodesep="0.3")
        self._graph.node_attr["margin"] = "0.12,0.08"

    def written(self) -> str:
        """Return the DOT text."""
        ids = {node: f"value{i}" for i, node in enumerate(self._values.order)}
        for node, name in ids.items():
            self._graph.node(name, label=self._card(node), **self._frame(node))
            derivatives = iter(node.local_derivatives)
            for position, operand in enumerate(node.operands):
                if isinstance(operand, Node):
                    self._edge(ids[operand], name, (operand, node), next(derivatives))
                else:
                    self._constant(f"{name}_constant{position}", name, operand)
        return self._graph.source

    def _heading(self, title: str) -> str:
        end = self._names[self._values.end]
        theme = self._look.theme
        shown = title or f"Gradients of {end}"
        parts: list[str] = [font(f"{shown}: solution" if self._is_filled else shown, point_size=18)]
        task = (
            "Fill in the values along the arrows, then the local derivative at each arrow, "
            f"then, against the arrows, the gradient of {end} by each value."
        )
        shown_task = font(" " if self._is_filled else task, color=theme.muted)
        room = cell(shown_task, align="LEFT", width=_LETTER * len(task))  # of both sheets
        parts += [self._to_sign(), table(row(room))]
        return caption([*parts, self._formulas(), table(row(cell(" ", height=_GAP)))])

    def _to_sign(self) -> Html:
        """Return the line for name and date; a solution has an empty one of the same height."""
        if self._is_filled:
            return table(row(cell(" ", height=_HEIGHT)), cellpadding=2)
        theme = self._look.theme
        blanks = [("Name", 180), ("Date", 90)]
        cells: list[Html] = []
        for text, width in blanks:
            cells += [cell(" ", width=_GAP)] if cells else []
            cells.append(cell(font(text, color=theme.muted), align="LEFT", valign="BOTTOM"))
            cells.append(number_cell(Row("", "", theme.ink, width, _HEIGHT, _RULE), theme))
        return table(row(*cells), cellpadding=2)

    def _formulas(self) -> Html:
        """Return the computation as equations, in columns."""
        names = self._names
        lines = [f"{names[x]} = {expression_of(x, names)}" for x in self._values.interior]
        columns = min(4, max(1, len(lines)))
        height = -(-len(lines) // columns)
        cells = [cell(text, align="LEFT") for text in lines]
        cells += [cell(html(" "))] * (height * columns - len(lines))
        rows = [row(*cells[start::height]) for start in range(height)]
        return table(*rows, cellpadding=2) if lines else html()

    def _frame(self, node: Node) -> dict[str, str]:
        return {**frame(node, self._look.theme), "tooltip": hint([node], self._names)}

    def _card(self, node: Node) -> str:
        theme = self._look.theme
        is_given = node.operation is None
        is_end = node is self._values.end
        rows = [
            self._row("value", node.data, theme.ink, is_given=is_given),
            self._row("grad", self._adjoint[node], theme.gradient, is_given=is_end),
        ]
        return card(node, theme, rows, name=self._names[node])

    def _row(self, text: str, number: float, color: str, *, is_given: bool) -> Row:
        write = given if is_given else significant
        shown = write(number, self._look.digits) if is_given or self._is_filled else ""
        return Row(text, shown, color, _WIDTH, _HEIGHT, "" if is_given else _BOX)

    def _edge(self, start: str, end: str, pair: tuple[Node, Node], derivative: float) -> None:
        theme = self._look.theme
        shown = significant(derivative, self._look.digits) if self._is_filled else ""
        blank = Row("", shown, theme.local_derivative, _EDGE_WIDTH, _EDGE_HEIGHT, _BOX)
        blank_label = label(
            table(row(number_cell(blank, theme)), cellpadding=1, bgcolor=theme.background)
        )
        self._graph.edge(start, end, label=blank_label, tooltip=hint(pair, self._names))

    def _constant(self, name: str, end: str, number: float) -> None:
        attributes = constant_attributes(self._look.theme.muted)
        self._graph.node(name, label=constant(number, self._look.digits), **attributes)
        self._graph.edge(name, end, style="dashed")
