"""Ctrl-C: the run finishes its step, and returns its history."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from nn import MLP, Adam, cross_entropy, fit

CORNERS = [([a, b], [float(a == b), float(a != b)]) for a in (0.0, 1.0) for b in (0.0, 1.0)]


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


def test_a_run_in_another_thread_waits_for_no_signal() -> None:
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(fit, MLP(2, [2]), CORNERS, epochs=1, batch_size=2, learning_rate=0.1)
        assert len(run.result()) == 2
