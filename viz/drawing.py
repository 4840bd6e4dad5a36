"""`draw`: a computation graph as a picture to look at, save and show in a notebook.

>>> from autodiff import Value
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> draw(x * w)
Drawing(3 values, 2 edges; .save('name.svg'), .save('name.png'), .save('name.pdf'), .source)

What is not here: the text of the picture (`dot`), and how it is rendered (`render`).
"""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path
from secrets import token_hex
from typing import cast

from autodiff.errors import described
from autodiff.graph import topological_order
from autodiff.node import Node

from .dot import to_dot
from .errors import DigitsError, LimitError, PictureFormatError, RootError, SaveError
from .fold import to_folded_dot
from .render import FORMATS, render

__all__ = ["Drawing", "draw"]

_MOST_DIGITS = 17  # no float has more


class Drawing:
    """A picture of a graph as it was when `draw` was called.

    Args:
        source: the DOT text.
        summary: what is in the picture, in a few words.
    """

    __slots__: tuple[str, ...] = ("_source", "_summary")

    def __init__(self, source: str, summary: str) -> None:
        self._source: str = source
        self._summary: str = summary

    @property
    def source(self) -> str:
        """The DOT text, for Graphviz or an editor of graphs."""
        return self._source

    def render(self, format: str = "svg") -> bytes:
        """Return the content of a file of the picture.

        Args:
            format: "svg", "png" or "pdf".

        Raises:
            PictureFormatError: if the format is another.
            MissingGraphvizError: if there is neither pygraphviz nor `dot`.
            RenderError: if a PDF is wanted on a machine without any font.
        """
        return render(self._source, format)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, all of it or nothing.

        Args:
            path: where to; the ending .svg, .png or .pdf decides the format.

        Returns:
            The path.

        Raises:
            PictureFormatError: if the ending is another.
            SaveError: if the file cannot be written.
            MissingGraphvizError: if there is neither pygraphviz nor `dot`.
            RenderError: if a PDF is wanted on a machine without any font.
        """
        target = Path(path)
        ending = target.suffix.lower().removeprefix(".")
        if ending not in FORMATS:
            raise PictureFormatError(
                f"a path that ends in {', '.join('.' + known for known in FORMATS)}",
                repr(str(target)),
                f"write {str(target.with_suffix('.svg')) if target.name else 'graph.svg'!r}",
            )
        _write(target, self.render(ending))
        return target

    def __repr__(self) -> str:
        saves = ", ".join(f".save('name.{known}')" for known in FORMATS)
        return f"Drawing({self._summary}; {saves}, .source)"

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show the picture in a notebook."""
        bundle = {"image/svg+xml": self.render("svg").decode(), "text/plain": repr(self)}
        return {
            kind: text
            for kind, text in bundle.items()
            if (not include or kind in include) and (not exclude or kind not in exclude)
        }


def draw(
    root: Node | Sequence[Node],
    *,
    digits: int = 6,
    limit: int = 300,
    unfold: Node | str | None = None,
) -> Drawing:
    """Draw the computation graph of a Value, from its leaves at the left to itself at the right.

    Each box shows the label of a Value, the sign of its operation, its data and, after a
    backward pass from the root, its gradient; each edge shows the local derivative. A large
    graph is folded: Values of the same role are one box, with their count and the range of
    their numbers.

    Args:
        root: a Value, or a list or tuple of Values that share a picture.
        digits: the number of significant digits of every number, from 1 to 17.
        limit: the number of Values, at least 1, beyond which the graph is folded.
        unfold: a box of the folded picture to open, by its name, or a Value to show with what
            belongs to it; all else is folded.

    Returns:
        The picture of the numbers as they are now; later changes do not show in it.

    Raises:
        RootError: if `root` is anything else.
        DigitsError: if `digits` is no int from 1 to 17.
        LimitError: if `limit` is no int of at least 1.
        UnfoldError: if `unfold` is neither a Value of the graph nor the name of a box.
    """
    if type(digits) is not int or not 1 <= digits <= _MOST_DIGITS:  # True is an instance of int
        raise DigitsError(
            f"digits as an int from 1 to {_MOST_DIGITS}", repr(digits), "write digits=6"
        )
    if type(limit) is not int or limit < 1:
        raise LimitError("limit as an int of at least 1", repr(limit), "write limit=300")
    roots = _checked(root)
    if unfold is not None or len(topological_order(roots)) > limit:
        return Drawing(*to_folded_dot(roots, digits, unfold))
    return Drawing(to_dot(roots, digits), _summary(roots))


def _checked(root: object) -> list[Node]:
    several = isinstance(root, (list, tuple))
    values = cast("Sequence[object]", root) if several else (root,)
    nodes = [value for value in values if isinstance(value, Node)]
    if nodes and len(nodes) == len(values):
        return nodes
    wrong = next((value for value in values if not isinstance(value, Node)), values)
    inside = f" inside a {type(values).__name__}" if several and values else ""
    raise RootError(
        "a Value, or a list or tuple of at least one Value",
        f"{described(wrong)}{inside}",
        "draw the Value that was computed, such as the loss itself and not loss.data",
    )


def _summary(roots: Sequence[Node]) -> str:
    order = topological_order(roots)
    edges = sum(len(node.parents) for node in order)
    constants = sum(len(node.operands) - len(node.parents) for node in order)
    counts = {"value": len(order), "constant": constants, "edge": edges}
    return ", ".join(
        f"{count} {word}{'' if count == 1 else 's'}"
        for word, count in counts.items()
        if count or word == "value"
    )


def _write(target: Path, content: bytes) -> None:
    """Write beside the target and then rename: whoever looks sees the old file or the new."""
    aim = Path(os.path.realpath(target))  # a link stays a link
    beside = aim.with_name(f".{token_hex(8)}.part")
    try:
        try:
            beside.write_bytes(content)
            beside.replace(aim)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise SaveError(
            "a path that can be written",
            f"{str(target)!r} ({error.strerror or error})",
            "save into a directory that exists and is yours to write",
        ) from error
