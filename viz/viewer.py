"""`show`: open a picture in the system's viewer, from a terminal.

It takes whatever shows itself in a notebook (a drawing, steps, a table), a Value, whose graph it
draws, and a figure or Axes of matplotlib.

>>> from autodiff import Value
>>> kind, content = _picture(Value(2.0) * 3)
>>> kind, content[:5]
('svg', b'<?xml')
"""

from __future__ import annotations

import os
import webbrowser
from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import Any, cast

from autodiff.extend import Node, described

from .errors import RenderError
from .graph.draw import draw

_KINDS = {  # the best first
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "image/png": "png",
    "text/html": "html",
}
_METHODS = {"_repr_svg_": "image/svg+xml", "_repr_png_": "image/png", "_repr_html_": "text/html"}
_ARE_BYTES = frozenset({"image/gif", "image/png"})
_PAGE = '<!DOCTYPE html><meta charset="utf-8"><title>chalkgrad</title>{}'


def show(picture: object) -> Path:
    """Open a picture in the system's viewer.

    Args:
        picture: a drawing, steps, a Value, a list or tuple of Values, a figure or Axes of
            matplotlib, or anything else that shows itself in a notebook.

    Returns:
        The temporary file that was opened; it stays, because the viewer reads it later.

    Raises:
        WrongTypeError: if a list or tuple holds anything but Values.
        RenderError: if `picture` has no picture, or no viewer could be started; the message then
            names the file, which was written.
    """
    return open_content(*_picture(picture))


def open_content(kind: str, content: bytes) -> Path:
    """Write content to a temporary file, and open it in the system's viewer.

    Args:
        kind: the ending of the file, such as "svg".
        content: of the file.

    Returns:
        The file, which stays, because the viewer reads it later.

    Raises:
        RenderError: if no viewer could be started; the message names the file.
    """
    handle, name = mkstemp(prefix="chalkgrad-", suffix=f".{kind}")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    path = Path(name)
    if not webbrowser.open(path.as_uri()):
        raise RenderError(
            "a browser or image viewer",
            "none that starts",
            f"open {name} yourself, or save the picture with .save('name.{kind}')",
        )
    return path


def _picture(picture: object) -> tuple[str, bytes]:
    """Return the ending and the content of a file for a picture."""
    if isinstance(picture, (Node, list, tuple)):
        picture = draw(cast("Any", picture))  # which raises if these are not Values
    bundle = _bundle(picture)
    for kind, ending in _KINDS.items():
        content = bundle.get(kind)
        if content:
            return ending, _bytes(kind, content)
    figure: object = getattr(picture, "figure", picture)  # of the axes of matplotlib
    save: Any = getattr(figure, "savefig", None)
    if save is not None:
        file = BytesIO()
        save(file, format="svg")
        return "svg", file.getvalue()
    raise RenderError(
        "a drawing, steps, a Value or anything else with a picture",
        described(picture),
        "pass what viz.draw(...) or viz.steps(...) returns",
    )


def _bundle(picture: object) -> Mapping[str, Any]:
    """Return the representations that an object offers to notebooks."""
    method: Any = getattr(picture, "_repr_mimebundle_", None)
    if method is not None:
        bundle: Any = method()
        return cast(
            "Any", bundle[0] if type(bundle) is tuple else bundle
        )  # pictures, and remarks on them
    methods: dict[str, Any] = {
        kind: getattr(picture, name, None) for name, kind in _METHODS.items()
    }
    return {kind: method() for kind, method in methods.items() if method is not None}


def _bytes(kind: str, content: str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    if kind in _ARE_BYTES:
        return b64decode(content)
    return (_PAGE.format(content) if kind == "text/html" else content).encode()
