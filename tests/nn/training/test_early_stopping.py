"""Early stopping: when a run ends, which parameters it keeps, settings that are refused."""

from __future__ import annotations

import pytest

from autodiff.errors import OptionError
from nn import MLP, EarlyStopping, fit

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
