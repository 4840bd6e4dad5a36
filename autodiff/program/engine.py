"""Running equations on batches of any size.

Memory is made once for a size of batch and used again; large batches run in blocks, so that
the working set stays in a cache. What is not here: how the equations are found (the passes
beside this file), checks of what users pass (`program`).

>>> from autodiff import Value, compile
>>> program = compile(lambda x: x * x, parameters=[], example=(2.0,))
>>> program([1.0, 2.0]), program(np.arange(100_000.0))[-2:]
(array([1., 4.]), array([9.9996e+09, 9.9998e+09]))
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import failures, refuse_branches
from .equations import Check, Equations
from .kernels import Array
from .memory import Memory
from .source import Source

__all__ = ["Engine"]

_KEPT_SIZES = 4  # sizes of batch whose memory is kept
_WORKING_SET = 1 << 25  # bytes of values and adjoints at a time: what a cache holds


class Engine:
    """Runs equations on batches of any size.

    Args:
        program: the equations.
        source: their text.
        kind: of the numbers.
    """

    def __init__(self, program: Equations, source: Source, kind: Any) -> None:
        self.source: Source = source
        self.checks: tuple[Check, ...] = program.checks
        self._outputs: int = program.outputs.positions.size
        self._batched_size: int = program.batched_size
        self.static: Array = np.zeros(program.static_size, kind)
        self.gradient: Array = np.zeros(program.static_size, kind)
        for position, number in program.constants.items():
            self.static[position] = number
        rows = sum(size for (_, is_batched), size in source.sizes.items() if is_batched)
        rows -= sum(source.first.values())
        self.block_size: int = max(16, _WORKING_SET // (self.static.itemsize * max(rows, 1)))
        self._bound: OrderedDict[int, dict[str, Any]] = OrderedDict()

    def run(self, arguments: Sequence[Array]) -> Array:
        """Compute the outputs of every example.

        Args:
            arguments: each of shape (numbers of one example, batch).

        Returns:
            Shape (outputs, batch).

        Raises:
            BranchError: if a comparison goes another way than it was recorded.
        """
        batch = arguments[0].shape[1]
        outputs = np.empty((self._outputs, batch), self.static.dtype)
        with np.errstate(all="ignore"):
            for start, end in self._blocks(batch):
                names = self._forward([x[:, start:end] for x in arguments], end - start)
                self._refuse_branches(names, start)
                outputs[:, start:end] = names[self.source.results[0]]
        return outputs

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all comparisons go as they were recorded."""
        batch = arguments[0].shape[1]
        agreed = np.empty(batch, bool)
        with np.errstate(all="ignore"):
            for start, end in self._blocks(batch):
                names = self._forward([x[:, start:end] for x in arguments], end - start)
                agreed[start:end] = ~failures(self.checks, self._sides(names)).any(0)
        return agreed

    def differentiate(self, arguments: Sequence[Array], out: Array, batch: int) -> float:
        """Compute the sum of the only output over the examples, and its gradient, over `batch`.

        Args:
            arguments: each of shape (numbers of one example, examples).
            out: receives the gradient by the parameters.
            batch: what the sums are divided by.

        Raises:
            BranchError: if a comparison goes another way than it was recorded.
        """
        total = 0.0
        source = self.source
        with np.errstate(all="ignore"):
            for start, end in self._blocks(arguments[0].shape[1]):
                part = arguments if not start else [x[:, start:end] for x in arguments]
                if end < arguments[0].shape[1]:
                    part = [x[:, start:end] for x in arguments]
                names = self._forward(part, end - start)
                self._refuse_branches(names, start)
                total += float(np.add.reduce(names[source.results[0]], None))
                names["reverse"](1.0 / batch, *part)
                names["finish"]()
                if start:
                    out += self.gradient[: out.size]
                else:
                    out[...] = self.gradient[: out.size]
        return total / batch

    def _blocks(self, batch: int) -> list[tuple[int, int]]:
        size = self.block_size
        return [(start, min(start + size, batch)) for start in range(0, batch, size)]

    def _forward(self, arguments: Sequence[Array], batch: int) -> dict[str, Any]:
        names = self._names(batch)
        names["prepare"]()
        names["forward"](*arguments)
        return names

    def _refuse_branches(self, names: Mapping[str, Any], start: int) -> None:
        if self.checks:
            refuse_branches(self.checks, self._sides(names), start)

    def _sides(self, names: Mapping[str, Any]) -> list[Array]:
        return [names[name] for name in self.source.results[1:]]

    def _names(self, batch: int) -> dict[str, Any]:
        """Return the functions bound to memory for a size of batch."""
        names = self._bound.get(batch)
        if names is None:
            names = self._bind(batch)
            while len(self._bound) >= _KEPT_SIZES:
                self._bound.popitem(last=False)
            self._bound[batch] = names
        return names

    def _bind(self, batch: int) -> dict[str, Any]:
        source = self.source
        memory = Memory(batch, self.static, self.gradient, source.sizes, source.first)
        names = source.namespace()
        for name, view in source.views.items():
            if not self._is_left_out(view):
                names[name] = memory.view(view)
        size = self._batched_size
        names["values"] = memory.whole("values", size)
        names["adjoints"] = memory.whole("adjoints", size)
        names["static"], names["gradient"] = self.static, self.gradient
        exec(source.code, names)  # noqa: S102 our own text
        return names

    def _is_left_out(self, view: Any) -> bool:
        first = self.source.first.get(view.memory)
        return first is not None and view.range()[0] < first
