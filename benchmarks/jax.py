"""`python -m benchmarks.jax`: the same programs in NumPy, in C and by JAX, side by side.

A step is value and gradient, in float64, on one thread, as medians of interleaved rounds; gradients
are compared before. `python -m benchmarks.jax scale` prints how a step grows with devices.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any

import numpy as np

import autodiff
import nn
from autodiff import Value
from autodiff.extend import Table
from nn.extend import Examples

from . import jax_scale
from .comparing import OURS, compare, machine, note, span
from .irregular import Irregular
from .networks import Network, of_values
from .transformer import Transformer

_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"
_IMAGES, _BATCH = 20_000, 10

Work = tuple[Callable[..., Any], list[Any], list[np.ndarray]]


def main() -> int:
    """Print both tables, or with the argument "scale" that of devices."""
    if sys.argv[1:2] == ["scale"]:
        return jax_scale.main(sys.argv[2:])
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_ONE_THREAD}"
    jax: Any = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 JAX's signature
    rows = [_row(jax, name, make()) for name, make in _WORKS.items()]
    columns = ("value and gradient of", "NumPy", "C", "JAX", "to trace", "to compile")
    print(Table("", columns, rows))
    rows = [(f"{name}", span(_epoch(name))) for name in ("compiled", "c", "jax")]
    print(f"\n{Table('', ('engine of fit', 'an epoch of 784-30-10, 20,000 images'), rows)}\n")
    print(f"{machine()}; jax {jax.__version__}, {jax.devices()[0].platform}")
    return 0


def _network(*sizes: int, batch: int) -> Work:
    work = Network(sizes, "sigmoid", "squares", batch=batch)
    loss, parameters = of_values(work)
    return loss, parameters, [work.inputs, work.targets]


def _transformer() -> Work:
    block = Transformer()
    examples = [block.example(seed) for seed in range(4)]
    return block.loss, block.parameters(), [np.array(x) for x in zip(*examples, strict=True)]


def _irregular(nodes: int) -> Work:
    graph = Irregular(nodes, parameters=50, inputs=10)
    parameters = [Value(p) for p in graph.parameters]
    return partial(graph.output, parameters), parameters, [graph.batch(64)]


_WORKS: dict[str, Callable[[], Work]] = {
    "784-16-16-10, batch 10": partial(_network, 784, 16, 16, 10, batch=10),
    "2-16-16-1, batch 100": partial(_network, 2, 16, 16, 1, batch=100),
    "transformer block, batch 4": _transformer,
    "irregular graph, 300 nodes, batch 64": partial(_irregular, 300),
    "irregular graph, 1,000 nodes, batch 64": partial(_irregular, 1000),
}


def _row(jax: Any, name: str, work: Work) -> tuple[str, ...]:
    note(name)
    loss, parameters, batch = work
    example = tuple(x[0].tolist() for x in batch)
    make = partial(autodiff.compile, loss, parameters=parameters, example=example)
    by_numpy, in_c = make(), make(native="c")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", autodiff.TracingWarning)  # its many equations
        f = by_numpy.to_jax()
    step = jax.jit(jax.value_and_grad(lambda p, *given: f(p, *given).mean()))
    start = perf_counter()
    lowered = step.lower(by_numpy.parameters, *batch)
    traced = perf_counter()
    compiled = lowered.compile()
    ready = perf_counter()
    given = [jax.device_put(x) for x in (by_numpy.parameters, *batch)]
    steps = {
        OURS: partial(by_numpy.value_and_grad, *batch, out=by_numpy.gradient),
        "C": partial(in_c.value_and_grad, *batch, out=in_c.gradient),
        "JAX": lambda: jax.block_until_ready(compiled(*given)),
    }
    times = compare(steps, "float64")
    seconds = (*(times[each] for each in steps), traced - start, ready - traced)
    return name, *map(span, seconds)


def _epoch(engine: str) -> float:
    """Return the time of an epoch, without what comes before the first."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (_IMAGES, 784), np.uint8)
    data = Examples(images, rng.integers(0, 10, _IMAGES), 10)

    def run(epochs: int) -> float:
        net = nn.MLP(784, [30, 10], activation="sigmoid", output_activation="sigmoid", seed=1)
        settings = {"batch_size": _BATCH, "learning_rate": 3.0, "engine": engine}
        start = perf_counter()
        nn.fit(net, data, epochs=epochs, progress=False, **settings)
        return perf_counter() - start

    note(f"an epoch by the engine {engine}")
    return (run(4) - run(1)) / 3


if __name__ == "__main__":
    sys.exit(main())
