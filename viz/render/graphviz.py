"""From DOT text to the bytes of a picture: in process with pygraphviz, else with `dot`.

pygraphviz brings the Graphviz libraries along; where it is missing, a `dot` executable on the
PATH does the same.

>>> render("digraph { a -> b }", "png")[1:4]
b'PNG'
"""

from __future__ import annotations

import importlib
import json
import shutil
from functools import cache
from subprocess import CalledProcessError
from typing import Any

from autodiff import FileError, MissingPackageError, OptionError
from autodiff.extend import described, package
from viz.errors import RenderError

from .png import without_last_lines
from .stderr import held_stderr

FORMATS = ("svg", "png", "pdf")

_POSITIONS = "json0"
_SHARP = 192  # dots per inch of a PNG: twice a screen's, so that a projector shows no steps
_COARSE = 96  # where only bitmap fonts are installed, whose size is fixed
LONGEST = 8_000  # pixels of a side of a PNG: programs warn of larger ones, or refuse them


def render(source: str, format: str, longest: int = LONGEST) -> bytes:
    """Lay a DOT text out and render it.

    Args:
        source: the DOT text.
        format: "svg", "png" or "pdf".
        longest: the most pixels of a side of a PNG.

    Returns:
        The content of a file of that format. A PNG has two pixels for each of a screen; a picture
        whose side would be longer than `longest` is scaled down, and sharp as SVG or PDF alone.

    Raises:
        OptionError: if the format is unknown.
        MissingPackageError: if neither pygraphviz nor `dot` is installed.
        FileError: if temporary files cannot be written.
        RenderError: if Graphviz cannot read the text, or a PDF is wanted on a machine without any
            font.
    """
    if not isinstance(format, str) or format not in FORMATS:  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise OptionError(
            f"one of the formats {', '.join(FORMATS)}", described(format), "pass format='svg'"
        )
    pygraphviz = _pygraphviz()
    if pygraphviz is not None:
        content = _in_process(pygraphviz, source, format, longest)
    elif shutil.which("dot") is not None:
        content = _by_executable(_with_resolution(source, format, _SHARP, longest), format)
    else:
        raise _missing()
    return without_last_lines(content) if format == "png" else content


def positions(source: str) -> dict[str, Any]:
    """Lay a DOT text out, and return where everything is.

    Args:
        source: the DOT text.

    Returns:
        What Graphviz writes as JSON: the box `bb` of the whole in points; `objects`, the nodes,
        with `name` and `pos`; `edges` with `pos`, a spline, `lp`, the middle of a label, and their
        other attributes. y grows upwards.

    Raises:
        MissingPackageError: if neither pygraphviz nor `dot` is installed.
        FileError: if temporary files cannot be written.
        RenderError: if Graphviz cannot read the text.
    """
    pygraphviz = _pygraphviz()
    if pygraphviz is not None:
        return json.loads(_draw(pygraphviz, source, _POSITIONS))
    if shutil.which("dot") is not None:
        return json.loads(_by_executable(source, _POSITIONS))
    raise _missing()


def _missing() -> MissingPackageError:
    return MissingPackageError(
        "pygraphviz, or Graphviz's dot on the PATH",
        "neither",
        "run `pip install pygraphviz`, or install Graphviz (https://graphviz.org/download)",
    )


def _pygraphviz() -> Any:
    """Return pygraphviz, or None where it is missing or its libraries cannot be loaded."""
    try:
        return importlib.import_module("pygraphviz")
    except ImportError:
        return None


def _in_process(pygraphviz: Any, source: str, format: str, longest: int) -> bytes:
    if format == "svg" or _has_fonts(pygraphviz):
        return _draw(pygraphviz, _with_resolution(source, format, _SHARP, longest), format)
    if format == "pdf":
        raise RenderError(
            "a font for the text of a PDF",
            "a machine without any",
            "install one (fonts-dejavu-core, for example), or save as .svg",
        )
    return _draw(pygraphviz, _with_resolution(source, format, _COARSE, longest), "png:gd")


@cache
def _has_fonts(pygraphviz: Any) -> bool:
    """Tell whether letters can be told apart: without fonts, each is the same empty box."""
    texts = [f"digraph {{ a [label={letter}] }}" for letter in "HI"]
    pictures = [_draw(pygraphviz, text, "png") for text in texts]
    return pictures[0] != pictures[1]


def _draw(pygraphviz: Any, source: str, format: str) -> bytes:
    messages: list[str] = []
    try:
        with held_stderr() as messages, pygraphviz.AGraph(string=source) as graph:
            return graph.draw(format=format, prog="dot")
    except ValueError as error:
        raise _unreadable(source, [str(error), *messages]) from error
    except OSError as error:  # pygraphviz reads the text from a temporary file
        remedy = "free some, or let TMPDIR name another folder"
        raise FileError("room for temporary files", str(error), remedy) from error


def _by_executable(source: str, format: str) -> bytes:
    try:
        return package("graphviz").pipe("dot", format, source.encode(), quiet=True)
    except CalledProcessError as error:
        message: bytes = error.stderr or b""
        raise _unreadable(source, message.decode(errors="replace").splitlines()) from error


def _with_resolution(source: str, format: str, dots_per_inch: int, longest: int) -> str:
    """Set the resolution of a PNG, and its bound; SVG and PDF have none, and would be scaled."""
    if format != "png":
        return source
    side = longest / dots_per_inch  # Graphviz scales down what is longer, and nothing else
    bounds = f'dpi={dots_per_inch} size="{side:.6g},{side:.6g}"'
    return source.replace("{", f"{{\n\tgraph [{bounds}]", 1)


def _unreadable(source: str, messages: list[str]) -> RenderError:
    facts = "; ".join(message for message in messages if message)
    return RenderError(
        "DOT text that Graphviz can lay out",
        f"{source[:60]!r}... ({facts})",
        "look at the .source of the drawing near what Graphviz names",
    )
