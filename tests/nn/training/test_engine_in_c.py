"""Training in C is training in NumPy, up to rounding, with the same checks."""

from __future__ import annotations

import shutil

import pytest

from nn import MLP, DivergenceError, cross_entropy, data, fit, squared_error

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_run_in_c_is_the_run_in_numpy():
    moons = data.moons(40, seed=1)
    histories = []
    for engine in ("compiled", "c"):
        net = MLP(2, [8, 2], activation="tanh", seed=1)
        histories.append(
            fit(
                net,
                moons,
                epochs=5,
                batch_size=6,
                learning_rate=0.1,
                loss=cross_entropy,
                validation=moons,
                engine=engine,
                progress=False,
            )
        )
    plain, native = histories
    assert [r.loss for r in native] == pytest.approx([r.loss for r in plain], rel=1e-12)
    assert native[-1].accuracy == plain[-1].accuracy
    assert native[-1].validation_loss == pytest.approx(plain[-1].validation_loss, rel=1e-12)


def test_a_run_in_c_that_diverges_is_ended():
    examples = [([1.0], [0.0]), ([2.0], [5.0])]
    with pytest.raises(DivergenceError):
        fit(
            MLP(1, [1], seed=1),
            examples,
            epochs=2_000,
            batch_size=2,
            learning_rate=10.0,
            loss=squared_error,
            engine="c",
            progress=False,
        )
