"""`python -m benchmarks.gradcheck`: the time of `check(loss, directions=4)` on a large graph.

The network is 2-16-24-3, written with plain + and *, on 60 points: 65,000 nodes, 531 parameters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from random import Random
from time import process_time
from typing import Any

from autodiff import Value, check, operation, tanh

SIZES = (2, 16, 24, 3)
POINTS = 60
TARGET = 10.0  # seconds of process time

Activation = Callable[[Any], Any]


def parameters() -> list[float]:
    """Draw the weights and biases, neuron by neuron."""
    random = Random(0)
    return [
        random.gauss(0.0, wide**-0.5)
        for wide, high in pairwise(SIZES)
        for _ in range(high * (wide + 1))
    ]


def loss(data: Sequence[Any], activation: Activation, points: int = POINTS) -> Any:
    """Add up the squared outputs over the points."""
    random = Random(1)
    total: Any = 0.0
    for _ in range(points):
        parameter: Iterator[Any] = iter(data)
        values: list[Any] = [random.uniform(-1.0, 1.0) for _ in range(SIZES[0])]
        for high in SIZES[1:]:
            values = [activation(_neuron(parameter, values)) for _ in range(high)]
        for value in values:
            total = total + value * value
    return total


def _neuron(parameter: Iterator[Any], xs: Sequence[Any]) -> Any:
    out = next(parameter)
    for x in xs:
        out = out + next(parameter) * x
    return out


def _wrong(crooked: Activation) -> Activation:
    def activation(x: Any) -> Any:
        y: Any = tanh(x)
        return crooked(y)

    return activation


def _lost(x: Any) -> Any:
    y: Any = tanh(x)
    return y + 0.1 * x.data * x


def main() -> int:
    """Print the time for a sound and for faulty losses, as a graph and as a function."""
    crooked: Any = operation("crooked", "x", "x", "1.01")
    kinds: dict[str, Activation] = {
        "sound": tanh,
        "a wrong derivative": _wrong(crooked),
        "a derivative lost through .data": _lost,
    }
    print(f"{'check(..., directions=4)':<34}{'graph':>9}{'function':>11}   target")
    for name, activation in kinds.items():
        function = partial(loss, activation=activation)
        end = function([Value(x) for x in parameters()])
        shown = [
            _seconds(partial(check, end, directions=4)),
            _seconds(partial(check, function, parameters(), directions=4)),
        ]
        print(f"{name:<34}{shown[0]:>7.1f} s{shown[1]:>9.1f} s   at most {TARGET:.0f} s")
    return 0


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


if __name__ == "__main__":
    sys.exit(main())
