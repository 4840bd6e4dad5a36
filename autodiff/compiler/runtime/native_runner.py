"""The runner of generated C, on batches of any size: `compile(..., native="c")`.

The memory is this runner's. It is made for a width of block, and used again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import Equations
from autodiff.compiler.loops.native import to_native

from .equation_runner import EquationRunner
from .guards import guard_at, guard_error
from .shared_library import library_of

_WORKING_SET = 1 << 18  # bytes of values and adjoints at a time: half of what a cache holds
_LEAST, _MOST = 16, 512  # examples of a block; the module has room for 1024 outputs
_ADDRESS: Callable[[Any], int] = ctypes.addressof
_BUFFER: Callable[[Any], Any] = ctypes.c_char.from_buffer
_STEP = 16  # a multiple of the numbers in any vector


class NativeRunner(EquationRunner):
    """Runs a program that the system's C compiler compiled.

    Args:
        program: the equations.
        dtype: of the numbers.

    Raises:
        OptionError: if there is no C compiler, or it cannot compile the program.
    """

    def __init__(self, program: Equations, dtype: str) -> None:
        super().__init__(program, dtype)
        module = to_native(program, dtype)
        library = library_of(module.text)
        self._positions: int = module.rows
        most = _WORKING_SET // (2 * max(1, module.used) * self.static.itemsize)
        self._widest: int = min(max(most // _STEP * _STEP, _LEAST), _MOST)
        self._work: Array = np.zeros(0, dtype)
        self._width: int = 0
        self._work_at: int = 0
        self._rows: Any = (ctypes.c_void_p * max(1, len(program.arguments)))()
        self._rows_at: int = _ADDRESS(self._rows)
        self._where: Any = (ctypes.c_long * 2)()
        self._where_at: int = _ADDRESS(self._where)
        self._sum: Any = ctypes.c_double()
        self._sum_at: int = _ADDRESS(self._sum)
        self._static_at, self._gradient_at = _address(self.static), _address(self.gradient)
        self._functions: _Functions = _Functions(library, dtype, has_gradient=self._outputs == 1)

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        batch = arguments[0].shape[1]
        outputs = np.empty((self._outputs, batch), self.static.dtype)
        rows = self._given(arguments, batch)
        failed = self._functions.run(
            self._static_at,
            self._work_at,
            self._width,
            batch,
            self._rows_at,
            _address(outputs),
            self._where_at,
        )
        if failed:
            self._fail(failed)
        del rows
        return outputs

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all guards hold."""
        batch = arguments[0].shape[1]
        agreed = np.empty(batch, bool)
        rows = self._given(arguments, batch)
        self._functions.agrees(
            self._static_at, self._work_at, self._width, batch, self._rows_at, _address(agreed)
        )
        del rows
        return agreed

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        count = arguments[0].shape[1]
        rows = self._given(arguments, count)
        is_whole = out is not None and out.flags.c_contiguous
        failed = self._functions.differentiate(
            self._static_at,
            self._work_at,
            self._width,
            count,
            self._rows_at,
            1.0 / batch,
            self._gradient_at,
            _address(out) if is_whole and out is not None else None,
            self._sum_at,
            self._where_at,
        )
        if failed:
            self._fail(failed)
        del rows
        if out is not None and not is_whole:
            np.copyto(out, self.gradient[: out.size])
        return self._sum.value / batch

    def _given(self, arguments: Sequence[Array], batch: int) -> list[Array]:
        """Point to the examples, in rows; return the arrays, to be kept while the module runs."""
        rows: list[Array] = []
        for number, x in enumerate(arguments):
            row = x.T
            try:  # a quarter of the time of the array interface
                at = _ADDRESS(_BUFFER(row))
            except (TypeError, ValueError):  # read-only, empty, or not in one piece
                row = np.ascontiguousarray(row)
                at = _address(row)
            self._rows[number] = at
            rows.append(row)
        width = min(-(-batch // _STEP) * _STEP, self._widest) or _STEP
        if width != self._width:
            self._width = width
            size = (2 * self._positions + 2) * width
            if size > self._work.size:
                self._work = np.zeros(size, self.static.dtype)
                self._work_at = _address(self._work)
        return rows

    def _fail(self, failed: int) -> None:
        """Raise the error of a comparison, counted from 1."""
        example, column = self._where
        group, place = guard_at(self.guards, failed - 1)
        left, right = (self._number(side, place, column) for side in (group.left, group.right))
        raise guard_error(group, place, (left, right), example)

    def _number(self, access: Access, place: int, column: int) -> float:
        position = int(access.positions.ravel()[place])
        if not access.is_batched:
            return self.static[position]
        return self._work[position * self._width + column]


class _Functions:
    """The functions of a module, with the types of their arguments."""

    def __init__(self, library: ctypes.CDLL, dtype: str, *, has_gradient: bool) -> None:
        pointer, whole = ctypes.c_void_p, ctypes.c_long
        common = [pointer, pointer, whole, whole, pointer]
        self.run: Any = library.run
        self.run.argtypes = [*common, pointer, pointer]
        self.agrees: Any = library.agrees
        self.agrees.argtypes = [*common, pointer]
        self.agrees.restype = None
        if has_gradient:
            number = ctypes.c_double if dtype == "float64" else ctypes.c_float
            self.differentiate: Any = library.differentiate
            references = [pointer, pointer, pointer, pointer]
            self.differentiate.argtypes = [*common, number, *references]


def _address(array: Array | NDArray[np.bool_]) -> int:
    return array.__array_interface__["data"][0]
