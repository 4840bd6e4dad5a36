"""`python -m benchmarks.draw`: the time to draw graphs of 10^2 to 10^5 nodes.

The work is a sum of tanh neurons of ten inputs written with plain + and *. The time is from the
finished graph to the bytes of an SVG: grouping, DOT text, layout. Where PyTorch and torchviz are
installed, torchviz draws the same expression by the `dot` executable. It draws every node; we do so
up to the limit, so at 10^3 a second line has our drawing of every node. torchviz gets no larger
graph: a layout of 10^4 nodes takes many minutes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from shutil import which
from statistics import median
from typing import Any

from autodiff import Value
from viz import draw

from .timing import Pair, seconds

SIZES = (100, 1_000, 10_000, 100_000)
LARGEST_OF_PEER = 1_000
TARGET = 10.0  # seconds, at the largest size
INPUTS = 10
NODES_OF_NEURON = 3 * INPUTS + 3  # weights, products and additions; bias, tanh, the outer addition


def main() -> int:
    """Print the time of each size, and torchviz's where it is installed."""
    peer = peer_program()
    print("a sum of tanh neurons with 10 inputs, from the graph to SVG\n")
    print(f"{'ours':>9}{'torchviz':>12}{'ratio':>9}   picture")
    for size in SIZES:
        loss = expression(Value, size)
        theirs = peer(size) if peer and size <= LARGEST_OF_PEER else None
        show(loss, theirs)
        if size == LARGEST_OF_PEER:  # every node, as torchviz draws them
            show(loss, theirs, limit=2 * size)
        del loss
    print("\na product of 100,000 factors, each a depth of its own")
    weight = Value(0.9999)
    chain = Value(1.0)
    for _ in range(SIZES[-1]):
        chain = chain * weight
    show(chain, None)
    print(f"\ntarget: at most {TARGET:.0f} s for {SIZES[-1]:,} nodes; beyond 300 they are folded")
    if peer is None:
        print("torch, torchviz or dot is missing: pip install torch torchviz, and Graphviz")
    return 0


def show(loss: Value, peer: Callable[[], bytes] | None, limit: int = 300) -> None:
    """Time the drawing of a graph and print its line."""

    def ours() -> bytes:
        return draw(loss, limit=limit).render("svg")

    picture = repr(draw(loss, limit=limit)).partition(";")[0].removeprefix("Drawing(")
    if peer is None:
        time = median(seconds(ours) for _ in range(3))
        print(f"{time:>7.2f} s{'':>21}   {picture}")
    else:
        ratio = Pair(picture, ours, peer, 3).run()
        print(
            f"{ratio.ours:>7.2f} s{ratio.peer:>10.2f} s{ratio.faster:>8.1f}x   {ratio.name}",
        )


def expression(make: Callable[[float], Any], size: int) -> Any:
    """Return a sum of neurons of about `size` nodes, from leaves made by `make`."""
    rng = random.Random(1337)
    inputs = [make(rng.gauss(0, 1)) for _ in range(INPUTS)]
    total = make(0.0)
    for _ in range(max(1, round((size - INPUTS) / NODES_OF_NEURON))):
        activation = make(0.0)
        for x in inputs:
            activation = activation + make(rng.uniform(-1, 1)) * x
        total = total + activation.tanh()
    return total


def peer_program() -> Callable[[int], Callable[[], bytes]] | None:
    """Return a maker of torchviz's drawing by size, or None where torchviz is missing."""
    try:
        import torch  # noqa: PLC0415 optional
        from torchviz import make_dot  # noqa: PLC0415
    except ImportError:
        return None
    if which("dot") is None:
        return None

    def leaf(number: float) -> Any:
        return torch.tensor(number, dtype=torch.float64, requires_grad=True)

    def program(size: int) -> Callable[[], bytes]:
        loss = expression(leaf, size)
        return lambda: make_dot(loss).pipe(format="svg")

    return program


if __name__ == "__main__":
    sys.exit(main())
