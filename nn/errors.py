"""The exceptions of networks: one class per failure that a user can meet.

Each says what was expected, what arrived and what to do, and also subclasses the built-in error
that code which knows nothing of chalkgrad would catch. What is not here: errors of the engine
(`autodiff.errors`), such as a text where a number belongs.

>>> try:
...     raise SizeError("2 inputs", "3 inputs", "pass one input per weight")
... except ValueError as error:
...     print(error)
expected 2 inputs, got 3 inputs: pass one input per weight
"""

from __future__ import annotations

from typing import Any

from autodiff.errors import ChalkgradError, MissingPackageError

__all__ = [
    "ActivationError",
    "DataError",
    "DivergenceError",
    "MissingPackageError",
    "NetworkTypeError",
    "SettingError",
    "SizeError",
    "StateError",
]


class SizeError(ChalkgradError, ValueError):
    """A size is not a positive whole number, or two things that belong together differ in it."""


class NetworkTypeError(ChalkgradError, TypeError):
    """Something of the wrong kind was given: a number for a list, a network for its parameters."""


class ActivationError(ChalkgradError, ValueError):
    """An activation is none of the table's with one operand, or cannot be had in another form."""


class StateError(ChalkgradError, ValueError):
    """Numbers by path do not fit the network that they should be loaded into."""


class SettingError(ChalkgradError, ValueError):
    """A setting of a training run, such as the learning rate, is out of its range."""


class DataError(ChalkgradError, ValueError):
    """A file of data or of a network is missing, cut off, damaged, or of another kind."""


class DivergenceError(ChalkgradError, ArithmeticError):
    """The loss or the gradient of a training run is no finite number any more.

    Attributes:
        step: which step of the run it was, from 1.
        node: the first node of the graph that is not finite; None if it is a sum over examples.
        history: the records of the steps before.
    """

    def __init__(
        self,
        expected: str,
        arrived: str,
        remedy: str,
        facts: tuple[int, Any, Any] = (0, None, ()),
    ) -> None:
        """Join the three parts of the message, and keep step, node and history."""
        super().__init__(expected, arrived, remedy)
        self.step: int = facts[0]
        self.node: Any = facts[1]
        self.history: Any = facts[2]
