"""The parameters that an optimiser changes. What is not here: how it changes them (`optimisers`).

>>> leaves_of([Value(1.0)])
[Value(data=1.0, grad=0.0)]
"""

from __future__ import annotations

from collections.abc import Iterable

from autodiff import OptionError, ShapeError, Value, WrongTypeError
from autodiff.extend import described
from nn.model.module import Module
from nn.validation import sequence


def leaves_of(parameters: Module | Iterable[Value]) -> list[Value]:
    """Return the parameters of a network, or those that are given.

    Raises:
        WrongTypeError: if one is no Value.
        ShapeError: if there are none.
    """
    is_network = isinstance(parameters, Module)
    given = parameters.parameters() if is_network else parameters
    leaves = list(sequence(given, "a network or a list of Values as parameters"))
    if not leaves:
        raise ShapeError("at least one parameter", "none", "pass the network, or net.parameters()")
    for leaf in leaves:
        if not isinstance(leaf, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise WrongTypeError(
                "Values as parameters", described(leaf), "pass the network, or net.parameters()"
            )
    return leaves


def decayed_of(parameters: Module | Iterable[Value], decayed: Iterable[Value] | None) -> set[Value]:
    """Return the parameters that decay: those that are given, or all of a network but its biases.

    Raises:
        OptionError: if neither is known.
    """
    if decayed is not None:
        return set(decayed)
    if isinstance(parameters, Module):
        return set(parameters.decayed_parameters())
    remedy = "pass the network itself in place of its parameters, or decayed=[...]"
    raise OptionError("to know which parameters decay", "a plain list of them", remedy)
