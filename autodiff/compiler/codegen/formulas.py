"""Codegen of formulas: a formula of the table as NumPy that writes into preallocated memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.compiler.ir.equations import Elementwise
from autodiff.formula.simplify import reduced
from autodiff.formula.straight_line import Reference, Step, steps
from autodiff.formula.tree import Expression
from autodiff.formula.words import COMPARISONS, REDUCTIONS
from autodiff.table.operation import Operation

from .names import CALLS, REDUCERS
from .writer import Writer


class Operands(NamedTuple):
    """The operands of an operation in a formula.

    Attributes:
        names: the view of each operand that is not a number.
        known: the operands that are numbers.
        sequences: the number of elements of each starred operand.
    """

    names: Mapping[str, str]
    known: Mapping[str, Expression]
    sequences: Mapping[str, int]


def simplified_formulas(
    writer: Writer, operation: Operation, wanted: Sequence[str], operands: Operands
) -> list[Expression]:
    """Return formulas of an operation, simplified for the operands that are numbers.

    Args:
        writer: keeps them, for the next equation of this kind.
        operation: the row of the table.
        wanted: "" for the value, the name of an operand for the derivative by it.
        operands: of the operation.
    """
    key = operation, tuple(wanted), repr(operands.known)
    if key not in writer.formulas:
        value, derivatives = operation.expanded()
        trees = [derivatives[name] if name else value for name in wanted]
        writer.formulas[key] = [reduced(tree, operands.known) for tree in trees]
    return writer.formulas[key]


def write_steps(
    writer: Writer,
    trees: Sequence[Expression],
    operands: Operands,
    equation: Elementwise,
    out: str | None = None,
) -> list[Reference]:
    """Write the lines that compute expressions.

    Args:
        writer: receives the lines.
        trees: the expressions, over the names of the operands.
        operands: of the expressions.
        equation: has the shape of the expressions.
        out: the view for the only expression; scratch memory by default.

    Returns:
        For every expression its view, or a number.
    """
    program, results = steps(trees)
    plan = _Plan(program, results, operands.sequences)
    names: dict[Reference, Reference] = dict(operands.names.items())
    free: list[int] = []
    registers: dict[Reference, int] = {}
    for step in program:
        arguments = [x if isinstance(x, float) else names.get(x, x) for x in step.arguments]
        if step.function == "count":
            names[step.number] = float(plan.count)
            continue
        target = out
        if target is None or step.number != results[0] or step.number in plan.as_mask:
            register = free.pop() if free else 1 + max(registers.values(), default=-1)
            registers[step.number] = register
            whole = (
                (plan.count, *equation.shape) if plan.is_sequence[step.number] else equation.shape
            )
            target = writer.scratch(
                register,
                whole,
                is_batched=equation.block.is_batched,
                is_mask=step.function in COMPARISONS and step.number not in plan.as_number,
            )
        _write_step(writer, step, arguments, target)
        names[step.number] = target
        ended = {
            x for x in step.arguments if isinstance(x, int) and plan.last_use.get(x) == step.number
        }
        free += sorted(registers[x] for x in ended if x in registers)
    found = [x if isinstance(x, float) else names.get(x, x) for x in results]
    if out is not None and found != [out]:
        writer.line(f"copyto({out}, {writer.literal(found[0])})")
    return found


class _Plan:
    """The kinds and lifetimes of steps.

    Attributes:
        count: the number of elements of starred operands.
        is_sequence: whether a result has an axis over elements.
        last_use: the last step that reads a result.
        as_number: the steps whose result is used as a number.
        as_mask: the steps whose result is the condition of a choice.
    """

    def __init__(
        self,
        program: Sequence[Step],
        results: Sequence[Reference],
        sequences: Mapping[str, int],
    ) -> None:
        self.count: int = next(iter(sequences.values()), 1)
        self.is_sequence: dict[Reference, bool] = dict.fromkeys(sequences, True)
        self.last_use: dict[Reference, int] = {}
        self.as_number: set[Reference] = {x for x in results if isinstance(x, int)}
        self.as_mask: set[Reference] = set()
        for step in program:
            reduces = step.function in REDUCTIONS and len(step.arguments) == 1
            below = [x for x in step.arguments if not isinstance(x, float)]  # 1.0 is not step 1
            is_sequence = any(self.is_sequence.get(x, False) for x in below)
            self.is_sequence[step.number] = is_sequence and not reduces
            for x in below:
                self.last_use[x] = step.number
            decides = step.function == "where"
            self.as_mask.update(below[:1] if decides else [])
            self.as_number.update(below[1:] if decides else below)
        self.last_use.update(dict.fromkeys(self.as_number & set(results), len(program) + 1))


def _write_step(writer: Writer, step: Step, arguments: Sequence[Reference], target: str) -> None:
    texts = [writer.literal(x) for x in arguments]
    function = step.function
    if function == "where":
        condition = texts[0]
        if not writer.is_mask(condition):
            condition = f"not_equal({condition}, {writer.literal(0.0)})"
        writer.line(f"copyto({target}, {texts[2]})")
        writer.line(f"copyto({target}, {texts[1]}, where={condition})")
    elif function in REDUCTIONS and len(texts) == 1:
        writer.line(f"{REDUCERS[function]}({texts[0]}, 0, out={target})")
    else:
        writer.line(f"{CALLS[function]}({', '.join(texts)}, out={target})")
