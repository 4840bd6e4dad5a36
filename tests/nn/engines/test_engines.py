"""The compiled engine beside the eager one: the same losses, steps and endings."""

from __future__ import annotations

import gc
import sys
from contextlib import nullcontext
from random import Random

import numpy as np
import pytest

from autodiff import TracingWarning, Value, maximum
from autodiff.errors import MissingPackageError, OptionError, ShapeError, WrongTypeError
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    RMSProp,
    accuracy,
    binary_cross_entropy,
    confusion,
    cross_entropy,
    fit,
    half_squared_error,
    hinge,
    mean_squared_error,
    squared_error,
)
from nn.data import Examples, circles, moons
from nn.evaluation.accuracy import outputs_of
from nn.optim.schedules import Cosine, WarmUp

RINGS = circles(30, noise=0.1, seed=1)
SIDES = moons(30, noise=0.1, seed=2, sides=True)

OPTIMISERS = {
    "plain": lambda net: SGD(net, 0.1),
    "momentum": lambda net: SGD(net, 0.05, momentum=0.9),
    "nesterov": lambda net: SGD(net, 0.05, momentum=0.8, nesterov=True),
    "decay": lambda net: SGD(net, 0.1, weight_decay=0.01),
    "schedule": lambda net: SGD(net, WarmUp(3, then=Cosine(0.2, 9))),
    "rms_prop": lambda net: RMSProp(net, 0.01, weight_decay=0.01),
    "adam": lambda net: Adam(net, 0.01, weight_decay=0.01),
    "adam_w": lambda net: AdamW(net, 0.01, weight_decay=0.1),
}


def largest_of_two(outputs, targets):
    """Hinge as a beginner writes it: the builtin max compares, and goes one of two ways."""
    return max(Value(0.0), 1 - targets[0] * outputs[0])


def largest_of_the_table(outputs, targets):
    return maximum(0.0, 1 - targets[0] * outputs[0])


