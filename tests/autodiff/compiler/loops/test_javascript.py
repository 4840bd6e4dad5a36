"""Programs printed as JavaScript give what they give in NumPy."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pytest

from autodiff import TABLE, Value, compile, take, tanh
from autodiff.errors import OptionError
from autodiff.operations import BUILT_IN
from tests.autodiff.compiler.eager_oracle import assert_close
from tests.autodiff.compiler.loops.modules import run_modules
from tests.autodiff.compiler.sample_programs import SAMPLES, mlp, recurrent
from tests.autodiff.compiler.test_whole_table import EDGES, ORDINARY, arity, compiled, points
from tests.autodiff.formula.other_languages import needs_node

pytestmark = needs_node


def assert_as_in_numpy(program, batch, result, scale=0.0):
    assert not result.error
    outputs = program(*batch)
    assert_close(np.reshape(result.outputs, outputs.shape), outputs, scale)
    if outputs.ndim == 1:
        mean, gradient = program.value_and_grad(*batch)
        size = float(np.max(np.abs(gradient), initial=0.0, where=np.isfinite(gradient)))
        assert_close(result.mean, mean, scale)
        assert_close(result.gradient, gradient, max(scale, size))


def test_of_every_sample(tmp_path):
    samples = {**SAMPLES, "a long chain": recurrent(steps=40), "no hidden layer": mlp((3, 2))}
    programs = {name: sample.compiled() for name, sample in samples.items()}
    batches = {name: [sample.batch(7, seed=3), sample.batch(1)] for name, sample in samples.items()}
    assert "times:" in str(programs["a long chain"])
    results = iter(run_modules(tmp_path, [(programs[name], batches[name]) for name in samples]))
    for name in samples:
        for batch in batches[name]:
            assert_as_in_numpy(programs[name], batch, next(results))


@pytest.mark.parametrize("samples", [ORDINARY, EDGES], ids=["ordinary points", "edges"])
@pytest.mark.parametrize("kinds", ["bbbbbbb", "sssssss", "bsbsbsb"])
def test_of_every_row_of_the_table(samples, kinds, tmp_path):
    rows = [TABLE[name] for name in sorted(BUILT_IN)]
    jobs = []
    for row in rows:
        program, _, leaves = compiled(row, kinds[: arity(row)])
        for leaf, kind in zip(leaves, kinds, strict=False):
            leaf.data = -0.0 if kind == "b" else 0.3
        program.load()
        jobs.append((program, [[[point]] for point in points(row, samples)]))
    results = iter(run_modules(tmp_path, jobs))
    for row, (program, batches) in zip(rows, jobs, strict=True):
        for batch in batches:
            finite = [abs(x) for x in batch[0][0] if isfinite(x)]
            scale = max(finite, default=0.0) if row.name == "mean" else 0.0  # without rounding
            assert_as_in_numpy(program, batch, next(results), scale)


def test_of_several_outputs(tmp_path):
    w = Value(2.0)
    program = compile(lambda x: [w * x[0], x[1], w], parameters=[w], example=([1.0, 2.0],))
    batch = [[[3.0, 4.0], [5.0, 6.0]]]
    (result,) = run_modules(tmp_path, [(program, [batch])])
    assert result.outputs == [6.0, 4.0, 2.0, 10.0, 6.0, 2.0]
    assert "valueAndGrad(" not in program.to_js().split("\n", 2)[2]


def test_of_look_ups(tmp_path):
    rows = [[Value(0.1 * (i - j)) for j in range(3)] for i in range(5)]

    def total(symbols):
        return sum(tanh(x) * (n + 1) for n, s in enumerate(symbols) for x in take(rows, s))

    parameters = [x for row in rows for x in row]
    program = compile(total, parameters=parameters, example=([0, 1],))
    good, bad = [[[4, 0], [2, 2]]], [[[1, 5]]]
    found, refused, fraction = run_modules(tmp_path, [(program, [good, bad, [[[0.5, 1]]]])])
    assert_as_in_numpy(program, good, found)
    assert "symbols[1] in range(5) to be true" in refused.error
    assert "symbols[0] in range(5) to be true" in fraction.error


def test_guards_name_the_line_and_the_example(tmp_path):
    w = Value(2.0)

    def piecewise(x):
        inside = w * x if x > 0 else -x
        return inside if inside < 10.0 else inside * 2

    program = compile(piecewise, parameters=[w], example=(1.0,))
    good, first, second = run_modules(
        tmp_path, [(program, [[[1.0]], [[1.0, -1.0]], [[1.0, 2.0, 8.0]]])]
    )
    assert good.outputs == [2.0]
    assert "x > 0 to be true" in first.error
    assert "test_javascript.py:" in first.error
    assert "example 1" in first.error
    assert "example 2" in second.error


@pytest.mark.parametrize(
    ("given", "message"),
    [([[1.0, 2.0, 3.0], [1.0]], "2 numbers for each example as x"), ([[], []], "at least one"),
     ([[1.0, 2.0], [1.0, 2.0]], "as many for every argument, got 2")],
)  # fmt: skip
def test_arrays_of_wrong_lengths_are_refused(given, message, tmp_path):
    w = Value(2.0)
    program = compile(lambda x, y: w * x[0] * x[1] - y, parameters=[w], example=([1.0, 2.0], 1.0))
    (result,) = run_modules(tmp_path, [(program, [given])])
    assert message in result.error


def test_arguments_may_have_any_name(tmp_path):
    w = Value(2.0)
    names = ("v", "batch", "function", "parameters", "s", "kept")
    function = eval(f"lambda {', '.join(n if n != 'function' else 'new' for n in names)}: "  # noqa: S307
                    "w * v + batch + new + parameters + s + kept", {"w": w})  # fmt: skip
    program = compile(function, parameters=[w], example=(1.0,) * 6)
    (result,) = run_modules(tmp_path, [(program, [[[1.0]] * 6])])
    assert result.outputs == [7.0]
    assert result.gradient == [1.0]


def test_a_program_without_array_equations_is_refused():
    w = Value(2.0)
    for options in ({"exact": True}, {"on_branch": "split"}):
        program = compile(lambda x: w * x, parameters=[w], example=(1.0,), **options)
        with pytest.raises(OptionError, match="one way of array equations"):
            program.to_js()
