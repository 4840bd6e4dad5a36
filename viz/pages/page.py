"""`Page`: a self-contained page of HTML, to save, to open, and to show in a notebook.

Style, script and data stand in the file itself, and a policy in its head forbids every request and
every script but the page's own.

>>> page = Page("a < b", "<p>Hello</p>", {"label": "</script>"}, script="1;")
>>> "<title>a &lt; b</title>" in page.html, "</script>" in page.data
(True, False)
>>> page
Page('a < b'; .save('name.html'), .show(), .html)
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Container, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any, cast

from autodiff import OptionError
from autodiff.extend import checked_path, mime_bundle, write_whole
from viz.viewer import open_content

from .colors import color_rules
from .modules import combined

HERE = Path(__file__).parent
_HEIGHT = 720  # pixels of a page inside a notebook
_SCRIPT = '"use strict";\n(() => {\n%s\n})();\n'


class Page:
    """A page with a script that works on data.

    Args:
        title: of the page, any text.
        body: HTML of the page; it is not escaped.
        data: what the script reads from the element `chalkgrad-data`: dicts, lists, texts and
            numbers; nan and infinite numbers become the texts "NaN", "Infinity" and "-Infinity".
        entry: the module of JavaScript that imports all others; None for no module.
        script: what comes after the modules, in their scope: it starts the page.
        styles: files of CSS, after that of all pages.
    """

    def __init__(  # noqa: PLR0913 the parts of a page
        self,
        title: str,
        body: str,
        data: object,
        entry: Path | None = None,
        *,
        script: str = "",
        styles: Sequence[Path] = (),
    ) -> None:
        self._title: str = title
        self._body: str = body
        self.data: str = json_text(data)
        self._script: str = _SCRIPT % f"{combined(entry) if entry else ''}\n{script}"
        self._styles: tuple[Path, ...] = tuple(styles)

    @property
    def html(self) -> str:
        """The content of the file."""
        digest = b64encode(sha256(self._script.encode()).digest()).decode()
        return _template().substitute(
            title=escape(_encodable(self._title)),
            hash=f"sha256-{digest}",
            style=style_of(*self._styles),
            body=self._body,
            data=self.data,
            script=self._script,
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, all of it or nothing.

        Args:
            path: of the file; it ends in .html or .htm.

        Returns:
            The path.

        Raises:
            OptionError: if the path has another ending.
            WrongTypeError: if `path` is not a path.
            FileError: if the file cannot be written.
        """
        target = checked_path(path, "page.html")
        if target.suffix.lower() not in {".html", ".htm"}:
            remedy = f"write {str(target.with_suffix('.html'))!r}"
            raise OptionError("a path that ends in .html", repr(str(target)), remedy)
        return write_whole(target, self.html.encode())

    def show(self) -> Path:
        """Open the page in the system's browser.

        Returns:
            The temporary file that was opened; it stays, because the browser reads it later.

        Raises:
            RenderError: if no browser could be started; the message names the file.
        """
        return open_content("html", self.html.encode())

    def frame(self) -> str:
        """Return the page as a frame inside another page, such as a notebook."""
        title, content = escape(_encodable(self._title)), escape(self.html)
        look = f"width: 100%; height: {_HEIGHT}px; border: 0"
        attributes = f'sandbox="allow-scripts" style="{look}" title="{title}"'
        return f'<iframe {attributes} srcdoc="{content}"></iframe>'

    def __repr__(self) -> str:
        saves = ".save('name.html'), .show(), .html"
        return f"{type(self).__name__}({self._title!r}; {saves})"

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, Any]:
        """Show the page in a notebook."""
        makers = {"text/html": self.frame, "text/plain": self.__repr__}
        return mime_bundle(makers, include, exclude)


def _encodable(text: str) -> str:
    """Return a text with a question mark for each half of a surrogate pair that stands alone."""
    return text.encode(errors="replace").decode()


def style_of(*styles: Path) -> str:
    """Return the style of all pages, and that of files of CSS."""
    own = "".join(path.read_text(encoding="utf-8") for path in styles)
    return f"{_base_style()}{own}"


def json_text(data: object) -> str:
    r"""Return data as JSON that may stand inside an element of HTML.

    >>> print(json_text(["</script>", float("nan"), {"x": float("-inf")}]))
    ["\u003c/script\u003e","NaN",{"x":"-Infinity"}]
    """
    try:
        text = _dumped(data)
    except ValueError:  # nan and infinity are no JSON
        text = _dumped(_finite(data))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _dumped(data: object) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _finite(data: object) -> object:
    if isinstance(data, float):
        return _WORDS.get(str(data), data)
    if isinstance(data, dict):
        items = cast("dict[str, object]", data).items()
        return {key: _finite(value) for key, value in items}
    if isinstance(data, (list, tuple)):
        return [_finite(each) for each in cast("Sequence[object]", data)]
    return data


@cache
def _template() -> Template:
    return Template((HERE / "page.html").read_text(encoding="utf-8"))


@cache
def _base_style() -> str:
    style = (HERE / "base.css").read_text(encoding="utf-8")
    return f"{color_rules('.chalkgrad-page')}\n{style}"
