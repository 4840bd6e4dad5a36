"""How the first weights are drawn: each rule with its formula and its source.

n is the number of inputs of a neuron, m the number of neurons of its layer; U[a, b] is uniform,
N(0, s**2) Gaussian with standard deviation s. What is not here: where they are put (`perceptron`).

>>> print(INITIALISERS["he"])
he: w ~ N(0, 2/n), b = 0 (He, Zhang, Ren, Sun 2015, for relu)
>>> initialiser("xavier").name
Traceback (most recent call last):
...
autodiff.errors.OptionError: expected the name of an initialiser, got str 'xavier': \
did you mean 'xavier_normal' or 'xavier_uniform'?
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from math import sqrt
from random import Random
from typing import NamedTuple, TypeAlias

from autodiff import OptionError
from autodiff.extend import described

_Size: TypeAlias = Callable[[int, int], float]
_Draw: TypeAlias = Callable[[Random, int, int], float]


class Initialiser(NamedTuple):
    """A rule for the first weights and biases.

    Attributes:
        name: what it is asked for by.
        formula: the distribution of weights and biases.
        source: who proposed it, and what for.
        weight: draws one weight, from a generator, n and m.
        bias: draws one bias.
    """

    name: str
    formula: str
    source: str
    weight: Callable[[Random, int, int], float]
    bias: Callable[[Random], float]

    def __str__(self) -> str:
        return f"{self.name}: {self.formula} ({self.source})"


def _zero(_: Random) -> float:
    return 0.0


def _standard(generator: Random) -> float:
    return generator.gauss(0, 1)


def _uniform(reach: _Size) -> _Draw:
    def draw(generator: Random, inputs: int, neurons: int) -> float:
        r = reach(inputs, neurons)
        return generator.uniform(-r, r)

    return draw


def _gaussian(deviation: _Size) -> _Draw:
    def draw(generator: Random, inputs: int, neurons: int) -> float:
        return generator.gauss(0, deviation(inputs, neurons))

    return draw


# fmt: off
_ROWS = (
    Initialiser("uniform", "w ~ U[-1, 1], b = 0", "Karpathy, micrograd 2020",
                _uniform(lambda n, m: 1.0), _zero),
    Initialiser("gaussian", "w ~ N(0, 1), b ~ N(0, 1)",
                "Nielsen 2015, chapter 1: saturates when n is large",
                _gaussian(lambda n, m: 1.0), _standard),
    Initialiser("scaled_gaussian", "w ~ N(0, 1/n), b ~ N(0, 1)",
                "LeCun, Bottou, Orr, Mueller 1998; Nielsen 2015, chapter 3",
                _gaussian(lambda n, m: 1 / sqrt(n)), _standard),
    Initialiser("xavier_uniform", "w ~ U[-r, r], r = sqrt(6/(n + m)), b = 0",
                "Glorot, Bengio 2010, for tanh",
                _uniform(lambda n, m: sqrt(6 / (n + m))), _zero),
    Initialiser("xavier_normal", "w ~ N(0, 2/(n + m)), b = 0",
                "Glorot, Bengio 2010, for tanh",
                _gaussian(lambda n, m: sqrt(2 / (n + m))), _zero),
    Initialiser("he", "w ~ N(0, 2/n), b = 0", "He, Zhang, Ren, Sun 2015, for relu",
                _gaussian(lambda n, m: sqrt(2 / n)), _zero),
)
# fmt: on

INITIALISERS: dict[str, Initialiser] = {row.name: row for row in _ROWS}


def initialiser(name: str | Initialiser) -> Initialiser:
    """Find an initialiser by name; one of your own is returned as it is.

    Raises:
        OptionError: if there is none; it names what is spelled alike.
    """
    if isinstance(name, Initialiser):
        return name
    found = INITIALISERS.get(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
    if found is None:
        close = sorted(get_close_matches(str(name).lower(), INITIALISERS, cutoff=0.4))[:2]
        known = f"did you mean {' or '.join(map(repr, close))}?"
        remedy = known if close else f"write one of {', '.join(INITIALISERS)}"
        raise OptionError("the name of an initialiser", described(name), remedy)
    return found
