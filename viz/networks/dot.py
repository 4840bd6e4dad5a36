r"""From the numbers of a network to DOT text: circles in columns.

The positions are computed here, not by Graphviz: `layout=nop` keeps every position, so
the columns stand as in a textbook.

>>> column = Column("2 inputs", 2, (0, 1), (0.5, 1.0))
>>> output = Column("1 tanh", 1, (0,), (0.2,))
>>> text = network_dot([column, output], [[[1.0, -2.0]]], (["x1", "x2"], ["y"]))
>>> print("\n".join(line for line in text.splitlines() if "--" in line))
    layer0_0 -- layer1_0 [color="#15803d93" penwidth=2 tooltip=1]
    layer0_1 -- layer1_0 [color="#b91c1cf2" penwidth=3.6 tooltip=-2]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import inf, isfinite, isnan
from typing import Any, NamedTuple, TypeAlias
from unicodedata import east_asian_width

from autodiff.extend import digits as significant
from autodiff.extend import package
from viz.render.escape import tooltip
from viz.render.html import LINE_END, Html, bold, cell, font, label, row, table
from viz.themes import (
    EDGE_FONT_SIZE,
    FONT,
    SMALL_FONT_SIZE,
    THEMES,
    NetworkTheme,
    Theme,
    blend,
    contrast,
)

# Lengths in points.
_DIAMETER = 30.0
_ROW = 38.0
_NARROWEST, _WIDEST = 130.0, 230.0  # between two columns
_STEEPNESS = 0.36  # columns further apart where they are high, so that lines are not too steep
_LONGEST_NAME = 24  # letters; the network itself should have most of the room
_FEW = 100  # lines between two columns that may be wide

_GRAPH = {
    "layout": "nop",
    "splines": "line",
    "outputorder": "edgesfirst",  # no line across a circle
    "pad": "0.2",
}
_NODE = {
    "shape": "circle",
    "style": "filled",
    "fixedsize": "true",
    "width": f"{_DIAMETER / 72:.4f}",
    "margin": "0",
    "fontname": FONT,
    "fontsize": f"{EDGE_FONT_SIZE}",
    "label": "",
}
_TEXT = {"shape": "plaintext", "style": "", "fixedsize": "false", "width": "0", "height": "0"}
_DOT = {"shape": "point", "width": "0.055"}

Weights: TypeAlias = Sequence[Sequence[float]]  # of one layer: for each neuron, for each input


class Column(NamedTuple):
    """The inputs, or the neurons of one layer.

    Attributes:
        caption: what stands above.
        width: how many there are.
        shown: the indices of those that are drawn; the others are three dots in the middle.
        activations: a number for each of all, or None to leave the circles white.
    """

    caption: str
    width: int
    shown: tuple[int, ...]
    activations: tuple[float, ...] | None


def network_dot(
    columns: Sequence[Column],
    weights: Sequence[Weights],
    names: tuple[Sequence[str], Sequence[str]],
    theme: Theme = THEMES["light"],
) -> str:
    """Write a network as DOT text.

    Args:
        columns: inputs first, outputs last.
        weights: for each column but the first.
        names: of all inputs and of all outputs.
        theme: colours and line widths.

    Returns:
        The text, the same for the same numbers.
    """
    graph: Any = package("graphviz").Graph(
        graph_attr={**_GRAPH, "bgcolor": theme.background},
        node_attr={
            **_NODE,
            "color": theme.computed_line,
            "fillcolor": theme.network.paper,
            "fontcolor": theme.ink,
            "penwidth": significant(theme.network.circle_width),
        },
    )
    highest = max(_height(column) for column in columns)
    distance = min(max(highest * _STEEPNESS, _NARROWEST), _WIDEST)
    for index, column in enumerate(columns):
        _add_column(graph, index, column, index * distance, theme)
        place = _position(index * distance, highest / 2 + 42)
        graph.node(f"caption{index}", label=label(bold(column.caption)), pos=place, **_TEXT)
    for index, layer in enumerate(weights):
        shown = columns[index].shown, columns[index + 1].shown
        for ends, look in _connections(index, layer, shown, theme):
            graph.edge(*ends, **look)
    right = (len(columns) - 1) * distance
    _add_names(graph, 0, columns[0], names[0], right=0.0)
    _add_names(graph, len(columns) - 1, columns[-1], names[1], right=right)
    legend = _legend(theme, shaded=columns[0].activations is not None)
    graph.node("legend", label=label(legend), pos=_position(right / 2, -highest / 2 - 58), **_TEXT)
    return graph.source


def _height(column: Column) -> float:
    """Return the distance of the first circle's centre from the last's."""
    abbreviated = column.width > len(column.shown)
    return (len(column.shown) - 1 + (0.6 if abbreviated else 0.0)) * _ROW


def _heights(column: Column) -> list[float]:
    """Return the height of each circle's centre, from top to bottom, the column's middle at 0."""
    top = _height(column) / 2
    heights = [top - row * _ROW for row in range(len(column.shown))]
    if column.width == len(column.shown):
        return heights
    half = (len(heights) + 1) // 2
    return heights[:half] + [height - 0.6 * _ROW for height in heights[half:]]


def _position(x: float, y: float) -> str:
    return f"{x:.1f},{y:.1f}"


def _add_column(graph: Any, index: int, column: Column, x: float, theme: Theme) -> None:
    """Add the circles of a column, and three dots for those left out."""
    heights = _heights(column)
    largest = _largest(column.activations or (), least=1.0)
    for number, y in zip(column.shown, heights, strict=True):
        look: dict[str, str] = {}
        if column.activations is not None:
            look = _shade(column.activations[number], largest, theme.network)
        graph.node(f"layer{index}_{number}", pos=_position(x, y), **look)
    if column.width > len(column.shown):
        half = (len(heights) + 1) // 2
        middle = (heights[half - 1] + heights[half]) / 2
        look = {**_DOT, "color": theme.muted, "fillcolor": theme.muted}
        for dot, offset in enumerate((7.0, 0.0, -7.0)):
            graph.node(f"dots{index}_{dot}", pos=_position(x, middle + offset), **look)


def _shade(activation: float, largest: float, inks: NetworkTheme) -> dict[str, str]:
    """Return fill and number of a circle: the stronger, the nearer to the largest of its layer."""
    share = _share(activation, largest)
    full = inks.inactive if activation < 0 else inks.active
    fill = blend(inks.paper, full, share)
    text = significant(activation, 2)
    size = min(10.0, 1.4 * _DIAMETER / len(text))  # a long number still fits the circle
    return {
        "fillcolor": fill,
        "label": text,
        "fontsize": f"{size:.1f}",
        "fontcolor": max(inks.on_active, inks.on_paper, key=partial(contrast, fill)),
        "tooltip": significant(activation),
    }


def _connections(
    index: int, weights: Weights, shown: tuple[Sequence[int], Sequence[int]], theme: Theme
) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Return a line for each weight between two circles that are drawn, the largest on top.

    Where lines are many, the weak ones nearly vanish: else they would hide the strong ones.
    """
    inks = theme.network
    largest = _largest(weight for row in weights for weight in row)
    few = len(shown[0]) * len(shown[1]) <= _FEW
    widest = inks.widest if few else inks.widest_of_many
    pairs = [(source, neuron) for neuron in shown[1] for source in shown[0]]
    for source, neuron in sorted(
        pairs, key=lambda pair: _share(weights[pair[1]][pair[0]], largest)
    ):
        weight = weights[neuron][source]
        share = _share(weight, largest)
        color = inks.positive if weight > 0 else inks.negative
        color = color if weight < 0 or weight > 0 else theme.line
        opacity = 0.2 + 0.75 * share if few else 0.06 + 0.89 * share**2
        look = {"color": f"{color}{round(255 * opacity):02x}"}
        look["penwidth"] = significant(inks.narrowest + (widest - inks.narrowest) * share, 3)
        look["tooltip"] = significant(weight)
        if weight < 0 and inks.dashed:
            look["style"] = "dashed"
        yield (f"layer{index}_{source}", f"layer{index + 1}_{neuron}"), look


