"""What `compile` returns: a function of one example as a program over whole batches.

What is not here: how the program is found (the passes beside this file), how it is run
(`engine`).

>>> from autodiff import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: w * x, parameters=[w], example=(1.0,))
>>> program.parameters[0] = 5.0
>>> program([1.0, 2.0])
array([ 5., 10.])
>>> program.store()
>>> w.data
5.0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, Never

import numpy as np

from autodiff.errors import ShapeError, WrongTypeError, described
from autodiff.graph.node import Node

from .codegen.kernels import Array
from .runtime.inputs import batch_of
from .runtime.runner import Runner
from .tracing.record import Argument, Recording


class Program:
    """A compiled function.

    Attributes:
        source: the NumPy source that runs, forward and reverse.
        gradient: what the last `value_and_grad` found; the next one writes over it.
    """

    def __init__(
        self,
        recording: Recording,
        runner: Runner,
        equations: str,
        explanation: str,
        source: str,
    ) -> None:
        self._leaves: tuple[Node, ...] = recording.parameters
        self._arguments: tuple[Argument, ...] = tuple(
            replace(argument, leaves=()) for argument in recording.arguments
        )
        self._shape: tuple[int, ...] = recording.shape
        self._count: int = len(recording.outputs)
        self._runner: Runner = runner
        self._equations: str = equations
        self._explanation: str = explanation
        self.source: str = source
        self.gradient: Array = runner.gradient[: len(self._leaves)]
        self._lock: Lock = Lock()
        self._parameters: Array = runner.static[: len(self._leaves)]
        self._repeats: list[tuple[int, int]] = _repeats(self._leaves)
        self.load()

    @property
    def parameters(self) -> Array:
        """All parameters in one vector, in the order given; change it in place, or assign it.

        Of a parameter that was given twice, the first place counts.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, numbers: Any) -> None:
        shape = np.shape(numbers)
        if shape != self._parameters.shape:
            raise ShapeError(
                f"{self._parameters.size} numbers as parameters",
                f"shape {shape}",
                "pass one for each, in their order",
            )
        with np.errstate(all="ignore"):  # a number too large for float32 becomes inf
            self._parameters[...] = numbers

    def __repr__(self) -> str:
        names = ", ".join(argument.name for argument in self._arguments)
        return f"<program of ({names}), {self._parameters.size:,} parameters>"

    def __reduce__(self) -> Never:
        raise WrongTypeError(
            "a program to be used where it was compiled",
            "an attempt to copy or pickle it",
            "compile the function again, and pass on program.parameters",
        )

    def __call__(self, *arguments: Any) -> Array:
        """Compute the outputs of every example.

        Args:
            arguments: each of shape (batch, *shape of one example).

        Returns:
            Shape (batch,) for one output, (batch, k) for k of them.

        Raises:
            ShapeError: if a shape does not fit.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison goes another way than it was recorded.
        """
        self._unify()
        given = batch_of(self._arguments, arguments, self.parameters.dtype)
        with self._lock:
            outputs = self._runner.run(given)
        return np.ascontiguousarray(outputs.T).reshape(-1, *self._shape)

    def value_and_grad(self, *arguments: Any, out: Array | None = None) -> tuple[float, Array]:
        """Compute the mean of the output over the batch, and its gradient by the parameters.

        Args:
            arguments: each of shape (batch, *shape of one example).
            out: receives the gradient; a new array by default. `out=program.gradient` leaves it
                where it was computed, and copies nothing.

        Returns:
            The mean, and the gradient in the order of `parameters`.

        Raises:
            WrongTypeError: if the function has several outputs.
            ShapeError: if a shape does not fit.
            OperandError: if an argument does not hold real numbers.
            BranchError: if a comparison goes another way than it was recorded.
        """
        if self._count != 1:
            raise WrongTypeError(
                "one output to differentiate", f"{self._count}", "return their sum, or the loss"
            )
        self._unify()
        given = batch_of(self._arguments, arguments, self.parameters.dtype)
        if out is None:
            out = np.empty_like(self.parameters)
        elif out is not self.gradient:
            self._refuse_memory(out)
        target = None if out is self.gradient else out
        with self._lock:
            value = self._runner.differentiate(given, target, given[0].shape[1])
        for place, first in self._repeats:
            out[place] = out[first]
        return value, out

    def _refuse_memory(self, out: Any) -> None:
        wanted = self.parameters
        shape, kind = getattr(out, "shape", None), getattr(out, "dtype", None)
        fits = (shape, kind) == (wanted.shape, wanted.dtype)
        if not fits or np.may_share_memory(out, wanted):
            arrived = f"shape {shape} and type {kind}" if kind is not None else described(out)
            raise ShapeError(
                f"out as an array of shape {wanted.shape} and type {wanted.dtype}",
                "the parameters themselves" if fits else arrived,
                "make it by np.empty_like(program.parameters)",
            )

    def _unify(self) -> None:
        """Let a parameter that was given twice have one value."""
        for place, first in self._repeats:
            self._parameters[place] = self._parameters[first]

    def store(self) -> None:
        """Write the parameters back into the Values."""
        self._unify()
        for leaf, data in zip(self._leaves, self.parameters.tolist(), strict=True):
            leaf.data = data

    def load(self) -> None:
        """Read the parameters from the Values again."""
        self.parameters = [leaf.data for leaf in self._leaves]

    def __str__(self) -> str:
        return self._equations

    def explain(self) -> str:
        """Return the program after every pass, with its counts."""
        return self._explanation


def _repeats(leaves: Sequence[Node]) -> list[tuple[int, int]]:
    """Return the places of parameters that were given before, and where."""
    first: dict[Node, int] = {}
    return [
        (place, first[leaf])
        for place, leaf in enumerate(leaves)
        if first.setdefault(leaf, place) != place
    ]
