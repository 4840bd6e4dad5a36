"""Every loss with every kind of target and number of outputs: it trains, or it is an error."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import ChalkgradError
from nn import (
    MLP,
    Adam,
    binary_cross_entropy,
    cross_entropy,
    fit,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
)
from nn.losses import demand_targets

# for each loss, the activation of its outputs and the least that its cost can be for a target y
LOSSES = {
    squared_error: ("linear", lambda row: 0.0),
    half_squared_error: ("linear", lambda row: 0.0),
    mean_squared_error: ("linear", lambda row: 0.0),
    hinge: ("linear", lambda row: 0.0),
    cross_entropy: ("linear", lambda row: -sum(y * math.log(y) for y in row if y > 0)),
    binary_cross_entropy: (
        "sigmoid",
        lambda row: -sum(p * math.log(p) for y in row for p in (y, 1 - y) if p > 0),
    ),
}
KINDS = {  # two rows of targets for a number of outputs
    "one-hot": lambda n: np.eye(n)[[0, n - 1]],
    "zeros and ones": lambda n: np.array([[0.0] * n, [1.0] * n]),
    "sides": lambda n: np.array([[-1.0] * n, [1.0] * n]),
    "one against all": lambda n: 2 * np.eye(n)[[0, n - 1]] - 1,
    "shares": lambda n: np.full((2, n), 1 / n),
    "halves": lambda n: np.full((2, n), 0.5),
    "numbers": lambda n: np.array([[0.3] * n, [2.5] * n]),
    "zeros": lambda n: np.zeros((2, n)),
    "fives": lambda n: 5 * np.eye(n)[[0, n - 1]],
    "nan": lambda n: np.full((2, n), math.nan),
    "inf": lambda n: np.full((2, n), math.inf),
}
INPUTS = np.array([[-1.0], [1.0]])


def trained(loss, last, targets, engine) -> float | None:
    """The last mean cost of two separable examples, or None if they are refused."""
    net = MLP(1, [targets.shape[1]], output_activation=last, seed=1)
    try:
        history = fit(
            net,
            (INPUTS, targets),
            epochs=100,
            batch_size=None,
            loss=loss,
            optimizer=Adam(net, 0.2),
            engine=engine,
        )
    except ChalkgradError:
        return None
    return history[-1].loss


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize(
    ("loss", "kind", "count"),
    list(product(LOSSES, KINDS, [1, 3])),
    ids=lambda x: getattr(x, "__name__", x),
)
def test_targets_train_or_are_refused(loss, kind, count, engine) -> None:
    last, least_of = LOSSES[loss]
    targets = KINDS[kind](count)
    cost = trained(loss, last, targets, engine)
    if cost is not None:
        assert count > 1 or loss is not cross_entropy
        least = np.mean([least_of(row.tolist()) for row in targets])
        assert least - 1e-9 <= cost < least + 0.1


def is_trainable(loss, row) -> bool:
    """The oracle: what the docstrings of the losses ask of their targets."""
    if loss is cross_entropy:
        return len(row) > 1 and min(row) >= 0 and abs(sum(row) - 1) < 1e-6
    if loss is binary_cross_entropy:
        return all(0 <= y <= 1 for y in row)
    return loss is not hinge or all(y in {-1.0, 1.0} for y in row)


numbers = st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0])


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=4), st.sampled_from(list(LOSSES)))
def test_rows_are_judged_alike_one_by_one_and_all_at_once(row, loss) -> None:
    outputs = [0.5] * len(row)
    for judge in (
        lambda: loss(outputs, row),
        lambda: demand_targets(loss, np.array([row])),
    ):
        if is_trainable(loss, row):
            judge()
        else:
            with pytest.raises((ValueError), match="expected"):
                judge()


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize("part", ["data", "validation"])
@pytest.mark.parametrize("place", [0, 77, 149])
def test_one_bad_target_among_many_different_ones_is_found(place, part, engine) -> None:
    targets = np.random.default_rng(1).uniform(0, 1, (150, 1))
    bad = targets.copy()
    bad[place] = -1.0
    inputs = np.zeros((150, 1))
    parts = {"data": (inputs, targets), "validation": (inputs, targets), part: (inputs, bad)}
    net = MLP(1, [1], output_activation="sigmoid")
    with pytest.raises(ValueError, match=r"a number from 0 to 1 as every target .* float -1.0"):
        fit(
            net,
            parts["data"],
            validation=parts["validation"],
            epochs=1,
            batch_size=10,
            learning_rate=0.1,
            loss=binary_cross_entropy,
            engine=engine,
        )
