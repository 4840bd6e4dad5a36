"""The line of the user's program that made a node: `with lines():`, for a session or a search.

A node keeps a pair of code object and instruction offset, shared by all nodes made there. The line
is looked up only on demand.

>>> from autodiff import Value
>>> with lines():
...     y = Value(2.0) * 3
>>> line_of(y).text
'y = Value(2.0) * 3'
>>> line_of(Value(2.0)) is None
True
"""

from __future__ import annotations

import os
import sys
from contextlib import ContextDecorator
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import NamedTuple, TypeAlias

from .grad_mode import state
from .session import cell

Place: TypeAlias = tuple[CodeType, int]

_ROOT = os.path.abspath(__file__).rsplit(os.sep, 3)[0]  # noqa: PTH100 pathlib costs 5 ms at import
_OURS = tuple(os.path.join(_ROOT, name, "") for name in ("autodiff", "nn", "viz", "chalkgrad"))  # noqa: PTH118

_NUMPY = os.path.join("site-packages", "numpy", "")  # noqa: PTH118
_COPY = os.path.join(os.path.dirname(os.__file__), "copy.py")  # noqa: PTH118, PTH120


class _Files(dict[str, bool]):
    """For each file, whether it is ours, NumPy's or `copy`; each is looked up once."""

    def __missing__(self, file: str) -> bool:
        # np.max and copy.copy call back into Value
        self[file] = file.startswith(_OURS) or _NUMPY in file or file == _COPY
        return self[file]


# Caches of facts that do not change: needed for every node, so no object can be passed.
_is_ours = _Files()
_places: dict[tuple[int, int], Place] = {}  # shared by the nodes made there while blocks are open
_frame_at = sys._getframe  # pyright: ignore[reportPrivateUsage] documented, and far cheaper than `inspect`


class SourceLine(NamedTuple):
    """A line of a program.

    Attributes:
        file: the path of the file, or a name such as "<stdin>" in a session. Jupyter compiles each
            cell under the name of a temporary file.
        number: the line number, from 1.
        function: the function around it; "<module>" outside of any.
        text: the line, stripped; "" where it cannot be read.
        cell: the number of the notebook's cell, as in In[12]; None for other files.
    """

    file: str
    number: int
    function: str
    text: str
    cell: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.number}"
        if self.cell is not None:
            place = f"cell {self.cell}, line {self.number}"
        return f"{place}: {self.text}" if self.text else place


class lines(ContextDecorator):  # noqa: N801 lower case, as `no_grad`
    """Record which line of the program makes each node, in all threads.

    A context manager, and a decorator of plain functions. Nodes made outside have no line.
    """

    def __enter__(self) -> None:
        state.count(blocks=1, lines=1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        state.count(blocks=-1, lines=-1)
        if not state.lines:
            _places.clear()


def place(depth: int) -> Place:
    """Return the innermost place on the stack that is not in these packages.

    Args:
        depth: how many of the innermost frames are known to be ours. Looking at a frame makes it
            an object, which is most of the cost.
    """
    frame = _frame_at(depth)
    while _is_ours[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    code, offset = frame.f_code, frame.f_lasti
    key = id(code), offset  # hashing the code object itself would cost more than all the rest
    try:
        return _places[key]
    except KeyError:
        return _places.setdefault(key, (code, offset))


def is_ours(frame: FrameType) -> bool:
    """Tell whether a frame runs code of these packages, or of NumPy."""
    return _is_ours[frame.f_code.co_filename]


def line_of(node: object) -> SourceLine | None:
    """Return the line of the program that made a node, or None if it was not recorded.

    Args:
        node: any Value.
    """
    found: Place | None = getattr(node, "line", None)
    return None if found is None else line_at(found)


def line_at(found: Place) -> SourceLine:
    """Return the line of a place."""
    import linecache  # noqa: PLC0415 costs 1 ms at import, with `tokenize`

    code, offset = found
    positions = next(islice(code.co_positions(), offset // 2, None), None)
    number = (positions and positions[0]) or code.co_firstlineno
    text = linecache.getline(code.co_filename, number).strip()
    return SourceLine(code.co_filename, number, code.co_name, text, cell(code.co_filename))
