"""The look of every picture: colours, line widths and fonts of each theme, and those of plots.

To change the look, change a line here; `make expected` then renews the texts that tests compare.

>>> blend("#000000", "#ffffff", 0.5)
'#808080'
>>> sorted(THEMES)
['dark', 'light', 'print']
"""

from __future__ import annotations

from typing import NamedTuple

FONT = "Helvetica,Arial,sans-serif"  # the first of these that a machine has
FONT_SIZE = 13  # points: labels and numbers on boxes
EDGE_FONT_SIZE = 12  # numbers at edges, captions, the circles of networks
SMALL_FONT_SIZE = 11  # what stands beside a number

_FADED = 0.72  # how far colours of the background layer fade: still visible, not meant to be read
_TINTED = 0.7  # how far a box is tinted in frames of the backward pass


class NetworkTheme(NamedTuple):
    """The colours, each "#rrggbb", and line widths, in points, of a picture of a network.

    Attributes:
        positive: the line of a positive weight.
        negative: the line of a negative weight.
        dashed: whether that line is dashed too, where colours may not be told apart.
        paper: a circle of activation 0.
        active: a circle of the largest activation of its layer.
        inactive: a circle of the most negative one.
        on_active: numbers on a circle of a large activation.
        on_paper: those on other circles. The better of the two reads well on any circle.
        circle_width: the border of a circle.
        narrowest: the line of a weight of 0.
        widest: the line of the largest weight of a layer.
        widest_of_many: the same in a layer of many weights.
    """

    positive: str
    negative: str
    dashed: bool
    paper: str
    active: str
    inactive: str
    on_active: str
    on_paper: str
    circle_width: float = 1.2
    narrowest: float = 0.4
    widest: float = 3.6
    widest_of_many: float = 2.4


class Theme(NamedTuple):
    """The colours, each "#rrggbb", and line widths, in points, of a picture.

    Attributes:
        background: behind everything.
        ink: labels and data.
        muted: captions and constants.
        line: edges.
        gradient: the numbers of gradients.
        local_derivative: the numbers at edges.
        leaf: the box of a leaf.
        leaf_line: its border.
        leaf_band: the band behind its label.
        computed: the box of a computed Value.
        computed_line: its border.
        computed_band: the band behind its label and sign.
        on_band: text on a band.
        positive: the tint of a large positive gradient.
        negative: the tint of a large negative gradient.
        mixed: the tint of a box of several Values whose gradients have both signs.
        unsettled: the tint of nan, and of a sum that still lacks a part.
        emphasis: edges and borders that are pointed at.
        edge_width: of an edge.
        box_width: of the border of a box.
        emphasis_width: of edges and borders that are pointed at.
        opened_width: of the border of a box that was opened.
        network: the look of networks.
    """

    background: str
    ink: str
    muted: str
    line: str
    gradient: str
    local_derivative: str
    leaf: str
    leaf_line: str
    leaf_band: str
    computed: str
    computed_line: str
    computed_band: str
    on_band: str
    positive: str
    negative: str
    mixed: str
    unsettled: str
    emphasis: str
    edge_width: float
    box_width: float
    emphasis_width: float
    opened_width: float
    network: NetworkTheme

    def faded(self) -> Theme:
        """Return the theme for what is de-emphasised, so that the rest stands out."""
        colors = {
            name: blend(value, self.background, _FADED)
            for name, value in self._asdict().items()
            if isinstance(value, str) and name != "background"
        }
        return self._replace(**colors)

    def tinted(self, tint: str) -> str:
        """Return the colour of a box with a tint that says how far its adjoint has come."""
        return blend(self.computed, tint, _TINTED)


class PlotTheme(NamedTuple):
    """The colours, sizes in points, and opacities of plots.

    Attributes:
        series: the lines, bars or classes of a plot, in order; they repeat.
        grid: the grid behind them.
        axis: the line at 0.
        ink: numbers of pictures, and borders between regions.
        halo: the rim of a mark, and the contours of a landscape.
        landscape: matplotlib's map of colours for heights.
        weak: a weight of 0.
        positive: the largest weight.
        negative: the same with a minus sign.
        unknown: a weight that is nan.
        line_width: of curves.
        path_width: of paths of descent.
        border_width: of borders between regions.
        contour_width: of the contours of a landscape.
        ring_width: of the ring where a path begins.
        cross_width: of the cross where a run diverges.
        thin_width: of grids, axes, rims and faint lines.
        mark_line_width: of the line through the points of validation.
        mark_size: of these points.
        point_size: of the points of paths of descent.
        cross_size: of the cross where a run diverges.
        bar_font_size: of the number above a bar.
        index_font_size: of the number below the picture of a neuron.
        title_font_size: of the title of pictures of weights.
        faint: the opacity of the losses behind their running mean.
        region: the opacity of a region.
        landscape_opacity: of the colours between contours.
        surface: of the surface of a landscape.
    """

    series: tuple[str, ...]
    grid: str
    axis: str
    ink: str
    halo: str
    landscape: str
    weak: str
    positive: str
    negative: str
    unknown: str
    line_width: float = 2.0
    path_width: float = 1.4
    border_width: float = 1.5
    contour_width: float = 0.7
    ring_width: float = 1.6
    cross_width: float = 2.5
    thin_width: float = 0.8
    mark_line_width: float = 1.2
    mark_size: float = 3.5
    point_size: float = 2.5
    cross_size: float = 9.0
    bar_font_size: float = 7.0
    index_font_size: float = 8.0
    title_font_size: float = 10.0
    faint: float = 0.25
    region: float = 0.25
    landscape_opacity: float = 0.6
    surface: float = 0.75


