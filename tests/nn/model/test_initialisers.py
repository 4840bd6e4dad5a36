"""Initialisers: the distribution of each formula in 20,000 draws, and the same draws by seed."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import fmean, pstdev

import pytest

from autodiff.errors import OptionError
from nn import INITIALISERS, MLP, Initialiser, Layer, Neuron

N, M = 80, 30  # inputs, neurons
DRAWS = 20_000
# name: standard deviation of weights, of biases, and the largest possible weight
PROMISED = {
    "uniform": (1 / sqrt(3), 0.0, 1.0),
    "gaussian": (1.0, 1.0, None),
    "scaled_gaussian": (1 / sqrt(N), 1.0, None),
    "xavier_uniform": (sqrt(2 / (N + M)), 0.0, sqrt(6 / (N + M))),
    "xavier_normal": (sqrt(2 / (N + M)), 0.0, None),
    "he": (sqrt(2 / N), 0.0, None),
}


def test_every_initialiser_is_examined() -> None:
    assert set(PROMISED) == set(INITIALISERS)


@pytest.mark.parametrize("name", PROMISED)
def test_weights_and_biases_have_the_promised_spread(name) -> None:
    deviation, of_biases, limit = PROMISED[name]
    rule, generator = INITIALISERS[name], Random(0)
    weights = [rule.weight(generator, N, M) for _ in range(DRAWS)]
    biases = [rule.bias(generator) for _ in range(DRAWS)]
    assert pstdev(weights) == pytest.approx(deviation, rel=0.02)
    assert abs(fmean(weights)) < 4 * deviation / sqrt(DRAWS)
    assert pstdev(biases) == pytest.approx(of_biases, rel=0.02)
    largest = max(map(abs, weights))
    if limit is None:
        assert largest > 3 * deviation  # tails
    else:
        assert 0.99 * limit < largest <= limit


@pytest.mark.parametrize("name", PROMISED)
def test_a_network_draws_by_the_sizes_of_its_layers(name) -> None:
    net, generator = MLP(5, [3, 2], initialiser=name, seed=7), Random(7)
    rule = INITIALISERS[name]
    expected = []
    for inputs, neurons in ((5, 3), (3, 2)):
        for _ in range(neurons):
            expected += [rule.weight(generator, inputs, neurons) for _ in range(inputs)]
            expected.append(rule.bias(generator))
    assert [p.data for p in net.parameters()] == expected


def test_an_initialiser_of_ones_own() -> None:
    ones = Initialiser("ones", "w = 1, b = 2", "by hand", lambda _g, _n, _m: 1.0, lambda _: 2.0)
    layer = Layer(2, 2, initialiser=ones)
    assert [p.data for p in layer.parameters()] == [1.0, 1.0, 2.0] * 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("xavier", "got str 'xavier': did you mean 'xavier_normal' or 'xavier_uniform'"),
        ("zzz", "write one of uniform, gaussian, scaled_gaussian, xavier_uniform"),
        (3, "the name of an initialiser, got int 3"),
    ],
)
def test_an_unknown_initialiser_is_an_error(name, message) -> None:
    for make in (MLP, Layer, Neuron):
        with pytest.raises(OptionError, match=message):
            make(*((2,) if make is Neuron else (2, [1] if make is MLP else 1)), initialiser=name)
