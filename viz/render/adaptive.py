"""SVG that follows light and dark: in the colours of the light theme, with a style for dark.

The style obeys `prefers-color-scheme` and, inside Jupyter, the theme of the notebook. A program
that reads no styles shows the light colours.

>>> text, pairs = paired('a [color="#ffffff"]', 'a [color="#111827"]')
>>> text, pairs
('a [color="#010101"]', {'#010101': ('#ffffff', '#111827')})
>>> print(adaptive('<svg ><text fill="#010101">a</text></svg>', pairs))
<svg class="chalkgrad-1da5789f" ><style>
@media (prefers-color-scheme: dark) {
.chalkgrad-1da5789f:not([data-jp-theme-light="true"] *) .fill0 { fill: #111827 }
}
[data-jp-theme-light="false"] .chalkgrad-1da5789f .fill0 { fill: #111827 }
</style><text class="fill0" fill="#ffffff">a</text></svg>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import TypeAlias

Pairs: TypeAlias = Mapping[str, tuple[str, str]]  # for each placeholder the light and dark colour

_COLOR = re.compile("(#[0-9a-f]{6})")
_SHAPE = re.compile(r"<(?:polygon|polyline|path|ellipse|text)\b[^>]*>")
_PAINT = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')
_ID = re.compile(r'(?<= id=")|(?<=url\(#)|(?<=href="#)')
_STEP = 0x010101  # between placeholders: any would do that does not occur in the text


def paired(light: str, dark: str) -> tuple[str, Pairs]:
    """Return one DOT text for two that differ in colours alone.

    Args:
        light: the text in the light theme.
        dark: the same in the dark theme.

    Returns:
        The text with a placeholder, itself a colour, for each pair of different colours; and the
        pair that each placeholder stands for. A label that reads "#ffffff" stays as it is.
    """
    free = _free(light + dark)
    placeholders: dict[tuple[str, str], str] = {}
    parts: list[str] = []
    for one, other in zip(_COLOR.split(light), _COLOR.split(dark), strict=True):
        if one != other and (one, other) not in placeholders:
            assert _COLOR.fullmatch(one), "the texts differ in more than colours"
            placeholders[one, other] = next(free)
        parts.append(placeholders.get((one, other), one))
    return "".join(parts), {placeholder: pair for pair, placeholder in placeholders.items()}


def _free(text: str) -> Iterator[str]:
    taken = set(_COLOR.findall(text))
    names = (f"#{number % 0xFFFFFF:06x}" for number in count(_STEP, _STEP))
    return (name for name in names if name not in taken)


def adaptive(svg: str, pairs: Pairs) -> str:
    """Return an SVG with light colours in place of placeholders, and a style for dark.

    Args:
        svg: of Graphviz, from a text with placeholders.
        pairs: what they stand for.
    """
    numbers = {placeholder: index for index, placeholder in enumerate(pairs)}

    def shape(match: re.Match[str]) -> str:
        classes: list[str] = []

        def paint(found: re.Match[str]) -> str:
            kind, color = found.groups()
            if color not in numbers:
                return found[0]
            classes.append(f"{kind}{numbers[color]}")
            return f'{kind}="{pairs[color][0]}"'

        text = _PAINT.sub(paint, match[0])
        names = " ".join(classes)
        return text.replace(" ", f' class="{names}" ', 1) if classes else text

    painted = _SHAPE.sub(shape, svg)
    rules = [
        (f".{kind}{index}", f"{kind}: {pairs[placeholder][1]}")
        for placeholder, index in numbers.items()
        for kind in ("fill", "stroke")
        if re.search(rf'class="[^"]*\b{kind}{index}\b', painted)
    ]
    return with_style(painted, rules)


def with_style(svg: str, rules: Sequence[tuple[str, str]]) -> str:
    """Return an SVG with rules that hold on dark ground, for its own elements alone.

    Args:
        svg: an SVG without a class of its own.
        rules: pairs of a selector ("" for the SVG itself) and declarations.
    """
    name = key(f"{svg}{rules}")
    selectors = [(f" {selector}" if selector else "", text) for selector, text in rules]
    # A page of Jupyter says itself whether it is dark, whatever the system prefers.
    preferred = f'.{name}:not([data-jp-theme-light="true"] *)'
    chosen = f'[data-jp-theme-light="false"] .{name}'
    lines = ["@media (prefers-color-scheme: dark) {"]
    lines += [f"{preferred}{selector} {{ {text} }}" for selector, text in selectors]
    lines += ["}", *(f"{chosen}{selector} {{ {text} }}" for selector, text in selectors)]
    style = "\n".join(["<style>", *lines, "</style>"])
    start = svg.index("<svg ")
    end = svg.index(">", start) + 1
    head = svg[start:end].replace("<svg", f'<svg class="{name}"', 1)
    return f"{svg[:start]}{head}{style}{svg[end:]}"


def with_own_ids(svg: str) -> str:
    """Return an SVG whose ids, and what refers to them, differ from those of any other picture."""
    return _ID.sub(f"{key(svg)}-", svg)


def key(svg: str) -> str:
    """Return a name for a picture that no other has."""
    return f"chalkgrad-{sha256(svg.encode()).hexdigest()[:8]}"