def blend(start: str, end: str, part: float) -> str:
    """Return the colour that lies between two.

    Args:
        start: the colour at part 0.
        end: the colour at part 1.
        part: how far to go, from 0 to 1.
    """
    pairs = zip(channels(start), channels(end), strict=True)
    return "#" + "".join(f"{round(first + (last - first) * part):02x}" for first, last in pairs)


def contrast(one: str, other: str) -> float:
    """Return how legible text of one colour is on another, from 1 to 21.

    Source: Web Content Accessibility Guidelines 2.1, contrast ratio.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1, by the same guidelines."""
    parts = [channel / 255 for channel in channels(color)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels(color: str) -> list[int]:
    """Return red, green and blue of a colour, each from 0 to 255."""
    return list(bytes.fromhex(color.removeprefix("#")))


THEMES = {
    "light": Theme(
        background="#ffffff",
        ink="#1f2933",
        muted="#3d4a5c",
        line="#94a3b8",
        gradient="#7f1d1d",
        local_derivative="#7e22ce",
        leaf="#e0f2fe",
        leaf_line="#0369a1",
        leaf_band="#0369a1",
        computed="#ffffff",
        computed_line="#334155",
        computed_band="#334155",
        on_band="#ffffff",
        positive="#86efac",
        negative="#fda4af",
        mixed="#cbd5e1",
        unsettled="#fde047",
        emphasis="#ea580c",
        edge_width=1.0,
        box_width=1.0,
        emphasis_width=2.5,
        opened_width=2.0,
        network=NetworkTheme(
            positive="#15803d",
            negative="#b91c1c",
            dashed=False,
            paper="#ffffff",
            active="#0c2d57",
            inactive="#b45309",
            on_active="#ffffff",
            on_paper="#000000",
        ),
    ),
    "dark": Theme(
        background="#111827",
        ink="#f1f5f9",
        muted="#cbd5e1",
        line="#7c8ba1",
        gradient="#fecaca",
        local_derivative="#d8b4fe",
        leaf="#0c3350",
        leaf_line="#38bdf8",
        leaf_band="#0369a1",
        computed="#1b2536",
        computed_line="#94a3b8",
        computed_band="#475569",
        on_band="#ffffff",
        positive="#166534",
        negative="#8f1d3f",
        mixed="#3f4a5c",
        unsettled="#854d0e",
        emphasis="#fb923c",
        edge_width=1.0,
        box_width=1.0,
        emphasis_width=2.5,
        opened_width=2.0,
        network=NetworkTheme(
            positive="#4ade80",
            negative="#f87171",
            dashed=False,
            paper="#1b2536",
            active="#bae6fd",
            inactive="#fbbf24",
            on_active="#000000",
            on_paper="#ffffff",
        ),
    ),
    # Paper: no large dark area. The tints differ in brightness too, for printers without colour.
    "print": Theme(
        background="#ffffff",
        ink="#000000",
        muted="#383838",
        line="#595959",
        gradient="#000000",
        local_derivative="#000000",
        leaf="#ffffff",
        leaf_line="#000000",
        leaf_band="#d4d4d4",
        computed="#ffffff",
        computed_line="#000000",
        computed_band="#ededed",
        on_band="#000000",
        positive="#fee3b5",
        negative="#a3a0d0",
        mixed="#c8c8c8",
        unsettled="#e5e5e5",
        emphasis="#000000",
        edge_width=1.0,
        box_width=1.0,
        emphasis_width=2.5,
        opened_width=2.0,
        network=NetworkTheme(
            positive="#000000",
            negative="#595959",
            dashed=True,
            paper="#ffffff",
            active="#1a1a1a",
            inactive="#8c6d1f",
            on_active="#ffffff",
            on_paper="#000000",
        ),
    ),
}

PLOTS = PlotTheme(
    # distinguishable for colour-blind readers, and in greyscale print (Okabe, Ito 2008)
    series=("#0072b2", "#c25400", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"),
    grid="#e2e8f0",
    axis="#000000",
    ink="#334155",
    halo="#ffffff",
    landscape="Blues_r",
    weak="#000000",
    positive="#4ade80",
    negative="#f84646",
    unknown="#808080",
)
DARK_PLOTS = PLOTS._replace(
    series=("#4aa8e8", "#ff8a3d", "#2fd3a3", "#e79cc6", "#ffc247", "#a5dcff", "#f1f5f9"),
    grid="#2b3648",
    ink="#cbd5e1",
)
