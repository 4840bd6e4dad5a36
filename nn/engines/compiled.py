"""The compiled engine: network and loss traced once, then run on mini-batches as arrays.

Up to rounding, it gives the numbers of the eager engine. Between steps the parameters are in one
array; the Values of the network follow when `store` is called.

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
from nn.data.examples import BRIGHTEST

from .eager import EagerEngine
from .protocols import BatchResult, Loss, Network

if TYPE_CHECKING:
    from autodiff.extend import Array

_CHECKED = 100  # different targets that the loss sees before a run; classes are fewer
_BLOCK = 1000  # examples evaluated at a time: what the caches hold of MNIST


class BatchProgram:
    """A compiled function over Values that takes each example down its own branches.

    It is first compiled for the branches of one example. When another example takes another branch,
    it is compiled again with `on_branch="split"`, which costs a second look at every batch.

    Args:
        function: takes one example and returns Values.
        values: the parameters.
        example: the one that is traced.
        is_known: whether the function is known to give the same graph each time; otherwise that is
            checked, which takes longer than all else.
        native: as in `autodiff.compile`.

    Attributes:
        traced: the program of the branches of the example, which refuses others.

    Raises:
        OptionError: if the function cannot be traced, or does not give the same graph each time.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        values: Sequence[Value],
        example: tuple[Any, ...],
        *,
        is_known: bool = False,
        native: str | None = None,
    ) -> None:
        self._function = function
        self._values = values
        self._example = example
        self._is_known = is_known
        self._native = native
        self._program = self._compiled("error")
        self.traced: Any = self._program

    @property
    def parameters(self) -> Array:
        """All parameters in one vector, to be changed in place."""
        return self._program.parameters

    @property
    def is_eager(self) -> bool:
        """Whether examples run eagerly, since they take too many branches."""
        return self._program.is_eager

    def __call__(self, *arrays: Array) -> Array:
        """Return the outputs of every example."""
        try:
            return self._program(*arrays)
        except BranchError:
            return self._split()(*arrays)

    def value_and_grad(self, *arrays: Array) -> tuple[float, Array]:
        """Return the mean output of a batch and its gradient, which the next call overwrites."""
        try:
            return self._program.value_and_grad(*arrays, out=self._program.gradient)
        except BranchError:
            program = self._split()
            return program.value_and_grad(*arrays, out=program.gradient)

    def descend(self, *arrays: Array, **options: Any) -> None:
        """Take steps of gradient descent; see `autodiff.Program.descend`."""
        self._program.descend(*arrays, **options)

    def _split(self) -> Any:
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
                native=self._native,
            )
        except (TypeError, ReplayError) as error:
            is_of_tracing = isinstance(error, (LostDerivativeError, ReplayError))
            if isinstance(error, ChalkgradError) and not is_of_tracing:
                raise
            raise OptionError(
                "a network and a loss that give the same graph for all examples",
                f"{error}",
                "write engine='eager'",
            ) from error


class CompiledEngine:
    """Loss and gradient of a mini-batch as one run of a program; no graph is kept.

    Args:
        net: the network; its Values are read, and left as they are until `store`.
        loss: of one example, from outputs and targets.
        examples: at least one; the first is traced.
        native: "c" to run the programs in C; None, the default, for NumPy.

    Raises:
        OptionError: if there is no C compiler for "c", or network and loss cannot be traced, or do
            not give the same graph each time.
    """

    def __init__(
        self, net: Network, loss: Loss, examples: Examples, *, native: str | None = None
    ) -> None:
        self._net = net
        self._loss = loss
        self._values: list[Value] = net.parameters()
        self._example = examples[:1].as_arrays()[0]
        self._native = native
        self._step = BatchProgram(self._cost, self._values, self._example, native=native)
        self._step_with_outputs: BatchProgram | None = None

    @property
    def parameters(self) -> Array:
        """All parameters, in the order of `net.parameters()`."""
        return self._step.parameters

    def running(self) -> AbstractContextManager[object]:
        """Return a context that changes nothing."""
        return nullcontext()

    def prepared(self, examples: Examples) -> Examples:
        """Return the examples as arrays; bytes stay bytes.

        The loss sees each different target once, so that it can refuse one: the program only knows
        the loss of the first example.
        """
        arrays = examples.as_arrays()
        with no_grad():
            outputs = self._net(self._example[0])
            rows = {row.tobytes(): row for row in arrays.target_array()}
            for row in islice(rows.values(), _CHECKED):
                self._loss(outputs, row.tolist())
        return arrays

    def store(self) -> None:
        """Write the parameters into the Values."""
        for value, data in zip(self._values, self.parameters.tolist(), strict=True):
            value.data = data

    def stepped(self) -> None:
        """Do nothing: the program reads the array."""

    def gradient(self, batch: Examples, *, with_outputs: bool = False) -> BatchResult:
        """Return the mean loss, the gradient and, if wanted, the outputs of a mini-batch.

        The next call overwrites the gradient. The outputs add half to the cost.
        """
        if self._step.is_eager:
            return self._eagerly().gradient(batch)
        arrays = batch.arrays()
        loss, gradient = self._step.value_and_grad(*arrays)
        if with_outputs and self._step.is_eager:
            return self._eagerly().gradient(batch)
        outputs = self._with_outputs()(*arrays)[:, 1:] if with_outputs else None
        return BatchResult(loss, gradient, outputs)

    def descend(
        self, examples: Examples, batches: Array, rates: Sequence[float], out: Array
    ) -> None:
        """Take steps of plain gradient descent; see `TrainingEngine.descend`.

        None is taken where the arrays would have to be converted, or examples run eagerly.
        """
        inputs, targets = examples.inputs, examples.targets
        is_image = inputs.dtype == numpy().uint8
        if (
            targets.dtype == float
            and (is_image or inputs.dtype == float)
            and not self._step.is_eager
        ):
            divisors = (BRIGHTEST if is_image else 1.0, 1.0)
            options = {"batches": batches, "rates": rates, "divisors": divisors, "out": out}
            self._step.descend(inputs, targets, **options)

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return the mean loss and the outputs of examples."""
        if self._step.is_eager:
            return self._eagerly().evaluate(examples)
        program = self._with_outputs()
        rows = numpy().concatenate([program(*block.arrays()) for block in blocks(examples)])
        with numpy().errstate(all="ignore"):
            return float(rows[:, 0].mean()), rows[:, 1:]

    def _eagerly(self) -> EagerEngine:
        """Return an eager engine with the present parameters."""
        self.store()
        return EagerEngine(self._net, self._loss)

    def _with_outputs(self) -> BatchProgram:
        """Return the program that also gives the outputs, with the present parameters."""
        if self._step_with_outputs is None:
            self._step_with_outputs = BatchProgram(
                self._cost_and_outputs,
                self._values,
                self._example,
                is_known=True,
                native=self._native,
            )
        self._step_with_outputs.parameters[...] = self.parameters
        return self._step_with_outputs

    def _cost(self, inputs: list[Value], targets: list[Any]) -> Value:
        return self._loss(self._net(inputs), targets)

    def _cost_and_outputs(self, inputs: list[Value], targets: list[Any]) -> list[Value]:
        outputs = self._net(inputs)
        return [self._loss(outputs, targets), *outputs]


def blocks(examples: Examples) -> Iterator[Examples]:
    """Divide examples into parts that fit into the caches."""
    for start in range(0, len(examples), _BLOCK):
        yield examples[start : start + _BLOCK]
