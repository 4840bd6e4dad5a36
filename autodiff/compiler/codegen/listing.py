"""The listing: a program in readable form, as array equations with shapes, and after every pass.

>>> from autodiff import Value, compile
>>> w = [Value(1.0), Value(2.0)]
>>> def neuron(x):
...     return (w[0] * x[0] + w[1] * x[1]).tanh()
>>> print(compile(neuron, parameters=w, example=([1.0, 2.0],)))
x given               2 for each example
parameters            2
v1 = W1 x             1
v2 = tanh(v1)         1
W1 = parameters[0:2]  2
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Equations,
    Lookup,
    Loop,
    MatrixProduct,
    SegmentedSum,
    Term,
)
from autodiff.compiler.ir.view import View, contiguous
from autodiff.display import Table
from autodiff.graph.node import Node

from .writer import Writer

_SHOWN = 4  # constants
_FROZEN = "frozen: not a parameter"


class Pass(NamedTuple):
    """The result of one pass, in readable form.

    Attributes:
        name: of the pass.
        size: the number of things in the program after it.
        things: what is counted.
        text: the program after the pass, or its beginning.
    """

    name: str
    size: int
    things: str
    text: str


def listing(writer: Writer, frozen: Sequence[tuple[str, str]]) -> str:
    """Write the equations of a program, one a line, with the names of its source.

    Args:
        writer: has written the source.
        frozen: rows about the leaves that became constants.
    """
    program = writer.program
    rows = [*_given(program)]
    for statement in program.equations:
        if isinstance(statement, Loop):
            rows.append((f"{statement.steps:,} times:", ""))
            lines = [_line(equation, writer) for equation in statement.body]
            rows += [(f"    {left}", right) for left, right in lines]
        else:
            rows.append(_line(statement, writer))
    rows += (
        (f"guard: {text} is {outcome}", "for each example")
        for group in program.guards
        for (text, _), outcome in zip(group.texts, group.outcomes, strict=True)
    )
    shown = dict.fromkeys(name for _, names in writer.notes.values() for name in names)
    rows += (
        (f"{name} = {_place(writer, name)}", _shape(writer.views[name]))
        for name in shown
        if _is_given(writer, name)
    )
    rows += frozen
    width = max(len(left) for left, _ in rows)
    return "\n".join(f"{left:{width}}  {right}".rstrip() for left, right in rows)


def frozen_rows(frozen: Sequence[Node]) -> list[tuple[str, str]]:
    """Return a row for each of the first leaves that became constants, and one for the rest."""
    rows = [(f"{leaf.label or 'a Value'} = {leaf.data:g}", _FROZEN) for leaf in frozen[:_SHOWN]]
    more = len(frozen) - _SHOWN
    return [*rows, (f"{more:,} more Values", _FROZEN)] if more > 0 else rows


def explanation(found: Sequence[Pass]) -> str:
    """Write a table of the passes, and the program after each of them."""
    table = Table(
        title="",
        columns=("pass", "result", ""),
        rows=[(each.name, f"{each.size:,}", each.things) for each in found],
    )
    parts = [f"after {each.name}\n{each.text}" for each in found if each.text]
    return "\n\n".join([str(table), *parts])


def _given(program: Equations) -> Iterator[tuple[str, str]]:
    for block in program.arguments:
        yield f"{block.name} given", f"{block.size} for each example"
    yield "parameters", f"{program.parameters:,}"


def _line(equation: Equation, writer: Writer) -> tuple[str, str]:
    out, names = writer.notes[equation.block.name]
    shape = " x ".join(map(str, equation.shape))
    return f"{out} = {_right_side(equation, names)}", (
        shape if equation.block.is_batched else f"{shape}, once per call"
    )


def _right_side(equation: Equation, names: Sequence[str]) -> str:
    if isinstance(equation, Elementwise):
        operation = equation.operation
        if len(names) == 2 and not operation.sign.isidentifier():
            return f"{names[0]} {operation.sign} {names[1]}"
        return f"{operation.name}({', '.join(names)})"
    remaining = iter(names)
    texts: list[str] = []
    for part in equation.parts:
        if isinstance(part, Term):
            texts.append(next(remaining))
        elif isinstance(part, MatrixProduct):
            texts.append(f"{next(remaining)} {next(remaining)}")
        elif isinstance(part, Lookup):
            texts.append(f"{next(remaining)}[{next(remaining)}]")
        else:
            texts.append(_segmented_sum(part, remaining))
    return " + ".join(texts)


def _segmented_sum(part: SegmentedSum, names: Iterator[str]) -> str:
    lengths = [length for length, _ in part.classes]
    many = "" if len(lengths) == 1 else f" of {min(lengths)} to {max(lengths)}"
    if part.left is None:
        return f"sum({next(names)}){many}"
    return f"sum({next(names)} * {next(names)}){many}"


def _is_given(writer: Writer, name: str) -> bool:
    """Tell whether a name is that of parameters or constants."""
    view = writer.views.get(name)
    if view is None or view.memory != "static":
        return False
    return view.offset < writer.program.parameters or view.offset in writer.program.constants


def _place(writer: Writer, name: str) -> str:
    """Return the parameters or constants that a name stands for."""
    view, constants = writer.views[name], writer.program.constants
    if view.offset not in constants:
        return f"parameters[{view.range()[0]}:{view.range()[1] + 1}]"
    found = [constants.get(at) for at in range(view.offset, view.range()[1] + 1)][:_SHOWN]
    more = ", ..." * (view.range()[1] - view.offset >= _SHOWN)
    return ", ".join(f"{number:g}" for number in found if number is not None) + more


def _shape(view: View) -> str:
    """Return the shape of a view, with strides where they are unusual: "16 x 784, 785 apart"."""
    axes = [(n, s) for n, s in zip(view.shape, view.strides, strict=True) if n > 1]
    shape = tuple(n for n, _ in axes)
    text = " x ".join(map(str, shape)) or "1"
    usual = contiguous(shape)
    unusual = [s not in {0, usual[axis]} for axis, (_, s) in enumerate(axes)]
    if not any(unusual):
        return text
    shown = axes if any(unusual[1:]) else axes[:1]
    return f"{text}, {' and '.join(str(s) for _, s in shown)} apart"
