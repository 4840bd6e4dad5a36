"""`python -m benchmarks.engine`: the scalar engine against micrograd.

The work is micrograd's own demonstration: a 2-16-16-1 network on a hundred points in the plane,
hinge loss, forward and backward; written with plain + and * and relu (about 65,000 nodes), and
through `nn` with one `dot` node per neuron. The garbage collector is on.
"""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from autodiff import Value, lines
from autodiff.extend import topological_order
from nn import MLP

from .timing import Pair, seconds

SIZES = (2, 16, 16, 1)
POINTS = 100
PLAIN_TARGET = 12 if sys.version_info < (3, 12) else 4.5  # the collectors of the two differ


def main() -> int:
    """Print every figure as a ratio, with the medians behind it."""
    try:
        from micrograd.engine import Value as Peer  # noqa: PLC0415 optional
        from micrograd.nn import MLP as PeerNetwork  # noqa: N811, PLC0415
    except ImportError:
        print("micrograd is missing: pip install micrograd, or make bench", file=sys.stderr)
        return 2
    ours, peer = plain_program(Value), plain_program(Peer)
    nodes = len(topological_order([ours()]))
    print(f"two moons, {'-'.join(map(str, SIZES))}, {POINTS} points: {nodes:,} nodes\n")
    print(f"{'work':<44}{'ours':>10}{'micrograd':>12}{'ratio':>9}   target")
    show(Pair("plain +, *, relu: forward and backward", both(ours), both(peer)), PLAIN_TARGET)
    fused, layered = (
        network_program(MLP(2, [16, 16, 1], seed=1)),
        network_program(PeerNetwork(2, [16, 16, 1])),
    )
    show(Pair("through nn, one dot per neuron", both(fused), both(layered)), 35)
    ours_bytes, peer_bytes = bytes_per_node(ours, nodes), bytes_per_node(peer, nodes)
    print(
        f"{'memory of a node':<44}{ours_bytes:>8.0f} B{peer_bytes:>10.0f} B"
        f"{ours_bytes / peer_bytes:>8.2f}x   at most 140 B"
    )
    print_imports()
    print_lines(ours, fused)
    print("\ncost of a node, forward and backward, by the length of a chain:")
    print_growth()
    return 0


def print_imports() -> None:
    """Print what `import autodiff` adds to a bare interpreter: the least, the median, the ratio."""
    bare, whole = import_times()
    least, middle = min(whole) - min(bare), median(whole) - median(bare)
    print(
        f"\nimport autodiff adds {least * 1e3:.1f} ms at least, {middle * 1e3:.1f} ms in the "
        f"median to a bare interpreter of {min(bare) * 1e3:.1f} ms "
        f"({min(whole) / min(bare):.2f} x its time; target: 20 ms)"
    )


def print_growth() -> None:
    """Print the cost of a node by the size of its graph, with and without the collector.

    Python's collector visits every living object again whenever their number has grown by a
    quarter; that part of the growth is not the engine's.
    """
    sizes = (1_000, 10_000, 100_000, 1_000_000)
    costs: list[dict[int, float]] = []
    for collector in (False, True):
        (gc.enable if collector else gc.disable)()
        costs.append({size: cost_per_node(size) for size in sizes})
    gc.enable()
    print(f"{'':>17}{'collector off':>15}{'collector on':>15}")
    for size in sizes:
        print(f"  {size:>9,} nodes{costs[0][size] * 1e9:>12.0f} ns{costs[1][size] * 1e9:>12.0f} ns")
    growth = [max(cost.values()) / min(cost.values()) for cost in costs]
    print(f"  growth          {growth[0]:>12.2f} x {growth[1]:>12.2f} x   target: at most 1.50x")


