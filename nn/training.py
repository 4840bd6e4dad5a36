"""The loop that trains a network: mini-batches, gradients, steps. It never prints.

What is not here: the rule of a step (`optimisers`), progress bars (`python -m nn`).

>>> from nn import MLP
>>> line = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
>>> net = MLP(1, [1], seed=0)
>>> history = fit(net, line, epochs=30, batch_size=2, learning_rate=0.3)
>>> history[0].loss > 0.1, history[-1].loss < 1e-6
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isnan
from statistics import fmean
from typing import NamedTuple, Protocol, TypeAlias

from autodiff import Value, mean, no_grad
from autodiff.functions import Operand

from .checks import generator_of, whole
from .errors import SizeError
from .losses import mean_squared_error
from .optimisers import SGD

__all__ = ["Example", "Loss", "Network", "Record", "accuracy", "fit"]

Example: TypeAlias = tuple[Iterable[Operand], Iterable[float]]
Loss: TypeAlias = Callable[[list[Value], Iterable[float]], Value]


class Network(Protocol):
    """What can be trained: something with parameters that turns inputs into outputs."""

    def parameters(self) -> list[Value]:
        """Return the leaves to change."""
        ...

    def __call__(self, inputs: Iterable[Operand], /) -> list[Value]:
        """Return the outputs for one example."""
        ...


class Record(NamedTuple):
    """What one mini-batch showed, before the parameters were changed by it.

    Attributes:
        epoch: which pass over the examples, from 1.
        step: which step of the run, from 1.
        steps: how many steps the run has.
        loss: the mean loss of the mini-batch.
        accuracy: the share of its examples whose largest output stands where the largest target
            does; None for a network of one output, where that says nothing.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float | None


def fit(  # noqa: PLR0913 each is a setting of its own, by keyword
    net: Network,
    examples: Iterable[Example],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int = 0,
    loss: Loss = mean_squared_error,
    on_step: Callable[[Record], object] | None = None,
) -> list[Record]:
    """Train a network by stochastic gradient descent over mini-batches.

    Each epoch goes through all examples in a new order. The gradient of a mini-batch is the mean
    of its examples' gradients (Nielsen 2015, equation 19).

    Args:
        net: its parameters are changed in place.
        examples: pairs of inputs and targets, at least one.
        epochs: how often to go through all examples, at least 1.
        batch_size: examples per step, at least 1; the last step of an epoch may have fewer.
        learning_rate: positive.
        seed: of the order of the examples.
        loss: of one example, from outputs and targets.
        on_step: called after each step, for progress bars and pictures.

    Returns:
        One record for each step, in order.

    Raises:
        SizeError: if there are no examples, or a number is not a whole one of at least 1.
        SettingError: if the learning rate is not positive and finite.
    """
    pairs = list(examples)
    if not pairs:
        raise SizeError("at least one example", "none", "pass pairs (inputs, targets)")
    size = whole(batch_size, 1, "the batch size")
    starts = range(0, len(pairs), size)
    steps = whole(epochs, 1, "the number of epochs") * len(starts)
    optimiser = SGD(net.parameters(), learning_rate)
    generator = generator_of(seed)
    history: list[Record] = []
    while len(history) < steps:
        generator.shuffle(pairs)
        for start in starts:
            epoch, step = len(history) // len(starts) + 1, len(history) + 1
            shown = _descend(net, optimiser, pairs[start : start + size], loss)
            history.append(Record(epoch, step, steps, *shown))
            if on_step is not None:
                on_step(history[-1])
    return history


def accuracy(net: Network, examples: Iterable[Example]) -> float:
    """Return the share of examples, in [0, 1], that a network classifies rightly.

    Args:
        net: a network of several outputs, one for each class.
        examples: pairs of inputs and targets, at least one; the largest target is the class.

    Raises:
        SizeError: if there are no examples, or the network has one output.
    """
    with no_grad():
        pairs = [(net(inputs), targets) for inputs, targets in examples]
    if not pairs:
        raise SizeError("at least one example", "none", "pass pairs (inputs, targets)")
    if len(pairs[0][0]) == 1:
        remedy = "compare the output with a threshold yourself"
        raise SizeError("one output for each class, two or more", "1 output", remedy)
    right = [_agree(outputs, targets) for outputs, targets in pairs]
    return fmean(right)


def _descend(
    net: Network, optimiser: SGD, batch: list[Example], loss: Loss
) -> tuple[float, float | None]:
    """Take one step; return the mean loss and the accuracy on the batch before it.

    The batch is one graph with one sweep: a sweep for each example would write the gradients of
    all parameters each time, a sixth of the whole cost of the digit network.
    """
    optimiser.zero_grad()
    outputs = [net(inputs) for inputs, _ in batch]
    cost = mean([loss(output, y) for output, (_, y) in zip(outputs, batch, strict=True)])
    cost.backward()
    optimiser.step()
    if len(outputs[0]) == 1:
        return cost.data, None
    return cost.data, fmean(
        _agree(output, y) for output, (_, y) in zip(outputs, batch, strict=True)
    )


def _agree(outputs: Sequence[Value], targets: Iterable[float]) -> bool:
    """Tell whether the largest output stands where the largest target does; never for nan."""
    reached, wanted = [output.data for output in outputs], list(targets)
    largest = max(reached)
    unknown = any(isnan(x) for x in reached)
    return not unknown and reached.index(largest) == wanted.index(max(wanted))
