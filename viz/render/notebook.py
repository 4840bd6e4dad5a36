"""What a notebook shows of a picture: its SVG in the page, as wide as the cell at most.

>>> picture_html("<?xml version='1.0'?><svg ></svg>", "a < b").splitlines()[-3:]
['<pre>a &lt; b', 'Run the cell again, or trust the notebook, to see the picture.</pre>', \
'<div hidden><label><input type="checkbox" aria-label="full size"><svg ></svg></label></div></div>']
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from .adaptive import with_own_ids

_UNTRUSTED = "Run the cell again, or trust the notebook, to see the picture."


def picture_html(svg: str, text: str) -> str:
    """Return a picture as HTML.

    Args:
        svg: the picture.
        text: what stands for it where a notebook is not trusted.
    """
    return shown_html(inline(svg), text)


def shown_html(content: str, text: str) -> str:
    """Return HTML that shows content in a trusted notebook, and text in any other.

    Args:
        content: HTML.
        text: plain text.
    """
    remark = f"<pre>{escape(text)}\n{_UNTRUSTED}</pre>"
    style = f"<style>\n{_style()}</style>"
    return f'<div class="chalkgrad-picture">{style}\n{remark}\n<div hidden>{content}</div></div>'


def inline(svg: str) -> str:
    """Return an SVG as an element of a page, with ids that no other picture on it has.

    It is as wide as the cell at most; a click shows it in full size.
    """
    picture = with_own_ids(svg[svg.index("<svg") :])
    return f'<label><input type="checkbox" aria-label="full size">{picture}</label>'


@cache
def _style() -> str:
    return (Path(__file__).parent / "notebook.css").read_text(encoding="utf-8")
