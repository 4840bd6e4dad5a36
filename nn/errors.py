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

from autodiff.errors import ChalkgradError

__all__ = [
    "ActivationError",
    "DataError",
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
    """An activation was asked for that the derivative table does not have with one operand."""


class StateError(ChalkgradError, ValueError):
    """Numbers by path do not fit the network that they should be loaded into."""


class SettingError(ChalkgradError, ValueError):
    """A setting of a training run, such as the learning rate, is out of its range."""


class DataError(ChalkgradError, ValueError):
    """A file of data or of a network is missing, cut off, damaged, or of another kind."""


class MissingPackageError(ChalkgradError, ImportError):
    """An optional package is needed for what was asked, and is not installed."""
