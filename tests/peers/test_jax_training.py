"""`fit(engine="jax")` on one device: the numbers, endings and errors of the other engines."""

from __future__ import annotations

import os
import signal
import threading
from random import Random
from typing import Any

import numpy as np
import pytest

import nn
from autodiff import OptionError, Value
from nn.extend import Cosine, Examples, WarmUp
from nn.training.checkpoint import State
from nn.training.saving import Saver

pytestmark = pytest.mark.peers

jax = pytest.importorskip("jax")

DRAW = np.random.default_rng(0)
INPUTS = DRAW.normal(size=(400, 6))
CLASSES = (INPUTS[:, 0] * INPUTS[:, 1] > 0).astype(int)
DATA = (INPUTS, CLASSES)
HELD_OUT = (INPUTS[:50], CLASSES[:50])
RULES = {
    "sgd": lambda net: nn.SGD(net, 0.1),
    "nesterov": lambda net: nn.SGD(
        net, 0.05, momentum=0.9, nesterov=True, weight_decay=0.01, max_norm=0.3
    ),
    "rmsprop": lambda net: nn.RMSProp(net, decayed=net.parameters()[:5], weight_decay=0.1),
    "adam": lambda net: nn.Adam(net, WarmUp(10, then=Cosine(0.01, steps=200))),
    "adamw": lambda net: nn.AdamW(net, 0.01, weight_decay=0.1, max_norm=1.0),
}


class Sign(nn.Optimiser):
    """A rule that a user wrote."""

    def direction(self, gradient: Any) -> Any:
        return np.sign(gradient) * np.where(np.abs(gradient) > 1e-3, 1.0, 0.5)


def trained(rule: Any, engine: str, *, frozen: bool = False, **options: Any) -> Any:
    net = nn.MLP(6, [8, 8, 2], activation="tanh", seed=1)
    if frozen:
        net.layers[0].freeze()
    settings = {"epochs": 6, "batch_size": 12, "loss": nn.cross_entropy, "progress": False}
    history = nn.fit(net, DATA, optimizer=rule(net), engine=engine, **{**settings, **options})
    return np.array([p.data for p in net.parameters()]), history, net


def assert_equal(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one[0], other[0], rtol=0, atol=1e-12)
    assert len(one[1]) == len(other[1])
    assert one[1].ending == other[1].ending
    for record, expected in zip(one[1], other[1], strict=True):
        for ours, others in zip(record, expected, strict=True):
            assert (ours is None) == (others is None)
            assert ours is None or ours == pytest.approx(others, rel=1e-12, abs=1e-14)


# -- the numbers of the compiled engine -----------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
def test_two_hundred_steps(name: str) -> None:
    reached = trained(RULES[name], "jax", validation=HELD_OUT)
    assert len(reached[1]) == 204
    assert_equal(reached, trained(RULES[name], "compiled", validation=HELD_OUT))


def test_a_rule_of_the_user_and_frozen_layers() -> None:
    rule = lambda net: Sign(net, 0.001)  # noqa: E731
    reached = trained(rule, "jax", frozen=True)
    assert_equal(reached, trained(rule, "compiled", frozen=True))
    assert reached[2].layers[0].neurons[0].bias.data == 0.0


def careful(gradient: Any) -> Any:
    return gradient if float(np.abs(gradient).max()) < 1 else 0 * gradient


def asking(gradient: Any) -> Any:
    norm = np.sqrt(np.sum(gradient * gradient))
    return gradient / norm if norm > 1000 else gradient


def largest(gradient: Any) -> Any:
    return gradient / max(np.abs(gradient).max(), 1e-3)


def elsewhere(gradient: Any) -> Any:
    return np.multiply(gradient, 2.0, out=np.zeros(gradient.shape))


def partly(gradient: Any) -> Any:
    found = np.empty_like(gradient)
    np.copyto(found, gradient, where=gradient > 0)
    return found


@pytest.mark.parametrize("direction", [careful, asking, largest, elsewhere, partly])
def test_a_rule_that_cannot_be_traced_is_refused(direction: Any) -> None:
    class Careful(nn.Optimiser):
        def direction(self, gradient: Any) -> Any:
            return direction(gradient)

    with pytest.raises(OptionError, match="written with NumPy's functions, got Careful: "):
        trained(lambda net: Careful(net, 0.1), "jax")
    if direction is careful:
        assert len(trained(lambda net: Careful(net, 0.1), "jax", callbacks=[print])[1]) == 204


