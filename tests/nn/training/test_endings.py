"""However a run ends: the best parameters stay, and what callbacks write counts."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import OptionError, Value, WrongTypeError
from nn import MLP, SGD, DivergenceError, EarlyStopping, fit, squared_error

every_engine = pytest.mark.parametrize("engine", ["compiled", "eager"])
EXAMPLES = [([1.0], [1.0]), ([0.5], [1.0])]
PASSED = [([1.0], [0.6])]  # on the way to 1


@every_engine
@pytest.mark.parametrize("how", ["callback", "signal", "raised", "twice", "last epoch"])
@settings(max_examples=10, deadline=None)
@given(st.integers(1, 24), st.sampled_from([1, None]))
def test_every_ending_keeps_the_best_epoch(engine, how, end, size) -> None:
    net = MLP(1, [1], seed=1)
    best = []

    def ends(record):
        if record.validation_loss is not None:
            best.append((record.validation_loss, net.state_dict()))
        if record.step != end or how == "last epoch":
            return False
        if how == "raised":
            raise KeyboardInterrupt
        if how in {"signal", "twice"}:
            signal.raise_signal(signal.SIGINT)
            if how == "twice":
                signal.raise_signal(signal.SIGINT)
        return how == "callback"

    history = fit(
        net,
        EXAMPLES,
        epochs=12,
        batch_size=size,
        learning_rate=0.05,
        loss=squared_error,
        validation=PASSED,
        early_stopping=EarlyStopping(30),
        callbacks=[ends],
        engine=engine,
    )
    if not best:
        assert history.best_epoch is None
        return
    losses = [loss for loss, _ in best]
    assert history.best_epoch == losses.index(min(losses)) + 1
    assert net.state_dict() == best[history.best_epoch - 1][1]


@every_engine
def test_a_run_that_diverges_keeps_the_last_finished_step(engine) -> None:
    net = MLP(1, [1], seed=1)
    states = []
    with pytest.raises(DivergenceError):
        fit(
            net,
            EXAMPLES,
            epochs=5000,
            batch_size=None,
            learning_rate=3.0,
            loss=squared_error,
            validation=PASSED,
            early_stopping=EarlyStopping(5000),
            callbacks=[lambda _: states.append(net.state_dict())],
            engine=engine,
        )
    assert net.state_dict() == states[-1] != states[0]


def shrink(value):
    value.data *= 0.5


def clear(value):
    value.data = 0.0


def leave(value):
    value.data += 0.0


WRITES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 12), st.sampled_from([shrink, clear, leave])),
    max_size=6,
)


@every_engine
@settings(max_examples=40, deadline=None)
@given(WRITES)
def test_what_a_callback_writes_at_the_end_of_an_epoch_counts(engine, writes) -> None:
    """The oracle trains epoch by epoch, and writes between two runs."""

    def write(net, epoch):
        for at, place, act in writes:
            if at == epoch:
                act(net.parameters()[place])

    def trained(net, epochs, **more):
        run = {"batch_size": None, "learning_rate": 0.1, "engine": engine, "loss": squared_error}
        return [r.loss for r in fit(net, data, epochs=epochs, **run, **more)]

    data = [([0.5, -1.0], [1.0]), ([2.0, 0.3], [-0.5])]
    net, twin = (MLP(2, [3, 1], activation="tanh", seed=2) for _ in range(2))
    losses = trained(net, 4, callbacks=[lambda record: write(net, record.epoch)])
    expected = []
    for epoch in range(1, 5):
        expected += trained(twin, 1)
        write(twin, epoch)
    assert losses == pytest.approx(expected, rel=1e-12)
    assert list(net.state_dict().values()) == pytest.approx(
        list(twin.state_dict().values()), rel=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(0, 12), st.booleans())
def test_what_a_callback_writes_within_an_epoch_counts_or_is_an_error(step, place, ends) -> None:
    """Eager runs count it; a compiled one, whose Values lag behind, refuses it."""
    data = [([0.5, -1.0], [1.0]), ([2.0, 0.3], [-0.5]), ([1.0, 1.0], [0.1])]
    found = {}
    for engine in ("eager", "compiled"):
        net = MLP(2, [3, 1], activation="tanh", seed=2)

        def write(record, net=net):
            if record.step == step:
                net.parameters()[place].data = 0.25
            return ends and record.step == step

        run = {"epochs": 4, "batch_size": 1, "learning_rate": 0.1, "callbacks": [write]}
        if engine == "compiled" and step % 3:
            with pytest.raises(OptionError, match="at the last step of an epoch only"):
                fit(net, data, engine=engine, **run)
            found[engine] = None
        else:
            fit(net, data, engine=engine, **run)
            found[engine] = pytest.approx(list(net.state_dict().values()), rel=1e-12)
    assert found["eager"] is not None
    if found["compiled"] is not None:
        assert found["compiled"].expected == found["eager"]


def test_a_value_of_another_type_that_a_callback_writes_is_an_error() -> None:
    net = MLP(1, [1], seed=1)

    def write(_):
        net.parameters()[0].data = Value(1.0)

    with pytest.raises(TypeError, match="expected a"):
        fit(net, EXAMPLES, epochs=2, batch_size=None, learning_rate=0.1, callbacks=[write])


@every_engine
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"loss": "mse"}, "a loss that can be called, got str 'mse'"),
        ({"callbacks": print}, "a list of callbacks, got"),
        ({"callbacks": [3]}, "a callback that can be called, got int 3"),
    ],
)
def test_what_cannot_be_called_is_refused(engine, wrong, message) -> None:
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "engine": engine}
    with pytest.raises(WrongTypeError, match=message):
        fit(MLP(1, [1]), EXAMPLES, **settings, **wrong)


@every_engine
@pytest.mark.parametrize(
    "make", [lambda net: SGD(net, 0.1), lambda net: SGD(net.parameters(), 0.1)]
)
def test_fit_leaves_frozen_parts_alone(engine, make) -> None:
    net = MLP(2, [3, 2], activation="tanh", seed=1)
    net.layers[0].freeze()
    data = [([0.5, -1.0], [1.0, 0.0]), ([2.0, 0.3], [0.0, 1.0])]
    before = net.state_dict()
    run = {"epochs": 2, "batch_size": 1, "engine": engine}
    fit(net, data, optimizer=make(net), **run)
    after = net.state_dict()
    assert {name for name in after if after[name] == before[name]} == {
        name for name in after if name.startswith("layers.0.")
    }
    net.unfreeze()
    fit(net, data, optimizer=make(net), **run)
    assert all(net.state_dict()[name] != before[name] for name in before)
    net.freeze()
    before = net.state_dict()
    fit(net, data, learning_rate=0.1, **run)
    assert net.state_dict() == before
