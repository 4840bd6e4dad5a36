"""The compiled engine: network and loss recorded once, then run on whole mini-batches as arrays.

The same numbers as the transparent engine, up to rounding. Between steps the parameters are in one
array; the Values of the network follow when `store` is called. What is not here: how a recording
becomes a program (`autodiff.compile`), the transparent engine (`eager`).

>>> from nn.losses import squared_error
>>> from nn.model.mlp import MLP
>>> examples = Examples([[2.0], [1.0]], [[0.0], [1.0]])
>>> engine = CompiledEngine(MLP(1, [1], seed=1), squared_error, examples)
>>> loss, gradient, outputs = engine.gradient(examples[:1], with_outputs=True)
>>> gradient.tolist() == [2 * outputs[0, 0] * 2.0, 2 * outputs[0, 0]]
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

from autodiff import (
    BranchError,
    ChalkgradError,
    LostDerivativeError,
    OptionError,
    ReplayError,
    Value,
    no_grad,
)
from autodiff import compile as compile_values
from autodiff.extend import numpy
from nn.data import Examples

from .protocols import Loss, Network, Sweep

if TYPE_CHECKING:
    from autodiff.extend import Array

_LOOKED_AT = 100  # different targets that the loss sees before a run: classes are fewer
_BLOCK = 1000  # examples that are evaluated at a time: what the caches hold of MNIST


class Replay:
    """A function over Values as a program, which takes every way that a comparison may go.

    It is first compiled for the way that one example goes. Where another example goes another way,
    it is compiled again to be divided, which costs a second look at every batch.

    Args:
        function: takes one example, returns Values.
        values: the parameters.
        example: what it is recorded with.
        is_known: whether it is known to give the same graph each time; else that is looked at,
            which takes longer than all else.

    Raises:
        OptionError: if it cannot be recorded, or does not give the same graph each time.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        values: Sequence[Value],
        example: tuple[Any, ...],
        *,
        is_known: bool = False,
    ) -> None:
        self._function = function
        self._values = values
        self._example = example
        self._is_known = is_known
        self._program = self._compiled("error")

    @property
    def parameters(self) -> Array:
        """All parameters in one vector; change it in place."""
        return self._program.parameters

    def __call__(self, *arrays: Array) -> Array:
        """Return the outputs of every example."""
        try:
            return self._program(*arrays)
        except BranchError:
            return self._divided()(*arrays)

    def value_and_grad(self, *arrays: Array) -> tuple[float, Array]:
        """Return the mean of the output over a batch, and its gradient where it was computed."""
        try:
            return self._program.value_and_grad(*arrays, out=self._program.gradient)
        except BranchError:
            program = self._divided()
            return program.value_and_grad(*arrays, out=program.gradient)

    def _divided(self) -> Any:
        parameters = self._program.parameters
        self._program = self._compiled("split")
        self._program.parameters[...] = parameters
        return self._program

    def _compiled(self, on_branch: str) -> Any:
        try:
            return compile_values(
                self._function,
                parameters=self._values,
                example=self._example,
                on_branch=on_branch,
                strict=not self._is_known,
            )
        except (LostDerivativeError, ReplayError) as error:
            raise _not_recorded(error) from error
        except TypeError as error:
            if isinstance(error, ChalkgradError):
                raise
            raise _not_recorded(error) from error


class CompiledEngine:
    """Loss and gradient of a mini-batch as one run of a program; no graph is kept.

    Args:
        net: the network; its Values are read, and left as they are until `store`.
        loss: of one example, from outputs and targets.
        examples: at least one; the first is recorded.

    Raises:
        OptionError: if network and loss do not give the same graph each time.
    """

    def __init__(self, net: Network, loss: Loss, examples: Examples) -> None:
        self._net = net
        self._loss = loss
        self._values: list[Value] = net.parameters()
        self._example = examples[:1].as_arrays()[0]
        self._step = Replay(self._cost, self._values, self._example)
        self._looking: Replay | None = None

    @property
    def parameters(self) -> Array:
        """All parameters, in the order of `net.parameters()`."""
        return self._step.parameters

    def running(self) -> AbstractContextManager[object]:
        """Return a context that changes nothing."""
        return nullcontext()

    def prepared(self, examples: Examples) -> Examples:
        """Return the examples as arrays; images of one byte for a pixel stay so."""
        arrays = examples.as_arrays()
        self._refuse_targets(arrays)
        return arrays

    def _refuse_targets(self, examples: Examples) -> None:
        """Let the loss refuse targets as it would one by one: a recording only saw the first."""
        with no_grad():
            outputs = self._net(self._example[0])
            rows = {row.tobytes(): row for row in examples.target_array()}
            for row in islice(rows.values(), _LOOKED_AT):
                self._loss(outputs, row.tolist())

    def load(self) -> None:
        """Read the parameters from the Values."""
        self.parameters[:] = [value.data for value in self._values]

    def store(self) -> None:
        """Write the parameters into the Values."""
        for value, data in zip(self._values, self.parameters.tolist(), strict=True):
            value.data = data

    def stepped(self) -> None:
        """Do nothing: the program runs with the array."""

    def gradient(self, batch: Examples, *, with_outputs: bool = False) -> Sweep:
        """Return mean loss, gradient and, if they are asked for, outputs of a mini-batch.

        The gradient is overwritten by the next one. The outputs cost half as much again.
        """
        arrays = batch.arrays()
        outputs = self._look()(*arrays)[:, 1:] if with_outputs else None
        loss, gradient = self._step.value_and_grad(*arrays)
        return Sweep(loss, gradient, outputs)

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return mean loss and outputs of examples."""
        look = self._look()
        rows = numpy().concatenate([look(*block.arrays()) for block in blocks(examples)])
        with numpy().errstate(all="ignore"):
            return float(rows[:, 0].mean()), rows[:, 1:]

    def _look(self) -> Replay:
        """Return the program that also gives outputs, with the present parameters."""
        if self._looking is None:
            self._looking = Replay(
                self._cost_and_outputs, self._values, self._example, is_known=True
            )
        self._looking.parameters[...] = self.parameters
        return self._looking

    def _cost(self, inputs: list[Value], targets: list[Any]) -> Value:
        return self._loss(self._net(inputs), targets)

    def _cost_and_outputs(self, inputs: list[Value], targets: list[Any]) -> list[Value]:
        outputs = self._net(inputs)
        return [self._loss(outputs, targets), *outputs]


def blocks(examples: Examples) -> Iterator[Examples]:
    """Divide examples into parts that fit into caches."""
    for start in range(0, len(examples), _BLOCK):
        yield examples[start : start + _BLOCK]


def _not_recorded(error: Exception) -> OptionError:
    return OptionError(
        "a network and a loss that give the same graph for all examples",
        f"{error}",
        "write engine='eager'",
    )
