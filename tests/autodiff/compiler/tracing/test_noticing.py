"""What a traced function does and its graph does not hold is told, with the line; never silent."""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest

import autodiff
from autodiff import TABLE, TracingWarning, Value, compile, grad
from autodiff.errors import BranchError, ReplayError
from autodiff.extend import variadic

W = Value(2.0, label="w")
C = Value(3.0, label="c")
TABLE_OF_TWO = {0.0: 1.0, 1.0: 5.0}

TOLD = [
    (lambda x, _: W * x if x.data > 0 else x, r"x\.data is read"),
    (lambda x, _: W * x if W.data > 0 else x, r"w\.data is read"),
    (lambda x, _: x if (C * x).data > 0 else -x, r"a Value\.data is read"),
    (lambda x, _: x * (x * C).tanh().data, r"a Value\.data is read"),
    (lambda x, _: x * float(f"{x:.3f}"), r"x\.data is read"),
    (lambda x, _: x * copy.copy(x), "x is copied"),
    (lambda x, _: x * copy.deepcopy(x), "x is copied"),
    (lambda x, _: x * pickle.loads(pickle.dumps(x)), "x is copied"),
    (lambda x, _: x * getattr(x, "data"), r"x\.data is read"),  # noqa: B009
    (lambda x, _: x * (x * x).local_derivatives[0], r"local_derivatives is read"),
    (lambda x, _: ((x * x).backward(), x * x.grad)[1], r"x\.grad is read"),
    (lambda x, _: (setattr(x, "data", 7.0), x * W)[1], r"x\.data is assigned to"),
    (lambda x, y: x if y == 1 else W * x, "y is compared by identity"),
    (lambda x, y: x if y != 1.0 else W * x, "y is compared by identity"),
    (lambda x, y: x if y == np.float64(1) else W * x, "y is compared by identity"),
    (lambda x, y: x if np.equal(y, 1.0) else W * x, "y is compared by identity"),
    (lambda x, y: x if 1.0 == y else W * x, "y is compared by identity"),  # noqa: SIM300
    (lambda x, y: x if y in [0.0, 1.0] else W * x, "y is compared by identity"),
    (lambda x, y: x if [0, y].count(1) else W * x, "y is compared by identity"),
    (lambda x, y: x * TABLE_OF_TWO.get(y, 3.0), "y is looked up by identity"),
    (lambda x, y: x if y in {0.0, 1.0} else W * x, "y is looked up by identity"),
]


@pytest.mark.parametrize(("function", "what"), TOLD)
def test_what_the_graph_does_not_hold_is_told_with_its_line(function, what):
    W.data = 2.0
    with pytest.warns(TracingWarning, match=rf"{what} \(test_noticing\.py:\d+: ") as caught:
        compile(function, parameters=[W], example=(1.5, 1.0))
    assert caught[0].filename == __file__
    with pytest.raises(ReplayError, match=rf"{what} \(test_noticing\.py:\d+: .*where"):
        compile(function, parameters=[W], example=(1.5, 1.0), strict=True)


SOUND = [
    lambda x, y: W * x if W in [W, C] else y,
    lambda x, y: {W: 1.0}[W] * x * y,
    lambda x, y: x * {id(x): 2.0}[id(x)] * y,
    lambda x, y: x * y.detach() + len(repr(x)) * 0.0,
    lambda x, y: x if x == y else W * y,
    lambda x, y: x if y is None or y in ("1", W) else W * y,
    lambda x, y: [x, y].index(max(x, y)) * x,
    lambda x, y: autodiff.softmax([x, y * W])[0] * max(x, C),
]


@pytest.mark.parametrize("function", SOUND)
def test_nothing_is_told_of_a_sound_function(function):
    compile(function, parameters=[W], example=(1.5, 1.0), strict=True)


def test_two_arguments_that_are_told_apart_must_differ_for_every_example():
    program = compile(lambda x, y: x if x == y else W * y, parameters=[W], example=(1.5, 1.0))
    assert program([3.0], [4.0]).tolist() == [8.0]
    with pytest.raises(BranchError, match="x != y to be True"):
        program([3.0], [3.0])


def test_values_are_plain_again_when_the_trace_is_over():
    kept = []
    w = Value(2.0)

    def function(x):
        kept[:] = [x, x * w, (w * x).tanh()]
        return w * x

    compile(function, parameters=[w], example=(1.0,))
    with pytest.raises(ZeroDivisionError):
        compile(lambda x: 1 // 0, parameters=[w], example=(1.0,))
    assert type(w) is Value
    assert pickle.loads(pickle.dumps(kept))[1].data == 2.0
    assert [v.data for v in kept][:2] == [1.0, 2.0]
    assert {type(v) for v in kept} == {Value}


def test_a_class_of_your_own_is_traced_too():
    class Mine(Value):
        pass

    w = Mine(2.0)
    with pytest.warns(TracingWarning, match="data is read"):
        compile(lambda x: x * w if (w * x).data else x, parameters=[w], example=(1.0,))
    assert type(w) is Mine


def test_threads_trace_functions_of_the_same_parameters():
    w, found = Value(2.0), []

    def work():
        for _ in range(30):
            program = compile(
                lambda x: w * x if x > 0 else x - w,
                parameters=[w], example=(1.0,), on_branch="split",
            )  # fmt: skip
            found.append(program([1.0, -1.0]).tolist())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[2.0, -3.0]] * 90
    assert type(w) is Value


@pytest.mark.parametrize(
    "name", [name for name, row in TABLE.items() if row.domain and len(row.operands) == 1]
)
@pytest.mark.parametrize("inside", [False, True])
def test_the_domain_of_an_inner_derivative_is_asked_for_every_example(name, inside):
    def function(x):
        return grad(variadic(TABLE[name], [x]), x)

    wanted = [function(Value(x)).data for x in (-3.0, 0.5, 2.0, 7.0)]
    example = next(x for x in (0.5, 2.0) if TABLE[name].contains([x]))
    options = {"parameters": [], "example": (example if inside else -3.0,)}
    program = compile(function, on_branch="split", **options)
    np.testing.assert_allclose(program([-3.0, 0.5, 2.0, 7.0]), wanted, rtol=1e-12)
    with pytest.raises(BranchError):
        compile(function, **options)([-3.0, 0.5, 2.0, 7.0])


def test_frozen_values_are_listed():
    c, d = Value(3.0, label="bias"), Value(4.0)
    for exact in (False, True):
        program = compile(lambda x: W * x + c * x - d, parameters=[W], example=(1.0,), exact=exact)
        lines = [line for line in str(program).splitlines() if "frozen" in line]
        assert [line.split("  ")[0].strip() for line in lines] == ["bias = 3", "a Value = 4"]
