"""Two moons as in micrograd's demonstration: a hundred steps, each on all hundred points.

2-16-16-1, relu, hinge loss plus 1e-4 times the sum of all squared parameters, and a learning rate
that falls from 1 to 0.1. All three programs start from the same weights.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time
from typing import Any

import nn
from nn.extend import Examples

STEPS = 100
ALPHA = 1e-4
SEED = 1337


def rate(step: int) -> float:
    """Return the learning rate of a step, counted from 0."""
    return 1.0 - 0.9 * step / STEPS


def our_run(points: Examples, engine: str, steps: int = STEPS) -> nn.History:
    """Train our network, recording and compiling included."""
    net = nn.MLP(2, [16, 16, 1], seed=SEED)
    optimizer = nn.SGD(net, rate, weight_decay=2 * ALPHA, decayed=net.parameters())
    return nn.fit(
        net,
        points,
        epochs=steps,
        batch_size=None,
        loss=nn.hinge,
        optimizer=optimizer,
        engine=engine,
        progress=False,
    )


def peer_run(points: Examples, network: Any, steps: int) -> float:
    """Train micrograd's network by the loop of its demonstration; return the last accuracy."""
    random.seed(SEED)
    net = network(2, [16, 16, 1])
    share = 0.0
    for step in range(steps):
        scores = [net(inputs) for inputs, _ in points]
        sides = [side for _, [side] in points]
        losses = [(1 + -side * score).relu() for side, score in zip(sides, scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + ALPHA * sum(p * p for p in net.parameters())
        share = _share(sides, [score.data for score in scores])
        net.zero_grad()
        loss.backward()
        for parameter in net.parameters():
            parameter.data -= rate(step) * parameter.grad
    return share


def show_moons(peer_steps: int) -> None:
    """Print the accuracy and time of all programs, and the ratios.

    Args:
        peer_steps: the steps that micrograd takes; its time is scaled to a hundred.
    """
    print("two moons, 2-16-16-1, 100 points, 100 steps of all points")
    points = nn.data.moons(100, noise=0.1, seed=SEED, sides=True)
    times = {
        "eager": _seconds(lambda: our_run(points, "eager")),
        "compiled": median(_seconds(lambda: our_run(points, "compiled")) for _ in range(7)),
    }
    for engine, time in times.items():
        share = our_run(points, engine)[-1].accuracy
        print(f"  chalkgrad {engine:<9}{time * 1e3:>9.1f} ms  accuracy {share:.1%}")
    try:
        from micrograd.nn import MLP  # noqa: PLC0415 optional
    except ImportError:
        print("  micrograd is missing: pip install micrograd")
        return
    shares: list[float] = []
    spent = _seconds(lambda: shares.append(peer_run(points, MLP, peer_steps))) * STEPS / peer_steps
    share = f"accuracy {shares[0]:.1%} after {peer_steps} steps"
    print(f"  micrograd          {spent * 1e3:>9.1f} ms  {share}")
    for engine, target in (("eager", 20), ("compiled", 1000)):
        print(f"  {engine}: {spent / times[engine]:,.0f} x faster (target: at least {target:,})")
    print("  target: 100%\n", flush=True)


def _seconds(program: Callable[[], object]) -> float:
    """Return the processor time of a program."""
    gc.collect()
    start = process_time()
    program()
    return process_time() - start


def _share(sides: Sequence[float], scores: Sequence[float]) -> float:
    right = [(side > 0) == (score > 0) for side, score in zip(sides, scores, strict=True)]
    return sum(right) / len(right)
