"""`python -m benchmarks.engine`: the scalar engine against micrograd.

The work is micrograd's own demonstration: a 2-16-16-1 network on a hundred points in the plane,
hinge loss, forward and backward; written with plain + and * and relu (about 65,000 nodes), and
through `nn` with one `dot` node per neuron. And a transformer block with + * / **, exp, log and
relu; for it micrograd gets exp and log in the manner of its own operations.

Each engine steps in an interpreter of its own, as in a training loop, and pays for collecting what
its own steps left behind: a node of micrograd refers to itself through its closure, so its graphs
are freed by Python's collector alone. In one interpreter either would collect the other's garbage.
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
from math import exp, log
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from autodiff import Value, lines
from autodiff.extend import engine_in_use, topological_order
from nn import MLP

from .timing import Pair, seconds
from .transformer import Transformer

SIZES = (2, 16, 16, 1)
POINTS = 100
ROUNDS = 15
OLD = sys.version_info < (3, 12)  # its collector differs from that of newer Pythons
NATIVE = engine_in_use == "native"
WORKS = {  # at least so many times faster, with the collector on and off
    "plain": (
        "plain +, *, relu",
        (55.0 if OLD else 20.0) if NATIVE else (12.0 if OLD else 4.5),
        7.0 if NATIVE else 1.7,
    ),
    "nn": ("through nn, one dot per neuron", 35.0 if OLD else None, None),
    "gpt": ("a transformer block", (55.0 if OLD else 20.0) if NATIVE else None, None),
}
BYTES = 100 if NATIVE else 140


def main() -> int:
    """Print every figure as a ratio, with the medians behind it."""
    if sys.argv[1:2] == ["step"]:
        return step_when_told(*sys.argv[2:5])
    try:
        from micrograd.engine import Value as Peer  # noqa: PLC0415 optional
    except ImportError:
        print("micrograd is missing: pip install micrograd, or make bench", file=sys.stderr)
        return 2
    ours, peer = plain_program(Value), plain_program(Peer)
    nodes = len(topological_order([ours()]))
    print(f"two moons, {'-'.join(map(str, SIZES))}, {POINTS} points: {nodes:,} nodes")
    print("CPU time of a step, forward and backward, each engine in an interpreter of its own")
    print(f"engine: {engine_in_use}\n")
    print(f"{'work':<34}{'collector':<11}{'ours':>10}{'micrograd':>13}{'ratio':>9}   target")
    for collector in ("on", "off"):
        for work in WORKS:
            print_ratio(work, collector)
    ours_bytes, peer_bytes = bytes_per_node(ours, nodes), bytes_per_node(peer, nodes)
    print(
        f"\n{'memory of a node':<45}{ours_bytes:>8.0f} B{peer_bytes:>11.0f} B"
        f"{ours_bytes / peer_bytes:>8.2f}x   at most {BYTES} B"
    )
    print_imports()
    print_lines(ours, network_program(MLP(2, [16, 16, 1], seed=1)))
    print("\ncost of a node, forward and backward, by the length of a chain:")
    print_growth()
    return 0


def print_ratio(work: str, collector: str) -> None:
    """Let both engines step in turn, each in its own process, and print the line."""
    name, target_on, target_off = WORKS[work]
    target = target_on if collector == "on" else target_off
    engines = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.engine", "step", side, work, collector],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for side in ("ours", "micrograd")
    ]
    times: tuple[list[float], list[float]] = [], []
    for _ in range(ROUNDS):
        for engine, found in zip(engines, times, strict=True):
            print(file=engine.stdin, flush=True)
            found.append(float(engine.stdout.readline()))
    for engine in engines:
        engine.communicate()
    ours, peer = map(median, times)
    print(
        f"{name:<34}{collector:<11}{ours * 1e3:>7.1f} ms{peer * 1e3:>10.1f} ms{peer / ours:>8.1f}x"
        + (f"   at least {target}x" if target else ""),
        flush=True,
    )


def step_when_told(side: str, work: str, collector: str) -> int:
    """Step at every line of the input, and print the CPU seconds that the step took."""
    if side == "ours":
        make, network = Value, MLP(2, [16, 16, 1], seed=1)
    else:
        from micrograd.engine import Value as make  # noqa: PLC0415, N813 optional
        from micrograd.nn import MLP as PeerNetwork  # noqa: N811, PLC0415 optional

        network = PeerNetwork(2, [16, 16, 1])
        make.exp, make.log = peer_function(exp, exp), peer_function(log, lambda x: 1 / x)
    programs = {
        "plain": lambda: plain_program(make),
        "nn": lambda: network_program(network),
        "gpt": lambda: transformer_program(make),
    }
    step = both(programs[work]())
    (gc.enable if collector == "on" else gc.disable)()
    step()
    for _ in sys.stdin:
        start = process_time()
        step()
        print(process_time() - start, flush=True)
        if collector == "off":
            gc.collect()  # what the next step would otherwise find in memory
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


def transformer_program(make: Callable[[float], Any]) -> Callable[[], Any]:
    """Return a program that builds the loss of a small transformer, from leaves made by `make`."""
    block = Transformer(positions=8, width=12, heads=3, make=make)
    symbols, targets = block.example(seed=0)
    return lambda: block.loss(symbols, targets)


def peer_function(
    function: Callable[[float], float], derivative: Callable[[float], float]
) -> Callable[[Any], Any]:
    """Return a method for micrograd's Value, written as micrograd writes its own."""

    def method(self: Any) -> Any:
        out = type(self)(function(self.data), (self,), function.__name__)

        def _backward() -> None:
            self.grad += derivative(self.data) * out.grad

        out._backward = _backward  # noqa: SLF001 its own way
        return out

    return method


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
