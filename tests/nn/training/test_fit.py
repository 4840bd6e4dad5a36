"""The loop: steps by hand, seeds, callbacks, and the settings and data that it refuses."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from autodiff import mean
from autodiff.errors import OptionError, ShapeError, WrongTypeError
from nn import (
    MLP,
    SGD,
    Adam,
    DataError,
    EarlyStopping,
    Optimiser,
    Record,
    accuracy,
    binary_cross_entropy,
    cross_entropy,
    data,
    fit,
    hinge,
    mean_squared_error,
    squared_error,
)
from nn.data import Examples
from nn.optim.schedules import Cosine, Exponential

CORNERS = [([a, b], [float(a == b), float(a != b)]) for a in (0.0, 1.0) for b in (0.0, 1.0)]

every_engine = pytest.mark.parametrize("engine", ["compiled", "eager"])


def test_one_step_of_fit_is_one_step_by_hand() -> None:
    net = MLP(1, [1])
    net.layers[0].neurons[0].weights[0].data = 0.5
    [record] = fit(net, [([2.0], [0.0]), ([1.0], [1.0])], epochs=1, batch_size=2, learning_rate=0.1)
    # outputs 1 and 0.5; loss (1 + 0.25) / 2; by w (2*1*2 - 2*0.5*1) / 2, by b (2*1 - 2*0.5) / 2
    # both outputs lie on the wrong side of 0.5, or on it
    assert record == Record(1, 1, 1, loss=0.625, accuracy=0.0, learning_rate=0.1)
    assert [p.data for p in net.parameters()] == pytest.approx([0.5 - 0.1 * 1.5, -0.1 * 0.5])


def test_fit_learns_exclusive_or() -> None:
    net = MLP(2, [8, 2], activation="tanh", seed=1)
    history = fit(net, CORNERS, epochs=200, batch_size=2, learning_rate=0.5, loss=cross_entropy)
    assert history[0].loss > 0.4
    assert history[-1].loss < 0.05
    assert accuracy(net, CORNERS) == 1.0


def test_records_say_where_the_run_is() -> None:
    seen: list[Record] = []
    history = fit(
        MLP(2, [2]), CORNERS, epochs=2, batch_size=3, learning_rate=0.1, callbacks=[seen.append]
    )
    assert seen == history
    assert [(r.epoch, r.step, r.steps) for r in history] == [
        (1, 1, 4),
        (1, 2, 4),
        (2, 3, 4),
        (2, 4, 4),
    ]
    assert history[0].accuracy in {float(Fraction(k, 3)) for k in range(4)}
    assert history[1].accuracy in {0.0, 1.0}  # one example is left for the second step


def test_the_same_seed_gives_the_same_bits_and_another_another_order() -> None:
    def run(seed: int) -> list[Record]:
        net = MLP(2, [4, 2], seed=0)
        return fit(net, CORNERS, epochs=3, batch_size=1, learning_rate=0.1, seed=seed)

    assert run(0) == run(0)
    assert run(0) != run(1)


def test_fit_leaves_the_order_of_the_callers_examples_alone() -> None:
    examples = list(CORNERS)
    fit(MLP(2, [2]), examples, epochs=1, batch_size=1, learning_rate=0.1)
    assert examples == CORNERS


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"data": []}, ShapeError, r"at least one example, got none: pass pairs"),
        ({"epochs": 0}, OptionError, "at least 1 as the number of epochs, got int 0"),
        ({"batch_size": 0}, OptionError, "at least 1 as the batch size, got int 0"),
        ({"batch_size": 1.5}, WrongTypeError, "the batch size, got float 1.5"),
        (
            {"optimizer": 0.1, "learning_rate": None},
            WrongTypeError,
            r"write optimizer=nn.Adam\(net\)",
        ),
        ({"learning_rate": 0.0}, OptionError, "the learning rate, got float 0.0"),
        ({"seed": "a"}, WrongTypeError, "as seed, got str 'a'"),
        ({"data": [([1.0], [1.0, 0.0])]}, ShapeError, "expected 2 inputs, got 1"),
        ({"data": [([1.0, 2.0], [1.0])]}, ShapeError, "one target for each of 2 outputs"),
    ],
)
def test_settings_out_of_range_are_errors(changes, error, message) -> None:
    settings = {"data": CORNERS, "epochs": 1, "batch_size": 2, "learning_rate": 0.1} | changes
    with pytest.raises(error, match=message):
        fit(MLP(2, [2]), loss=mean_squared_error, **settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "an optimizer or a learning rate, got neither: write learning_rate=0.1"),
        ({"learning_rate": 0.1, "optimizer": "self"}, "an optimizer or a learning rate, got both"),
        ({"optimizer": "other"}, "all parameters of this network, got one of 6 others"),
        (
            {"learning_rate": 0.1, "engine": "steam"},
            "name of an engine, got str 'steam': write 'compiled' or 'eager' or 'c'",
        ),
        (
            {"learning_rate": 0.1, "early_stopping": EarlyStopping(3)},
            "validation examples with early stopping, got none: hold some out",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_errors(changes, message) -> None:
    net = MLP(2, [2])
    made = {"self": Adam(net), "other": Adam(MLP(2, [2]))}
    if isinstance(changes.get("optimizer"), str):
        changes = changes | {"optimizer": made[changes["optimizer"]]}
    with pytest.raises(OptionError, match=message):
        fit(net, CORNERS, epochs=1, batch_size=1, **changes)


def by_hand(net: MLP, optimiser: Optimiser, batches: list[list]) -> list[float]:
    """The loop by hand that `fit` stands for."""
    losses = []
    for batch in batches:
        optimiser.zero_grad()
        cost = mean([cross_entropy(net(x), y) for x, y in batch])
        cost.backward()
        optimiser.step()
        losses.append(cost.data)
    return losses


@pytest.mark.parametrize("batch_size", [1, 3, None], ids=["online", "mini-batch", "full batch"])
def test_fit_takes_the_steps_of_the_loop_by_hand_to_the_last_bit(batch_size) -> None:
    net, other = (MLP(2, [4, 2], activation="tanh", seed=3) for _ in range(2))
    history = fit(
        net,
        CORNERS,
        epochs=2,
        batch_size=batch_size,
        loss=cross_entropy,
        optimizer=SGD(net, Exponential(0.5, 0.9), momentum=0.9, weight_decay=0.01),
        seed=5,
        engine="eager",
    )
    draw, order, batches = Random(5), [0, 1, 2, 3], []
    for _ in range(2):
        draw.shuffle(order)
        size = batch_size or 4
        batches += [[CORNERS[i] for i in order[at : at + size]] for at in range(0, 4, size)]
    optimiser = SGD(other, Exponential(0.5, 0.9), momentum=0.9, weight_decay=0.01)
    assert [record.loss for record in history] == by_hand(other, optimiser, batches)
    assert net.state_dict() == other.state_dict()
    assert [record.learning_rate for record in history][:3] == pytest.approx(
        [0.5 * 0.9**step for step in range(len(history))][:3]
    )


def test_data_may_be_pairs_examples_or_arrays() -> None:
    examples = Examples([x for x, _ in CORNERS], [y for _, y in CORNERS])
    arrays = examples.arrays()
    states = []
    for kind in (CORNERS, iter(CORNERS), examples, arrays, Examples(*arrays)):
        net = MLP(2, [3, 2], seed=1)
        fit(net, kind, epochs=2, batch_size=2, learning_rate=0.1)
        states.append(net.state_dict())
    assert all(state == states[0] for state in states)


def test_the_network_of_micrograds_demonstration_learns_the_moons() -> None:
    net = MLP(2, [16, 16, 1], initialiser="he", seed=1)
    optimizer = SGD(net, Cosine(0.3, 60, end=0.05), momentum=0.8, weight_decay=2e-4)
    points = data.moons(60, noise=0.1, seed=1, sides=True)
    history = fit(net, points, epochs=60, batch_size=None, loss=hinge, optimizer=optimizer)
    assert history[-1].accuracy == 1.0
    assert accuracy(net, points) == 1.0


def test_validation_examples_are_judged_after_each_epoch() -> None:
    net = MLP(2, [4, 2], activation="tanh", seed=1)
    history = fit(
        net,
        CORNERS[:3],
        epochs=2,
        batch_size=2,
        learning_rate=0.1,
        loss=cross_entropy,
        validation=CORNERS[3:],
    )
    assert [record.validation_loss is None for record in history] == [True, False, True, False]
    (x, y) = CORNERS[3]
    assert history[-1].validation_loss == pytest.approx(cross_entropy(net(x), y).data, rel=1e-14)
    assert history[-1].validation_accuracy in {0.0, 1.0}


def test_values_follow_every_eager_step() -> None:
    net = MLP(2, [2])
    states = []
    fit(
        net,
        CORNERS,
        epochs=1,
        batch_size=1,
        learning_rate=0.1,
        callbacks=[lambda _: states.append(tuple(net.state_dict().values()))],
        engine="eager",
    )
    assert len(set(states)) == 4


@every_engine
def test_a_callback_that_returns_true_ends_the_run(engine) -> None:
    seen = []
    history = fit(
        MLP(2, [2]),
        CORNERS,
        epochs=5,
        batch_size=1,
        learning_rate=0.1,
        callbacks=[lambda record: record.step == 7, seen.append],
        engine=engine,
    )
    assert history.ending == "ended by a callback"
    assert len(history) == len(seen) == 7


@every_engine
def test_hinge_checks_every_target(engine) -> None:
    net = MLP(2, [1], seed=0)
    data = [([0.2, 0.3], [1.0]), ([3.0, 4.0], [-1.0]), ([1.0, 4.0], [0.0])]
    with pytest.raises(DataError, match="-1 or 1 as every target of hinge"):
        fit(net, data, loss=hinge, learning_rate=0.1, epochs=1, batch_size=1, engine=engine)


@every_engine
def test_binary_cross_entropy_checks_every_output(engine) -> None:
    net = MLP(2, [1], seed=0)
    for weight in net.layers[0].neurons[0].weights:
        weight.data = 1.0
    data = [([0.2, 0.3], [1.0]), ([3.0, 4.0], [1.0])]
    with pytest.raises(OptionError, match="outputs between 0 and 1"):
        fit(
            net,
            data,
            loss=binary_cross_entropy,
            learning_rate=0.1,
            epochs=1,
            batch_size=None,
            engine=engine,
        )


def test_misspelt_settings_of_optimisers_are_errors() -> None:
    net = MLP(2, [1], seed=0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'momentun'"):
        SGD(net, 0.1, momentun=0.9)


@every_engine
def test_targets_of_bytes_are_numbers_not_brightness(engine) -> None:
    inputs = np.array([[0.1, 0.2], [0.5, -0.5]])
    targets = np.eye(2, dtype=np.uint8)
    losses = [
        fit(
            MLP(2, [2], seed=0),
            (inputs, kind),
            loss=squared_error,
            learning_rate=0.1,
            epochs=1,
            batch_size=2,
            engine=engine,
        )[0].loss
        for kind in (targets, targets.astype(float))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


@pytest.mark.parametrize("inputs", ["12", ["1", "2"], [None, 1.0]])
def test_inputs_that_are_not_numbers_are_errors(inputs) -> None:
    with pytest.raises((WrongTypeError, TypeError), match="expected"):
        fit(
            MLP(2, [1], seed=0),
            [(inputs, [1.0])],
            loss=squared_error,
            learning_rate=0.1,
            epochs=1,
            batch_size=1,
        )
