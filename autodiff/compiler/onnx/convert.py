"""Equations as a model of ONNX, over a batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Equations,
    GuardGroup,
    Lookup,
    Loop,
    MatrixProduct,
    Part,
    SegmentedSum,
    Term,
)
from autodiff.compiler.tracing.record import Argument
from autodiff.errors import OptionError
from autodiff.graph.hooks import IN_RANGE

from .formulas import OnnxTensor, Operand, onnx_operation
from .memory import Memory
from .model import OnnxModel

if TYPE_CHECKING:
    from autodiff.system import Array

_MOST = 10_000  # equations, with loops written out
_RELATIONS = {
    "<": "Less",
    "<=": "LessOrEqual",
    ">": "Greater",
    ">=": "GreaterOrEqual",
    "!=": "Equal",  # negated
}


def to_onnx(
    program: Equations, parameters: Array, arguments: Sequence[Argument], shape: Sequence[int]
) -> bytes:
    """Return a program as the content of an ONNX file; see `Program.to_onnx`.

    Args:
        program: the equations.
        parameters: their numbers, in the dtype of the program.
        arguments: of the traced function.
        shape: of the result of one example.
    """
    count = sum(_length(each) for each in program.equations)
    if count > _MOST:
        raise OptionError(
            f"at most {_MOST:,} array equations for ONNX, with loops written out",
            f"{count:,}",
            "export fewer steps, or use program.to_c()",
        )
    converter = _Converter(program, parameters)
    names = [argument.name for argument in arguments]
    converter.begin(names)
    for equation in program.unrolled():
        converter.write(equation)
    output = "outputs"
    while output in names:
        output += "_"
    converter.end(output, shape)
    inputs = [(argument.name, ("batch", *argument.shape)) for argument in arguments]
    return converter.model.content(inputs, [(output, ("batch", *shape))])


def _length(statement: Equation | Loop) -> int:
    return statement.steps * len(statement.body) if isinstance(statement, Loop) else 1


class _Converter:
    """Writes equations into a model.

    Args:
        program: the equations.
        parameters: their numbers.
    """

    def __init__(self, program: Equations, parameters: Array) -> None:
        self.model: OnnxModel = OnnxModel(parameters.dtype.name)
        self._program: Equations = program
        self._memory: dict[bool, Memory] = {
            is_batched: Memory(self.model, size, is_batched=is_batched)
            for is_batched, size in ((True, program.batched_size), (False, program.static_size))
        }
        constants = program.constants
        known = np.array([*constants], np.intp)
        positions = np.concatenate([np.arange(program.parameters), known])
        numbers = np.concatenate([parameters, [*constants.values()]])
        self._memory[False].write_numbers(positions, numbers)
        self._batch: str = ""

    def begin(self, names: Sequence[str]) -> None:
        """Write the inputs into the batched vector."""
        model, batched = self.model, self._memory[True]
        axes = model.node("Shape", [names[0]])
        self._batch = model.node("Gather", [axes, model.constant([0])])
        for block, name in zip(self._program.arguments, names, strict=True):
            flat = model.reshaped(name, [-1, block.size])
            batched.write(block.positions, flat, is_flat=True)
        if self._program.zero is not None:
            zeros = self._repeated(model.constant(0.0), [1])
            batched.write(np.array([self._program.zero]), zeros, is_flat=True)

    def write(self, equation: Equation) -> None:
        """Write the nodes of an equation, and its results into a vector."""
        is_batched = equation.block.is_batched
        if isinstance(equation, Elementwise):
            result = self._elementwise(equation)
        else:
            parts = [self._part(part, equation) for part in equation.parts]
            name = parts[0].name
            for part in parts[1:]:
                name = self.model.node("Add", [name, part.name])
            result = OnnxTensor(name, any(part.is_batched for part in parts))
        name = result.name
        if is_batched and not result.is_batched:
            name = self._repeated(name, equation.shape)
        is_flat = len(equation.shape) == 1
        self._memory[is_batched].write(equation.block.positions, name, is_flat=is_flat)

    def end(self, output: str, shape: Sequence[int]) -> None:
        """Write the output, nan for every example that fails a comparison."""
        result = self._read(self._program.outputs)
        flat = result.name
        if not result.is_batched:
            flat = self._repeated(flat, [self._program.outputs.positions.size])
        for group in self._program.guards:
            agrees = self._agreement(group)
            flat = self.model.node("Where", [agrees, flat, self.model.constant(float("nan"))])
        target = self.model.constant([-1, *shape])
        self.model.node("Reshape", [flat, target], output=output)

    def _read(self, access: Access) -> OnnxTensor:
        name = self._memory[access.is_batched].read(access.positions)
        return OnnxTensor(name, access.is_batched)

    def _repeated(self, name: str, shape: Sequence[int]) -> str:
        """Return a static tensor, or a number, for every example."""
        axes = self.model.node("Concat", [self._batch, self.model.constant([*shape])], axis=0)
        return self.model.node("Expand", [name, axes])

    def _elementwise(self, equation: Elementwise) -> OnnxTensor:
        operands: list[Operand] = []
        pairs = zip(equation.operation.operands, equation.operands, strict=True)
        for name, operand in pairs:
            if not isinstance(operand, Access):
                operands.append(float(operand))
                continue
            is_starred = name in equation.operation.starred
            elements = operand.shape[0] if is_starred else 0
            operands.append(self._read(operand)._replace(elements=elements))
        result = onnx_operation(self.model, equation.operation, operands)
        if isinstance(result, OnnxTensor):
            return result
        return OnnxTensor(self.model.constant(np.full(equation.shape, result)), is_batched=False)

    def _part(self, part: Part, equation: Equation) -> OnnxTensor:
        """Return one part of a sum, in the shape of the sum."""
        if isinstance(part, Term):
            return self._read(part.term)
        if isinstance(part, Lookup):
            return self._lookup(part)
        if isinstance(part, MatrixProduct):
            return self._product(part)
        sums = self._segments(part)
        if len(equation.shape) == 1:
            return sums
        lead = [0] if sums.is_batched else []
        return sums._replace(name=self.model.reshaped(sums.name, [*lead, *equation.shape]))

    def _lookup(self, part: Lookup) -> OnnxTensor:
        model = self.model
        rows = model.cast(self._read(part.indices).name, model.types.INT64)
        rows = model.node("Max", [rows, model.constant(0)])  # of what a guard refuses, any row
        rows = model.node("Min", [rows, model.constant(part.table.shape[0] - 1)])
        table = self._read(part.table).name
        return OnnxTensor(model.node("Gather", [table, rows], axis=0), is_batched=True)

    def _product(self, part: MatrixProduct) -> OnnxTensor:
        left, right = self._read(part.left), self._read(part.right)
        if right.is_batched and len(part.right.shape) == 1:
            name = self.model.node("Gemm", [right.name, left.name], transB=1)
        else:
            turned = self.model.node("Transpose", [left.name], perm=[1, 0])
            name = self.model.node("MatMul", [right.name, turned])
        return OnnxTensor(name, right.is_batched)

    def _segments(self, part: SegmentedSum) -> OnnxTensor:
        model, elements = self.model, self._read(part.right)
        if part.left is not None:
            left = self._read(part.left)
            name = model.node("Mul", [left.name, elements.name])
            elements = OnnxTensor(name, elements.is_batched or left.is_batched)
        axis = int(elements.is_batched)
        over = model.constant([axis])
        if len(part.classes) == 1:
            name = model.node("ReduceSum", [elements.name, over], keepdims=0)
            return elements._replace(name=name)
        starts = accumulate((length * count for length, count in part.classes), initial=0)
        sums: list[str] = []
        for start, (length, count) in zip(starts, part.classes, strict=False):
            ends = [model.constant([x]) for x in (start, start + length * count, axis)]
            piece = model.node("Slice", [elements.name, *ends])
            rows = model.reshaped(piece, [*[0] * axis, length, count])
            sums.append(model.node("ReduceSum", [rows, over], keepdims=0))
        return elements._replace(name=model.node("Concat", sums, axis=axis))

    def _agreement(self, group: GuardGroup) -> str:
        """Return whether all comparisons of a group have the traced outcome, for every example."""
        model, left, right = self.model, self._read(group.left), self._read(group.right)
        pair = [left.name, right.name]
        if group.relation == IN_RANGE:
            is_whole = model.node("Equal", [left.name, model.node("Floor", [left.name])])
            is_low = model.node("Less", pair)
            is_high = model.node("GreaterOrEqual", [left.name, model.constant(0.0)])
            holds = model.node("And", [model.node("And", [is_low, is_high]), is_whole])
        else:
            holds = model.node(_RELATIONS[group.relation], pair)
            if group.relation == "!=":
                holds = model.node("Not", [holds])
        wanted = model.cast(model.constant([int(x) for x in group.outcomes]), model.types.BOOL)
        agrees = model.cast(model.node("Equal", [holds, wanted]))
        axis = int(left.is_batched or right.is_batched)
        return model.cast(
            model.node("ReduceMin", [agrees], axes=[axis], keepdims=1), model.types.BOOL
        )
