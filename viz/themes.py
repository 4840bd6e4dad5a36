"""The colours of a picture, in one place: a theme for screens, one for the dark, one for paper.

Every colour of a computation graph is a field of a `Theme`; what is faded or tinted is blended
from two of them. What is not here: how strong a tint is (`scale`), and what is drawn (`card`,
`dot`).

>>> blend("#000000", "#ffffff", 0.5)
'#808080'
>>> sorted(THEMES)
['dark', 'light', 'print']
"""

from __future__ import annotations

from typing import NamedTuple

_FADED = 0.72  # how far what is not meant goes towards the background: still there, not read


class Theme(NamedTuple):
    """The colours of a picture, each written "#rrggbb", but for the background.

    Attributes:
        background: behind everything.
        ink: text and data.
        muted: captions and constants.
        line: edges.
        gradient: the numbers of gradients.
        local_derivative: the numbers at edges.
        leaf: the inside of the box of a leaf.
        leaf_line: its border.
        leaf_band: the band with its label.
        computed: the inside of the box of what is computed.
        computed_line: its border.
        computed_band: the band with its label and sign.
        on_band: text on a band.
        positive: the tint of a large positive gradient.
        negative: the tint of a large negative gradient.
        mixed: the tint of a box of several Values whose gradients have both signs.
        unsettled: the tint of nan, and of a sum that still lacks a part.
        emphasis: edges and borders that are pointed at.
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

    def faded(self) -> Theme:
        """Return the theme of what stands back, so that something else stands out."""
        return Theme._make(
            self.background if name == "background" else blend(color, self.background, _FADED)
            for name, color in self._asdict().items()
        )


class Inks(NamedTuple):
    """The colours of a picture of a network that stand for numbers, each written "#rrggbb".

    Attributes:
        positive: the line of a positive weight.
        negative: the line of a negative weight.
        dashed: whether that line is dashed too, where colours may not be told apart.
        paper: a circle of activation 0.
        active: a circle of the largest activation of its layer.
        inactive: a circle of the most negative one.
        on_active: letters on a strong one, where they are read better than the ink.
        strong: what a circle of a large activation is, against the paper.
    """

    positive: str
    negative: str
    dashed: bool
    paper: str
    active: str
    inactive: str
    on_active: str
    strong: str


def blend(start: str, end: str, part: float) -> str:
    """Return the colour that lies between two.

    Args:
        start: the colour at part 0.
        end: the colour at part 1.
        part: how far to go, from 0 to 1.
    """
    pairs = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(first + (last - first) * part):02x}" for first, last in pairs)


def contrast(one: str, other: str) -> float:
    """Return how well letters of one colour are read on another, from 1 to 21.

    Source: Web Content Accessibility Guidelines 2.1, contrast ratio.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1, by the same guidelines."""
    parts = [channel / 255 for channel in _channels(color)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> list[int]:
    return list(bytes.fromhex("ffffff" if color == "white" else color.removeprefix("#")))


THEMES = {
    "light": Theme(
        background="white",
        ink="#1f2933",
        muted="#64748b",
        line="#94a3b8",
        gradient="#991b1b",
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
    ),
    "dark": Theme(
        background="#111827",
        ink="#f1f5f9",
        muted="#a3b1c4",
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
    ),
    # Paper: no large dark area. The tints differ in brightness too, for printers without colour.
    "print": Theme(
        background="white",
        ink="#000000",
        muted="#4d4d4d",
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
    ),
}

NETWORK_INKS = {
    "light": Inks(
        positive="#15803d",
        negative="#b91c1c",
        dashed=False,
        paper="#ffffff",
        active="#0c2d57",
        inactive="#b45309",
        on_active="#ffffff",
        strong="darker",
    ),
    "dark": Inks(
        positive="#4ade80",
        negative="#f87171",
        dashed=False,
        paper="#1b2536",
        active="#bae6fd",
        inactive="#fbbf24",
        on_active="#111827",
        strong="brighter",
    ),
    "print": Inks(
        positive="#000000",
        negative="#595959",
        dashed=True,
        paper="#ffffff",
        active="#1a1a1a",
        inactive="#8c6d1f",
        on_active="#ffffff",
        strong="darker",
    ),
}
