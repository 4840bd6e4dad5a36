"""Divergence: the error names the step and the node, and the last finished step is kept."""

from __future__ import annotations

import math

import pytest

from autodiff import Value, log, sqrt, square
from nn import MLP, DivergenceError, fit, mean_squared_error

every_engine = pytest.mark.parametrize("engine", ["compiled", "eager"])


def logarithm(outputs, targets):
    return mean_squared_error([log(outputs[0])], targets)


def root(outputs, targets):
    return mean_squared_error([sqrt(square(outputs[0]))], targets)


def steep(outputs, _):
    return outputs[0] * 1e-300 * 1e300 * 1e300


@pytest.mark.parametrize(
    ("loss", "weight", "inputs", "message"),
    [
        (
            logarithm,
            -1.0,
            [2.0],
            r"at step 1 \(epoch 1\), got a loss of nan; it starts with log\(-2\) = nan for ex",
        ),
        (
            root,
            0.0,
            [2.0],
            r"a gradient that is not finite; .* derivative of sqrt\(0\) by the operand 0 = inf",
        ),
        (
            mean_squared_error,
            1e200,
            [1e200],
            r"loss of inf; .* in layers.0.neurons.0, dot\(1e\+200, 1e\+200, 0\) = inf",
        ),
        (mean_squared_error, math.nan, [1.0], r"layers.0.neurons.0.weights.0, its data = nan"),
        (
            mean_squared_error,
            1.0,
            [math.nan],
            r"in layers.0.neurons.0, dot\(1, nan, 0\) = nan",
        ),
        (mean_squared_error, 1e160, [1.0], r"loss of inf; .* square\(1e\+160\) = inf"),
        (
            steep,
            1e-250,
            [1.0],
            r"the upstream gradient 1e\+300 \* the derivative 1e\+300 of mul\(0, 1e\+300\) = inf",
        ),
    ],
)
@every_engine
def test_the_error_names_the_step_and_the_node(loss, weight, inputs, message, engine) -> None:
    net = MLP(1, [1], seed=1)
    net.layers[0].neurons[0].weights[0].data = weight
    before = net.state_dict()
    with pytest.raises(DivergenceError, match=message) as caught:
        fit(
            net,
            [(inputs, [0.0])],
            epochs=1,
            batch_size=1,
            learning_rate=0.1,
            loss=loss,
            engine=engine,
        )
    assert repr(net.state_dict()) == repr(before)
    assert caught.value.step == 1
    assert caught.value.node is not None
    assert caught.value.history == []


@every_engine
def test_a_run_that_diverges_keeps_its_history_and_its_last_finished_step(engine) -> None:
    net = MLP(1, [1], seed=1)
    with pytest.raises(DivergenceError, match="a loss of inf") as caught:
        fit(net, [([1.0], [1.0])], epochs=5000, batch_size=1, learning_rate=1e6, engine=engine)
    error = caught.value
    assert len(error.history) == error.step - 1 > 5
    assert error.history.table().rows
    assert all(math.isfinite(parameter.data) for parameter in net.parameters())
    assert isinstance(error, ArithmeticError)


def test_a_network_that_is_not_a_module_is_trained_and_its_parameters_numbered() -> None:
    class Line:
        """A function of the user's."""

        def __init__(self):
            self.w = Value(2.0)

        def parameters(self):
            return [self.w]

        def __call__(self, inputs):
            return [self.w * inputs[0]]

    net = Line()
    history = fit(net, [([1.0], [0.5])], epochs=40, batch_size=1, learning_rate=0.3)
    assert net.w.data == pytest.approx(0.5)
    assert history[-1].accuracy is None
    net.w.data = math.inf
    with pytest.raises(DivergenceError, match=r"parameters\(\)\[0\], its data = inf"):
        fit(net, [([1.0], [0.5])], epochs=1, batch_size=1, learning_rate=0.3)


@every_engine
def test_a_run_never_ends_with_infinite_parameters(engine) -> None:
    net = MLP(1, [1], seed=0)
    with pytest.raises(DivergenceError, match="step 1"):
        fit(
            net,
            [([1.0], [3.0])],
            loss=mean_squared_error,
            learning_rate=1.7e308,
            epochs=1,
            batch_size=None,
            engine=engine,
        )
