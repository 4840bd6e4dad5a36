"""Classifier and Regressor: all that scikit-learn demands of an estimator, and its tools."""

from __future__ import annotations

import inspect
import pickle
import re
import sys
from functools import partial

import numpy as np
import pytest

import nn
from nn.data import moons

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.compose import TransformedTargetRegressor  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import estimator_checks_generator  # noqa: E402

from nn.sklearn import Classifier, Regressor  # noqa: E402

ORDER = np.random.default_rng(1).permutation(80)  # folds are cut from neighbours
POINTS, SIDES = moons(80, noise=0.1, seed=1).take(ORDER).arrays()
NAMES = np.array(["lower", "upper"])[SIDES.argmax(1)]


CHECKS = [  # what `check_estimator` runs; it raises SkipTest where pandas is wanted and missing
    pytest.param(
        *pair, id=f"{type(estimator).__name__}-{getattr(pair[1], 'func', pair[1]).__name__}"
    )
    for estimator in (Classifier(), Regressor())
    for pair in estimator_checks_generator(estimator)
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_what_scikit_learn_demands(estimator, check) -> None:
    check(estimator)


@pytest.mark.parametrize("kind", [Classifier, Regressor])
def test_help_has_every_setting(kind) -> None:
    listed = kind.__doc__.partition("Args:\n")[2].partition("\n\n")[0]
    documented = re.findall(r"^        (\w+): ", listed, re.MULTILINE)
    assert documented == list(inspect.signature(kind).parameters)


def test_a_classifier_in_a_pipeline_learns_names() -> None:
    model = make_pipeline(StandardScaler(), Classifier(activation="tanh", random_state=0))
    assert cross_val_score(model, POINTS, NAMES, cv=3).min() > 0.9
    shares = model.fit(POINTS, NAMES).predict_proba(POINTS)
    assert shares.shape == (80, 2)
    assert shares.sum(1) == pytest.approx(1)
    assert (model.classes_[shares.argmax(1)] == model.predict(POINTS)).all()


def test_a_search_chooses_the_settings() -> None:
    momentum = partial(nn.SGD, momentum=0.9)
    grid = {"hidden_layers": [(), (8,)], "optimizer": [nn.Adam, momentum]}
    search = GridSearchCV(Classifier(epochs=150, learning_rate=0.05, random_state=0), grid, cv=3)
    search.fit(POINTS, NAMES)
    assert search.best_params_["hidden_layers"] == (8,)
    assert search.best_score_ > 0.9
    assert search.best_estimator_.network_.layers[0].arrays()[0].shape == (8, 2)


def test_the_network_is_the_one_that_fit_trains() -> None:
    model = Classifier(hidden_layers=(3,), epochs=4, batch_size=16, random_state=5)
    model.fit(POINTS, NAMES)
    seed = np.random.RandomState(5).randint(2**31 - 1)
    net = nn.MLP(2, [3, 2], initialiser="xavier_uniform", seed=int(seed))
    history = nn.fit(
        net,
        (POINTS, SIDES),
        epochs=4,
        batch_size=16,
        loss=nn.cross_entropy,
        optimizer=nn.Adam(net, 0.01),
        seed=int(seed),
    )
    assert net.state_dict() == model.network_.state_dict()
    assert history == model.history_


def test_the_same_state_gives_the_same_and_none_another() -> None:
    def first(random_state):
        model = Regressor(epochs=1, random_state=random_state).fit(POINTS, POINTS)
        return model.predict(POINTS[:1]).tolist()

    assert first(3) == first(3)
    assert first(None) != first(None)
    generator = np.random.RandomState(3)
    assert first(generator) == first(3)
    assert first(generator) != first(3)


def test_copies_and_pickles() -> None:
    model = Classifier(hidden_layers=(3,), epochs=5, random_state=1).fit(POINTS, NAMES)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict_proba(POINTS) == model.predict_proba(POINTS)).all()
    other = clone(model)
    assert other.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        other.predict(POINTS)


def test_several_targets_come_back_in_their_shape() -> None:
    targets = np.column_stack([POINTS.sum(1), POINTS[:, 0]])
    model = Regressor(hidden_layers=(), learning_rate=0.1, epochs=300, random_state=0)
    assert model.fit(POINTS, targets).predict(POINTS) == pytest.approx(targets, abs=1e-3)
    assert model.fit(POINTS, targets[:, 0]).predict(POINTS).shape == (80,)
    assert model.fit(POINTS, targets[:, :1]).predict(POINTS).shape == (80, 1)


def test_scaled_targets() -> None:
    big = 1e6 + 1e5 * POINTS[:, 0]
    model = TransformedTargetRegressor(
        Regressor(hidden_layers=(), learning_rate=0.1, random_state=0), transformer=StandardScaler()
    )
    assert model.fit(POINTS, big).score(POINTS, big) > 0.999


@pytest.mark.parametrize("kind", [Classifier, Regressor])
def test_a_weight_of_two_counts_as_two_examples(kind) -> None:
    targets = NAMES if kind is Classifier else POINTS[:, 0] ** 2
    weights = np.arange(80) % 3
    model = kind(hidden_layers=(4,), epochs=20, batch_size=None, random_state=0)
    weighted = model.fit(POINTS, targets, weights).network_.parameters()
    copies = np.repeat(np.arange(80), weights)
    repeated = model.fit(POINTS[copies], targets[copies]).network_.parameters()
    assert [p.data for p in weighted] == pytest.approx([p.data for p in repeated], rel=1e-9)
    plain = model.fit(POINTS, targets).network_.parameters()
    assert [p.data for p in weighted] != pytest.approx([p.data for p in plain], rel=1e-3)


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"epochs": 0}, nn.OptionError, "epochs"),
        ({"hidden_layers": (0,)}, nn.ShapeError, "at least 1"),
        ({"activation": "rleu"}, nn.OptionError, "did you mean 'relu'"),
        ({"learning_rate": -1.0}, nn.OptionError, "the learning rate"),
        ({"engine": "numpy"}, nn.OptionError, "engine"),
        ({"hidden_layers": 5}, nn.WrongTypeError, "a list of widths as hidden_layers"),
        ({"optimizer": "adam"}, nn.WrongTypeError, "a class of optimizers"),
    ],
)
def test_settings_are_checked_when_it_learns(settings, error, text) -> None:
    with pytest.raises(error, match=text):
        Regressor(**settings).fit(POINTS, POINTS)


def test_what_it_cannot_learn_is_refused() -> None:
    with pytest.raises(nn.DataError, match="two or more classes, got one class, 'a'"):
        Classifier().fit(POINTS, ["a"] * 80)
    with pytest.raises(ValueError, match=r"weights? "):
        Classifier().fit(POINTS, NAMES, [0] * 80)
    with pytest.raises(ValueError, match="weight"):
        Classifier().fit(POINTS, NAMES, [-1] * 80)
    with pytest.raises(ValueError, match="Unknown label type"):
        Classifier().fit(POINTS, POINTS[:, 0])


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch) -> None:
    for name in [name for name in sys.modules if name.startswith("nn.sklearn.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("Classifier", "Regressor"):
        monkeypatch.delitem(vars(nn.sklearn), name, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(nn.MissingPackageError, match=r'pip install "chalkgrad\[data\]"'):
        _ = nn.sklearn.Classifier
