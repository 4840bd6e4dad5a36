"""Checkpoints: however a training is cut, its parts equal the whole, bit for bit."""

from __future__ import annotations

import json
import signal
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autodiff import ChalkgradError, FileError, Value
from nn import MLP, SGD, Adam, AdamW, DataError, EarlyStopping, Module, RMSProp, fit
from nn.data import moons
from nn.extend import read_arrays, write_arrays
from nn.optim.schedules import Cosine, WarmUp

pytest.importorskip("safetensors")

TRAIN, HELD_OUT = moons(25, noise=0.2, seed=1).split(6)
OPTIMISERS = {
    "sgd": lambda net: SGD(net, 0.1, weight_decay=0.01),
    "nesterov": lambda net: SGD(net, WarmUp(3, Cosine(0.2, 30)), momentum=0.9, nesterov=True),
    "rms_prop": lambda net: RMSProp(net, 0.01, max_norm=0.5),
    "adam": lambda net: Adam(net, Cosine(0.05, 40)),
    "adam_w": lambda net: AdamW(net, 0.01, weight_decay=0.1),
}
STOPPING = {
    "never": {},
    "early": {"validation": HELD_OUT, "early_stopping": EarlyStopping(2)},
    "late": {"validation": HELD_OUT, "early_stopping": EarlyStopping(50, "accuracy")},
}


class Line(Module):
    """A network of one's own, with a shared parameter."""

    def __init__(self) -> None:
        self.slope = Value(0.3)
        self.again = [self.slope, Value(-0.2)]

    def __call__(self, inputs):
        x, y = inputs
        return [self.slope * x + self.again[1] * y, self.again[0] * y]


def net_of(kind) -> Module:
    net = Line() if kind == "own" else MLP(2, [3, 2], activation="tanh", seed=1)
    if kind == "frozen":
        net.layers[0].freeze()
    return net


def run(kind, make, epochs, **more):
    """Train from the start, in a process that knows of no other run."""
    net = net_of(kind)
    history = fit(
        net, TRAIN, epochs=epochs, loss=nn.cross_entropy, optimizer=make(net), seed=3, **more
    )
    return net.state_dict(), list(history), history.ending, history.best_epoch


class Cut:
    """A callback that ends a run at a step, in one of several ways."""

    def __init__(self, step, how) -> None:
        self._step, self._how = step, how

    def __call__(self, record):
        if record.step != self._step:
            return False
        if self._how == "raised":
            raise KeyboardInterrupt
        if self._how == "signal":
            signal.raise_signal(signal.SIGINT)
        return self._how == "callback"


def cut_run(  # noqa: PLR0913
    folder, kind, make, cuts, how, epochs, **more
):
    """Train to each cut in turn and then to the end, each part from the file of the one before."""
    path = folder / "run.safetensors"
    resume = None
    for cut in cuts:
        part = {"epochs": epochs, "callbacks": [Cut(cut, how)]}
        if how == "epochs":
            part = {"epochs": cut}
        run(kind, make, checkpoint=path, resume=resume, **part, **more)
        resume = path if path.exists() else None
    return run(kind, make, epochs, resume=resume, **more)


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize("name", OPTIMISERS)
@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from(["mlp", "own", "frozen"]),
    st.sampled_from(list(STOPPING)),
    st.sampled_from([1, 4, 7, None]),
    st.sampled_from(["epochs", "callback", "signal", "raised"]),
    st.lists(st.integers(1, 20), min_size=1, max_size=3),
    st.sampled_from([None, {0: 2.0, 1: 0.5}]),
)
def test_parts_equal_the_whole(  # noqa: PLR0913
    tmp_path_factory, engine, name, kind, stopping, size, how, cuts, weights
) -> None:
    more = {"batch_size": size, "engine": engine, "weights": weights, **STOPPING[stopping]}
    cuts = sorted({min(cut, 5) if how == "epochs" else cut for cut in cuts})
    folder = tmp_path_factory.mktemp("run")
    whole = run(kind, OPTIMISERS[name], 5, **more)
    assert cut_run(folder, kind, OPTIMISERS[name], cuts, how, 5, **more) == whole


def test_five_and_five_epochs_of_a_generator_are_ten(tmp_path) -> None:
    def trained(epochs, draw, **more):
        net = MLP(2, [2], seed=1)
        history = fit(net, TRAIN, epochs=epochs, batch_size=4, learning_rate=0.1, seed=draw, **more)
        return net.state_dict(), list(history)

    trained(5, Random(9), checkpoint=tmp_path / "run")
    assert trained(10, Random(1), resume=tmp_path / "run") == trained(10, Random(9))


def test_the_other_engine_goes_on_up_to_rounding(tmp_path) -> None:
    path = tmp_path / "run"
    run("mlp", OPTIMISERS["adam"], 3, batch_size=4, engine="eager", checkpoint=path)
    mixed = run("mlp", OPTIMISERS["adam"], 6, batch_size=4, resume=path)
    whole = run("mlp", OPTIMISERS["adam"], 6, batch_size=4)
    assert list(mixed[0].values()) == pytest.approx(list(whole[0].values()), rel=1e-9)


