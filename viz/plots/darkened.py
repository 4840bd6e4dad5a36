"""The colours of a plot on dark ground.

Each colour of the light plot has one of the dark theme. Greys, which matplotlib itself draws frames
and letters in, change places: black becomes the dark theme's ink, and white its background.

>>> dark_color("#ffffff"), dark_color(PLOTS.series[0]) == DARK_PLOTS.series[0]
('#111827', True)
"""

from __future__ import annotations

import re

from viz.render.adaptive import with_style
from viz.themes import DARK_PLOTS, PLOTS, THEMES, blend, channels

_PAINT = re.compile(r"\b(fill|stroke): (#[0-9a-f]{6})\b")


def darkened(svg: str) -> str:
    """Return an SVG of matplotlib that follows light and dark."""
    paints = sorted(set(_PAINT.findall(svg)))
    rules = [("", f"fill: {THEMES['dark'].ink}")]  # where matplotlib names no colour, it is black
    for kind, color in paints:
        dark = dark_color(color)
        if dark != color:
            # The style of an element itself would win over one without "important".
            rules.append((f'[style*="{kind}: {color}"]', f"{kind}: {dark} !important"))
    return with_style(svg, rules)


def dark_color(color: str) -> str:
    """Return the colour on dark ground for one, "#rrggbb", of a light plot."""
    known = dict(zip(PLOTS.series, DARK_PLOTS.series, strict=True))
    known |= {getattr(PLOTS, name): getattr(DARK_PLOTS, name) for name in ("grid", "ink")}
    red, green, blue = channels(color)
    if color not in known and red == green == blue:
        theme = THEMES["dark"]
        return blend(theme.ink, theme.background, red / 255)
    return known.get(color, color)
