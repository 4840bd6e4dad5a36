"""Callbacks of `fit`, and those that are called at the ends of epochs only.

>>> from nn import MLP, fit
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> seen = each_epoch(lambda record: print(record.epoch, record.step))
>>> _ = fit(MLP(1, [1], seed=0), line, epochs=2, batch_size=2, learning_rate=0.3, callbacks=[seen])
1 2
2 4
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from autodiff.extend import demand_function, sequence

from .history import Record

Callback: TypeAlias = Callable[[Record], object]


class EachEpoch:
    """A callback that `fit` calls with the last record of each epoch.

    Args:
        callback: the function; `fit` ends if it returns True.
    """

    def __init__(self, callback: Callback) -> None:
        self._callback: Callback = callback

    def __call__(self, record: Record) -> object:
        """Call the function."""
        return self._callback(record)


def each_epoch(callback: Callback) -> Callback:
    """Return a callback for `fit` that is called at the end of each epoch only.

    A callback that is called after every step keeps `fit` from taking several steps at once.

    Args:
        callback: a function of a record; the run ends if it returns True.

    Raises:
        WrongTypeError: if it cannot be called.
    """
    demand_function(callback, "a callback that can be called", "pass a function of a record")
    return EachEpoch(callback)


def checked_callbacks(given: Any) -> tuple[Callback, ...]:
    """Return callbacks as a tuple.

    Raises:
        WrongTypeError: if they are no list, or one cannot be called.
    """
    callbacks: Sequence[Callback] = sequence(given, "a list of callbacks")
    for callback in callbacks:
        remedy = "pass a list of functions, each of which takes a record"
        demand_function(callback, "a callback that can be called", remedy)
    return tuple(callbacks)
