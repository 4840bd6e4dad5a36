"""How a run ends: early, by a callback, by Ctrl-C, or with a loss that is no number any more."""

from __future__ import annotations

import gc
import math
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest

from autodiff import Value, log, sqrt, square
from autodiff.errors import OptionError
from nn import MLP, Adam, EarlyStopping, cross_entropy, fit, mean_squared_error
from nn.errors import DivergenceError

CORNERS = [([a, b], [float(a == b), float(a != b)]) for a in (0.0, 1.0) for b in (0.0, 1.0)]

every_engine = pytest.mark.parametrize("engine", ["compiled", "eager"])


@every_engine
def test_early_stopping_keeps_the_best_epoch(engine) -> None:
    net = MLP(1, [1], seed=1)
    states = []
    history = fit(
        net,
        [([1.0], [1.0])],
        epochs=50,
        batch_size=1,
        learning_rate=0.05,
        validation=[([1.0], [0.6])],  # passed on the way to 1
        early_stopping=EarlyStopping(patience=3),
        callbacks=[lambda _: states.append(net.state_dict())],
        engine=engine,
    )
    losses = [record.validation_loss for record in history]
    best = losses.index(min(losses))
    assert history.ending == "stopped early"
    assert history.best_epoch == best + 1
    assert len(history) == best + 1 + 3 < 50
    assert net.state_dict() == states[best]


def test_without_an_early_end_the_best_epoch_is_kept_too() -> None:
    net = MLP(1, [1], seed=1)
    settings = {"epochs": 8, "batch_size": 1, "learning_rate": 0.05}
    history = fit(
        net,
        [([1.0], [1.0])],
        validation=[([1.0], [-5.0])],
        early_stopping=EarlyStopping(patience=20),
        **settings,
    )
    assert history.ending == "finished"
    assert history.best_epoch == 1
    other = MLP(1, [1], seed=1)
    fit(other, [([1.0], [1.0])], **settings | {"epochs": 1})
    assert net.state_dict() == other.state_dict()


def test_early_stopping_by_accuracy_needs_classes() -> None:
    with pytest.raises(OptionError, match="validation examples with classes, got targets that"):
        fit(
            MLP(1, [1]),
            [([1.0], [1.5])],
            epochs=2,
            batch_size=1,
            learning_rate=0.1,
            validation=[([1.0], [1.5])],
            early_stopping=EarlyStopping(1, "accuracy"),
        )


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (EarlyStopping(0), "the patience, got int 0"),
        (EarlyStopping(1, "speed"), "a measure of early stopping, got str 'speed'"),
        (EarlyStopping(1, improvement=-1), "the improvement, got int -1"),
    ],
)
def test_rules_of_early_stopping_out_of_range_are_errors(rule, message) -> None:
    with pytest.raises(OptionError, match=message):
        rule.watch()


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


@pytest.mark.parametrize("how", ["signal in a step", "signal in a callback", "raised", "twice"])
def test_ctrl_c_leaves_the_last_finished_step(how) -> None:
    calls = []

    def loss(outputs, targets):
        calls.append(1)
        if len(calls) == 6 and how in {"signal in a step", "twice"}:
            signal.raise_signal(signal.SIGINT)
            if how == "twice":
                signal.raise_signal(signal.SIGINT)
        return cross_entropy(outputs, targets)

    def callback(record):
        if record.step == 6 and how == "raised":
            raise KeyboardInterrupt
        if record.step == 6 and how == "signal in a callback":
            signal.raise_signal(signal.SIGINT)

    engine = "compiled" if how in {"signal in a callback", "raised"} else "eager"

    def run(**settings):
        settings["engine"] = engine
        net = MLP(2, [3, 2], seed=1)
        history = fit(net, CORNERS, epochs=3, batch_size=1, optimizer=Adam(net), **settings)
        return net.state_dict(), history

    before = signal.getsignal(signal.SIGINT)
    state, history = run(loss=loss, callbacks=[callback])
    assert signal.getsignal(signal.SIGINT) is before
    assert history.ending == "interrupted"
    assert len(history) == (5 if how == "twice" else 6)
    expected, same = run(loss=cross_entropy, callbacks=[lambda r: r.step == len(history)])
    assert state == expected
    assert list(history) == list(same)


def test_in_another_thread_there_is_no_signal_to_wait_for() -> None:
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(fit, MLP(2, [2]), CORNERS, epochs=1, batch_size=2, learning_rate=0.1)
        assert len(run.result()) == 2


@pytest.mark.parametrize("was_enabled", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_the_garbage_collector_is_as_it_was(was_enabled, fails) -> None:
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
                CORNERS,
                epochs=1,
                batch_size=4,
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
        CORNERS,
        epochs=1,
        batch_size=4,
        learning_rate=0.1,
        callbacks=[lambda _: inside.append(gc.isenabled())],
    )
    assert inside == [True]


def logarithm(outputs, targets):
    return mean_squared_error([log(outputs[0])], targets)


def root(outputs, targets):
    return mean_squared_error([sqrt(square(outputs[0]))], targets)


@pytest.mark.parametrize(
    ("loss", "weight", "inputs", "message"),
    [
        (
            logarithm,
            -1.0,
            [2.0],
            r"at step 1 \(epoch 1\), got a loss of nan; first of all, log\(-2\) = nan for ex",
        ),
        (
            root,
            0.0,
            [2.0],
            r"a gradient that is not; .* derivative of sqrt\(0\) by the operand 0 = inf",
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
    ],
)
@every_engine
def test_a_loss_that_is_no_number_names_its_step_and_node(
    loss, weight, inputs, message, engine
) -> None:
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


def test_a_network_that_is_no_module_is_trained_and_named_by_number() -> None:
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
