"""The exceptions of networks, beside those that every package shares (`autodiff`)."""

from __future__ import annotations

from typing import Any

from autodiff import ChalkgradError


class DataError(ChalkgradError, ValueError):
    """Data or the file of a network is missing, cut off, damaged, or does not fit."""


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
