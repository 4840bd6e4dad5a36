"""Steps of gradient descent taken together are the same steps taken one by one."""

import math

import numpy as np
import pytest

import nn
from autodiff import (
    OperandError,
    OptionError,
    ShapeError,
    Value,
    WrongTypeError,
    compile,
    log,
    relu,
)

RNG = np.random.default_rng(3)
INPUTS, TARGETS = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))


def program(dtype="float64", **options):
    net = nn.MLP(3, [5, 2], activation="tanh", seed=1)
    return compile(
        lambda x, y: nn.half_squared_error(net(x), y),
        parameters=net.parameters(),
        example=([0.0] * 3, [0.0] * 2),
        dtype=dtype,
        **options,
    )


def one_by_one(made, inputs, targets, batches, rates):
    losses = []
    for batch, rate in zip(batches, rates, strict=True):
        loss, gradient = made.value_and_grad(inputs[batch], targets[batch])
        losses.append(loss)
        made.parameters -= gradient * made.parameters.dtype.type(rate)
    return losses


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 7, 20])
@pytest.mark.parametrize("options", [{}, {"native": "c"}, {"exact": True}], ids=str)
def test_steps_together_are_the_steps_one_by_one(dtype, size, options):
    if options == {"exact": True} and dtype == "float32":
        pytest.skip("the traced graph itself runs in doubles")
    batches = [RNG.choice(40, size, replace=False) for _ in range(9)]
    rates = np.linspace(0.3, 0.01, 9)
    one, other = program(dtype, **options), program(dtype, **options)
    losses = one.descend(INPUTS, TARGETS, batches=batches, rates=rates)
    assert losses.tolist() == one_by_one(other, INPUTS, TARGETS, batches, rates)
    assert one.parameters.tolist() == other.parameters.tolist()


def test_bytes_are_read_as_they_are_and_divided():
    pixels = RNG.integers(0, 256, (40, 3), np.uint8)
    batches = np.arange(40).reshape(8, 5)
    one, other = program(), program()
    found = one.descend(
        pixels, TARGETS, batches=batches, rates=[0.1] * 8, divisors=(255, 1), out=np.empty(8)
    )
    wanted = other.descend(pixels / 255, TARGETS, batches=batches, rates=[0.1] * 8)
    assert found.tolist() == wanted.tolist()
    assert one.parameters.tolist() == other.parameters.tolist()


def test_it_ends_before_a_step_whose_loss_is_not_finite():
    w = Value(1.0)
    made = compile(lambda x: log(w * x), parameters=[w], example=(1.0,))
    out = np.full(3, math.nan)
    found = made.descend(
        [1.0, 2.0, -1.0, 3.0], batches=[[0], [2], [3]], rates=[0.5, 0.5, 0.5], out=out
    )
    assert found.tolist() == [0.0]
    assert made.parameters.tolist() == [0.5]
    assert np.isnan(out[1:]).all()


def test_it_ends_before_a_step_whose_gradient_is_not_finite():
    w = Value(0.0)
    made = compile(lambda x: (w + x) ** 0.5, parameters=[w], example=(1.0,))
    found = made.descend([1.0, 0.5], batches=[[0], [1]], rates=[1.0, 1.0])
    assert found.tolist() == [1.0]
    assert made.parameters.tolist() == [-0.5]


def test_it_ends_before_an_example_that_takes_another_branch():
    w = Value(1.0)
    made = compile(lambda x: w * x if x > 0 else -w * x, parameters=[w], example=(1.0,))
    found = made.descend([1.0, -1.0], batches=[[0], [1], [0]], rates=[0.25, 0.25, 0.25])
    assert found.tolist() == [1.0]
    assert made.parameters.tolist() == [0.75]


def test_losses_go_into_any_array():
    out = np.zeros(6)
    found = program().descend(INPUTS, TARGETS, batches=[[0], [1]], rates=[1, 1], out=out[::3])
    assert found.tolist() == out[::3].tolist()
    assert (found > 0).all()


def test_a_parameter_given_twice_moves_in_both_places():
    w = Value(2.0)
    made = compile(lambda x: w * x, parameters=[w, w], example=(1.0,))
    made.descend([1.0], batches=[[0]], rates=[0.5])
    assert made.parameters.tolist() == [1.5, 1.5]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"batches": [[0, 40]], "rates": [1]}, OptionError, "examples from 0 to 39, got 0 to 40"),
        ({"batches": [[-1]], "rates": [1]}, OptionError, "examples from 0 to 39"),
        ({"batches": [0, 1], "rates": [1, 1]}, ShapeError, r"shape \(steps, batch\)"),
        ({"batches": [[0.5]], "rates": [1]}, ShapeError, "whole numbers"),
        ({"batches": [[]], "rates": [1]}, ShapeError, "whole numbers"),
        ({"batches": [[0]], "rates": [1, 2]}, ShapeError, "1 numbers as rates"),
        ({"batches": [[0], [1, 2]], "rates": [1, 1]}, ShapeError, "whole numbers"),
        ({"batches": None, "rates": [1]}, ShapeError, "whole numbers"),
        ({"batches": [[0]], "rates": [1], "out": np.empty(2)}, ShapeError, r"out .* shape \(1,\)"),
        ({"batches": [[0]], "rates": [1], "out": [0.0]}, ShapeError, r"out .* shape \(1,\)"),
        ({"batches": [[0]], "rates": [math.nan]}, OptionError, "finite rates"),
        ({"batches": [[0]], "rates": [math.inf]}, OptionError, "finite rates"),
        ({"batches": [[0]], "rates": [1], "divisors": [math.nan, 1]}, OptionError, "finite div"),
        ({"batches": [[0]], "rates": "fast"}, OperandError, "rates"),
        ({"batches": [[0]], "rates": [1], "divisors": 5}, WrongTypeError, "list of divisors"),
        ({"batches": [[0]], "rates": [1], "divisors": ["a", 1]}, OperandError, "a real number"),
        ({"batches": [[0]], "rates": [1], "divisors": [0, 1]}, OptionError, "other than 0"),
        ({"batches": [[0]], "rates": [1], "divisors": [1]}, OptionError, "2 finite divisors"),
    ],
)
def test_what_does_not_fit_is_named(options, error, message):
    made = program()
    before = made.parameters.tolist()
    with pytest.raises(error, match=message):
        made.descend(INPUTS, TARGETS, **options)
    assert made.parameters.tolist() == before


def test_arguments_of_another_shape_are_named():
    with pytest.raises(ShapeError, match="y of shape"):
        program().descend(INPUTS, TARGETS[:5], batches=[[0]], rates=[1])
    with pytest.raises(ShapeError, match="x of shape"):
        program().descend(INPUTS[:, :2], TARGETS, batches=[[0]], rates=[1])
    pixels = np.zeros((40, 2), np.uint8)
    with pytest.raises(ShapeError, match="x of shape"):
        program().descend(pixels, TARGETS, batches=[[0]], rates=[1])


def test_several_outputs_have_no_mean():
    made = compile(lambda x: [x, relu(x)], parameters=[], example=(1.0,))
    with pytest.raises(ShapeError, match="one output"):
        made.descend([1.0], batches=[[0]], rates=[1])
