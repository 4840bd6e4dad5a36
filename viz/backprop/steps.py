"""`steps`: the backward pass as frames, saved as a GIF or as a folder of pictures.

>>> from autodiff import Value
>>> a = Value(3.0, label="a")
>>> b = a + a
>>> steps(b + b)
Steps(3 frames; .save('name.gif'), .save('folder/'), [0], .adjoints)
>>> steps(b + b, order="recursive").adjoints[a]
6.0
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from autodiff import FileError, OptionError
from autodiff.extend import Graph, Node, checked_path, file_error, mime_bundle, package, write_whole
from viz.options import checked_choice, checked_root, looks
from viz.render.drawing import Drawing
from viz.render.graphviz import render
from viz.render.notebook import inline, shown_html

from .frames import Frames
from .player import player
from .sweep import ordered_steps, recursive_steps

_LONGEST = 1600  # pixels of a side of a GIF: as many as a projector shows
_MOST_SHOWN = 40  # frames in a notebook; each takes a sixth of a second to render
_MILLISECONDS, _AT_THE_END = 1600, 4000

_SIZE = re.compile(rb'width="(\d+)pt" height="(\d+)pt"\s+viewBox="[^"]*"')
_WHOLE_SIZE = 'width="{width}pt" height="{height}pt"\n viewBox="0.00 0.00 {width}.00 {height}.00"'


class Steps:
    """The frames of a backward pass, all of one size.

    Args:
        frames: the pictures, in order.
        adjoints: of each node after the last frame.
    """

    __slots__: tuple[str, ...] = ("_adjoints", "_frames")

    def __init__(self, frames: list[Drawing], adjoints: dict[Node, float]) -> None:
        self._frames: list[Drawing] = frames
        self._adjoints: dict[Node, float] = adjoints

    @property
    def adjoints(self) -> dict[Node, float]:
        """The adjoint of each Value after the last frame; in the recursive order some are wrong."""
        return dict(self._adjoints)

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> Drawing:
        return self._frames[index]

    def __iter__(self) -> Iterator[Drawing]:
        return iter(self._frames)

    def __repr__(self) -> str:
        count = len(self)
        frames = f"{count} frame{'' if count == 1 else 's'}"
        return f"Steps({frames}; .save('name.gif'), .save('folder/'), [0], .adjoints)"

    def render(self) -> bytes:
        """Return the content of a GIF that plays the frames in a loop.

        A frame takes about a sixth of a second to render; a folder of SVGs is written faster.

        Raises:
            MissingPackageError: if Pillow is not installed, or neither pygraphviz nor `dot` is.
        """
        pictures = _pictures(package("PIL.Image"), self._frames)
        content = BytesIO()
        durations = [_MILLISECONDS] * (len(pictures) - 1) + [_AT_THE_END]
        pictures[0].save(
            content,
            format="GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=durations,
            loop=0,
        )
        return content.getvalue()

    def svgs(self) -> list[bytes]:
        """Return the frames as SVG, all of one size: Graphviz rounds the size of each by itself."""
        pictures = [frame.render("svg") for frame in self._frames]
        sizes = [[int(x) for x in match.groups()] for match in map(_SIZE.search, pictures) if match]
        width, height = (max(sides) for sides in zip(*sizes, strict=True))
        whole = _WHOLE_SIZE.format(width=width, height=height).encode()
        return [_SIZE.sub(whole, picture, count=1) for picture in pictures]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the frames to a GIF, or each to a file of its own in a folder.

        Args:
            path: of a file that ends in .gif, or of a folder (without an ending), which is made if
                it is missing. Its files frame-000.svg, frame-001.svg, ... replace earlier frames.

        Returns:
            The path.

        Raises:
            OptionError: if the path has another ending.
            WrongTypeError: if `path` is not a path.
            FileError: if it is empty, or a file cannot be written.
            MissingPackageError: if a GIF is wanted and Pillow is not installed, or if neither
                pygraphviz nor `dot` is.
        """
        target = checked_path(path, "steps.gif")
        if target.suffix.lower() == ".gif":
            return write_whole(target, self.render())
        if not target.suffix or target.is_dir():
            return _save_folder(target, self.svgs())
        raise OptionError(
            "a path that ends in .gif, or a folder",
            repr(str(target)),
            f"write {str(target.with_suffix('.gif'))!r} or {str(target.with_suffix(''))!r}",
        )

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show the frames in a notebook, one at a time, and of many only the first."""
        makers = {"text/html": self._html, "text/plain": self.__repr__}
        return mime_bundle(makers, include, exclude)

    def _html(self) -> str:
        """Return the frames as HTML; of many the first, and how to see the others."""
        are_few = len(self) <= _MOST_SHOWN
        shown = self if are_few else Steps(self._frames[:1], self._adjoints)
        pictures = [inline(picture.decode()) for picture in shown.svgs()]
        if are_few:
            return shown_html(player(pictures), repr(self))
        remark = (
            f"<p>the first of {len(self)} frames; steps[i] shows another, "
            ".save('name.gif') or, faster, .save('folder/') writes all</p>"
        )
        return shown_html(pictures[0] + remark, repr(self))


def steps(  # noqa: PLR0913 a picture has many options, each with a default
    loss: Node,
    by: str = "node",
    *,
    order: str = "topological",
    digits: int = 4,
    direction: str = "LR",
    theme: str = "auto",
) -> Steps:
    """Return the backward pass of a Value as frames.

    Each frame shows which Value passes on its adjoint, and what each parent receives: the adjoint
    times the local derivative of the edge. A box is green when its adjoint is complete, and yellow
    while it lacks a part. The gradients of the Values stay as they are.

    Args:
        loss: the end of a graph of at most 300 Values; its adjoint is 1.
        by: "node" (the default) for a frame for each computed Value, or "level" for one for all
            Values that are equally far from the loss.
        order: "topological" (the default), which is right, or "recursive", in which each Value
            passes on what it has as soon as it is reached; the last frame then shows the wrong
            results beside the right ones.
        digits: the number of significant digits of every number, from 1 to 17; 4 by default.
        direction: where the computation goes: "LR" (the default), "RL", "TB" or "BT".
        theme: "auto" (the default) for frames that follow light and dark as SVG and in a notebook,
            and a light GIF; "light", "dark" or "print".

    Returns:
        The frames: `steps[i]` is one, `.save(path)` writes all, `.adjoints` has the results.

    Raises:
        WrongTypeError: if `loss` is not a Value.
        OptionError: if an option is unknown, levels are wanted of the recursive order, `digits` is
            not an int from 1 to 17, the graph has more than 300 Values, or the recursive order
            takes more than 500 steps.
    """
    root, chosen = checked_root(loss), looks(digits, direction, theme)
    checked_choice("by", by, ["node", "level"])
    is_naive = checked_choice("order", order, ["topological", "recursive"]) == "recursive"
    if is_naive and by == "level":
        raise OptionError(
            "by='node' with the recursive order", "by='level'", "leave by= out: it has no levels"
        )
    graph = Graph([root])
    found = recursive_steps(graph) if is_naive else ordered_steps(graph, by)
    written = [Frames(graph, found, each, judged=is_naive).sources() for each in chosen]
    sources = list(zip(*written, strict=True))
    drawings = [
        Drawing(light, f"step {index} of {len(sources) - 1}", *dark)
        for index, (light, *dark) in enumerate(sources)
    ]
    return Steps(drawings, found[-1].adjoints)


def _pictures(image: Any, frames: Sequence[Drawing]) -> list[Any]:
    """Render every frame, all of one size: Graphviz rounds the size of each by itself."""
    pictures: list[Any] = []
    for frame in frames:
        with image.open(BytesIO(render(frame.source, "png", _LONGEST))) as opened:
            pictures.append(opened.convert("RGB"))
    size = tuple(max(sides) for sides in zip(*(each.size for each in pictures), strict=True))
    return [_of_few_colors(image, picture, size) for picture in pictures]


def _of_few_colors(image: Any, picture: Any, size: tuple[int, ...]) -> Any:
    """Return a picture with a palette that keeps the colours of single letters.

    The default method divides colours by how often they occur, and would make such letters grey.
    """
    whole = image.new("RGB", size, picture.getpixel((0, 0)))
    whole.paste(picture)
    return whole.quantize(method=image.Quantize.MAXCOVERAGE, dither=image.Dither.NONE)


def _save_folder(folder: Path, contents: list[bytes]) -> Path:
    try:
        folder.mkdir(exist_ok=True)
        names = [f"frame-{index:03}.svg" for index in range(len(contents))]
        for name, content in zip(names, contents, strict=True):
            write_whole(folder / name, content)
        for old in folder.glob("frame-[0-9][0-9][0-9].svg"):
            if old.name not in names:
                old.unlink()
    except FileError:
        raise
    except OSError as error:
        raise file_error(folder, error) from error
    return folder
