"""What a run refuses: settings and data that would train something else, silently."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autodiff.errors import OptionError, WrongTypeError
from nn.errors import DataError, DivergenceError

ENGINES = ["compiled", "eager"]


@pytest.mark.parametrize("engine", ENGINES)
def test_hinge_checks_every_target(engine) -> None:
    net = nn.MLP(2, [1], seed=0)
    data = [([0.2, 0.3], [1.0]), ([3.0, 4.0], [-1.0]), ([1.0, 4.0], [0.0])]
    with pytest.raises(DataError, match="-1 or 1 as every target of hinge"):
        nn.fit(net, data, loss=nn.hinge, learning_rate=0.1, epochs=1, batch_size=1, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_cross_entropy_checks_every_output(engine) -> None:
    net = nn.MLP(2, [1], seed=0)
    for place, weight in enumerate(net.layers[0].neurons[0].weights):
        weight.data = 1.0 - 0 * place
    data = [([0.2, 0.3], [1.0]), ([3.0, 4.0], [1.0])]
    with pytest.raises(OptionError, match="outputs between 0 and 1"):
        nn.fit(
            net,
            data,
            loss=nn.binary_cross_entropy,
            learning_rate=0.1,
            epochs=1,
            batch_size=None,
            engine=engine,
        )


def test_misspelt_settings_of_optimisers_are_errors() -> None:
    net = nn.MLP(2, [1], seed=0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'momentun'"):
        nn.SGD(net, 0.1, momentun=0.9)


@pytest.mark.parametrize("engine", ENGINES)
def test_targets_of_bytes_are_numbers_not_brightness(engine) -> None:
    inputs = np.array([[0.1, 0.2], [0.5, -0.5]])
    targets = np.eye(2, dtype=np.uint8)
    losses = [
        nn.fit(
            nn.MLP(2, [2], seed=0),
            (inputs, kind),
            loss=nn.squared_error,
            learning_rate=0.1,
            epochs=1,
            batch_size=2,
            engine=engine,
        )[0].loss
        for kind in (targets, targets.astype(float))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_never_ends_with_infinite_parameters(engine) -> None:
    net = nn.MLP(1, [1], seed=0)
    with pytest.raises(DivergenceError, match="step 1"):
        nn.fit(
            net,
            [([1.0], [3.0])],
            loss=nn.squared_error,
            learning_rate=1.7e308,
            epochs=1,
            batch_size=None,
            engine=engine,
        )


@pytest.mark.parametrize("inputs", ["12", ["1", "2"], [None, 1.0]])
def test_texts_are_no_numbers(inputs) -> None:
    with pytest.raises((WrongTypeError, TypeError), match="expected"):
        nn.fit(
            nn.MLP(2, [1], seed=0),
            [(inputs, [1.0])],
            loss=nn.squared_error,
            learning_rate=0.1,
            epochs=1,
            batch_size=1,
        )
