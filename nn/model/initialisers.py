"""Rules for the first weights and biases, each with its formula and its source.

n is the number of inputs of a neuron and m the number of neurons of its layer; U[a, b] is uniform,
N(0, s**2) Gaussian with standard deviation s.

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
from dataclasses import dataclass
from difflib import get_close_matches
from math import sqrt
from random import Random

from autodiff import OptionError
from autodiff.extend import described


@dataclass(frozen=True)
class Initialiser:
    """A rule for the first weights and biases of a layer.

    Args:
        name: by which it is chosen.
        formula: the distributions of weights and biases.
        source: who proposed it, and for what.
        weight: draws one weight from a generator, the number n of inputs and m of neurons.
        bias: draws one bias from a generator.
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


def _uniform(generator: Random, reach: float) -> float:
    return generator.uniform(-reach, reach)


# fmt: off
_ROWS = (
    Initialiser("uniform", "w ~ U[-1, 1], b = 0", "Karpathy, micrograd 2020",
                lambda draw, n, m: _uniform(draw, 1.0), _zero),
    Initialiser("gaussian", "w ~ N(0, 1), b ~ N(0, 1)",
                "Nielsen 2015, chapter 1: saturates when n is large",
                lambda draw, n, m: draw.gauss(0, 1), _standard),
    Initialiser("scaled_gaussian", "w ~ N(0, 1/n), b ~ N(0, 1)",
                "LeCun, Bottou, Orr, Mueller 1998; Nielsen 2015, chapter 3",
                lambda draw, n, m: draw.gauss(0, 1 / sqrt(n)), _standard),
    Initialiser("xavier_uniform", "w ~ U[-r, r], r = sqrt(6/(n + m)), b = 0",
                "Glorot, Bengio 2010, for tanh",
                lambda draw, n, m: _uniform(draw, sqrt(6 / (n + m))), _zero),
    Initialiser("xavier_normal", "w ~ N(0, 2/(n + m)), b = 0",
                "Glorot, Bengio 2010, for tanh",
                lambda draw, n, m: draw.gauss(0, sqrt(2 / (n + m))), _zero),
    Initialiser("he", "w ~ N(0, 2/n), b = 0", "He, Zhang, Ren, Sun 2015, for relu",
                lambda draw, n, m: draw.gauss(0, sqrt(2 / n)), _zero),
)
# fmt: on

INITIALISERS: dict[str, Initialiser] = {row.name: row for row in _ROWS}


def initialiser(name: str | Initialiser) -> Initialiser:
    """Find an initialiser by name; one of your own is returned as it is.

    Raises:
        OptionError: if there is none of that name; it suggests similar names.
    """
    if isinstance(name, Initialiser):
        return name
    found = INITIALISERS.get(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
    if found is None:
        text = name.lower() if isinstance(name, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
        close = sorted(get_close_matches(text, INITIALISERS, cutoff=0.4))[:2]
        known = f"did you mean {' or '.join(map(repr, close))}?"
        remedy = known if close else f"write one of {', '.join(INITIALISERS)}"
        raise OptionError("the name of an initialiser", described(name), remedy)
    return found
