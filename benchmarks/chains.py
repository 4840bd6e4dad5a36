"""Long chains of small steps against the eager engine, for one example and for 32.

`python -m benchmarks.compile chains` prints a row for each chain and size of batch. Times are
process times, medians of several rounds: the load of the machine falls out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autodiff
from autodiff import Value, tanh
from autodiff.extend import Table, engine_in_use

from .comparing import machine, note
from .long_graphs import Work, kalman, runge_kutta
from .native import times_of

_TARGETS = {1: 20.0 if engine_in_use == "native" else 1.0, 32: 5.0}


def recurrent(width: int = 4, steps: int = 200) -> Work:
    """Return the loss of a recurrent network on a sequence of numbers."""
    draw = np.random.default_rng(1337)
    inner = [[Value(x) for x in row] for row in draw.normal(0.0, 0.3, (width, width)).tolist()]
    outer = [Value(x) for x in draw.normal(0.0, 0.5, width).tolist()]

    def loss(xs: Sequence[Any]) -> Any:
        state: list[Any] = [0.0] * width
        for x in xs:
            state = [
                tanh(sum(w * s for w, s in zip(row, state, strict=True)) + u * x)
                for row, u in zip(inner, outer, strict=True)
            ]
        return sum(s * s for s in state)

    parameters = [*outer, *(w for row in inner for w in row)]
    return Work(loss, parameters, (draw.uniform(-1, 1, steps).tolist(),))


CHAINS: dict[str, Callable[[], Work]] = {
    "Kalman filter, 200 steps": lambda: kalman(200),
    "Runge-Kutta, 100 steps": lambda: runge_kutta(100),
    "RNN of width 4, 200 steps": recurrent,
    "RNN of width 16, 100 steps": lambda: recurrent(16, 100),
}


def main() -> int:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    for name, make in CHAINS.items():
        note(name)
        for batch, target in _TARGETS.items():
            ours, eager = measured(make(), batch)
            found = f"{ours * 1e3:.2f} ms", f"{eager * 1e3:.1f} ms", f"{eager / ours:.1f}x"
            rows.append((name, f"{batch}", *found, f"{target:.0f}x"))
    columns = ("value and gradient of", "batch", "ours", "eager", "faster", "at least")
    print(Table("process time of one step", columns, rows))
    print(machine())
    return 0


def measured(work: Work, batch: int) -> tuple[float, float]:
    """Return the seconds of the compiled program and of the eager engine."""
    program = autodiff.compile(work.function, parameters=work.parameters, example=work.example)
    given = [np.array([part] * batch) for part in work.example]

    def compiled() -> Any:
        return program.value_and_grad(*given)[1]

    def eager() -> Any:
        for leaf in work.parameters:
            leaf.grad = 0.0
        for _ in range(batch):
            work.function(*map(_values, work.example)).backward()
        return np.array([leaf.grad for leaf in work.parameters]) / batch

    assert np.allclose(compiled(), eager(), rtol=1e-9), "the gradients differ"
    ours, theirs = times_of([compiled, eager])
    return ours, theirs


def _values(nested: Any) -> Any:
    return [_values(each) for each in nested] if hasattr(nested, "__len__") else Value(nested)
