"""Programs as ONNX: onnxruntime computes what the program computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import nn
from autodiff import TABLE, FileError, OptionError, Value, compile, exp, grad, operation, take, tanh
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN
from tests.autodiff.compiler.random_programs import batches, programs
from tests.autodiff.compiler.sample_programs import SAMPLES, mlp, recurrent
from tests.autodiff.compiler.test_whole_table import EDGES, ORDINARY, arity, points

pytestmark = pytest.mark.peers

WITHOUT = {"erfinv", "lgamma", "digamma", "polygamma"}  # which ONNX has not
COARSE = {"erf", "erfc", "normal_cdf", "gelu"}  # which onnxruntime has for float32 only
ROWS = sorted({*BUILT_IN} - WITHOUT)
KINDS = ["float64", "float32"]
SEVERAL = {**SAMPLES, "a long chain": recurrent(steps=40)}


@pytest.fixture(scope="module")
def runtime() -> Any:
    pytest.importorskip("onnx")
    return pytest.importorskip("onnxruntime")


def run(runtime: Any, program: Any, arguments: Sequence[Any]) -> np.ndarray:
    session = runtime.InferenceSession(program.to_onnx(), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    kind = program.parameters.dtype
    given = [np.asarray(argument, kind) for argument in arguments]
    [outputs] = session.run(None, dict(zip(names, given, strict=True)))
    assert outputs.dtype == kind
    return outputs


def assert_near(found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def compiled(row: Any, kinds: str, dtype: str) -> Any:
    """A program of one row; its operands are batched (b), static (s) or the number 0.7 (n)."""
    leaves = [Value(0.3 + 0.2 * place) for place, _ in enumerate(kinds)]

    def function(x: Sequence[Any]) -> Any:
        operands = {"b": x, "s": leaves, "n": [0.7] * len(kinds)}
        return variadic(row, [operands[kind][place] for place, kind in enumerate(kinds)])

    return compile(function, parameters=leaves, example=([0.6] * len(kinds),), dtype=dtype)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_table(name: str, dtype: str, runtime: Any) -> None:
    row = TABLE[name]
    is_coarse = dtype == "float32" or name in COARSE
    count = arity(row)
    for kinds in {"b" * count, "s" * count, "b" + "s" * (count - 1), "s" * (count - 1) + "b"}:
        program = compiled(row, kinds, dtype)
        batch = points(row, ORDINARY)
        with np.errstate(all="ignore"):
            expected = program(batch)
        found = run(runtime, program, [batch])
        size = np.maximum(1, np.abs(expected))
        assert_near(found / size, expected / size, 2e-6 if is_coarse else 1e-13)


# Where the runtime itself, or a formula in place of a missing function, leaves IEEE arithmetic.
OTHER_EDGES = {"atan2", "hypot"}


@pytest.mark.parametrize("name", [name for name in ROWS if name not in COARSE | OTHER_EDGES])
def test_every_row_at_the_edges(name: str, runtime: Any) -> None:
    row = TABLE[name]
    batch = points(row, EDGES)
    program = compiled(row, "b" * arity(row), "float64")
    with np.errstate(all="ignore"):
        expected = program(batch)
    np.testing.assert_allclose(run(runtime, program, [batch]), expected, rtol=1e-12, atol=1e-290)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("name", SEVERAL)
def test_every_sample(name: str, dtype: str, runtime: Any) -> None:
    sample = SEVERAL[name]
    program = sample.compiled(dtype=dtype)
    for count in (1, 7):
        batch = sample.batch(count, seed=3)
        expected = program(*batch)
        size = max(1.0, float(np.abs(expected).max()))
        found = run(runtime, program, batch)
        assert_near(found / size, expected / size, 1e-6 if dtype == "float32" else 1e-12)


@settings(max_examples=60)
@given(programs, batches)
def test_random_programs(runtime: Any, program: Any, seed: int) -> None:
    leaves = program.leaves()
    batch = np.random.default_rng(seed).uniform(-2, 2, (4, program.inputs))
    function = program.function(leaves)
    made = compile(function, parameters=leaves, example=(batch[0].tolist(),))
    expected = made(batch)
    coarse = any(name == "gelu" for name, *_ in program.steps)
    size = np.maximum(1, np.abs(expected))
    found = run(runtime, made, [batch])
    assert_near(found / size, expected / size, 1e-4 if coarse else 1e-12)


def test_present_parameters_are_the_ones_that_are_exported(runtime: Any) -> None:
    w = Value(3.0)
    program = compile(lambda x: w * x, parameters=[w], example=(1.0,))
    program.parameters[0] = 5.0
    assert run(runtime, program, [[1.0, 2.0]]).tolist() == [5.0, 10.0]


def test_products_look_ups_and_sums_are_operators_of_onnx() -> None:
    onnx = pytest.importorskip("onnx")

    def operators(program: Any) -> list[str]:
        graph = onnx.load_from_string(program.to_onnx()).graph
        return [node.op_type for node in graph.node]

    found = operators(mlp(dots=True).compiled())
    assert "Gemm" in found
    assert "Gather" not in found[2:]  # the first one reads the size of the batch
    assert "ReduceSum" in operators(SAMPLES["many lengths"].compiled())


def test_look_ups(runtime: Any) -> None:
    table = [[Value(float(10 * row + column)) for column in range(3)] for row in range(4)]
    flat = [value for row in table for value in row]

    def function(row: Value, again: Value) -> list[Any]:
        return [x * y for x, y in zip(take(table, row), take(table, again), strict=True)]

    program = compile(function, parameters=flat, example=(1, 2))
    arguments = [[0, 3, 2], [3, 3, 1]]
    assert run(runtime, program, arguments).tolist() == program(*arguments).tolist()
    wrong = run(runtime, program, [[4, -1, 1.5, 1], [1, 1, 1, 1]])
    assert np.isnan(wrong[:3]).all()
    assert wrong[3].tolist() == [100.0, 121.0, 144.0]


def test_names_shapes_and_the_order_of_axes(runtime: Any) -> None:
    def function(outputs: Any, x: Value) -> list[list[Any]]:
        return [[outputs[0][1] * x, outputs[1][0]], [x, 2.0], [exp(x), outputs[1][2]]]

    example = ([[1.0] * 3] * 2, 1.0)
    program = compile(function, parameters=[], example=example)
    session = runtime.InferenceSession(program.to_onnx())
    inputs = [(each.name, each.shape) for each in session.get_inputs()]
    assert inputs == [("outputs", ["batch", 2, 3]), ("x", ["batch"])]
    [output] = session.get_outputs()
    assert (output.name, output.shape) == ("outputs_", ["batch", 3, 2])
    arguments = [np.arange(12.0).reshape(2, 2, 3), np.array([0.5, 1.5])]
    assert_near(run(runtime, program, arguments), program(*arguments), 1e-15)


def test_an_example_that_takes_another_branch_is_nan(runtime: Any) -> None:
    w = Value(2.0)

    def function(x: Value, y: Value) -> Any:
        low = x * w if x > 0 else x
        return low + y if y <= x else low

    program = compile(function, parameters=[w], example=(2.0, 1.0))
    found = run(runtime, program, [[2.0, -1.0, 1.0, 3.0], [1.0, -2.0, 5.0, 3.0]])
    np.testing.assert_array_equal(found, [5.0, np.nan, np.nan, 9.0])


def test_a_gradient_that_the_function_returns(runtime: Any) -> None:
    w, b = Value(2.0), Value(-1.0)

    def function(x: Value) -> list[Value]:
        return grad(tanh(w * x + b) ** 2, [w, b])

    program = compile(function, parameters=[w, b], example=(0.3,))
    points = [-1.0, 0.0, 0.7]
    assert_near(run(runtime, program, [points]), program(points), 1e-14)


@pytest.mark.usefixtures("table_as_before")
def test_an_operation_of_ones_own(runtime: Any) -> None:
    bump = operation("bump", "x", "exp(-x**2) * where(abs(x) < 1, cos(x), 0)", "0")
    program = compile(bump, parameters=[], example=(0.5,))
    points = [-2.0, -0.3, 0.0, 0.8]
    assert_near(run(runtime, program, [points]), program(points), 1e-14)


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_onnx_has_not_is_named(name: str) -> None:
    pytest.importorskip("onnx")
    row = TABLE[name]
    program = compiled(row, "b" * arity(row), "float64")
    with pytest.raises(OptionError, match=f"expected operations that ONNX has, got {name}"):
        program.to_onnx()


def test_what_has_no_equations_is_refused() -> None:
    w = Value(1.0)
    for options in ({"exact": True}, {"on_branch": "split"}):
        program = compile(lambda x: w * x, parameters=[w], example=(1.0,), **options)
        with pytest.raises(OptionError, match="one way of array equations"):
            program.to_onnx()


def test_a_loop_that_is_too_long_is_refused() -> None:
    pytest.importorskip("onnx")
    program = recurrent(steps=5000).compiled()
    with pytest.raises(OptionError, match="at most 10,000 array equations for ONNX"):
        program.to_onnx()


def test_a_file_is_written_whole_or_refused(tmp_path: Any, runtime: Any) -> None:
    program = compile(lambda x: x * x, parameters=[], example=(1.0,))
    path = tmp_path / "square.onnx"
    assert program.to_onnx(path) == path.read_bytes()
    session = runtime.InferenceSession(path)
    assert session.run(None, {"x": np.array([3.0])})[0].tolist() == [9.0]
    with pytest.raises(FileError):
        program.to_onnx(tmp_path / "no folder" / "square.onnx")


def test_a_trained_network_and_its_program_are_the_same_model(runtime: Any, tmp_path: Any) -> None:
    net = nn.MLP(3, [5, 2], activation="tanh", seed=1)
    program = compile(net, parameters=net.parameters(), example=([0.0] * 3,))
    rows = np.random.default_rng(0).normal(size=(4, 3))
    nn.to_onnx(net, tmp_path / "net.onnx")
    [found] = runtime.InferenceSession(tmp_path / "net.onnx").run(None, {"inputs": rows})
    assert_near(run(runtime, program, [rows]), found, 1e-14)
