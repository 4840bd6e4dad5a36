"""What a box of several Values says: its name, what each member computes, the range of numbers.

An opened box has its members inside, each with its own numbers. After a backward pass boxes are
tinted as those of single Values are; before it there are no gradients.

>>> number_range([3.0, 1.0, 2.0], 6)
'1 … 3'
>>> number_range([2.0, 2.0], 6)
'2'
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from math import isnan

from autodiff.extend import Graph, Node
from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.escape import tooltip
from viz.render.html import Html, bold, cell, font, label, row, table
from viz.themes import SMALL_FONT_SIZE, Theme

from .card import band, card, emphasis, frame, hint, rows
from .folding import Box
from .tint import Scale, swept

_TO = " \N{HORIZONTAL ELLIPSIS} "  # between the ends of a range
_ACROSS = range(4, 7)  # members in a row
_SEVERAL = {"peripheries": "2"}
_SPACE = Html("&#160;")


class Cards:
    """Writes the boxes of one picture, all by one scale of gradients.

    Args:
        graph: what is folded.
        boxes: all boxes of the picture.
        look: digits and theme.
        highlight: the nodes whose boxes stand out, if any.
    """

    def __init__(
        self,
        graph: Graph,
        boxes: Iterable[Box],
        look: Look,
        highlight: Container[Node] | None = None,
    ) -> None:
        faded = look._replace(theme=look.theme.faded())
        self._look: Look = look
        self.others: Look = look if highlight is None else faded  # of what does not stand out
        self._highlight: Container[Node] | None = highlight
        self._labels: dict[Node, str] = graph.labels
        self._swept: set[Node] = swept(graph)
        shown = [node.grad for box in boxes for node in box.values if node in self._swept]
        self.scale: Scale | None = Scale.of(shown) if shown else None

    def attributes(self, box: Box) -> dict[str, str]:
        """Return the DOT attributes of a box, its label among them."""
        look = self.look_of(box)
        theme = look.theme
        if box.unit is None and not box.single:  # left out
            attributes = {"style": "rounded,filled,dashed", "fillcolor": theme.background}
            attributes["color"] = theme.muted
        else:
            attributes = frame(box.values[0], theme)
        gradients = self._gradients(box)
        if self.scale and gradients and not box.members:
            attributes["fillcolor"] = self.scale.color_of_several(gradients, theme)
        if box.unit is not None and len(box.values) > 1:
            attributes |= _SEVERAL
        if box.opened:
            attributes["penwidth"] = significant(theme.opened_width)
        if self._highlight is not None and look is self._look:
            attributes |= emphasis(theme)
        attributes["tooltip"] = hint(box.nodes, self._labels) if box.single else tooltip(box.title)
        return {"label": self._label(box, look), **attributes}

    def look_of(self, box: Box) -> Look:
        """Return the look of a box: faded if other boxes stand out."""
        stands_out = self._highlight is None or any(x in self._highlight for x in box.nodes)
        return self._look if stands_out else self.others

    def _gradients(self, box: Box) -> list[float]:
        return [node.grad for node in box.values if node in self._swept]

    def _label(self, box: Box, look: Look) -> str:
        theme = look.theme
        if box.single:
            node = box.nodes[0]
            lines = rows(node, look, gradients=node in self._swept)
            return card(node, theme, lines, name=box.title)
        color = theme.computed_band if box.values[0].operation else theme.leaf_band
        color = theme.muted if box.unit is None else color
        if box.unit is None and box.opened:  # a remark, not the name of a box
            parts = [_remark(box.title, theme)]
        else:
            title = cell(font(bold(box.title), color=theme.on_band), balign="LEFT")
            parts = [band([title], color, cellspacing=2, cellpadding=2)]
        note = note_of(box)
        if note:
            parts.append(_remark(note, theme))
        parts += [self._grid(box.members, theme)] if box.members else self._numbers(box, theme)
        return label(table(*parts, cellpadding=3))

    def _numbers(self, box: Box, theme: Theme) -> list[Html]:
        """Return a row for the range of the data, and one for that of the gradients, if any."""
        gradients = self._gradients(box)
        columns = [("data", [node.data for node in box.values], theme.ink)]
        if gradients:
            columns.append(("grad", gradients, theme.gradient))
        return [
            row(
                cell(_small(name, _SPACE, theme=theme), align="LEFT"),
                cell(font(number_range(numbers, self._look.digits), color=ink), align="RIGHT"),
            )
            for name, numbers, ink in columns
        ]

    def _grid(self, members: Sequence[Box], theme: Theme) -> Html:
        """Return the members in rows, with few empty places."""
        across = min(_ACROSS, key=lambda width: -len(members) % width)
        cells = [self._member(member) for member in members]
        lines = [row(*cells[start : start + across]) for start in range(0, len(cells), across)]
        grid = table(*lines, cellborder=1, cellspacing=4, cellpadding=2, color=theme.line)
        return row(cell(grid, colspan=2))

    def _member(self, member: Box) -> Html:
        theme, gradients = self.look_of(member).theme, self._gradients(member)
        fill = frame(member.values[0], theme)["fillcolor"]
        if self.scale and gradients:
            fill = self.scale.color_of_several(gradients, theme)
        name = row(cell(font(bold(member.title), color=theme.ink), colspan=2))
        lines = table(name, *self._numbers(member, theme), cellspacing=2, cellpadding=0)
        return cell(lines, bgcolor=fill)


def _small(*parts: str, theme: Theme) -> Html:
    return font(*parts, color=theme.muted, point_size=SMALL_FONT_SIZE)


def _remark(text: str, theme: Theme) -> Html:
    return row(cell(_small(text, theme=theme), colspan=2))


def note_of(box: Box) -> str:
    """Say what each member of a group computes, as far as the title does not."""
    unit = box.unit
    if unit is None:
        return "" if box.opened else f"{len(box.nodes)} values"
    if unit.kind in {"dot", "neuron"}:
        text = counted(len(unit.products), "product")
        added = sum(term != 0.0 for term in unit.terms)
        text = f"{text} + {counted(added, 'term')}" if added else text
        applied = unit.operation.name if unit.operation else ""
        return f"{applied}({text})" if unit.kind == "neuron" else text
    if unit.kind == "sum":
        return counted(sum(term != 0.0 for term in unit.terms), "term")
    return "" if unit.kind == "leaf" or box.title.startswith(unit.kind) else unit.kind


def counted(count: int, word: str) -> str:
    """Return a count with its word, in the plural where it is not one."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def number_range(numbers: Sequence[float], digits: int) -> str:
    """Write the smallest and the largest number, or the one that all are; nan at the end."""
    ordered = [number for number in numbers if not isnan(number)]
    ends = [min(ordered), max(ordered)] if ordered else []
    texts = list(dict.fromkeys(significant(number, digits) for number in ends))
    if len(ordered) < len(numbers):
        texts.append("nan")
    return _TO.join(texts)