def test_a_rule_may_write_to_a_part_of_an_array() -> None:
    class Half(nn.Optimiser):
        def direction(self, gradient: Any) -> Any:
            found = 1.0 * gradient
            part = found[: len(self.parameters) // 2]
            part *= 0.5
            found[-3:] += 0.01
            return found

    assert_equal(*(trained(lambda net: Half(net, 0.1), engine) for engine in ("jax", "compiled")))


def test_weights_batches_of_all_and_targets_that_are_no_classes() -> None:
    options = {"batch_size": None, "weights": DRAW.uniform(size=400), "epochs": 20}
    assert_equal(
        trained(RULES["adam"], "jax", **options), trained(RULES["adam"], "compiled", **options)
    )
    line = [([x], [2 * x + 1]) for x in np.linspace(-1, 1, 7).tolist()]
    found = []
    for engine in ("jax", "compiled"):
        net = nn.MLP(1, [1], seed=0)
        settings = {"epochs": 9, "batch_size": 2, "learning_rate": 0.3, "progress": False}
        history = nn.fit(net, line, engine=engine, **settings)
        found.append((np.array([p.data for p in net.parameters()]), history))
    assert_equal(*found)


def test_images_in_bytes() -> None:
    images = DRAW.integers(0, 256, (60, 9), np.uint8)
    data = Examples(images, DRAW.integers(0, 3, 60), 3)
    ends = []
    for engine in ("jax", "compiled"):
        net = nn.MLP(9, [4, 3], seed=2)
        nn.fit(net, data, epochs=3, batch_size=7, learning_rate=0.5, engine=engine, progress=False)
        ends.append([p.data for p in net.parameters()])
    np.testing.assert_allclose(*ends, rtol=0, atol=1e-13)


def test_early_stopping() -> None:
    options = {
        "validation": HELD_OUT,
        "early_stopping": nn.EarlyStopping(patience=2),
        "epochs": 40,
    }
    reached = trained(RULES["adamw"], "jax", **options)
    assert reached[1].ending == "stopped early"
    assert reached[1].best_epoch is not None
    assert_equal(reached, trained(RULES["adamw"], "compiled", **options))


# -- endings ---------------------------------------------------------------------------------------


def test_a_run_is_resumed_to_the_bit(tmp_path: Any) -> None:
    pytest.importorskip("safetensors")
    path = tmp_path / "run.safetensors"
    whole = trained(RULES["adam"], "jax")
    trained(RULES["adam"], "jax", epochs=3, checkpoint=path)
    resumed = trained(RULES["adam"], "jax", resume=path)
    assert resumed[0].tolist() == whole[0].tolist()
    assert list(resumed[1]) == list(whole[1])
    by_numpy = trained(RULES["adam"], "compiled", resume=path)
    assert_equal(by_numpy, whole)


def test_checkpoints_within_an_epoch_have_the_parameters_of_their_step(
    tmp_path: Any, monkeypatch: Any
) -> None:
    states: list[tuple[int, Any]] = []
    write = Saver.write

    def noted(self: Saver, state: State) -> None:
        states.append((len(state.history), state.parameters.copy()))
        write(self, state)

    monkeypatch.setattr(Saver, "write", noted)
    found = {}
    for engine in ("jax", "compiled"):
        states.clear()
        rule = nn.Checkpoint(tmp_path / f"{engine}.safetensors", steps=25)
        trained(RULES["adam"], engine, checkpoint=rule)
        found[engine] = list(states)
    steps = [count for count, _ in found["jax"]]
    assert steps == [count for count, _ in found["compiled"]] == [*range(25, 204, 25), 204]
    for (_, ours), (_, others) in zip(found["jax"], found["compiled"], strict=True):
        np.testing.assert_allclose(ours, others, rtol=0, atol=1e-12)


def test_callbacks_of_epochs_leave_the_steps_at_once() -> None:
    seen: list[int] = []
    counted = nn.each_epoch(lambda record: seen.append(record.step))
    found = trained(RULES["adam"], "jax", callbacks=[counted])
    assert_equal(found, trained(RULES["adam"], "compiled"))
    assert seen == [*range(34, 205, 34)]


def test_callbacks_see_every_step_and_may_end_the_run() -> None:
    seen: list[int] = []

    def until_five(record: Any) -> bool:
        seen.append(record.step)
        return record.step == 5

    reached = trained(RULES["sgd"], "jax", callbacks=[until_five])
    assert seen == [1, 2, 3, 4, 5]
    seen.clear()
    assert_equal(reached, trained(RULES["sgd"], "compiled", callbacks=[until_five]))


def test_ctrl_c_ends_the_run_after_an_epoch() -> None:
    timer = threading.Timer(4.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    _, history, _ = trained(RULES["sgd"], "jax", epochs=100_000)
    timer.join()
    assert history.ending == "interrupted"
    assert len(history) % 34 == 0


def test_the_first_nan_is_found_by_our_own_engine() -> None:
    errors = []
    for engine in ("jax", "compiled"):
        with pytest.raises(nn.DivergenceError) as caught:
            trained(lambda net: nn.SGD(net, 1e200), engine, loss=nn.mean_squared_error)
        errors.append(caught.value)
    ours, expected = errors
    assert ours.step == expected.step
    assert len(ours.history) == len(expected.history) == expected.step - 1
    assert str(ours).partition("starts")[2] == str(expected).partition("starts")[2]


def test_what_is_not_finite_in_the_middle_of_an_epoch() -> None:
    def loss(outputs: Any, targets: Any) -> Value:
        (target,) = targets
        return outputs[0] * target

    data = [([1.0], [1.0])] * 5 + [([1.0], [1e308])] * 3
    errors = []
    for engine in ("jax", "compiled"):
        net = nn.MLP(1, [1], seed=0)
        settings = {"epochs": 3, "batch_size": 1, "learning_rate": 10.0, "progress": False}
        with pytest.raises(nn.DivergenceError) as caught:
            nn.fit(net, data, loss=loss, engine=engine, seed=Random(1), **settings)
        errors.append((str(caught.value), [p.data for p in net.parameters()]))
    assert errors[0] == errors[1]


def test_examples_that_take_another_branch_are_refused() -> None:
    def loss(outputs: Any, targets: Any) -> Value:
        (target,) = targets
        error = outputs[0] - target
        return error * error if error > 0 else -error

    net = nn.MLP(1, [1], seed=0)
    line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
    with pytest.raises(OptionError, match=r"come out alike.*write engine='compiled'"):
        nn.fit(net, line, loss=loss, epochs=3, batch_size=1, learning_rate=0.1, engine="jax")
