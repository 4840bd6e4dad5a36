"""Programs as functions of JAX: the same values and gradients, to any order, in any shape."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

from autodiff import Value, compile, load_program, maximum, relu, tanh
from autodiff.errors import OptionError, ShapeError, TracingWarning
from tests.autodiff.compiler import test_lookups, test_loops, test_whole_table
from tests.autodiff.compiler.sample_programs import SAMPLES, Sample, irregular, lengths, mlp

pytestmark = pytest.mark.peers

jax: Any = pytest.importorskip("jax")
jnp = jax.numpy

PROGRAMS = {**SAMPLES, **{name: make() for name, make in test_loops.LOOPS.items()}}
# XLA divides by r * r in place of r twice, which overflows here
HUGE = {1e300, -1e300}
# JAX has nan at these poles, and polygamma(1, inf) is nan
POLES = {"digamma": (0.0, inf), "lgamma": (0.0,), "polygamma": (0.0, inf, -inf, -1.0)}


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def mean_of(program: Any) -> Any:
    f = program.to_jax()
    return lambda parameters, *batch: f(parameters, *batch).mean()


def assert_close(reached: Any, expected: Any, size: float = 0.0) -> None:
    np.testing.assert_allclose(reached, expected, rtol=1e-13, atol=1e-13 * size)


def assert_equal_to_numpy(program: Any, batch: list[np.ndarray]) -> None:
    outputs = program(*batch)
    assert_close(jax.jit(program.to_jax())(program.parameters, *batch), outputs, abs(outputs).max())
    value, gradient = program.value_and_grad(*batch)
    computed = jax.jit(jax.value_and_grad(mean_of(program)))
    reached = computed(program.parameters, *batch)
    assert_close(reached[0], value)
    assert_close(reached[1], gradient, abs(gradient).max())


# -- values and gradients -----------------------------------------------------------------------


def points_of(row: Any) -> list[list[float]]:
    several = test_whole_table.arity(row) > 1
    edges = test_whole_table.FEW_EDGES if several else test_whole_table.EDGES
    kept = [x for x in edges if x not in HUGE and x not in POLES.get(row.name, ())]
    every = (test_whole_table.ORDINARY, tuple(kept))
    return [point for samples in every for point in test_whole_table.points(row, samples)]


@test_whole_table.every_row
def test_every_row_of_the_table(row: Any) -> None:
    count = test_whole_table.arity(row)
    program, _, _ = test_whole_table.compiled(row, "b" * count)
    program.parameters[...] = -0.0  # -0.0 + x is x to the bit
    f = program.to_jax()
    one = jax.value_and_grad(lambda parameters, x: f(parameters, x[None])[0])
    points = np.array(points_of(row))
    values, gradients = jax.jit(jax.vmap(one, (None, 0)))(program.parameters, points)
    for point, value, gradient in zip(points, values, gradients, strict=True):
        expected, slopes = program.value_and_grad([point])
        assert_close(value, expected, abs(expected) if np.isfinite(expected) else 0.0)
        if not np.isnan(expected):  # XLA may choose 0 where 0 * nan stands
            assert_close(
                gradient, slopes, max((abs(x) for x in slopes if np.isfinite(x)), default=0.0)
            )


@pytest.mark.parametrize("name", PROGRAMS)
def test_sample_programs(name: str) -> None:
    sample = PROGRAMS[name]
    assert_equal_to_numpy(sample.compiled(), sample.batch(7))


@pytest.mark.parametrize("name", test_lookups.SAMPLES)
def test_look_ups(name: str) -> None:
    function, parameters, lengths = test_lookups.SAMPLES[name]()
    batch = [test_lookups.indices(9, length, seed=place) for place, length in enumerate(lengths)]
    example = tuple(x[0].tolist() for x in batch)
    assert_equal_to_numpy(compile(function, parameters=parameters, example=example), batch)


def test_a_program_that_was_saved(tmp_path: Any) -> None:
    pytest.importorskip("safetensors")
    sample = mlp()
    sample.compiled().save(tmp_path / "program.safetensors")
    assert_equal_to_numpy(load_program(tmp_path / "program.safetensors"), sample.batch(3))


def test_a_loop_is_one_scan() -> None:
    program = test_loops.rnn(steps=200).compiled()
    batch = test_loops.rnn(steps=200).batch(2)
    text = str(jax.make_jaxpr(program.to_jax())(program.parameters, *batch))
    assert text.count("scan[") == 1
    assert len(text) < 20_000


# -- derivatives --------------------------------------------------------------------------------


def test_the_table_decides_at_kinks_and_ties() -> None:
    a, b = Value(0.0), Value(0.0)

    def function(x: Any) -> Value:
        return relu(a * x) + abs(b) + 2 * maximum(a, b)

    program = compile(function, parameters=[a, b], example=(1.0,))
    gradient = jax.grad(mean_of(program))(program.parameters, np.ones(3))
    assert gradient.tolist() == program.value_and_grad(np.ones(3))[1].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", ["mlp by loops", "attention", "many lengths", "filter"])
def test_second_derivatives(name: str) -> None:
    sample = PROGRAMS[name]
    program, batch = sample.compiled(), sample.batch(4)
    direction = np.random.default_rng(1).normal(size=program.parameters.size)
    expected = program.hessian_product(*batch, direction=direction)
    gradient = jax.grad(mean_of(program))
    _, reached = jax.jvp(
        lambda parameters: gradient(parameters, *batch), (program.parameters,), (direction,)
    )
    assert_close(reached, expected, abs(expected).max())


def test_gradients_of_examples_and_arguments() -> None:
    sample = mlp()
    program, batch = sample.compiled(), sample.batch(5)
    f = program.to_jax()
    one = lambda parameters, *x: f(parameters, *[each[None] for each in x])[0]  # noqa: E731
    found = jax.vmap(jax.grad(one), (None, 0, 0))(program.parameters, *batch)
    assert_close(found, program.example_gradients(*batch), 1.0)
    found = jax.vmap(jax.grad(one, (1, 2)), (None, 0, 0))(program.parameters, *batch)
    for reached, expected in zip(found, program.argument_gradients(*batch), strict=True):
        assert_close(reached, expected, 1.0)


def test_forward_mode_passes_by_infinite_derivatives_of_what_does_not_move() -> None:
    w = Value(0.0)
    program = compile(lambda x: w.sqrt() + x, parameters=[w], example=(1.0,))
    f = program.to_jax()
    _, slope = jax.jvp(lambda x: f(program.parameters, x), (np.ones(1),), (np.ones(1),))
    assert slope.tolist() == [1.0]


# -- shapes, dtypes, comparisons ----------------------------------------------------------------


def test_results_have_the_shape_of_the_function() -> None:
    w = Value(2.0)
    several = compile(lambda x: [[w * x[0]], [x[1]]], parameters=[w], example=([1.0, 2.0],))
    batch = np.arange(6.0).reshape(3, 2)
    f = several.to_jax()
    assert f(several.parameters, batch).shape == (3, 2, 1)
    assert_close(f(several.parameters, batch), several(batch))
    many = jax.vmap(f, (0, None))(np.array([[1.0], [2.0], [3.0]]), batch)
    assert many.shape == (3, 3, 2, 1)


@pytest.mark.parametrize("name", ["wide mlp", "attention", "recurrent network"])
def test_single_precision(name: str) -> None:
    sample = PROGRAMS[name]
    program, batch = sample.compiled(), sample.batch(6)
    single = jax.value_and_grad(mean_of(program))
    value, gradient = single(program.parameters.astype(np.float32), *batch)
    assert value.dtype == gradient.dtype == np.float32
    expected, slopes = program.value_and_grad(*batch)
    assert value == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-4, atol=1e-5 * abs(slopes).max())


def test_another_outcome_of_a_comparison_gives_nan() -> None:
    w = Value(2.0)
    program = compile(lambda x: w * x if x > 0 else -x, parameters=[w], example=(1.0,))
    f = program.to_jax()
    reached = f(program.parameters, np.array([1.0, -1.0, 3.0]))
    assert np.isnan(reached).tolist() == [False, True, False]
    gradient = jax.grad(mean_of(program))
    assert np.isnan(gradient(program.parameters, np.array([1.0, -1.0])))[0]
    assert gradient(program.parameters, np.array([1.0, 3.0])).tolist() == [2.0]


def test_an_index_outside_its_table_gives_nan() -> None:
    function, parameters, _ = test_lookups.partly_numbers()
    program = compile(function, parameters=parameters, example=([1.0, 2.0],))
    rows = np.array([[1.0, 2.0], [test_lookups.COUNT, 1.0], [0.5, 1.0], [-1.0, 0.0], [nan, 0.0]])
    assert np.isnan(program.to_jax()(program.parameters, rows)).tolist() == [False, *[True] * 4]


def test_wrong_shapes_are_errors() -> None:
    sample: Sample = mlp()
    program, (x, y) = sample.compiled(), sample.batch(2)
    f = program.to_jax()
    with pytest.raises(ShapeError, match=r"parameters of shape \(46,\), got \(3,\)"):
        f(np.zeros(3), x, y)
    with pytest.raises(ShapeError, match=r"x of shape \(2, 3\), got \(2, 2\)"):
        f(program.parameters, y, y)
    with pytest.raises(ShapeError, match="2 arguments"):
        f(program.parameters, x)


@pytest.mark.parametrize("options", [{"exact": True}, {"on_branch": "split"}])
def test_programs_of_the_graph_itself_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="one way of array equations"):
        mlp().compiled(**options).to_jax()


def test_a_program_of_many_equations_is_reported() -> None:
    program = irregular(nodes=1200).compiled()
    with pytest.warns(TracingWarning, match=r"has \d+ array equations: XLA"):
        program.to_jax()
    lengths().compiled().to_jax()  # a warning would be an error


def test_an_exported_program_takes_batches_of_any_size() -> None:
    sample = mlp()
    program = sample.compiled()
    f = jax.jit(jax.value_and_grad(mean_of(program)))
    (n,) = jax.export.symbolic_shape("n")
    shapes = [(program.parameters.size,), *((n, *shape) for shape in sample.shapes)]
    exported = jax.export.export(f)(*[jax.ShapeDtypeStruct(x, np.float64) for x in shapes])
    again = jax.export.deserialize(exported.serialize())
    for size in (1, 8, 100):
        batch = sample.batch(size)
        value, gradient = again.call(program.parameters, *batch)
        expected, slopes = program.value_and_grad(*batch)
        assert_close(value, expected)
        assert_close(gradient, slopes, abs(slopes).max())


def test_a_program_with_a_loop_is_exported() -> None:
    sample = test_loops.rnn()
    program, batch = sample.compiled(), sample.batch(3)
    (n,) = jax.export.symbolic_shape("n")
    shapes = [(program.parameters.size,), *((n, *shape) for shape in sample.shapes)]
    given = [jax.ShapeDtypeStruct(x, np.float64) for x in shapes]
    exported = jax.export.export(jax.jit(program.to_jax()))(*given)
    again = jax.export.deserialize(exported.serialize())
    assert_close(again.call(program.parameters, *batch), program(*batch))


def test_infinite_numbers_pass() -> None:
    w = Value(1.0)
    program = compile(lambda x: tanh(w * x), parameters=[w], example=(1.0,))
    assert program.to_jax()(program.parameters, np.array([inf, -inf])).tolist() == [1.0, -1.0]
