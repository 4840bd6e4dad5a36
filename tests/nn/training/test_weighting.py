"""Weights of examples and classes: the same steps as by hand, in both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import ChalkgradError, mean
from nn import MLP, SGD, cross_entropy, fit, hinge, mean_squared_error
from nn.data import Examples

INPUTS = [[0.5, -1.0], [2.0, 0.3], [1.0, 1.0], [-0.2, 0.4]]
KINDS = {
    "classes": (cross_entropy, np.eye(3)[[0, 2, 1, 2]].tolist(), [0, 2, 1, 2]),
    "sides": (hinge, [[-1.0], [1.0], [1.0], [-1.0]], [0, 1, 1, 0]),
    "numbers": (mean_squared_error, [[0.5], [2.0], [-1.0], [0.0]], None),
}
weights_of_examples = st.lists(
    st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=4, max_size=4
).filter(any)


def by_hand(loss, targets, weights) -> MLP:
    """Two steps with all examples."""
    net = MLP(2, [len(targets[0])], seed=1)
    optimiser = SGD(net, 0.1, momentum=0.5)
    for _ in range(2):
        optimiser.zero_grad()
        rows = zip(INPUTS, targets, weights, strict=True)
        mean([weight * loss(net(x), y) for x, y, weight in rows]).backward()
        optimiser.step()
    return net


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None)
@given(weights_of_examples, st.dictionaries(st.integers(0, 1), st.sampled_from([0.5, 2.0])))
def test_weights_scale_the_gradients_of_examples(engine, kind, weights, by_class) -> None:
    loss, targets, labels = KINDS[kind]
    asked = [(weights, weights), (np.array(weights), weights), (tuple(weights), weights)]
    if labels is not None:
        asked.append((by_class, [by_class.get(label, 1.0) for label in labels]))
    for form, expected in asked:
        net = MLP(2, [len(targets[0])], seed=1)
        history = fit(
            net,
            Examples(INPUTS, targets),
            epochs=2,
            batch_size=None,
            loss=loss,
            optimizer=SGD(net, 0.1, momentum=0.5),
            weights=form,
            validation=Examples(INPUTS, targets),
            engine=engine,
        )
        other = by_hand(loss, targets, expected)
        assert list(net.state_dict().values()) == pytest.approx(
            list(other.state_dict().values()), rel=1e-12
        )
        plain = [loss(net(x), y).data for x, y in zip(INPUTS, targets, strict=True)]
        assert history[-1].validation_loss == pytest.approx(np.mean(plain), rel=1e-12)
        assert (history[-1].accuracy is None) == (labels is None)


BAD = {
    "too few": [1.0, 2.0],
    "too many": [1.0] * 5,
    "negative": [1.0, 1.0, -1.0, 1.0],
    "nan": [1.0, math.nan, 1.0, 1.0],
    "inf": [math.inf, 1.0, 1.0, 1.0],
    "none above 0": [0.0] * 4,
    "texts": ["1"] * 4,
    "a number": 2.0,
    "rows": np.ones((4, 1)),
    "an unknown class": {3: 1.0},
    "a negative class": {-1: 1.0},
    "a named class": {"cat": 1.0},
    "a negative weight of a class": {0: -1.0},
    "no class above 0": {0: 0.0, 1: 0.0, 2: 0.0},
}


@pytest.mark.parametrize("kind", BAD)
def test_weights_that_do_not_fit_are_errors(kind) -> None:
    loss, targets, _ = KINDS["classes"]
    run = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "loss": loss}
    with pytest.raises(ChalkgradError, match="expected"):
        fit(MLP(2, [3]), Examples(INPUTS, targets), weights=BAD[kind], **run)


def test_classes_of_numbers_have_no_weights() -> None:
    loss, targets, _ = KINDS["numbers"]
    run = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "loss": loss}
    with pytest.raises(ChalkgradError, match="targets that are classes, got other numbers"):
        fit(MLP(2, [1]), Examples(INPUTS, targets), weights={0: 1.0}, **run)
