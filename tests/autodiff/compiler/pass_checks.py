"""The invariants of the compiler's passes, as assertions.

Each check states what the result of one pass promises to the next.
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
    Lookup,
    MatrixProduct,
    SegmentedSum,
    Sum,
    Term,
)
from autodiff.compiler.lowering.batching import stack
from autodiff.compiler.lowering.layout import lay_out
from autodiff.compiler.lowering.scalar_equations import (
    ScalarEquation,
    ScalarProgram,
    to_scalar_equations,
)
from autodiff.compiler.runtime.array_runner import ArrayRunner
from autodiff.compiler.tracing.record import Recording, record
from autodiff.compiler.tracing.simplify import simplify
from autodiff.graph.node import Node


class Made(NamedTuple):
    """A program, and what runs it."""

    equations: Equations
    runner: ArrayRunner


def check_passes(
    function: Callable[..., Any], parameters: Sequence[Any], example: tuple[Any, ...]
) -> Made:
    """Compile a function, checking what every pass leaves; return what runs it."""
    recording = record(function, parameters, example)
    check_recording(recording)
    simple = simplify(recording)
    check_simplified(simple)
    scalars = to_scalar_equations(simple)
    check_scalars(simple, scalars)
    stacks = stack(scalars)
    check_stacks(scalars, stacks)
    flat = lay_out(simple, scalars, stacks)
    check_equations(flat, sum(map(len, stacks)))
    equations = lay_out(simple, scalars, stacks, is_rolled=True)
    check_rolled(flat, equations)
    made = Made(equations, ArrayRunner(equations, write_source(Writer(equations)), np.float64))
    check_views(made)
    made.runner.static[: equations.parameters] = [leaf.data for leaf in recording.parameters]
    return made


def given(recording: Recording) -> set[Node]:
    """The leaves that are arguments or parameters."""
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


def check_scalars(recording: Recording, scalars: ScalarProgram) -> None:
    """Each equation follows what it reads; its parts are batched or static as they should be."""
    batched = {leaf for argument in recording.arguments for leaf in argument.leaves}
    known = given(recording)
    for each in scalars.equations:
        assert each.node not in known, "computed twice"
        uses = [x for x in each.reads() if isinstance(x, Node)]
        assert known.issuperset(uses), "used before it is computed"
        spread = each.operation is not None and each.operation.name == "broadcast"
        expected = spread or not batched.isdisjoint(uses)
        assert each.is_batched == expected, "batched or not"
        if each.operation is None:
            _check_parts(each, batched)
        else:
            parts = (*each.mixed, *each.products, *each.terms)
            assert not parts, "an operation has operands alone"
            _check_starred(each, batched)
        known.add(each.node)
        if each.is_batched:
            batched.add(each.node)
    assert batched == scalars.batched, "what is called batched is"
    sides = [x for guard in scalars.guards for x in (guard.x, guard.y)]
    assert batched.issuperset([*scalars.outputs, *sides]), "outputs and guards are batched"


def _check_parts(each: ScalarEquation, batched: set[Node]) -> None:
    assert not each.operands, "a sum has parts, not operands"
    assert each.mixed or each.products or each.terms, "an empty sum"
    for static, moving in each.mixed:
        assert static not in batched, "mixed products are (static, batched)"
        assert moving in batched, "mixed products are (static, batched)"
    rest = [*(x for pair in each.products for x in pair), *each.terms]
    for x in rest:
        assert (x in batched) == each.is_batched, "products and terms are of the kind of their sum"
    assert each.offset is None or (each.is_batched and each.offset not in batched), "the offset"


def _check_starred(each: ScalarEquation, batched: set[Node]) -> None:
    assert each.operation is not None
    if each.operation.name == "take" and each.operands[0] not in batched:
        assert batched.isdisjoint(each.operands[:-1]), "the table of a look-up is static"
        return
    grouped = each.operation.group(each.operands)
    for name, entry in zip(each.operation.operands, grouped, strict=True):
        if each.is_batched and name in each.operation.starred:
            assert len({x in batched for x in entry}) == 1, "elements of one kind"


def check_stacks(scalars: ScalarProgram, stacks: Sequence[Sequence[ScalarEquation]]) -> None:
    """Every equation is in one stack, after what it reads; those of a stack have one role."""
    members = [id(each.node) for group in stacks for each in group]
    assert sorted(members) == sorted(id(each.node) for each in scalars.equations), (
        "every equation once"
    )
    computed = {each.node for each in scalars.equations}
    flags = [group[0].is_batched for group in stacks]
    assert flags == sorted(flags), "static stacks come first"
    for group in stacks:
        for each in group:
            assert computed.isdisjoint(each.reads()), "a stack before what it reads"
            assert _role(each, scalars) == _role(group[0], scalars), "different roles"
        computed.difference_update(each.node for each in group)


def _role(each: ScalarEquation, scalars: ScalarProgram) -> object:
    kinds = tuple((isinstance(x, Node), x in scalars.batched) for x in each.operands)
    sorts = bool(each.mixed), bool(each.products), bool(each.terms), each.offset is None
    return each.is_batched, each.operation, kinds, sorts, each.node in scalars.differentiated


def check_equations(program: Equations, scalars: int) -> None:
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
    for equation in program.unrolled():
        for access in equation.accesses():
            check_access(access)
            assert written[access.is_batched][access.positions].all(), "read before it is written"
            assert equation.block.is_batched or not access.is_batched, "static from batched"
        _check_shapes(equation)
        written[equation.block.is_batched][equation.block.positions] += 1
    for flags in written.values():
        assert (flags == 1).all(), "every position is written once"
    assert sum(equation.block.size for equation in program.unrolled()) == scalars, (
        "a slot for every scalar"
    )
    for access in (
        program.outputs,
        *(x for group in program.guards for x in (group.left, group.right)),
    ):
        check_access(access)
        assert access.is_batched, "outputs and guards are batched"
    for group in program.guards:
        assert (
            group.left.shape == group.right.shape == (len(group.outcomes),) == (len(group.texts),)
        )


def check_rolled(flat: Equations, program: Equations) -> None:
    """Loops are the equations that they came from, in their order."""
    pairs = zip(flat.equations, program.unrolled(), strict=True)
    for one, other in pairs:
        assert isinstance(one, type(other)), "another equation"
        assert one.block.positions.tolist() == other.block.positions.tolist(), "another block"
        reads = zip(one.accesses(), other.accesses(), strict=True)
        assert all(x.same_as(y) for x, y in reads), "another read"
    assert flat.outputs.same_as(program.outputs), "other outputs"
    sizes = [(x.batched_size, x.static_size, x.zero, x.zero_constant) for x in (flat, program)]
    assert sizes[0] == sizes[1], "another size"
    assert repr(sorted(flat.constants.items())) == repr(sorted(program.constants.items()))


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
        assert part.term.shape == equation.shape, "one term for each sum"
    elif isinstance(part, MatrixProduct):
        rows, inner = part.left.shape
        assert part.right.shape[-1] == inner, "the inner axes of a product"
        assert equation.shape == (*part.right.shape[:-1], rows), "the outer axes of a product"
        assert part.left.is_batched <= part.right.is_batched, "the left factor is static"
    elif isinstance(part, Lookup):
        assert equation.shape == (*part.indices.shape, part.table.shape[1]), "a row for each index"
        assert (part.table.is_batched, part.indices.is_batched) == (False, True), "a static table"
    else:
        assert isinstance(part, SegmentedSum)
        size = sum(length * count for length, count in part.classes)
        assert part.right.positions.size == size, "an element for each place of a segment"
        assert part.left is None or part.left.shape == part.right.shape, "factors of one shape"
        assert sum(count for _, count in part.classes) == equation.block.size, (
            "a segment for each sum"
        )
        counts = np.repeat(*np.array(part.classes).T)
        assert np.array_equal(np.bincount(part.owners), counts), "owners of segments"


def check_views(made: Made) -> None:
    """Every view lies inside its memory, and every name of the text stands for something."""
    program, source = made.equations, made.runner.source
    sizes = {"static": program.static_size, "gradient": program.static_size}
    for name, view in source.views.items():
        low, high = view.range()
        size = source.sizes.get((view.memory, view.is_batched), sizes.get(view.memory, 0))
        assert 0 <= low <= high < size, f"{name} reaches beyond {view.memory}"
    functions = [
        each for code in source.code for each in code.co_consts if hasattr(each, "co_names")
    ]
    bound = {
        *source.namespace(2, np.float64),
        *source.views,
        "values",
        "adjoints",
        "static",
        "gradient",
    }
    bound |= {*source.loops}
    bound |= {"shape", "reduce", "out", "reshape", "fill", "put", "add", "T"}
    for code in functions:
        assert bound.issuperset(code.co_names), set(code.co_names) - bound


def check_poisoned(made: Made, arguments: Sequence[np.ndarray]) -> None:
    """Nothing is read before it is written: with nan in all memory the results are the same."""
    flat = [np.asarray(x, float).reshape(len(x), -1).T for x in arguments]
    batch, runner = flat[0].shape[1], made.runner
    first, second = np.empty((2, made.equations.parameters))
    with np.errstate(all="ignore"):
        mean = runner.differentiate(flat, first, batch)
        poison(made)
        again = runner.differentiate(flat, second, batch)
    assert np.isfinite(first).all(), "a poor example: gradients are finite in these programs"
    assert mean == again, "a value is read before it is written"
    assert first.tobytes() == second.tobytes(), "an adjoint is read before it is written"


def poison(made: Made) -> None:
    """Fill all memory with nan, but for what is given: parameters, constants, a padding zero."""
    program, runner = made
    kept = [*range(program.parameters), *program.constants]
    still = runner.static[kept]
    for bound in runner._bound.values():
        names = bound.forward.__globals__  # there is no other way to the memory
        for name, view in runner.source.views.items():
            if name in names and not view.memory.startswith("mask"):
                found = names[name]
                for array in found if isinstance(found, list) else [found]:
                    array.fill(np.nan) if array.flags.writeable else None
        for name in ("values", "adjoints", "gradient"):
            names[name].fill(np.nan)
        if program.zero is not None:
            names["values"][program.zero - runner.source.first["values"]] = 0.0
    runner.static[kept] = still