def _largest(numbers: Iterable[float], least: float = 0.0) -> float:
    """Return the largest size among the finite numbers, or `least` if that is larger."""
    return max([least, *(abs(number) for number in numbers if isfinite(number))])


def _share(number: float, largest: float) -> float:
    """Return the size of a number as a share of the largest, in [0, 1]; of nan, 0."""
    if isnan(number) or not number:
        return 0.0
    return 1.0 if abs(number) in {inf, largest} else min(abs(number) / largest, 1.0)


def _add_names(
    graph: Any, index: int, column: Column, names: Sequence[str], *, right: float
) -> None:
    """Write the names of the inputs left of their circles, those of the outputs to the right."""
    side, align = (1, "LEFT") if right else (-1, "RIGHT")
    for number, y in zip(column.shown, _heights(column), strict=True):
        shown = "\n".join(map(_shortened, names[number].split("\n")))
        width = max(map(_breadth, shown.split("\n")))
        x = right + side * (_DIAMETER / 2 + 6 + width / 2)
        # The text stands at the circle's side of a cell, so its true length does not matter there.
        text = cell(shown or " ", width=width, align=align, balign="LEFT")
        look = {
            "label": label(table(row(text), cellpadding=0)),
            "tooltip": tooltip(names[number]),
            "pos": _position(x, y),
        }
        graph.node(f"name{index}_{number}", **look, **_TEXT)


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def _breadth(text: str) -> int:
    """Return about how many points a line of text takes; the cell grows where it is too few."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return 7 * len(text) + 5 * wide + 5 * sum(map(str.isupper, text))


def _legend(theme: Theme, *, shaded: bool) -> Html:
    """Say what the colours mean."""
    inks = theme.network
    dashed = " (dashed)" if inks.dashed else ""
    parts: list[str] = [
        *(_colored(inks.positive, "positive weight"), ", "),
        *(_colored(inks.negative, f"negative weight{dashed}"), LINE_END),
        "the wider, the larger in its layer",
    ]
    if shaded:
        parts += [LINE_END, _colored(inks.active, "activation"), ", "]
        parts += [_colored(inks.inactive, "negative activation"), LINE_END]
        parts += ["the stronger the colour, the larger in its layer"]
    return font(*parts, point_size=SMALL_FONT_SIZE, color=theme.muted)


def _colored(color: str, text: str) -> Html:
    return font(bold(text), color=color)