def both(examples, size, loss, make, **settings):
    """Train twice from one start, and hold the engines against each other."""
    found = []
    for engine in ("eager", "compiled"):
        net = MLP(2, size, activation="tanh", seed=3, **settings.get("shape", {}))
        history = fit(
            net,
            examples,
            epochs=4,
            batch_size=settings.get("batch_size", 10),
            loss=loss,
            optimizer=make(net),
            seed=4,
            engine=engine,
            validation=examples[:7],
        )
        found.append((history, net))
    (history, net), (other, other_net) = found
    assert len(history) == len(other)
    for record, same in zip(history, other, strict=True):
        assert same.loss == pytest.approx(record.loss, rel=1e-9, abs=1e-12)
        assert (same.validation_loss is None) == (record.validation_loss is None)
        if record.validation_loss is not None:
            expected = pytest.approx(record.validation_loss, rel=1e-9, abs=1e-12)
            assert same.validation_loss == expected
        assert same._replace(loss=0.0, validation_loss=None) == record._replace(
            loss=0.0, validation_loss=None
        )
    assert history[-1].loss != history[0].loss
    states = [list(each.state_dict().values()) for each in (net, other_net)]
    assert states[1] == pytest.approx(states[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("make", OPTIMISERS.values(), ids=list(OPTIMISERS))
@pytest.mark.parametrize("batch_size", [1, 7, None], ids=["online", "mini-batch", "full batch"])
def test_both_engines_take_the_same_steps(make, batch_size) -> None:
    both(RINGS, [4, 2], cross_entropy, make, batch_size=batch_size)


@pytest.mark.parametrize(
    ("loss", "last"),
    [
        (half_squared_error, "sigmoid"),
        (squared_error, "sigmoid"),
        (mean_squared_error, "linear"),
        (binary_cross_entropy, "sigmoid"),
        (cross_entropy, "linear"),
    ],
)
def test_both_engines_know_every_loss(loss, last) -> None:
    both(RINGS, [3, 2], loss, OPTIMISERS["plain"], shape={"output_activation": last})


@pytest.mark.parametrize("loss", [hinge, largest_of_two, largest_of_the_table])
@pytest.mark.parametrize("batch_size", [1, 10, None])
def test_a_loss_that_branches_goes_every_way(loss, batch_size) -> None:
    both(SIDES, [4, 1], loss, OPTIMISERS["decay"], batch_size=batch_size)


def test_a_loss_may_pick_its_target_by_comparing() -> None:
    def of_the_largest(outputs, targets):
        return -outputs[targets.index(max(targets))] + sum(output**2 for output in outputs)

    both(RINGS, [3, 2], of_the_largest, OPTIMISERS["plain"])


ASKED = [
    lambda outputs, y: outputs[0] * 2 if y[0] == 1 else (outputs[0] - 1) ** 2,
    lambda outputs, y: outputs[0] * 2 if y[0] != 1 else (outputs[0] - 1) ** 2,
    lambda outputs, y: (outputs[0] - {0.0: -1.0, 1.0: 2.0}.get(y[0], 9.0)) ** 2,
    lambda outputs, y: (outputs[0] - y.index(1)) ** 2 if 1 in y else outputs[0] ** 2,
    lambda outputs, y: outputs[0] * 2 if getattr(y[0], "data", y[0]) > 0 else outputs[0] ** 2,
    lambda outputs, y: outputs[0] ** 2 if outputs[0].data > 0.1 else -outputs[0] * y[0],
]


@pytest.mark.parametrize("loss", ASKED)
def test_a_loss_that_asks_what_a_trace_does_not_hold_is_told_the_line(loss) -> None:
    net = MLP(2, [1], seed=1)
    data = [([0.1, 0.2], [1.0]), ([0.3, -0.4], [0.0])]
    settings = {"loss": loss, "epochs": 1, "batch_size": 2, "learning_rate": 0.1}
    with pytest.raises(OptionError, match=r"test_engines\.py:\d+: .* write engine='eager'"):
        fit(net, data, **settings)
    fit(net, data, engine="eager", **settings)


def test_a_network_that_branches_much_is_trained_as_eagerly() -> None:
    def loss(outputs, targets):
        return sum((a if a > 0 else a * 0.1) * y for a, y in zip(outputs, targets, strict=True))

    draw = np.random.default_rng(1)
    data = list(
        zip(draw.normal(size=(60, 3)).tolist(), draw.normal(size=(60, 6)).tolist(), strict=True)
    )
    states = []
    for engine in ("eager", "compiled"):
        net = MLP(3, [6], seed=1)
        expected = pytest.warns(TracingWarning) if engine == "compiled" else nullcontext()
        with expected as caught:
            settings = {"epochs": 2, "batch_size": 20, "learning_rate": 0.1}
            history = fit(net, data, loss=loss, engine=engine, validation=data, **settings)
        states.append((list(net.state_dict().values()), [record.loss for record in history]))
        assert caught is None or len(caught) == 1
    np.testing.assert_allclose(states[0][0], states[1][0], rtol=1e-12)
    np.testing.assert_allclose(states[0][1], states[1][1], rtol=1e-12)


def test_bytes_are_read_as_numbers_from_0_to_1() -> None:
    draw = np.random.default_rng(1)
    images = draw.integers(0, 256, (20, 9), dtype=np.uint8)
    targets = np.eye(2)[draw.integers(0, 2, 20)]
    states = []
    for inputs in (images, images / 255, (images / 255).tolist()):
        net = MLP(9, [3, 2], seed=1)
        fit(net, Examples(inputs, targets), epochs=2, batch_size=3, learning_rate=0.1)
        states.append(net.state_dict())
    assert states[0] == states[1] == states[2]


def test_a_compiled_run_leaves_no_gradients_and_no_graph_behind() -> None:
    net = MLP(2, [2], seed=1)
    fit(net, RINGS, epochs=1, batch_size=5, learning_rate=0.1, loss=cross_entropy)
    assert {parameter.grad for parameter in net.parameters()} == {0.0}
    assert not any(parameter.parents for parameter in net.parameters())


def test_values_follow_a_compiled_run_at_the_end_of_each_epoch() -> None:
    net, states = MLP(2, [2], seed=1), []
    fit(
        net,
        RINGS[:4],
        epochs=2,
        batch_size=2,
        learning_rate=0.1,
        callbacks=[lambda _: states.append(tuple(net.state_dict().values()))],
    )
    assert states[0] != states[1] == states[2] != states[3]
    assert states[3] == tuple(net.state_dict().values())


def test_long_epochs_measure_their_accuracy_two_hundred_times() -> None:
    examples = Examples(np.linspace(-1, 1, 500)[:, None], np.eye(2)[[0, 1] * 250])
    history = fit(MLP(1, [2]), examples, epochs=2, batch_size=1, learning_rate=0.01)
    assert len(history) == 1000
    seen = [record.step for record in history if record.accuracy is not None]
    assert seen[:3] == [1, 4, 7]
    assert {500, 501, 1000} <= set(seen)
    assert len(seen) == 2 * (500 // 3 + 2)


class Unfit:
    """A network that does something that a trace cannot follow."""

    def __init__(self, how):
        self.w = Value(0.8)
        self._draw = Random(1)
        self._how = how

    def parameters(self):
        return [self.w]

    def __call__(self, inputs):
        [x] = inputs
        match self._how:
            case "random":
                return [self.w * x * self._draw.random()]
            case "data":
                return [self.w * Value(x.data if isinstance(x, Value) else x)]
            case _:
                return [self.w * [0.0, 1.0][x]]


@pytest.mark.parametrize("how", ["random", "data", "index"])
def test_what_cannot_be_traced_is_told_to_run_eagerly(how) -> None:
    data = [([1], [1.0]), ([0], [0.0])]
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1}
    with pytest.raises(OptionError, match=r"the same graph .* write engine='eager'"):
        fit(Unfit(how), data, **settings)
    assert len(fit(Unfit(how), data, engine="eager", **settings)) == 2


def test_rows_that_do_not_fit_the_network_are_errors_before_the_first_step() -> None:
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1}
    with pytest.raises(ShapeError, match="expected 2 inputs, got 3"):
        fit(MLP(2, [1]), [([1.0, 2.0, 3.0], [1.0])], **settings)
    with pytest.raises(WrongTypeError, match="all of one length, as inputs"):
        fit(MLP(2, [1]), [([1.0, 2.0], [1.0]), ([1.0], [1.0])], **settings)


@pytest.mark.parametrize("count", [10, 250])
def test_many_examples_are_judged_as_few_are(count) -> None:
    net = MLP(2, [5, 2], activation="tanh", seed=1)
    examples = moons(count, noise=0.2, seed=3)
    by_hand = [[output.data for output in net(inputs)] for inputs, _ in examples]
    np.testing.assert_allclose(outputs_of(net, examples), by_hand, rtol=1e-12)
    right = sum(
        row.index(max(row)) == label for row, label in zip(by_hand, examples.labels, strict=True)
    )
    assert accuracy(net, examples) == right / count
    assert confusion(net, examples).right == right


@pytest.mark.parametrize("how", ["data", "index"])
def test_what_cannot_be_compiled_is_judged_one_by_one(how) -> None:
    net = Unfit(how)
    examples = [([k % 2], [float(k % 2)]) for k in range(150)]
    assert accuracy(net, examples) == (1.0)


def test_ten_thousand_images_are_judged() -> None:
    net = MLP(784, [16, 16, 10], activation="sigmoid", seed=1)
    images = np.random.default_rng(1).integers(0, 256, (10_000, 784), dtype=np.uint8)
    examples = Examples(images, np.eye(10)[np.arange(10_000) % 10])
    table = confusion(net, examples)
    assert table.total == 10_000


@pytest.mark.parametrize("was_enabled", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_the_garbage_collector_is_restored(was_enabled, fails) -> None:
    inside = []

    def callback(_):
        inside.append(gc.isenabled())
        if fails:
            raise RuntimeError

    try:
        if not was_enabled:
            gc.disable()
        with pytest.raises(RuntimeError) if fails else nullcontext():
            fit(
                MLP(2, [2]),
                RINGS,
                epochs=1,
                batch_size=None,
                learning_rate=0.1,
                callbacks=[callback],
                engine="eager",
            )
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()
    assert inside == [False]


def test_the_compiled_engine_leaves_the_garbage_collector_alone() -> None:
    inside = []
    fit(
        MLP(2, [2]),
        RINGS,
        epochs=1,
        batch_size=None,
        learning_rate=0.1,
        callbacks=[lambda _: inside.append(gc.isenabled())],
    )
    assert inside == [True]


def test_without_jax_its_engine_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    settings = {"epochs": 1, "batch_size": 10, "learning_rate": 0.1, "progress": False}
    with pytest.raises(MissingPackageError, match=r'pip install "chalkgrad\[jax\]"'):
        fit(MLP(2, [2]), RINGS, engine="jax", **settings)
