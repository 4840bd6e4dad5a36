"""The generator that neurons, layers and networks draw from when they are made without a seed.

>>> from nn import Neuron
>>> seed(1)
>>> first, second = Neuron(2), Neuron(2)
>>> first.weights[0].data == second.weights[0].data
False
>>> seed(1)
>>> Neuron(2).weights[0].data == first.weights[0].data
True
"""

from __future__ import annotations

from random import Random

from nn.validation import generator_of

_GENERATOR = Random(0)  # noqa: S311 weights, not secrets


def seed(number: int = 0) -> None:
    """Restart the generator of neurons, layers and networks that are made without `seed=`.

    It starts from 0 when `nn` is imported, so that a program that makes the same parts in the same
    order has the same weights in every run. `random.seed` and `numpy.random.seed` do not reach it.

    Args:
        number: any int; 0 by default.

    Raises:
        WrongTypeError: if it is not an int.
    """
    _GENERATOR.setstate(generator_of(number).getstate())


def weight_generator(given: int | Random | None) -> Random:
    """Return the generator for weights: a new one for an int, nn's own for None.

    Raises:
        WrongTypeError: if the seed is of another type.
    """
    return _GENERATOR if given is None else generator_of(given)
