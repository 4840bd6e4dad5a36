"""`Drawing`: a picture as DOT text, to look at, save, and show in a notebook."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path

from autodiff import OptionError
from autodiff.extend import checked_path, mime_bundle, write_whole

from .adaptive import adaptive, paired
from .graphviz import FORMATS, render
from .notebook import picture_html


class Drawing:
    """A picture with the numbers that a graph or network had when it was drawn.

    Args:
        source: the DOT text.
        summary: what the picture shows, in a few words.
        dark: the same text in the colours of the dark theme, which an SVG then takes on dark
            ground; None, the default, for a picture that looks the same everywhere.
    """

    __slots__: tuple[str, ...] = ("_dark", "_source", "_summary")

    def __init__(self, source: str, summary: str, dark: str | None = None) -> None:
        self._source: str = source
        self._summary: str = summary
        self._dark: str | None = dark

    @property
    def source(self) -> str:
        """The DOT text, for Graphviz or an editor of graphs."""
        return self._source

    def render(self, format: str = "svg") -> bytes:
        """Return the content of a file of the picture.

        Args:
            format: "svg" (the default), "png" or "pdf". An SVG follows light and dark unless the
                picture was drawn with a theme; PNG and PDF are then light. A PNG has at most 8,000
                pixels on a side, where the text of a long graph is small: take "svg" or "pdf", or
                draw with a lower `limit`.

        Raises:
            OptionError: if the format is unknown.
            MissingPackageError: if neither pygraphviz nor `dot` is installed.
            RenderError: if a PDF is wanted on a machine without any font.
        """
        if format != "svg" or self._dark is None:
            return render(self._source, format)
        source, pairs = paired(self._source, self._dark)
        return adaptive(render(source, format).decode(), pairs).encode()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, all of it or nothing.

        Args:
            path: of the file; its ending .svg, .png or .pdf sets the format (see `render`).

        Returns:
            The path.

        Raises:
            OptionError: if the ending is unknown.
            WrongTypeError: if `path` is not a path.
            FileError: if the file cannot be written.
            MissingPackageError: if neither pygraphviz nor `dot` is installed.
            RenderError: if a PDF is wanted on a machine without any font.
        """
        target = checked_path(path, "graph.svg")
        ending = target.suffix.lower().removeprefix(".")
        if ending not in FORMATS:
            raise OptionError(
                f"a path that ends in {', '.join('.' + known for known in FORMATS)}",
                repr(str(target)),
                f"write {str(target.with_suffix('.svg'))!r}",
            )
        return write_whole(target, self.render(ending))

    def __repr__(self) -> str:
        saves = ", ".join(f".save('name.{known}')" for known in FORMATS)
        return f"Drawing({self._summary}; {saves}, .source)"

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show the picture in a notebook."""
        makers = {
            "text/html": lambda: picture_html(self.render("svg").decode(), repr(self)),
            "image/svg+xml": lambda: self.render("svg").decode(),
            "text/plain": self.__repr__,
        }
        return mime_bundle(makers, include, exclude)
