"""What must hold of a program after every pass of the compiler, as assertions.

Each check states what one form promises to the next pass; none computes a program's numbers.
`check_passes` runs all passes and all checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autodiff.compiler.codegen.source import write_source
from autodiff.compiler.codegen.writer import Writer
from autodiff.compiler.ir.access import Access
from autodiff.compiler.ir.equations import (
    Elementwise,
    Equation,
    Equations,
    Term,
    MatrixProduct,
    SegmentedSum,
    Sum,
)
from autodiff.compiler.lowering.batching import stack
from autodiff.compiler.lowering.layout import lay_out
from autodiff.compiler.lowering.scalar_equations import ScalarEquation, ScalarProgram, to_scalar_equations
from autodiff.compiler.runtime.array_runner import ArrayRunner
from autodiff.compiler.tracing.record import Recording, record
from autodiff.compiler.tracing.simplify import simplify
from autodiff.graph.node import Node


class Made(NamedTuple):
    """A program, and what runs it."""

    equations: Equations
    engine: ArrayRunner


def check_passes(
    function: Callable[..., Any], parameters: Sequence[Any], example: tuple[Any, ...]
) -> Made:
    """Compile a function, checking what every pass leaves; return what runs it."""
    recording = record(function, parameters, example)
    check_recording(recording)
    simple = simplify(recording)
    check_simplified(simple)
    normal = to_scalar_equations(simple)
    check_scalars(simple, normal)
    stacks = stack(normal)
    check_stacks(normal, stacks)
    equations = lay_out(simple, normal, stacks)
    check_equations(equations, sum(len(rows) for rows in stacks))
    made = Made(equations, ArrayRunner(equations, write_source(Writer(equations)), np.float64))
    check_views(made)
    made.engine.static[: equations.parameters] = [leaf.data for leaf in recording.parameters]
    return made


def given(recording: Recording) -> set[Node]:
    """The leaves that are no constants."""
    leaves = {leaf for argument in recording.arguments for leaf in argument.leaves}
    return leaves | set(recording.parameters)


def check_recording(recording: Recording) -> None:
    """Every node comes after what it is computed from, and guards know their lines."""
    place = {node: number for number, node in enumerate(recording.nodes)}
    for node, number in place.items():
        for operand in recording.operands(node):
            assert not isinstance(operand, Node) or place[operand] < number, "out of order"
    assert len(recording.outputs) == int(np.prod(recording.shape)), "outputs and shape"
    for guard in recording.guards:
        assert guard.line, "a guard without its line"


def check_simplified(recording: Recording) -> None:
    """No node is left that could be computed now, and none occurs twice."""
    leaves, seen = given(recording), set()
    assert not recording.detached, "what has no derivative is a node of its own by now"
    for node in recording.nodes:
        if node in leaves:
            assert not node.operands, "a given leaf is not computed"
            continue
        assert node.operation is not None, f"a constant that is no number: {node}"
        operands = recording.operands(node)
        assert any(isinstance(x, Node) for x in operands), f"not folded: {node.operation}"
        key = node.operation.name, tuple(x if isinstance(x, Node) else repr(x) for x in operands)
        assert key not in seen, f"twice: {node.operation}"
        seen.add(key)


def check_scalars(recording: Recording, normal: ScalarProgram) -> None:
    """Each row follows what it uses, and its parts are what their places say."""
    batched = {leaf for argument in recording.arguments for leaf in argument.leaves}
    known = given(recording)
    for row in normal.equations:
        assert row.node not in known, "computed twice"
        uses = [x for x in row.reads() if isinstance(x, Node)]
        assert known.issuperset(uses), "used before it is computed"
        spread = row.operation is not None and row.operation.name == "broadcast"
        expected = spread or not batched.isdisjoint(uses)
        assert row.is_batched == expected, "batched or not"
        if row.operation is None:
            _check_parts(row, batched)
        else:
            parts = (*row.mixed, *row.products, *row.terms)
            assert not parts, "an operation has operands alone"
            _check_starred(row, batched)
        known.add(row.node)
        if row.is_batched:
            batched.add(row.node)
    assert batched == normal.batched, "what is called batched is"
    sides = [x for guard in normal.guards for x in (guard.x, guard.y)]
    assert batched.issuperset([*normal.outputs, *sides]), "outputs and guards are batched"


def _check_parts(row: ScalarEquation, batched: set[Node]) -> None:
    assert not row.operands, "a sum has parts, not operands"
    assert row.mixed or row.products or row.terms, "an empty sum"
    for static, moving in row.mixed:
        assert static not in batched, "mixed products are (static, batched)"
        assert moving in batched, "mixed products are (static, batched)"
    rest = [*(x for pair in row.products for x in pair), *row.terms]
    for x in rest:
        assert (x in batched) == row.is_batched, "products and terms are of the row's kind"
    assert row.offset is None or (row.is_batched and row.offset not in batched), "the offset"


def _check_starred(row: ScalarEquation, batched: set[Node]) -> None:
    assert row.operation is not None
    grouped = row.operation.group(row.operands)
    for name, entry in zip(row.operation.operands, grouped, strict=True):
        if row.is_batched and name in row.operation.starred:
            assert len({x in batched for x in entry}) == 1, "elements of one kind"


def check_stacks(normal: ScalarProgram, stacks: Sequence[Sequence[ScalarEquation]]) -> None:
    """Every row is in one stack, after what it uses; rows of a stack are alike."""
    members = [id(row.node) for rows in stacks for row in rows]
    assert sorted(members) == sorted(id(row.node) for row in normal.equations), "every row once"
    computed = {row.node for row in normal.equations}
    flags = [rows[0].is_batched for rows in stacks]
    assert flags == sorted(flags), "static stacks come first"
    for rows in stacks:
        for row in rows:
            assert computed.isdisjoint(row.reads()), "a stack before what it uses"
            assert _role(row, normal) == _role(rows[0], normal), "rows of different roles"
        computed.difference_update(row.node for row in rows)


def _role(row: ScalarEquation, normal: ScalarProgram) -> object:
    kinds = tuple((isinstance(x, Node), x in normal.batched) for x in row.operands)
    sorts = bool(row.mixed), bool(row.products), bool(row.terms), row.offset is None
    return row.is_batched, row.operation, kinds, sorts, row.node in normal.differentiated


def check_equations(program: Equations, rows: int) -> None:
    """Every position is written once, before it is read; shapes and strides fit."""
    written = {
        True: np.zeros(program.batched_size, int),
        False: np.zeros(program.static_size, int),
    }
    for block in program.arguments:
        written[True][block.positions] += 1
    written[False][: program.parameters] += 1
    written[False][list(program.constants)] += 1
    if program.zero is not None:
        written[True][program.zero] += 1
    for equation in program.equations:
        for access in equation.accesses():
            check_access(access)
            assert written[access.is_batched][access.positions].all(), "read before it is written"
            assert equation.block.is_batched or not access.is_batched, "static from batched"
        _check_shapes(equation)
        written[equation.block.is_batched][equation.block.positions] += 1
    for flags in written.values():
        assert (flags == 1).all(), "every position is written once"
    assert sum(equation.block.size for equation in program.equations) == rows, "a place for a row"
    for access in (program.outputs, *(x for c in program.guards for x in (c.left, c.right))):
        check_access(access)
        assert access.is_batched, "outputs and checks are batched"
    for check in program.guards:
        assert (
            check.left.shape == check.right.shape == (len(check.outcomes),) == (len(check.texts),)
        )


def check_access(access: Access) -> None:
    """Strides give the positions back."""
    if access.strides is None:
        return
    assert len(access.strides) == len(access.shape), "a stride for every axis"
    steps = np.indices(access.shape)
    again = access.offset + sum(s * i for s, i in zip(access.strides, steps, strict=True))
    assert np.array_equal(again, access.positions), "strides that give other positions"


def _check_shapes(equation: Equation) -> None:
    assert int(np.prod(equation.shape)) == equation.block.size, "the shape has the block's size"
    if isinstance(equation, Elementwise):
        pairs = zip(equation.operation.operands, equation.operands, strict=True)
        for name, operand in pairs:
            if isinstance(operand, Access):
                inner = operand.shape[1:] if name in equation.operation.starred else operand.shape
                assert inner == equation.shape, "an operand of the equation's shape"
        return
    for part in equation.parts:
        _check_part(part, equation)


def _check_part(part: Any, equation: Sum) -> None:
    if isinstance(part, Term):
        assert part.term.shape == equation.shape, "one term for each row"
    elif isinstance(part, MatrixProduct):
        rows, inner = part.left.shape
        assert part.right.shape[-1] == inner, "the inner axes of a product"
        assert equation.shape == (*part.right.shape[:-1], rows), "the outer axes of a product"
        assert part.left.is_batched <= part.right.is_batched, "the left factor is static"
    else:
        assert isinstance(part, SegmentedSum)
        size = sum(length * count for length, count in part.classes)
        assert part.right.positions.size == size, "an element for each place of a segment"
        assert part.left is None or part.left.shape == part.right.shape, "factors of one shape"
        assert sum(count for _, count in part.classes) == equation.block.size, "a segment a row"
        counts = np.repeat(*np.array(part.classes).T)
        assert np.array_equal(np.bincount(part.owners), counts), "owners of segments"


def check_views(made: Made) -> None:
    """Every view lies inside its memory, and every name of the text stands for something."""
    program, source = made.equations, made.engine.source
    sizes = {"static": program.static_size, "gradient": program.static_size}
    for name, view in source.views.items():
        low, high = view.range()
        size = source.sizes.get((view.memory, view.is_batched), sizes.get(view.memory, 0))
        assert 0 <= low <= high < size, f"{name} reaches beyond {view.memory}"
    functions = [each for each in source.code.co_consts if hasattr(each, "co_names")]
    bound = {
        *source.namespace(2, np.float64),
        *source.views,
        "values",
        "adjoints",
        "static",
        "gradient",
    }
    bound |= {"shape", "reduce", "out", "reshape", "fill", "put", "add", "T"}
    for code in functions:
        assert bound.issuperset(code.co_names), set(code.co_names) - bound


def check_poisoned(made: Made, arguments: Sequence[np.ndarray]) -> None:
    """Nothing is read before it is written: with nan in all memory the results are the same."""
    flat = [np.asarray(x, float).reshape(len(x), -1).T for x in arguments]
    batch, engine = flat[0].shape[1], made.engine
    first, second = np.empty((2, made.equations.parameters))
    with np.errstate(all="ignore"):
        mean = engine.differentiate(flat, first, batch)
        poison(made)
        again = engine.differentiate(flat, second, batch)
    assert np.isfinite(first).all(), "a poor example: gradients are finite in these programs"
    assert mean == again, "a value is read before it is written"
    assert first.tobytes() == second.tobytes(), "an adjoint is read before it is written"


def poison(made: Made) -> None:
    """Fill all memory with nan, but for what is given: parameters, constants, a padding zero."""
    program, engine = made
    kept = [*range(program.parameters), *program.constants]
    still = engine.static[kept]
    for bound in engine._bound.values():
        names = bound.forward.__globals__  # there is no other way to the memory
        for name, view in engine.source.views.items():
            if name in names and not view.memory.startswith("mask"):
                names[name].fill(np.nan) if names[name].flags.writeable else None
        for name in ("values", "adjoints", "gradient"):
            names[name].fill(np.nan)
        if program.zero is not None:
            names["values"][program.zero - engine.source.first["values"]] = 0.0
    engine.static[kept] = still
