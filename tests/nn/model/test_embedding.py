"""Embedding: a vector of parameters for each symbol, looked up by its number."""

from __future__ import annotations

from random import Random

import pytest

import nn
from autodiff import Value
from autodiff.errors import OptionError, ShapeError, WrongTypeError


class Larger(nn.Module):
    """Tells which of two symbols is the larger one."""

    def __init__(self) -> None:
        self.symbols = nn.Embedding(6, 3, seed=1)
        self.head = nn.MLP(6, [8, 2], activation="tanh", seed=2)

    def __call__(self, pair):
        return self.head([x for symbol in pair for x in self.symbols(symbol)])


PAIRS = [([a, b], [float(a <= b), float(a > b)]) for a in range(6) for b in range(6)]


def trained(engine: str) -> Larger:
    net = Larger()
    options = {"loss": nn.cross_entropy, "optimizer": nn.Adam(net, 0.05), "progress": False}
    nn.fit(net, PAIRS, epochs=12, batch_size=6, engine=engine, **options)
    return net


def test_it_is_a_table_of_parameters() -> None:
    embedding = nn.Embedding(3, 2, seed=1)
    assert repr(embedding) == "Embedding of 3 -> 2, 6 parameters"
    assert embedding(2) == embedding.rows[2]
    assert [x.data for x in embedding(Value(2.0))] == [x.data for x in embedding.rows[2]]
    assert list(embedding.state_dict())[:3] == ["rows.0.0", "rows.0.1", "rows.1.0"]
    other = nn.Embedding(3, 2, seed=2)
    other.load_state_dict(embedding.state_dict())
    assert [x.data for x in other(1)] == [x.data for x in embedding(1)]


def test_weights_follow_from_the_seed() -> None:
    one, same, other = (nn.Embedding(50, 20, seed=seed).state_dict() for seed in (1, Random(1), 2))
    assert one == same
    assert one != other
    mean = sum(one.values()) / 1000
    assert abs(mean) < 0.1
    assert 0.9 < sum(x * x for x in one.values()) / 1000 < 1.1


@pytest.mark.parametrize("engine", ["compiled", "eager"])
def test_a_network_with_an_embedding_learns(engine: str) -> None:
    net = trained(engine)
    assert nn.accuracy(net, PAIRS) == 1.0
    few = net.predict([x for x, _ in PAIRS[:3]])
    many = net.predict([x for x, _ in PAIRS] * 4)
    assert many[:3] == pytest.approx(few, rel=1e-12)


def test_both_engines_train_alike() -> None:
    one, other = (trained(engine).state_dict() for engine in ("compiled", "eager"))
    assert list(one.values()) == pytest.approx(list(other.values()), rel=1e-8, abs=1e-10)


def test_lint_finds_nothing_in_it() -> None:
    net = Larger()
    loss = nn.cross_entropy(net([1, 2]), [0, 1])
    loss.backward()
    assert nn.lint(net, loss, examples=PAIRS).ok


def test_an_unknown_symbol_is_refused() -> None:
    net = Larger()
    for symbol in (6, -1, 0.5):
        with pytest.raises(OptionError, match="whole number from 0 to 5"):
            net.predict([[symbol, 1]])


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((0, 1), ShapeError, "number of symbols"),
        ((1, 0), ShapeError, "length of a vector"),
        ((2.5, 1), WrongTypeError, "number of symbols"),
        ((1, "a"), WrongTypeError, "length of a vector"),
        ((10**7, 2), OptionError, "at most 10,000,000 parameters"),
    ],
)
def test_odd_arguments(arguments, error, match: str) -> None:
    with pytest.raises(error, match=match):
        nn.Embedding(*arguments)


def test_an_odd_seed_is_refused() -> None:
    with pytest.raises(WrongTypeError):
        nn.Embedding(1, 1, seed="a")
