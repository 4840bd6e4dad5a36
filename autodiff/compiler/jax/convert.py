"""Equations as a pure function of JAX: the static ones once, the batched ones under `vmap`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Equations,
    Lookup,
    Loop,
    MatrixProduct,
    Part,
    Term,
)
from autodiff.compiler.ir.scan import scan_of
from autodiff.graph.hooks import RELATIONS
from autodiff.system import package

from .functions import Functions, Traced
from .vectors import Vector

Memory: TypeAlias = dict[bool, Vector]  # the batched vector and the static one


def to_function(program: Equations, shape: Sequence[int]) -> Callable[..., Traced]:
    """Return the outputs as a function of parameters and arguments.

    Args:
        program: the equations.
        shape: of the result of one example.

    Returns:
        A function of an array of (parameters,) and for every argument one of (batch, numbers of
        one example), of the dtype of the parameters; it returns an array of (batch, *shape).
    """
    jax, jnp = package("jax"), package("jax.numpy")

    def outputs(parameters: Traced, *arguments: Traced) -> Traced:
        converter = _Converter(program, parameters.dtype)
        static = Vector(program.static_size)
        static.write(np.arange(program.parameters), parameters)
        numbers = jnp.asarray([*program.constants.values()], parameters.dtype)
        static.write(np.array([*program.constants], np.intp), numbers)
        converter.compute({False: static}, is_batched=False)

        def example(*given: Traced) -> Traced:
            values = Vector(program.batched_size)
            for block, x in zip(program.arguments, given, strict=True):
                values.write(block.positions, x)
            if program.zero is not None:
                values.write(np.array([program.zero]), jnp.zeros(1, parameters.dtype))
            memory = {True: values, False: static}
            converter.compute(memory, is_batched=True)
            result = _read(memory, program.outputs).reshape(shape)
            return result * converter.agreement(memory)

        return jax.vmap(example)(*arguments)

    return outputs


class _Converter:
    """Computes equations on arrays of JAX.

    Args:
        program: the equations.
        kind: the dtype.
    """

    def __init__(self, program: Equations, kind: Any) -> None:
        self._jax: Any = package("jax")
        self._numpy: Any = package("jax.numpy")
        self._program: Equations = program
        self._kind: Any = kind
        self._apply: Functions = Functions()

    def compute(self, memory: Memory, *, is_batched: bool) -> None:
        """Compute the batched or the static equations, and write their results."""
        for statement in self._program.equations:
            if statement.block.is_batched == is_batched:
                if isinstance(statement, Loop):
                    self._loop(memory, statement)
                else:
                    self._write(memory, [statement])

    def agreement(self, memory: Memory) -> Traced:
        """Return 1 where all comparisons have the traced outcome, and nan elsewhere."""
        agrees = self._numpy.ones((), bool)
        for group in self._program.guards:
            left, right = (_read(memory, side) for side in (group.left, group.right))
            agrees &= (RELATIONS[group.relation](left, right) == np.array(group.outcomes)).all()
        return self._numpy.where(agrees, 1.0, np.nan).astype(self._kind)

    def _write(self, memory: Memory, equations: Iterable[Equation]) -> None:
        for each in equations:
            memory[each.block.is_batched].write(each.block.positions, self._result(memory, each))

    def _result(self, memory: Memory, equation: Equation) -> Traced:
        if isinstance(equation, Elementwise):
            operands = [_read(memory, x) if isinstance(x, Access) else x for x in equation.operands]
            result = self._numpy.asarray(self._apply(equation.operation, operands), self._kind)
            return self._numpy.broadcast_to(result, equation.shape)
        parts = [self._part(memory, part).reshape(equation.shape) for part in equation.parts]
        return sum(parts[1:], parts[0])

    def _part(self, memory: Memory, part: Part) -> Traced:
        if isinstance(part, Term):
            return _read(memory, part.term)
        if isinstance(part, Lookup):
            rows = _read(memory, part.indices).astype(int)
            return _read(memory, part.table).at[rows].get(mode="clip")
        right = _read(memory, part.right)
        if isinstance(part, MatrixProduct):
            left = _read(memory, part.left)
            return self._numpy.matmul(right, left.T, precision="highest")
        elements = right if part.left is None else _read(memory, part.left) * right
        if len(part.classes) == 1:
            return elements.sum(0)
        count = sum(number for _, number in part.classes)
        return self._jax.ops.segment_sum(elements.reshape(-1), part.owners, count)

    def _loop(self, memory: Memory, loop: Loop) -> None:
        is_batched = loop.block.is_batched
        vector = memory[is_batched]
        scan = scan_of(loop, vector.size)
        if scan is None:
            self._write(memory, self._program._replace(equations=(loop,)).unrolled())
            return
        sources = [memory[each.is_batched].read(each.source) for each in scan.outside]
        is_moving = [len(each.source) > 1 for each in scan.outside]

        def step(before: Traced, moving: list[Traced]) -> tuple[Traced, Traced]:
            inside = Vector(scan.size)
            inside.write(scan.carried, before)
            numbers = iter(moving)
            for each, source, moves in zip(scan.outside, sources, is_moving, strict=True):
                inside.write(each.target, next(numbers) if moves else source)
            self._write({is_batched: inside}, scan.body)
            return inside.read(scan.carried + scan.move), inside.read(scan.results)

        moving = [source for source, moves in zip(sources, is_moving, strict=True) if moves]
        start = vector.read(scan.carried)
        _, results = self._jax.lax.scan(step, start, moving, loop.steps)
        vector.write(scan.results + scan.move * np.arange(loop.steps)[:, None], results)


def _read(memory: Memory, access: Access) -> Traced:
    return memory[access.is_batched].read(access.positions)
