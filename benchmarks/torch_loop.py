"""The same training as PyTorch programmers write it: tensors, `nn.Sequential`, a loop over batches.

`python -m benchmarks.torch_loop FOLDER EPOCHS TYPE` trains by Nielsen's recipe and prints its peak
memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from random import Random
from typing import Any

import nn
from nn.extend import Examples, Split

from .peak import peak_memory

Loss = Callable[[Any, Any], Any]


class TorchLoop:
    """A PyTorch network with our initial weights, and the examples as tensors.

    Args:
        net: the network whose weights it starts from.
        split: training and held-out examples.
        loss: of a batch: "quadratic" or "cross_entropy".
        optimiser: makes an optimiser of PyTorch for a network.
        batch_size: examples per step.
        kind: "float64" or "float32".
        schedule: the learning rate by step, as a multiple of the optimiser's; constant by default.
    """

    def __init__(  # noqa: PLR0913 each is a part of a recipe
        self,
        net: nn.MLP,
        split: Split,
        *,
        loss: str,
        optimiser: Callable[[Any], Any],
        batch_size: int,
        kind: str,
        schedule: Callable[[int], float] | None = None,
    ) -> None:
        import torch  # noqa: PLC0415 optional

        torch.set_num_threads(1)
        self._torch = torch
        dtype = getattr(torch, kind)
        self._net = nn.to_torch(net).to(dtype)
        self._optimiser = optimiser(self._net)
        rates = torch.optim.lr_scheduler
        self._schedule = rates.LambdaLR(self._optimiser, schedule) if schedule else None
        self._loss: Loss = getattr(self, f"_{loss}")
        self._size = batch_size
        self._train, self._held_out = (self._tensors(part, dtype) for part in split)

    def epoch(self, order: Sequence[int]) -> None:
        """Train on all examples once, in the given order."""
        inputs, targets = self._train
        net, optimiser, loss = self._net, self._optimiser, self._loss
        for indices in self._torch.tensor(order).split(self._size):
            optimiser.zero_grad()
            loss(net(inputs[indices]), targets[indices]).backward()
            optimiser.step()
            if self._schedule:
                self._schedule.step()

    def accuracy(self) -> float:
        """Return the share of held-out examples that are classified rightly."""
        inputs, targets = self._held_out
        with self._torch.no_grad():
            right = self._net(inputs).argmax(1) == targets.argmax(1)
        return right.double().mean().item()

    def _tensors(self, examples: Examples, dtype: Any) -> tuple[Any, Any]:
        inputs = self._torch.tensor(examples.inputs).to(dtype).div_(255)
        return inputs, self._torch.tensor(examples.targets).to(dtype)

    def _quadratic(self, outputs: Any, targets: Any) -> Any:
        total = self._torch.nn.functional.mse_loss(outputs, targets, reduction="sum")
        return total / (2 * len(outputs))

    def _cross_entropy(self, outputs: Any, targets: Any) -> Any:
        return self._torch.nn.functional.cross_entropy(outputs, targets)


def has_torch() -> bool:
    """Tell whether PyTorch is installed."""
    return find_spec("torch") is not None


def plain(net: Any) -> Any:
    """Return gradient descent at Nielsen's rate."""
    import torch  # noqa: PLC0415

    return torch.optim.SGD(net.parameters(), lr=3.0)


def main() -> None:
    """Train, and print the peak of resident memory in bytes."""
    folder, epochs, kind = sys.argv[1:]
    net = nn.MLP(784, [30, 10], activation="sigmoid", output_activation="sigmoid")
    split = nn.data.mnist(folder)
    loop = TorchLoop(net, split, loss="quadratic", optimiser=plain, batch_size=10, kind=kind)
    order, generator = list(range(len(split.train))), Random(0)
    for _ in range(int(epochs)):
        generator.shuffle(order)
        loop.epoch(order)
        loop.accuracy()
    print(peak_memory())


if __name__ == "__main__":
    main()
