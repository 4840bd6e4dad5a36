"""The exceptions of networks; `autodiff` has those that all packages share."""

from __future__ import annotations

from typing import Any

from autodiff import ChalkgradError
from autodiff.extend import Node


class DataError(ChalkgradError, ValueError):
    """Data, or a file of data or of a network, is missing, damaged or does not fit."""


class DivergenceError(ChalkgradError, ArithmeticError):
    """The loss or the gradient of a training run is not finite any more.

    Args:
        expected: what should have been.
        arrived: what was found instead.
        remedy: what to do.
        step: the step of the run at which it happened, from 1.
        node: the first node of the graph that is not finite, or whose adjoint overflows; None if
            no single example has one.
        history: the `nn.History` of the steps before.

    Step, node and history are kept as attributes.
    """

    def __init__(  # noqa: PLR0913 the message, and three facts for the program that catches it
        self,
        expected: str,
        arrived: str,
        remedy: str,
        *,
        step: int,
        node: Node | None,
        history: Any,
    ) -> None:
        super().__init__(expected, arrived, remedy)
        self.step: int = step
        self.node: Node | None = node
        self.history: Any = history


class LostProcessError(ChalkgradError, RuntimeError):
    """One of the processes that train a network together has ended."""
