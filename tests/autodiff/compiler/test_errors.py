"""Errors of `compile` and of its programs: what was expected, what arrived, what to do."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from autodiff import Value, compile, dot
from autodiff.errors import (
    ChalkgradError,
    MissingPackageError,
    OperandError,
    OptionError,
    ShapeError,
    TracingWarning,
    WrongTypeError,
)
from autodiff.extend import Node

W = Value(2.0, label="w")


def product(x, y):
    return W * x[0] + x[1] * y


def made(**options):
    options = {"parameters": [W], "example": ([1.0, 2.0], 3.0), **options}
    return compile(product, **options)


COMPILING = [
    ({"dtype": "float16"}, OptionError, "'float64' or 'float32', got dtype='float16': choose one"),
    ({"dtype": float}, OptionError, "'float64' or 'float32', got dtype=type <class 'float'>"),
    ({"on_branch": "ignore"}, OptionError, "'error' or 'split', got on_branch='ignore'"),
    (
        {"exact": True, "dtype": "float32"},
        OptionError,
        "float64 for an exact program, got dtype='float32': leave it out",
    ),
    (
        {"example": [[1.0, 2.0], 3.0]},
        WrongTypeError,
        r"a tuple with one example of every argument, got list .*: write example=\(x,\)",
    ),
    (
        {"example": ()},
        ShapeError,
        "at least one argument, got an empty example: add an argument; the function need not",
    ),
    ({"example": 3.0}, WrongTypeError, r"a tuple with one example .*, got float 3.0"),
    (
        {"example": ([1.0, [2.0]], 3.0)},
        ShapeError,
        r"equal shape in x, got \(\) in x\[0\] and \(1,\) in x\[1\]: pass parts of different",
    ),
    ({"example": ([1.0, "2"], 3.0)}, OperandError, "a real number, got str '2'"),
    ({"example": ([1.0, 1j], 3.0)}, OperandError, "a real number, got complex"),
    ({"example": ({"a": 1.0}, 3.0)}, WrongTypeError, "as x, got a dict"),
    ({"example": ([1.0, None], 3.0)}, OperandError, "a real number, got NoneType None"),
    (
        {"parameters": [W, 2.0]},
        WrongTypeError,
        "Values as parameters, got float 2.0 at index 1: make it a Value",
    ),
    ({"parameters": [[W]]}, WrongTypeError, "Values as parameters, got list .* at index 0"),
    ({"parameters": {W}}, WrongTypeError, "parameters in an order, got set .*: pass a list"),
    ({"parameters": frozenset([W])}, WrongTypeError, "parameters in an order, got frozenset"),
    (
        {"parameters": [W * 2]},
        OptionError,
        r"leaves as parameters, got the result of mul\(x, y\) = x \* y at index 0: .*detach",
    ),
]


@pytest.mark.parametrize(("options", "kind", "message"), COMPILING)
def test_an_error_when_compiling_says_what_was_expected_and_what_to_do(options, kind, message):
    with pytest.raises(kind, match=f"expected .*{message}") as caught:
        made(**options)
    assert isinstance(caught.value, ChalkgradError)


@pytest.mark.parametrize("parameters", [W, None])
def test_parameters_that_are_not_a_list_are_an_error_that_says_what_to_write(parameters):
    expected = r"expected a list of parameters, got (Value|None).*: write parameters=\[w\]"
    with pytest.raises(WrongTypeError, match=expected):
        made(parameters=parameters)


def test_what_is_no_function_is_an_error_that_says_what_to_write():
    with pytest.raises(WrongTypeError, match="a function of one example, got int 3: pass the fun"):
        compile(3, parameters=[], example=(1.0,))


RESULTS = [
    (lambda x: None, "got NoneType None as result: return"),
    (lambda x: "loss", "got str 'loss' as result"),
    (lambda x: [W * x, None], r"got NoneType None as result\[1\]"),
    (lambda x: {"loss": W * x}, "as result, got a dict"),
    (lambda x: [], r"to return a Value, got list \[\]: return the loss"),
]


@pytest.mark.parametrize(("function", "message"), RESULTS)
def test_a_result_that_is_no_value_is_an_error(function, message):
    with pytest.raises(WrongTypeError, match=f"expected .*{message}"):
        compile(function, parameters=[W], example=(1.0,))


def test_a_ragged_result_is_an_error():
    with pytest.raises(
        ShapeError, match=r"parts of equal shape in result, got \(\) in result\[0\]"
    ):
        compile(lambda x: [W, [W * x]], parameters=[W], example=(1.0,))


CALLS = [
    (([[1.0, 2.0]],), ShapeError, r"2 arguments \(x, y\), got 1: pass an array for each"),
    ((), ShapeError, r"2 arguments \(x, y\), got 0"),
    (([[1.0, 2.0]], [1.0], [1.0]), ShapeError, r"2 arguments \(x, y\), got 3"),
    (([[1.0, 2.0]], 3.0), ShapeError, "a batch as y, got a single number: pass a list with one"),
    (([1.0, 2.0], [3.0]), ShapeError, r"x of shape \(2, 2\), got \(2,\): for one example .* \[x\]"),
    (
        ([[1.0, 2.0, 3.0]], [3.0]),
        ShapeError,
        r"x of shape \(1, 2\), got \(1, 3\): pass examples of the traced",
    ),
    (([[1.0, 2.0]], [3.0, 4.0]), ShapeError, r"y of shape \(1,\), got \(2,\): give all"),
    (([[1.0, 2.0]], [[3.0]]), ShapeError, r"y of shape \(1,\), got \(1, 1\)"),
    (
        (np.ma.masked_invalid([[1.0, np.nan]]), [3.0]),
        OperandError,
        r"numbers only as x, got masked entries: write x.filled\(",
    ),
    (([np.ma.masked_equal([1.0, 2.0], 2.0)], [3.0]), OperandError, "numbers only as x"),
    (([[1.0, 2.0], [3.0]], [3.0, 4.0]), OperandError, "as x, got list of mixed contents: pass"),
    (([["1", "2"]], [3.0]), OperandError, "an array of real numbers as x, got list"),
    (([[1.0, None]], [3.0]), OperandError, "real numbers as x, got list of mixed contents"),
    (([[1.0, 2j]], [3.0]), OperandError, "real numbers as x, got list"),
    (([[1.0, 2.0]], [W]), OperandError, "real numbers as y, got list of mixed contents: .*v.data"),
    (([[1.0, 2.0]], "3"), OperandError, "real numbers as y, got str '3'"),
    ((None, [3.0]), OperandError, "real numbers as x, got NoneType"),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), CALLS)
@pytest.mark.parametrize("exact", [False, True])
def test_an_error_of_a_call_says_what_was_expected_and_what_arrived(
    arguments, kind, message, exact
):
    program = made(exact=exact)
    for call in (program, program.value_and_grad):
        with pytest.raises(kind, match=f"expected .*{message}"):
            call(*arguments)
    assert program([[1.0, 2.0]], [3.0]).tolist() == [8.0]


@pytest.mark.parametrize("exact", [False, True])
def test_several_outputs_cannot_be_differentiated(exact):
    program = compile(lambda x: [W * x] * 3, parameters=[W], example=(1.0,), exact=exact)
    expected = "expected one output to differentiate, got 3: return the loss, or their sum"
    with pytest.raises(ShapeError, match=expected):
        program.value_and_grad([1.0])


READ_ONLY = np.empty(1)
READ_ONLY.flags.writeable = False
OUTS = [
    (READ_ONLY, "got one that is read-only"),
    (np.empty(2), r"got shape \(2,\) and type float64"),
    (np.empty(1, np.float32), r"got shape \(1,\) and type float32"),
    (np.empty((1, 1)), r"got shape \(1, 1\) and type float64"),
    ([0.0], r"got list \[0\.0\]"),
    (0.0, r"got float 0\.0"),
]


@pytest.mark.parametrize(("out", "message"), OUTS)
def test_a_wrong_out_is_an_error(out, message):
    wanted = r"expected out as an array of shape \(1,\) and type float64"
    remedy = r"make it with np\.empty_like\(program\.parameters\)"
    with pytest.raises(ShapeError, match=f"{wanted}, {message}: {remedy}"):
        made().value_and_grad([[1.0, 2.0]], [3.0], out=out)


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"on_branch": "split"}], ids=str)
def test_an_error_leaves_out_as_it_was(options):
    function = lambda x: W * x if W * x > 0 else [W * x]  # noqa: E731
    program = compile(function, parameters=[W], example=(1.0,), **options)
    out = np.full(1, 7.0)
    with pytest.raises(ChalkgradError):
        program.value_and_grad([1.0, -1.0], out=out)
    assert out.tolist() == [7.0]
    assert program.value_and_grad([3.0], out=out) == (6.0, [3.0])


@pytest.mark.parametrize("exact", [False, True])
def test_the_parameters_themselves_are_no_place_for_the_gradient(exact):
    program = made(exact=exact)
    for out in (program.parameters, program.parameters[:1]):
        with pytest.raises(ShapeError, match="got the parameters themselves"):
            program.value_and_grad([[1.0, 2.0]], [3.0], out=out)
    assert program.parameters.tolist() == [2.0]


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"on_branch": "split"}], ids=str)
def test_a_batch_of_no_examples_has_no_results_and_no_mean(options):
    program = made(**options)
    for batch in (([], []), (np.empty((0, 2)), [])):
        assert program(*batch).shape == (0,)
        assert [each.shape for each in program.argument_gradients(*batch)] == [(0, 2), (0,)]
        assert program.example_gradients(*batch).shape == (0, 1)
        with pytest.raises(ShapeError, match="at least one example, got an empty batch"):
            program.value_and_grad(*batch)
    with pytest.raises(ShapeError, match=r"x of shape \(0, 2\), got \(0, 3\)"):
        program(np.empty((0, 3)), [])
    pair = compile(lambda x: [W * x] * 2, parameters=[W], example=(1.0,), **options)
    assert pair([]).shape == (0, 2)


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"dtype": "float32"}], ids=str)
def test_huge_ints_are_infinite_everywhere(options):
    huge = 10**400
    program = made(example=([huge, 2], -huge), **options)
    assert program([[huge, 1.0]], [1]).tolist() == [np.inf]
    program.parameters = [-huge]
    assert program.parameters.tolist() == [-np.inf]
    compile(product, parameters=[W], example=([1, 2], huge), strict=True)


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"dtype": "float32"}], ids=str)
@pytest.mark.parametrize("on_branch", ["error", "split"])
def test_numpy_warns_of_nothing(options, on_branch):
    function = lambda x: W * x * 1e300 * x if x > 0 else W * x / (x - x)  # noqa: E731
    program = compile(function, parameters=[W], example=(1.0,), on_branch=on_branch, **options)
    batch = [1.0, 1e200, 1e305] + [-1.0, -np.inf] * (on_branch == "split")
    with np.errstate(all="raise"):
        program(batch)
        program.value_and_grad(batch)
        program.parameters = [1e300]
        assert np.geterr()["over"] == "raise"


@pytest.mark.parametrize("on_branch", ["error", "split"])
def test_a_function_that_calls_its_own_program_is_an_error(on_branch):
    made_before = []

    def function(x):
        return W * x if x > 0 else W * float(made_before[0]([1.0])[0])

    made_before.append(compile(function, parameters=[W], example=(1.0,), on_branch=on_branch))
    expected = "its own program" if on_branch == "split" else "x > 0"
    with pytest.raises(ChalkgradError, match=expected):
        made_before[0]([-1.0])
    assert made_before[0]([3.0]).tolist() == [6.0]


def test_a_product_that_overflows_only_when_rewritten_stays_finite():
    w = Value(1e-200)
    program = compile(lambda x: dot([w, w], [w, w]) * 1.5e308 * x, parameters=[w], example=(1.0,))
    leaf = Value(1e-200)
    (dot([leaf, leaf], [leaf, leaf]) * 1.5e308).backward()
    assert program.value_and_grad([1.0])[1] == pytest.approx([leaf.grad], rel=1e-12)


def test_tracing_other_branches_never_writes_into_the_values(monkeypatch):
    monkeypatch.setattr("autodiff.compiler.runtime.branching_runner._MOST_WAYS", 2)
    w = Value(2.0)
    slot, seen = Node._data, []

    def function(x):
        seen.append(slot.__get__(w))
        return w * x if x > 0 else x - w if x > -2 else x * w * w

    program = compile(function, parameters=[w], example=(1.0,), on_branch="split", strict=True)
    program.parameters[0] = 7.0
    with pytest.warns(TracingWarning, match="more than"):
        assert program([1.0, -1.0, -3.0]).tolist() == [7.0, -8.0, -147.0]
    assert set(seen) == {2.0}
    assert len(seen) == 5


def test_without_jax_its_function_is_refused_and_the_program_runs(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setitem(sys.modules, "jax.numpy", None)
    program = made()
    with pytest.raises(MissingPackageError, match=r'pip install "chalkgrad\[jax\]"'):
        program.to_jax()
    assert program([[1.0, 2.0]], [3.0]) == [8.0]
