"""What training requires of a network, a loss and an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from autodiff import Value
from autodiff.extend import Operand
from nn.data import Examples

if TYPE_CHECKING:
    from autodiff.extend import Array

Loss: TypeAlias = Callable[[list[Value], Iterable[float]], Value]


class Network(Protocol):
    """What can be trained: a callable with parameters that turns inputs into outputs."""

    def parameters(self) -> list[Value]:
        """Return the leaves to change, always in the same order."""
        ...

    def __call__(self, inputs: Iterable[Operand], /) -> list[Value]:
        """Return the outputs for one example.

        Args:
            inputs: Values or numbers, as a flat list.
        """
        ...


class BatchResult(NamedTuple):
    """What an engine computes for a mini-batch.

    Attributes:
        loss: the mean loss of its examples.
        gradient: the derivative of the mean loss by each parameter.
        outputs: of the network, one row for each example; None if they were not wanted and would
            have cost something.
    """

    loss: float
    gradient: Array
    outputs: Array | None


class EpochResult(NamedTuple):
    """What an engine computes for the steps of an epoch.

    Attributes:
        losses: the mean loss of each mini-batch, before its step; up to the first that is not
            finite, or whose gradient is not.
        outputs: of the network for each of them, one row for each example; None if not wanted.
        fault: what is not finite at the last of them, which was not taken; empty if all were.
    """

    losses: list[float]
    outputs: list[Array] | None
    fault: str


class TrainingEngine(Protocol):
    """Computes the loss and the gradient of mini-batches, with all parameters in one array."""

    @property
    def parameters(self) -> Array:
        """All parameters, float64 and contiguous, in the order of `net.parameters()`.

        An optimiser changes them in place.
        """
        ...

    def running(self) -> AbstractContextManager[object]:
        """Return the context that a run takes place in."""
        ...

    def prepared(self, examples: Examples) -> Examples:
        """Return examples in the form that mini-batches are best taken from."""
        ...

    def store(self) -> None:
        """Write the parameters into the network's Values."""
        ...

    def stepped(self) -> None:
        """Take note that a step has changed the parameters."""
        ...

    def gradient(self, batch: Examples, *, with_outputs: bool) -> BatchResult:
        """Return the mean loss, the gradient and, if wanted, the outputs of a mini-batch.

        The next call may overwrite the gradient.
        """
        ...

    def descend(
        self, examples: Examples, batches: Array, rates: Sequence[float], out: Array
    ) -> None:
        """Take steps of plain gradient descent, as many as can be taken together.

        Args:
            examples: prepared.
            batches: their indices for each step, of shape (steps, batch).
            rates: the learning rate of each step.
            out: of shape (steps,), filled with nan: receives the mean loss of each mini-batch,
                before its step. Where nan stays, no step was taken, for whatever reason.
        """
        ...

    def evaluate(self, examples: Examples) -> tuple[float, Array]:
        """Return the mean loss and the outputs of examples."""
        ...


class StepRule(Protocol):
    """What an engine needs of an optimiser, to take its steps itself.

    Attributes:
        steps: the number of steps taken.
        memory: what the rule remembers from step to step, arrays by name.
    """

    steps: int
    memory: dict[str, Array]

    def rate_at(self, steps: int) -> float:
        """Return the learning rate of the step after some steps."""
        ...

    def taken(
        self, vector: Any, gradient: Any, *, rate: Any, steps: Any, memory: dict[str, Any]
    ) -> dict[str, Any]:
        """Take one step on arrays that behave as NumPy's; return what is remembered now."""
        ...


@runtime_checkable
class EpochEngine(TrainingEngine, Protocol):
    """An engine that takes all steps of an epoch at once, the optimiser's part included.

    It may run in several processes, all of which call it with the same arguments.
    """

    @property
    def is_leader(self) -> bool:
        """Whether this process, of all, writes files."""
        ...

    def agreed(self, *, wanted: bool) -> bool:
        """Return whether any process wants something, such as to end the run."""
        ...

    def demand_alike(self, facts: bytes) -> None:
        """Refuse processes that begin with other facts.

        Args:
            facts: what has to be the same in all of them.

        Raises:
            OptionError: if they differ.
        """
        ...

    def epoch(
        self,
        examples: Examples,
        batches: Sequence[Array],
        rule: StepRule,
        *,
        with_outputs: bool,
    ) -> EpochResult:
        """Take a step for each mini-batch; parameters and rule are then those after them.

        Args:
            examples: as `prepared` returned them.
            batches: the indices of the examples of each mini-batch.
            rule: takes the steps.
            with_outputs: whether the outputs are wanted.
        """
        ...
