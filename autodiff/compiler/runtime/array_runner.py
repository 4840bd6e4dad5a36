"""The runner of array equations: the generated source, on batches of any size.

Memory is made once for a size of batch and used again. Large batches run in blocks, so that the
working set stays in the cache.

>>> from autodiff import Value, compile
>>> program = compile(lambda x: x * x, parameters=[], example=(2.0,))
>>> program([1.0, 2.0]), program(np.arange(100_000.0))[-2:]
(array([1., 4.]), array([9.9996e+09, 9.9998e+09]))
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.codegen.source import Source
from autodiff.compiler.ir.equations import Equations

from .chain_runner import ChainRunner
from .equation_runner import EquationRunner
from .guards import check_guards, failed_guards
from .memory import Memory
from .steps import Steps

_WORKING_SET = 1 << 25  # bytes of values and adjoints at a time: what a cache holds
_KEPT_SIZES = 4  # sizes of batch whose memory is kept, up to two working sets in all
_KEPT_SIZES_OF_A_WAY = 12  # powers of two
_WAYS = 16  # whose working sets make one


class ArrayRunner(EquationRunner):
    """Runs generated source on batches of any size.

    Args:
        program: the equations.
        source: of the equations.
        kind: the dtype of the numbers.
        is_way: whether it is one of many ways of a function, with a sixteenth of the memory.

    Attributes:
        block_size: the number of examples that are computed at a time.
    """

    def __init__(
        self, program: Equations, source: Source, kind: Any, *, is_way: bool = False
    ) -> None:
        super().__init__(program, kind)
        self.source: Source = source
        self._batched_size: int = program.batched_size
        self._working_set: int = _WORKING_SET // (_WAYS if is_way else 1)
        self._kept: int = _KEPT_SIZES_OF_A_WAY if is_way else _KEPT_SIZES
        self._parameters: Array = self.static[: program.parameters]
        rows = sum(size for (_, is_batched), size in source.sizes.items() if is_batched)
        rows -= sum(source.first.values())
        self.block_size: int = max(16, self._working_set // (self.static.itemsize * max(rows, 1)))
        self._bound: OrderedDict[int, _BoundProgram] = OrderedDict()

    def run(self, arguments: Sequence[Array]) -> Array:
        """Return the outputs of every example; see `Runner.run`."""
        batch = arguments[0].shape[1]
        chain = self._chain if batch == 1 else None
        found = chain.outputs(arguments, self._parameters) if chain else None
        if found is not None:
            return np.array(found)[:, None]
        outputs = np.empty((self._outputs, batch), self.static.dtype)
        for start, end, part in self._blocks(arguments):
            bound = self._checked(part, start, end - start)
            outputs[:, start:end] = bound.outputs
        return outputs

    @cached_property
    def _chain(self) -> ChainRunner | None:
        """What runs a single example where a step of a loop is too small for NumPy."""
        if not self.source.loops or self.static.dtype != float:
            return None
        return ChainRunner.of(self.equations())

    def agrees(self, arguments: Sequence[Array]) -> NDArray[np.bool_]:
        """Tell for every example whether all guards hold."""
        agreed = np.empty(arguments[0].shape[1], bool)
        for start, end, part in self._blocks(arguments):
            sides = self._forward(part, start, end - start).sides
            agreed[start:end] = ~failed_guards(self.guards, sides).any(0)
        return agreed

    def differentiate(self, arguments: Sequence[Array], out: Array | None, batch: int) -> float:
        """Return the sum of the output and compute its gradient; see `Runner.differentiate`."""
        count = arguments[0].shape[1]
        chain = self._chain if count == 1 else None
        parameters, gradient = self._parameters, self.gradient[: self._parameters.size]
        output = chain and chain.differentiate(arguments, parameters, gradient, 1.0 / batch)
        if output is not None:
            total = output
        elif count <= self.block_size:
            total = self._sweep(arguments, 0, count, batch)
        else:
            total = 0.0
            sums = np.zeros_like(self.gradient)
            for start, end, part in self._blocks(arguments):
                total += self._sweep(part, start, end - start, batch)
                sums += self.gradient
            self.gradient[...] = sums
        if out is not None:
            np.copyto(out, self.gradient[: out.size])
        return total / batch

    def _sweep(self, arguments: Sequence[Array], start: int, count: int, batch: int) -> float:
        bound = self._checked(arguments, start, count)
        bound.reverse(1.0 / batch, *arguments)
        bound.finish()
        return float(np.add.reduce(bound.outputs, None))

    def _blocks(self, arguments: Sequence[Array]) -> Iterator[tuple[int, int, Sequence[Array]]]:
        """Yield start, end and arguments of each block."""
        batch = arguments[0].shape[1]
        for start in range(0, batch, self.block_size):
            end = min(start + self.block_size, batch)
            yield start, end, [x[:, start:end] for x in arguments]

    def _checked(self, arguments: Sequence[Array], start: int, batch: int) -> _BoundProgram:
        """Compute a block of examples, and raise if a guard fails."""
        bound = self._forward(arguments, start, batch)
        if self.guards:
            check_guards(self.guards, bound.sides, start)
        return bound

    def _forward(self, arguments: Sequence[Array], start: int, batch: int) -> _BoundProgram:
        """Compute a block of examples; with the first one, the static values too."""
        bound = self._bound.get(batch)
        if bound is None:
            bound = self._bound[batch] = self._bound_to(batch)
            while len(self._bound) > 1 and self._is_full():
                self._bound.popitem(last=False)
        if not start or batch != self.block_size:  # the last block has memory of its own
            bound.prepare()
        bound.forward(*arguments)
        return bound

    def _is_full(self) -> bool:
        held = sum(bound.size for bound in self._bound.values())
        return len(self._bound) > self._kept or held > 2 * self._working_set

    def _bound_to(self, batch: int) -> _BoundProgram:
        """Return the functions of the program on memory for a size of batch."""
        source = self.source
        memory = Memory(batch, self.static, self.gradient, source.sizes, source.first)
        names = source.namespace(batch, self.static.dtype)
        for name, view in source.views.items():
            if view.range()[0] >= source.first.get(view.memory, 0):
                names[name] = memory.view(view)
        for loop, inside in source.loops.items():
            columns = [names[name] for name in inside]
            names[loop] = Steps(columns, is_back=loop.endswith("_back"))
        names["values"] = memory.whole("values", self._batched_size)
        names["adjoints"] = memory.whole("adjoints", self._batched_size)
        names["static"], names["gradient"] = self.static, self.gradient
        for code in source.code:
            exec(code, names)  # noqa: S102 our own source
        outputs, *sides = (names[name] for name in source.results)
        functions = names["prepare"], names["forward"], names["reverse"], names["finish"]
        return _BoundProgram(*functions, outputs, sides, memory.size)


class _BoundProgram(NamedTuple):
    """The functions of a program on the memory of one size of batch."""

    prepare: Callable[[], None]
    forward: Callable[..., None]
    reverse: Callable[..., None]
    finish: Callable[[], None]
    outputs: Array
    sides: list[Array]
    size: int  # of the memory, in bytes