def print_lines(plain: Callable[[], Any], fused: Callable[[], Any]) -> None:
    """Print the cost of recording the source line of every node, as a ratio."""
    print("\nrecording source lines (autodiff.lines), against not recording them:")
    for name, program in (("plain +, *, relu", plain), ("through nn", fused)):
        recorded = lines()(both(program))
        ratio = Pair(name, both(program), recorded).run()
        print(f"  {name:<20}{ratio.faster:>8.2f} x the time")
    nodes = len(topological_order([plain()]))
    ratio = lines()(bytes_per_node)(plain, nodes) / bytes_per_node(plain, nodes)
    print(f"  {'memory of a node':<20}{ratio:>8.2f} x")


def show(pair: Pair, target: float) -> None:
    """Run a pair and print its line."""
    ratio = pair.run()
    print(
        f"{ratio.name:<44}{ratio.ours * 1e3:>7.1f} ms{ratio.peer * 1e3:>9.1f} ms"
        f"{ratio.faster:>8.1f}x   at least {target}x"
    )


def plain_program(make: Callable[[float], Any]) -> Callable[[], Any]:
    """Return a program that builds the loss with +, * and relu, from leaves made by `make`."""
    rng = random.Random(1337)
    layers = [
        [([make(rng.uniform(-1, 1)) for _ in range(wide)], make(0.0)) for _ in range(high)]
        for wide, high in pairwise(SIZES)
    ]
    points = [[make(rng.gauss(0, 1)) for _ in range(2)] for _ in range(POINTS)]
    signs = [rng.choice((-1.0, 1.0)) for _ in range(POINTS)]

    def loss() -> Any:
        total: Any = 0.0
        for point, sign in zip(points, signs, strict=True):
            total = total + (1.0 + -sign * score(layers, point)).relu()
        return total * (1.0 / POINTS)

    return loss


def score(layers: Sequence[Any], point: Sequence[Any]) -> Any:
    """Run a point through the layers, with relu after all but the last."""
    for number, layer in enumerate(layers, 1):
        outputs = []
        for weights, bias in layer:
            total = bias
            for weight, x in zip(weights, point, strict=True):
                total = total + weight * x
            outputs.append(total if number == len(layers) else total.relu())
        point = outputs
    return point[0]


def network_program(net: Any) -> Callable[[], Any]:
    """Return a program that builds the same loss through a network of ours or micrograd's."""
    rng = random.Random(1337)
    points = [[rng.gauss(0, 1) for _ in range(2)] for _ in range(POINTS)]
    signs = [rng.choice((-1.0, 1.0)) for _ in range(POINTS)]

    def loss() -> Any:
        total: Any = 0.0
        for point, sign in zip(points, signs, strict=True):
            output = net(point)
            output = output[0] if isinstance(output, list) else output
            total = total + (1.0 + -sign * output).relu()
        return total * (1.0 / POINTS)

    return loss


def both(loss: Callable[[], Any]) -> Callable[[], None]:
    """Return the program followed by its backward pass."""
    return lambda: loss().backward()


def bytes_per_node(loss: Callable[[], Any], nodes: int) -> float:
    """Return the memory of a living graph, per node."""
    gc.collect()
    tracemalloc.start()
    kept = loss()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / nodes


def import_times(rounds: int = 15) -> tuple[list[float], list[float]]:
    """Return the seconds that interpreters live, without and with `import autodiff`."""
    with TemporaryDirectory() as cache:  # with bytecode, as an installed package has it
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def life(program: str) -> float:
            command = [sys.executable, "-c", program]
            return seconds(lambda: subprocess.run(command, check=True, env=environment))

        life("import autodiff")
        pairs = [(life("pass"), life("import autodiff")) for _ in range(rounds)]
    bare, whole = zip(*pairs, strict=True)
    return [*bare], [*whole]


def cost_per_node(size: int) -> float:
    """Return the seconds that a node of a chain costs, forward and backward."""
    rounds = max(3, 100_000 // size)
    times: list[float] = []
    for _ in range(rounds):
        gc.collect()
        start = perf_counter()
        y = weight = Value(0.999999)
        for _ in range(size):
            y = y * weight
        y.backward()
        times.append((perf_counter() - start) / size)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
