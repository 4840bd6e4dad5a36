"""A step of the backward pass as DOT text: the same boxes in every frame, other numbers.

Every number has a cell as wide as the widest number of any frame, and every frame has as many lines
of narration, empty ones too. So Graphviz lays all frames out alike, and nothing jumps.

>>> from autodiff import Value
>>> from viz.options import Look
>>> from viz.backprop.sweep import ordered_steps
>>> x = Value(2.0, label="x")
>>> graph = Graph([x * 3])
>>> len(Frames(graph, ordered_steps(graph, by="node"), Look()).sources())
2
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from autodiff.extend import Graph, Node
from autodiff.extend import digits as significant
from viz.graph.caption import caption, swatches
from viz.graph.card import Row, card, constant, emphasis, frame, hint
from viz.graph.dot import constant_attributes, empty_graph
from viz.options import Look
from viz.render.html import Html, bold, cell, font, label, row, table

from .sweep import Receipt, Step
from .words import told

_BLANK = "\N{NO-BREAK SPACE}"  # an empty cell would lose its height
_MOST_LINES = 4  # of the narration
_LETTER = 9  # points that a wide letter of the narration or a digit takes at most
_LONGEST_NAME = 16
_HEIGHT = 30  # points of a line of any script and font, with the space around it
_LOW = 20  # points of a number, which has digits only
_ROOM = {"nodesep": "0.5"}  # each edge has two numbers, which must not run into its neighbour's
_LEGEND_WIDTH = 220  # points, about


class Frames:
    """Writes the frames of one backward pass.

    Args:
        graph: of one root, the loss.
        steps: its backward pass.
        look: digits, direction and theme.
        judged: whether one more frame compares the result with the right one.
    """

    def __init__(
        self, graph: Graph, steps: Sequence[Step], look: Look, *, judged: bool = False
    ) -> None:
        self._look: Look = look
        self._names: dict[Node, str] = graph.names
        self._order: list[Node] = graph.order
        self._ids: dict[Node, str] = {node: f"value{i}" for i, node in enumerate(self._order)}
        self._right: dict[Node, float] = graph.adjoints() if judged else {}
        self._steps: Sequence[Step] = (
            [*steps, _verdict(steps[-1], self._right)] if judged else steps
        )
        self._count: int = len(self._steps)
        numbers = [value for step in steps for value in step.adjoints.values()]
        numbers += [r.amount for step in steps for r in step.receipts] + list(self._right.values())
        self._width: int = _LETTER * max(len(self._number(number)) + 3 for number in numbers)
        narrations = [self._narration(index) for index in range(self._count)]
        self._lines: int = max(map(len, narrations))
        self._caption_width: int = max(_points(text) for lines in narrations for text in lines)

    def sources(self) -> list[str]:
        """Return the DOT text of each frame."""
        return [self._source(index) for index in range(self._count)]

    def _source(self, index: int) -> str:
        graph = empty_graph(self._look, self._caption(index), "t")
        graph.graph_attr.update(_ROOM)
        step = self._steps[index]
        received = {(r.giver, r.position): r.amount for r in step.receipts}
        for node in self._order:
            self._add_box(graph, node, step, judged=index == self._count - 1)
            position = 0
            for place, operand in enumerate(node.operands):
                if isinstance(operand, Node):
                    self._add_edge(graph, node, position, received.get((node, position)))
                    position += 1
                else:
                    self._add_constant(graph, node, place, operand)
        return graph.source

    def _add_box(self, graph: Any, node: Node, step: Step, *, judged: bool) -> None:
        theme = self._look.theme
        text = self._number(step.adjoints[node]) if node in step.adjoints else _BLANK
        if node in step.adjoints and node not in step.complete and not (judged and self._right):
            text += " …"
        rows = [
            Row("data", self._number(node.data), theme.ink),
            Row("grad", text, theme.gradient, self._width),
        ]
        if self._right:
            wrong = judged and node not in step.complete
            right = self._number(self._right[node]) if wrong else _BLANK
            rows.append(Row("right" if wrong else _BLANK, right, theme.ink, self._width))
        attributes = frame(node, theme) | {"fillcolor": self._fill(node, step, judged=judged)}
        if node in step.givers:
            attributes |= emphasis(theme)
        attributes["tooltip"] = hint([node], self._names)
        text = card(node, theme, rows, name=self._names[node])
        graph.node(self._ids[node], label=text, **attributes)

    def _fill(self, node: Node, step: Step, *, judged: bool) -> str:
        theme = self._look.theme
        if node not in step.adjoints:
            return theme.computed
        if node in step.complete:
            return theme.tinted(theme.positive)
        tint = theme.negative if judged and self._right else theme.unsettled
        return theme.tinted(tint)

    def _add_edge(self, graph: Any, node: Node, position: int, amount: float | None) -> None:
        theme = self._look.theme
        parent = node.parents[position]
        text = _BLANK if amount is None else self._number(amount)
        above = cell(font(bold(text), color=theme.gradient), width=self._width, height=_LOW)
        below = cell(self._number(node.local_derivatives[position]))
        attributes = {} if amount is None else emphasis(theme)
        attributes["label"] = label(table(row(above), row(below), cellpadding=1))
        attributes["tooltip"] = hint([parent, node], self._names)
        graph.edge(self._ids[parent], self._ids[node], **attributes)

    def _add_constant(self, graph: Any, node: Node, place: int, number: float) -> None:
        name = f"{self._ids[node]}_constant{place}"
        text = constant(number, self._look.digits)
        graph.node(name, label=text, **constant_attributes(self._look.theme.muted))
        graph.edge(name, self._ids[node], style="dashed")

    def _caption(self, index: int) -> str:
        theme = self._look.theme
        texts = self._narration(index)
        parts: list[str] = [font(bold(texts[0]), color=theme.ink)]
        parts += [font(text, color=theme.ink) for text in texts[1:]]
        parts += [_BLANK] * (self._lines - len(texts))
        spacer = cell(_BLANK, width=max(self._caption_width - _LEGEND_WIDTH, 1))
        legend = table(row(cell(self._legend()), spacer), cellpadding=1)
        return caption([*parts, legend], _HEIGHT)

    def _legend(self) -> Html:
        """Say what the colours of the boxes mean."""
        theme = self._look.theme
        texts = (
            ("right", "may lack a part", "wrong") if self._right else ("complete", "lacks a part")
        )
        tints = (theme.positive, theme.unsettled, theme.negative)
        marks = [(theme.tinted(tint), text) for tint, text in zip(tints, texts, strict=False)]
        return swatches([("adjoint", marks)], theme)

    def _narration(self, index: int) -> list[str]:
        """Say what happens in a frame: a heading, and a line for each parent that receives."""
        step = self._steps[index]
        lines: list[str] = []
        if index == 0:
            heading = told("seed", end=self._named(self._order[-1]))
        elif not step.givers:
            heading = self._judgement(step)
        else:
            givers = _listed([self._named(node) for node in step.givers])
            verb = "pass" if len(step.givers) > 1 else "passes"
            heading = told(f"{verb}_early" if self._right else verb, givers=givers)
            lines = [self._received(receipt, step) for receipt in step.receipts]
        if len(lines) > _MOST_LINES:
            lines[_MOST_LINES - 1 :] = [told("more", count=len(lines) - _MOST_LINES + 1)]
        return [told("place", index=index, last=self._count - 1, text=heading), *lines]

    def _received(self, receipt: Receipt, step: Step) -> str:
        outer, factor, amount, total = (
            self._number(number)
            for number in (receipt.outer, receipt.factor, receipt.amount, receipt.total)
        )
        text = told(
            "receives",
            parent=self._named(receipt.parent),
            outer=_bracketed(outer),
            factor=_bracketed(factor),
            amount=amount,
        )
        if receipt.total != receipt.amount:
            text += told("in_all", total=total)
        is_last = receipt.total == step.adjoints[receipt.parent]
        return text + (told("complete") if is_last and receipt.parent in step.complete else "")

    def _judgement(self, step: Step) -> str:
        wrong = [self._named(node) for node in self._order if node not in step.complete]
        if not wrong:
            return told("right")
        return told("wrong_several" if len(wrong) > 1 else "wrong", names=_listed(wrong))

    def _named(self, node: Node) -> str:
        name = " ".join(self._names[node].split())
        return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"

    def _number(self, number: float) -> str:
        return significant(number, self._look.digits)


def _verdict(last: Step, right: dict[Node, float]) -> Step:
    """Return the step after the last: complete is what came out right, but for rounding."""
    equal = frozenset(node for node, x in last.adjoints.items() if _is_equal(x, right[node]))
    return Step((), (), last.adjoints, equal)


def _is_equal(x: float, y: float) -> bool:
    return math.isclose(x, y, rel_tol=1e-9) or (math.isnan(x) and math.isnan(y))


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_LINES:
        names = [*names[: _MOST_LINES - 1], told("others", count=len(names) - _MOST_LINES + 1)]
    *first, last = names
    return told("and", first=", ".join(first), last=last) if first else last


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _points(text: str) -> int:
    """Return the width of a line of text, at least: whatever the font, the frame must hold it."""
    return sum(2 * _LETTER if east_asian_width(letter) in "WF" else _LETTER for letter in text)
