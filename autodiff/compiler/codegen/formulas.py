"""Formulas of the table as lines of NumPy that write into memory they are given.

What is not here: where operands and results are kept (`writer`), equations (`forward`).

>>> CALLS["exp"], CALLS["sub"], CALLS["asin"]
('exp', 'subtract', 'arcsin')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.compiler.ir.equations import Apply
from autodiff.formula.straight_line import Reference, Step, steps
from autodiff.formula.tree import Expression
from autodiff.formula.words import COMPARISONS, INFIX, PRODUCT_OF_OTHERS, REDUCTIONS, WORDS

from .writer import Writer

# How each word of a formula is called in a program.
CALLS: dict[str, str] = {
    **{name: word.numpy for name, word in WORDS.items()},
    **{name: name for name in INFIX},
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    PRODUCT_OF_OTHERS: PRODUCT_OF_OTHERS,
}
_REDUCERS = {name: word.numpy for name, word in REDUCTIONS.items()}


class Operands(NamedTuple):
    """The operands of an operation, as a formula needs them.

    Attributes:
        names: of the memory of each operand that is not a number.
        known: those that are numbers.
        sequences: the number of elements of each starred one.
    """

    names: Mapping[str, str]
    known: Mapping[str, Expression]
    sequences: Mapping[str, int]


def write_steps(
    writer: Writer,
    trees: Sequence[Expression],
    operands: Operands,
    equation: Apply,
    out: str | None = None,
) -> list[Reference]:
    """Write the lines that compute expressions.

    Args:
        writer: receives the lines.
        trees: in words of the language, over the names of the operands.
        operands: what the names stand for.
        equation: whose shape the expressions have.
        out: memory for the only expression, or None for scratch.

    Returns:
        For every expression the name of its memory, or a number.
    """
    program, results = steps(trees)
    plan = _Plan(program, results, operands.sequences)
    spelled: dict[Reference, Reference] = dict(operands.names.items())
    free: list[int] = []
    registers: dict[Reference, int] = {}
    for step in program:
        arguments = [x if isinstance(x, float) else spelled.get(x, x) for x in step.arguments]
        if step.function == "count":
            spelled[step.number] = float(plan.count)
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
        spelled[step.number] = target
        ended = {
            x for x in step.arguments if isinstance(x, int) and plan.last_use.get(x) == step.number
        }
        free += sorted(registers[x] for x in ended if x in registers)
    found = [x if isinstance(x, float) else spelled.get(x, x) for x in results]
    if out is not None and found != [out]:
        writer.line(f"copyto({out}, {writer.spelled(found[0])})")
    return found


class _Plan:
    """What is known of every step before any is written.

    Attributes:
        count: the number of elements of starred operands.
        is_sequence: whether the result has an axis over elements.
        last_use: the last step that needs it.
        as_number: the steps whose result is calculated with.
        as_mask: the steps whose result decides a choice.
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
    texts = [writer.spelled(x) for x in arguments]
    function = step.function
    if function == "where":
        condition = texts[0]
        if not writer.is_mask(condition):
            condition = f"not_equal({condition}, {writer.spelled(0.0)})"
        writer.line(f"copyto({target}, {texts[2]})")
        writer.line(f"copyto({target}, {texts[1]}, where={condition})")
    elif function in REDUCTIONS and len(texts) == 1:
        writer.line(f"{_REDUCERS[function]}({texts[0]}, 0, out={target})")
    else:
        writer.line(f"{CALLS[function]}({', '.join(texts)}, out={target})")
