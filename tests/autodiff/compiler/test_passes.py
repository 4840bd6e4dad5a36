"""Every pass: its result is sound for real programs, and every planted fault is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autodiff import TABLE, Value, tanh
from autodiff.compiler.ir.access import access_to
from autodiff.compiler.ir.equations import Elementwise, MatrixProduct, SegmentedSum, Term
from autodiff.compiler.lowering.batching import stack
from autodiff.compiler.lowering.layout import lay_out
from autodiff.compiler.lowering.scalar_equations import to_scalar_equations
from autodiff.compiler.tracing.record import bare_node, record
from autodiff.compiler.tracing.simplify import simplify
from tests.autodiff.compiler.pass_checks import (
    check_access,
    check_equations,
    check_passes,
    check_poisoned,
    check_recording,
    check_scalars,
    check_simplified,
    check_stacks,
)
from tests.autodiff.compiler.sample_programs import SAMPLES, attention, mlp


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_of_a_program_is_sound(name):
    sample = SAMPLES[name]
    runner = check_passes(sample.function, sample.parameters, sample.example())
    check_poisoned(runner, sample.batch(3))


def forms(sample):
    recording = record(sample.function, sample.parameters, sample.example())
    simple = simplify(recording)
    scalars = to_scalar_equations(simple)
    stacks = stack(scalars)
    return recording, simple, scalars, stacks, lay_out(simple, scalars, stacks)


SMALL = mlp((2, 3, 3, 1), decay=0.1)
RECORDING, SIMPLE, SCALARS, STACKS, EQUATIONS = forms(SMALL)
LARGE = forms(attention())
COUNT = len(SCALARS.equations)


# -- recording and simplifying ----------------------------------------------------------------


def test_a_recording_without_an_output_is_noticed():
    with pytest.raises(AssertionError, match="outputs and shape"):
        check_recording(replace(RECORDING, outputs=()))


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (lambda w, x: w * x + bare_node(TABLE["mul"], (2.0, 3.0), 6.0), "not folded: mul"),
        (lambda w, x: w * x + (w * x).tanh(), "twice: mul"),
        (lambda w, x: w * x * Value(2.0), "a constant that is no number"),
    ],
    ids=["a constant expression", "equal expressions", "a constant"],
)
def test_what_simplifying_removes_is_noticed(function, fault):
    w = Value(0.5)
    recording = record(lambda x: function(w, x), [w], (1.0,))
    check_simplified(simplify(recording))
    with pytest.raises(AssertionError, match=fault):
        check_simplified(recording)


def test_what_is_cut_is_a_node_after_simplifying():
    w = Value(0.5)
    recording = record(lambda x: (w * x).detach() * x, [w], (1.0,))
    check_simplified(simplify(recording))
    with pytest.raises(AssertionError, match="no derivative is a node"):
        check_simplified(recording)


# -- scalar equations and stacks ---------------------------------------------------------------


def in_a_sum(**change):
    """Return what changes fields of the first sum with mixed products."""

    def edit(equations):
        place = next(i for i, equation in enumerate(equations) if equation.mixed)
        fields = {name: new(equations[place]) for name, new in change.items()}
        equations[place] = equations[place]._replace(**fields)

    return edit


SCALAR_FAULTS = [
    (lambda equations: equations.reverse(), "used before it is computed"),
    (lambda equations: equations.append(equations[-1]), "computed twice"),
    (lambda equations: equations.pop(), "batched"),
    (
        in_a_sum(mixed=lambda e: tuple((y, x) for x, y in e.mixed)),
        r"mixed products are \(static, batched\)",
    ),
    (
        in_a_sum(products=lambda e: e.mixed, mixed=lambda e: ()),
        "products and terms are of the kind of their sum",
    ),
    (in_a_sum(is_batched=lambda e: False), "batched or not"),
    (in_a_sum(offset=lambda e: e.mixed[0][1]), "the offset"),
    (in_a_sum(mixed=lambda e: (), offset=lambda e: None), "batched or not|an empty sum"),
]


@pytest.mark.parametrize(("change", "fault"), SCALAR_FAULTS)
def test_a_fault_in_scalar_equations_is_noticed(change, fault):
    check_scalars(SIMPLE, SCALARS)
    equations = list(SCALARS.equations)
    change(equations)
    with pytest.raises(AssertionError, match=fault):
        check_scalars(SIMPLE, SCALARS._replace(equations=equations))


STACK_FAULTS = [
    (lambda s: s.pop(), "every equation once"),
    (lambda s: s.append(s[0]), "every equation once"),
    (lambda s: s.reverse(), "static stacks come first"),
    (lambda s: s.insert(next(i for i, r in enumerate(s) if r[0].is_batched), s.pop()), "before"),
    (lambda s: s.append([*s.pop(-2), *s.pop()]), "before what it reads|different roles"),
]


@pytest.mark.parametrize(("change", "fault"), STACK_FAULTS)
def test_a_fault_in_stacks_is_noticed(change, fault):
    check_stacks(SCALARS, STACKS)
    stacks = list(STACKS)
    change(stacks)
    with pytest.raises(AssertionError, match=fault):
        check_stacks(SCALARS, stacks)


# -- equations --------------------------------------------------------------------------------


def replaced(program, kind, change):
    """Change the first equation that has a part, or is, of a kind."""
    equations = list(program.equations)
    for place, equation in enumerate(equations):
        if isinstance(equation, Elementwise):
            if kind is Elementwise and len(list(equation.accesses())) == len(equation.operands):
                equations[place] = change(equation)
                break
            continue
        found = [number for number, part in enumerate(equation.parts) if isinstance(part, kind)]
        if found:
            parts = list(equation.parts)
            parts[found[0]] = change(parts[found[0]])
            equations[place] = equation._replace(parts=tuple(parts))
            break
    else:
        pytest.fail(f"no {kind.__name__} in this program")
    return program._replace(equations=tuple(equations))


def shorter(access):
    return access_to(access.positions[..., 1:], is_batched=access.is_batched)


def moved(program, amount):
    last = program.equations[-1]
    block = last.block._replace(start=last.block.start + amount)
    return program._replace(equations=(*program.equations[:-1], last._replace(block=block)))


EQUATION_FAULTS = {
    "an equation left out": (
        lambda p: p._replace(equations=p.equations[1:]), "read before|written once"),
    "an equation twice": (
        lambda p: p._replace(equations=(*p.equations, p.equations[-1])), "written once"),
    "the other order": (
        lambda p: p._replace(equations=p.equations[::-1]), "read before it is written"),
    "a block that overlaps another": (lambda p: moved(p, -1), "written once"),
    "a block of another size": (
        lambda p: replaced(p, Elementwise, lambda e: e._replace(shape=(*e.shape, 2))),
        "block's size"),
    "an operand too short": (
        lambda p: replaced(p, Elementwise, lambda e: e._replace(
            operands=(shorter(e.operands[0]), *e.operands[1:]))), "operand of the equation's"),
    "a product of other lengths": (
        lambda p: replaced(p, MatrixProduct, lambda x: x._replace(left=shorter(x.left))),
        "inner axes"),
    "a product with a row too few": (
        lambda p: replaced(p, MatrixProduct, lambda x: x._replace(
            left=access_to(x.left.positions[1:], is_batched=False))), "outer axes"),
    "a term too few": (
        lambda p: replaced(p, Term, lambda x: x._replace(term=shorter(x.term))), "one term"),
    "a segment too long": (
        lambda p: replaced(p, SegmentedSum, lambda x: x._replace(
            classes=((x.classes[0][0] + 1, x.classes[0][1]), *x.classes[1:]))), "an element for"),
    "owners that are not": (
        lambda p: replaced(p, SegmentedSum, lambda x: x._replace(owners=x.owners * 0)), "owners"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), EQUATION_FAULTS.values(), ids=EQUATION_FAULTS.keys())
def test_a_fault_in_equations_is_noticed(change, fault):
    *_, stacks, program = LARGE
    rows = sum(map(len, stacks))
    check_equations(program, rows)
    with pytest.raises(AssertionError, match=fault):
        check_equations(change(program), rows)


def test_a_constant_that_is_left_out_is_noticed():
    v, w = Value(0.5), Value(0.7)
    numbers = SMALL._replace(
        function=lambda x: tanh(v * x + 1.0) + tanh(w * x + (-2.0)),
        parameters=[v, w],
        shapes=((),),
    )
    *_, stacks, program = forms(numbers)
    assert set(program.constants.values()) == {1.0, -2.0}
    with pytest.raises(AssertionError, match="read before it is written"):
        check_equations(program._replace(constants={}), sum(map(len, stacks)))


def test_strides_that_give_other_positions_are_noticed():
    access = access_to([[0, 1], [4, 5]], is_batched=True)
    check_access(access)
    with pytest.raises(AssertionError, match="other positions"):
        check_access(access._replace(strides=(4, 2)))
