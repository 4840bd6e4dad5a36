r"""Any text as a label of Graphviz, exactly as it was written.

Graphviz reads a label three times: as XML, as an escString (where a backslash and N stand for
the name of the node) and as XML again on the way to SVG. Characters that XML cannot hold are
replaced by visible ones.

>>> print(escape('a < "b" & \\N'))
a &lt; &quot;b&quot; &amp; \\N
"""

from __future__ import annotations

import html
import re

_PLAIN = re.compile(r"[\w .,+*=()-]*")  # stands for itself: most labels and all numbers
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_NOT_IN_XML = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BACKSLASH = "\N{REVERSE SOLIDUS OPERATOR}"  # Graphviz reads hints of nodes and edges differently
_TAB = " " * 4  # a tab is a control character, which Graphviz would drop
_CONTROL_PICTURES = 0x2400  # the block of Unicode that shows control characters as glyphs


def escape(text: str) -> str:
    """Return text that stands for `text` inside an HTML-like label; lines end in `<BR/>`."""
    if _PLAIN.fullmatch(text):
        return text
    lines = _LINE_END.split(text.replace("\t", _TAB))
    return '<BR ALIGN="LEFT"/>'.join(_escape_line(line) for line in lines)


def tooltip(text: str) -> str:
    """Return text that stands for `text` where an SVG shows it below the pointer.

    >>> print(tooltip("a < b"))
    a &lt; b
    """
    lines = _LINE_END.split(text.replace("\t", _TAB))
    return "&#10;".join(map(_in_xml, lines)).replace("\\", _BACKSLASH)


def _escape_line(line: str) -> str:
    return _in_xml(line).replace("\\", "\\\\")


def _in_xml(line: str) -> str:
    return html.escape(_NOT_IN_XML.sub(_visible, line))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 0x7F:
        return "\u2421"
    return chr(_CONTROL_PICTURES + code) if code < 0x20 else "\ufffd"