def test_a_finished_training_is_returned_as_it_is(tmp_path) -> None:
    path = tmp_path / "run"
    whole = run("mlp", OPTIMISERS["adam"], 2, batch_size=4, checkpoint=path)
    assert run("mlp", OPTIMISERS["adam"], 2, batch_size=4, resume=path) == whole
    with pytest.raises(ChalkgradError, match="as many epochs as the checkpoint has finished"):
        run("mlp", OPTIMISERS["adam"], 1, batch_size=4, resume=path)


CHANGES = {
    "network": {"net": lambda: MLP(2, [3, 2], activation="relu", seed=1)},
    "size": {"net": lambda: MLP(2, [4, 2], activation="tanh", seed=1)},
    "frozen": {"net": lambda: net_of("frozen")},
    "optimizer": {"make": lambda net: RMSProp(net, 0.01)},
    "betas": {"make": lambda net: Adam(net, 0.01, betas=(0.8, 0.999))},
    "epsilon": {"make": lambda net: Adam(net, 0.01, epsilon=1e-6)},
    "max_norm": {"make": lambda net: Adam(net, 0.01, max_norm=1.0)},
    "decay": {"make": lambda net: Adam(net, 0.01, weight_decay=0.1)},
    "loss": {"loss": nn.squared_error},
    "batch size": {"batch_size": 5},
    "seed": {"seed": 4},
    "data": {"data": TRAIN[:-1]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_settings_are_named_and_change_nothing(change, tmp_path) -> None:
    def trained(**changes):
        given = {
            "net": lambda: net_of("mlp"),
            "make": lambda net: Adam(net, 0.01),
            "data": TRAIN,
            "loss": nn.cross_entropy,
            "batch_size": 4,
            "seed": 3,
        } | changes
        net = given.pop("net")()
        before = net.state_dict()
        data, make = given.pop("data"), given.pop("make")
        try:
            fit(net, data, optimizer=make(net), epochs=2, **given)
        finally:
            after.append((before, net.state_dict()))

    after = []
    trained(checkpoint=tmp_path / "run")
    with pytest.raises(DataError, match="resume with the settings that the training began with"):
        trained(resume=tmp_path / "run", **CHANGES[change])
    assert after[-1][0] == after[-1][1]


def test_a_damaged_checkpoint_is_an_error_and_changes_nothing(tmp_path) -> None:
    path = tmp_path / "run"
    run("mlp", OPTIMISERS["adam"], 2, batch_size=4, checkpoint=path)
    whole = path.read_bytes()
    path.with_name("run.before").unlink()
    for place in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(DataError):
            run("mlp", OPTIMISERS["adam"], 3, batch_size=4, resume=path)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, words: arrays.pop("parameters"),
        lambda arrays, words: arrays.update(parameters=np.zeros(3)),
        lambda arrays, words: arrays.update({"memory.mean": np.zeros(3)}),
        lambda arrays, words: arrays.update(order=np.zeros(19)),
        lambda arrays, words: arrays.update(order=arrays["order"] * np.nan),
        lambda arrays, words: arrays.update(records=np.zeros((5, 3))),
        lambda arrays, words: arrays.update(known=np.zeros_like(arrays["known"])),
        lambda arrays, words: words.pop("generator"),
        lambda arrays, words: words.update(generator="[3, [1, 2], null]"),
        lambda arrays, words: words.update(settings="[]"),
        lambda arrays, words: words.update(steps="{}"),
        lambda arrays, words: words.update(watched="[1]"),
        lambda arrays, words: words.update(ending="null"),
        lambda arrays, words: words.update(settings=json.dumps({})),
    ],
)
def test_a_file_of_something_else_is_refused(change, tmp_path) -> None:
    path = tmp_path / "run"
    run("mlp", OPTIMISERS["adam"], 2, batch_size=4, checkpoint=path)
    arrays, words = read_arrays(path)
    change(arrays, words)
    write_arrays(path, arrays, words)
    with pytest.raises(DataError):
        run("mlp", OPTIMISERS["adam"], 3, batch_size=4, resume=path)
    net = MLP(2, [1])
    net.save(path)
    with pytest.raises(DataError, match="a checkpoint of a training"):
        run("mlp", OPTIMISERS["adam"], 3, batch_size=4, resume=path)


def test_paths_that_cannot_be_written_are_errors_before_the_first_step(tmp_path) -> None:
    with pytest.raises(FileError, match="make the folder first"):
        run("mlp", OPTIMISERS["adam"], 1, batch_size=4, checkpoint=tmp_path / "no" / "run")
    with pytest.raises(DataError, match="No such file"):
        run("mlp", OPTIMISERS["adam"], 1, batch_size=4, resume=tmp_path / "none")
