r"""From the numbers of a network to DOT text: circles in columns, at positions worked out here.

Graphviz only draws: `layout=nop` keeps every position, so that the columns stand as in a
textbook. What is not here: which network and which inputs (`networks`), rendering (`render`).

>>> column = Column("2 inputs", 2, (0, 1), (0.5, 1.0))
>>> output = Column("1 tanh", 1, (0,), (0.2,))
>>> text = network_dot([column, output], [[[1.0, -2.0]]], (["x1", "x2"], ["y"]))
>>> print("\n".join(line for line in text.splitlines() if "--" in line))
    layer0_0 -- layer1_0 [color="#15803d93" penwidth=2 tooltip=1]
    layer0_1 -- layer1_0 [color="#b91c1cf2" penwidth=3.6 tooltip=-2]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isfinite, isnan
from typing import Any, NamedTuple, TypeAlias
from unicodedata import east_asian_width

from graphviz import Graph

from autodiff.tables import digits as significant

from .text import escape
from .themes import THEMES

__all__ = ["NEGATIVE", "POSITIVE", "Column", "network_dot"]

_THEME = THEMES["light"]

POSITIVE = "#15803d"
NEGATIVE = "#b91c1c"

_ACTIVE = {True: (0x0C, 0x2D, 0x57), False: (0xB4, 0x53, 0x09)}  # at or above 0, below 0
_NOTHING = "#94a3b8"  # a weight of 0, or nan

# Lengths in points.
_DIAMETER = 30.0
_ROW = 38.0
_NARROWEST, _WIDEST = 130.0, 230.0  # between two columns
_STEEPNESS = 0.36  # columns further apart where they are high, so that lines are not too steep
_LEGEND_SIZE = 11
_PALE = 0.55  # up to this share of the largest, dark letters are legible
_FEW = 100  # lines between two columns that may be wide

_GRAPH = {
    "layout": "nop",
    "splines": "line",
    "outputorder": "edgesfirst",  # no line across a circle
    "pad": "0.2",
    "bgcolor": "white",
}
_NODE = {
    "shape": "circle",
    "style": "filled",
    "fixedsize": "true",
    "width": f"{_DIAMETER / 72:.4f}",
    "margin": "0",
    "color": "#334155",
    "penwidth": "1.2",
    "fillcolor": "#ffffff",
    "fontname": "Helvetica,Arial,sans-serif",
    "fontsize": "12",
    "fontcolor": _THEME.ink,
    "label": "",
}
_TEXT = {"shape": "plaintext", "style": "", "fixedsize": "false", "width": "0", "height": "0"}
_DOT = {"shape": "point", "width": "0.055", "color": _THEME.muted, "fillcolor": _THEME.muted}

# The text stands at the circle's side of a cell, so that its true length does not matter there.
_NAME = (
    '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>'
    '<TD WIDTH="{width}" ALIGN="{align}" BALIGN="LEFT">{text}</TD></TR></TABLE>>'
)

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
) -> str:
    """Write a network as DOT text.

    Args:
        columns: inputs first, outputs last.
        weights: for each column but the first.
        names: of all inputs and of all outputs.

    Returns:
        The text, the same for the same numbers.
    """
    graph: Any = Graph(graph_attr=_GRAPH, node_attr=_NODE)
    highest = max(_height(column) for column in columns)
    distance = min(max(highest * _STEEPNESS, _NARROWEST), _WIDEST)
    for index, column in enumerate(columns):
        _add_column(graph, index, column, index * distance)
        place = _position(index * distance, highest / 2 + 42)
        graph.node(
            f"caption{index}", label=f"<<B>{escape(column.caption)}</B>>", pos=place, **_TEXT
        )
    for index, layer in enumerate(weights):
        _add_connections(graph, index, layer, (columns[index].shown, columns[index + 1].shown))
    right = (len(columns) - 1) * distance
    _add_names(graph, 0, columns[0], names[0], right=0.0)
    _add_names(graph, len(columns) - 1, columns[-1], names[1], right=right)
    legend = _legend(shaded=columns[0].activations is not None)
    graph.node("legend", label=legend, pos=_position(right / 2, -highest / 2 - 58), **_TEXT)
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


def _add_column(graph: Any, index: int, column: Column, x: float) -> None:
    """Add the circles of a column, and three dots for those left out."""
    heights = _heights(column)
    largest = _largest(column.activations or (), least=1.0)
    for number, y in zip(column.shown, heights, strict=True):
        look: dict[str, str] = {}
        if column.activations is not None:
            look = _shade(column.activations[number], largest)
        graph.node(f"layer{index}_{number}", pos=_position(x, y), **look)
    if column.width > len(column.shown):
        half = (len(heights) + 1) // 2
        middle = (heights[half - 1] + heights[half]) / 2
        for dot, offset in enumerate((7.0, 0.0, -7.0)):
            graph.node(f"dots{index}_{dot}", pos=_position(x, middle + offset), **_DOT)


def _shade(activation: float, largest: float) -> dict[str, str]:
    """Return fill and number of a circle: the darker, the nearer to the largest of its layer."""
    share = _share(activation, largest)
    ink = _ACTIVE[not activation < 0]
    fill = "".join(f"{round(255 + (part - 255) * share):02x}" for part in ink)
    text = significant(activation, 2)
    size = min(10.0, 1.4 * _DIAMETER / len(text))  # a long number still fits the circle
    return {
        "fillcolor": f"#{fill}",
        "label": text,
        "fontsize": f"{size:.1f}",
        "fontcolor": "#ffffff" if share > _PALE else _THEME.ink,
        "tooltip": significant(activation),
    }


def _add_connections(
    graph: Any, index: int, weights: Weights, shown: tuple[Sequence[int], Sequence[int]]
) -> None:
    """Add a line for each weight between two circles that are drawn."""
    largest = _largest(weight for row in weights for weight in row)
    widest = 3.2 if len(shown[0]) * len(shown[1]) <= _FEW else 2.0
    for neuron in shown[1]:
        for source in shown[0]:
            weight = weights[neuron][source]
            share = _share(weight, largest)
            color = POSITIVE if weight > 0 else NEGATIVE if weight < 0 else _NOTHING
            opacity = round(255 * (0.2 + 0.75 * share))
            graph.edge(
                f"layer{index}_{source}",
                f"layer{index + 1}_{neuron}",
                color=f"{color}{opacity:02x}",
                penwidth=f"{0.4 + widest * share:.3g}",
                tooltip=significant(weight),
            )


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
        width = max(map(_breadth, names[number].split("\n")))
        x = right + side * (_DIAMETER / 2 + 6 + width / 2)
        text = _NAME.format(align=align, width=width, text=escape(names[number]) or " ")
        graph.node(f"name{index}_{number}", label=text, pos=_position(x, y), **_TEXT)


def _breadth(text: str) -> int:
    """Return about how many points a line of text takes; the cell grows where it is too few."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return 7 * len(text) + 5 * wide + 5 * sum(map(str.isupper, text))


def _legend(*, shaded: bool) -> str:
    """Say what the colours mean."""
    lines = [
        f"{_colored(POSITIVE, 'positive weight')}, {_colored(NEGATIVE, 'negative weight')}",
        "the wider, the larger in its layer",
    ]
    if shaded:
        active, negative = (f"#{bytes(_ACTIVE[key]).hex()}" for key in (True, False))
        lines += [
            f"{_colored(active, 'activation')}, {_colored(negative, 'negative activation')}",
            "the darker, the larger in its layer",
        ]
    text = "<BR/>".join(lines)
    return f'<<FONT POINT-SIZE="{_LEGEND_SIZE}" COLOR="{_THEME.muted}">{text}</FONT>>'


def _colored(color: str, text: str) -> str:
    return f'<FONT COLOR="{color}"><B>{text}</B></FONT>'
