r"""A Sphinx extension: docstrings, which are plain text, as reStructuredText.

Signs that would be markup are escaped, indented lines after a paragraph are shown as they stand,
and a word in backquotes is a link where it names something, else code.

>>> plain(["the sum of x_j**2, by `f`", "", "    a   b", "    1   2"])
['the sum of x_j\\*\\*2, by `f`', '', '::', '', '    a   b', '    1   2', '']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PyObject

_QUOTED = re.compile(r"(`[^`]*`)")
_MARKUP = re.compile(r"([*|\\]|_(?!\w))")
_SECTION = re.compile(r"(Args|Returns|Raises|Attributes|Yields):")


def plain(lines: list[str]) -> list[str]:
    """Return the lines of a docstring as reStructuredText.

    Args:
        lines: of the docstring, without the indentation that all share.
    """
    found: list[str] = []
    in_section = False
    for block in _blocks(lines):
        in_section = in_section or bool(_SECTION.fullmatch(block[0].strip()))
        if block[0] == "Returns:":  # what stands before a colon is no type
            block[1] = f"    : {block[1].strip()}"
        if block[0].lstrip().startswith(">>>"):
            in_section = False
            found += [*block, ""]
        elif block[0].startswith("    ") and not in_section:
            found += ["::", "", *block, ""]
        else:
            found += [*map(_escaped, block), ""]
    return found


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield what stands between empty lines; indented blocks that follow each other are one."""
    for empty, group in groupby(lines, key=lambda line: not line.strip()):
        if not empty:
            yield list(group)


def _escaped(line: str) -> str:
    parts = _QUOTED.split(line)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = _MARKUP.sub(r"\\\1", part)
        elif part.startswith("`."):  # an attribute of no class in particular
            parts[index] = f"`{part}`"
    return "".join(parts)


def _process(
    _app: Sphinx, what: str, _name: str, _of: Any, _options: Any, lines: list[str]
) -> None:
    lines[:] = plain(lines)
    if what in {"attribute", "property"} and lines:
        lines[0] = f": {lines[0]}"  # here, too, no type


def _as_code(_app: Sphinx, _env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    """Leave a word in backquotes that names nothing as code."""
    return content if node.get("reftype") == "obj" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Convert docstrings before napoleon reads their sections."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":  # attributes are described where they are listed
            field.rolename = ""
    app.connect("autodoc-process-docstring", _process, priority=400)
    app.connect("missing-reference", _as_code, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
