"""Five functions over Values whose graphs have about 100,000 nodes, to measure compiling.

An mlp and attention have wide layers; bodies have many pairs; a Kalman filter and Runge-Kutta
steps are long and thin.

>>> work = runge_kutta(steps=2)
>>> work.function(*work.example).operation.name
'add'
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autodiff import Value

from .networks import Network, of_values
from .transformer import Transformer


class Work(NamedTuple):
    """What is compiled: a function of one example, its parameters, and an example."""

    function: Callable[..., Any]
    parameters: Sequence[Value]
    example: tuple[Any, ...]


def mlp(hidden: int = 41) -> Work:
    """Return the loss of a sigmoid network of 784 inputs and two hidden layers."""
    network = Network((784, hidden, 16, 10), "sigmoid", "squares", batch=1)
    loss, parameters = of_values(network)
    return Work(loss, parameters, (network.inputs[0].tolist(), network.targets[0].tolist()))


def attention(positions: int = 11) -> Work:
    """Return the loss of a transformer block."""
    block = Transformer(positions=positions)
    return Work(block.loss, block.parameters(), block.example(seed=0))


def bodies(count: int = 16, steps: int = 22) -> Work:
    """Return the final spread of bodies that attract each other, by their masses."""
    rng = random.Random(1337)
    masses = [Value(rng.uniform(0.5, 1.5)) for _ in range(count)]

    def spread(places: Sequence[Any], speeds: Sequence[Any]) -> Any:
        places, speeds = [list(p) for p in places], [list(v) for v in speeds]
        for _ in range(steps):
            for i in range(count):
                pull: list[Any] = [0.0, 0.0, 0.0]
                for j in range(count):
                    if i != j:
                        gap = [b - a for a, b in zip(places[i], places[j], strict=True)]
                        square = sum(d * d for d in gap) + 0.01
                        strength = masses[j] * square**-1.5
                        pull = [p + strength * d for p, d in zip(pull, gap, strict=True)]
                speeds[i] = [v + 0.01 * p for v, p in zip(speeds[i], pull, strict=True)]
            places = [
                [x + 0.01 * v for x, v in zip(*pair, strict=True)]
                for pair in zip(places, speeds, strict=True)
            ]
        return sum(x * x for place in places for x in place)

    def triples() -> list[list[float]]:
        return [[rng.uniform(-1.0, 1.0) for _ in range(3)] for _ in range(count)]

    return Work(spread, masses, (triples(), triples()))


def kalman(steps: int = 3_200) -> Work:
    """Return the squared surprise of a Kalman filter that follows a place and a speed."""
    rng = random.Random(1337)
    drift, noise, spread = Value(0.1), Value(0.01), Value(0.5)

    def loss(measured: Sequence[Any]) -> Any:
        place, speed = 0.0, 0.0
        p, q, r = 1.0, 0.0, 1.0  # the covariance: of the place, of both, of the speed
        total: Any = 0.0
        for z in measured:
            place, speed = place + speed * drift, speed * 0.99
            p, q, r = p + 2.0 * drift * q + drift * drift * r + noise, q + drift * r, r + noise
            error, scale = z - place, p + spread
            first, second = p / scale, q / scale
            place, speed = place + first * error, speed + second * error
            p, q, r = (1.0 - first) * p, (1.0 - first) * q, r - second * q
            total = total + error * error / scale
        return total

    return Work(loss, [drift, noise, spread], ([rng.uniform(-1.0, 1.0) for _ in range(steps)],))


def runge_kutta(steps: int = 2_000) -> Work:
    """Return the final energy of a Van der Pol oscillator after steps of fourth order."""
    damping, force = Value(0.5), Value(1.1)
    h = 0.01

    def slope(x: Any, v: Any) -> tuple[Any, Any]:
        return v, damping * (1.0 - x * x) * v - force * x

    def energy(x: Any, v: Any) -> Any:
        for _ in range(steps):
            a, b = slope(x, v)
            c, d = slope(x + h / 2 * a, v + h / 2 * b)
            e, f = slope(x + h / 2 * c, v + h / 2 * d)
            g, k = slope(x + h * e, v + h * f)
            x = x + h / 6 * (a + 2 * c + 2 * e + g)
            v = v + h / 6 * (b + 2 * d + 2 * f + k)
        return x * x + v * v

    return Work(energy, [damping, force], (1.0, 0.0))


GRAPHS: dict[str, Callable[[], Work]] = {
    "mlp": mlp,
    "attention": attention,
    "n-body": bodies,
    "Kalman filter": kalman,
    "Runge-Kutta": runge_kutta,
}
