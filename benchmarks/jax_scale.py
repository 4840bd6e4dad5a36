"""How a step of training grows with devices, and a model that predicts it: `benchmarks.jax scale`.

A device is one thread of the CPU here, in one process. The network has n inputs, 16 hidden neurons
and 10 outputs; n is its width. The batch is divided among the devices, the parameters are on each.

>>> points = [Point(d, b, n, 1e-4 + 1e-8 * b * n / min(d, 2)) for d in (1, 2, 4)
...           for b in (10, 100, 1000) for n in (16, 64)]
>>> model = fitted(points, cores=2)
>>> bool(abs(model.seconds(2, 500, 32) / (1e-4 + 1e-8 * 500 * 16) - 1) < 1e-6)
True
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

import autodiff
from autodiff.extend import Table

from .comparing import machine, note, span
from .networks import Network, of_values

_DEVICES = (1, 2, 4)
_WIDTHS = (16, 128, 1024, 4096)
_BATCHES = (10, 100, 1_000, 10_000, 100_000)
_HIDDEN, _OUTPUTS = 16, 10
_VALUES = 5 * (_HIDDEN + _OUTPUTS)  # of an example, beside its inputs
_CACHED = 3_000_000  # numbers that the caches hold
_MOST = 120_000_000  # numbers of a batch
_LEAST_TIME, _LEAST_CALLS = 0.4, 5  # seconds, and calls, of each point


class Point(NamedTuple):
    """A measurement: devices, examples of a batch, width, seconds of a step."""

    devices: int
    batch: int
    width: int
    seconds: float


class Model(NamedTuple):
    """The seconds of a step, as a sum of parts; all are at least 0.

    Attributes:
        call: of any step.
        device: of each device beyond the first: to start it, and to wait for it.
        parameter: of each parameter on each device beyond the first: their gradients are added.
        example: of each example on the busiest core.
        product: of each example and input there.
        memory: of each number of a batch that the caches do not hold, which all cores read
            through the same memory.
        cores: of the machine, which the devices share.
    """

    call: float
    device: float
    parameter: float
    example: float
    product: float
    memory: float
    cores: int

    def seconds(self, devices: int, batch: int, width: int) -> float:
        """Predict the time of a step."""
        return float(_parts(devices, batch, width, self.cores) @ self[:-1])


def _parts(devices: int, batch: int, width: int, cores: int) -> np.ndarray:
    others = devices - 1
    parameters = (width + 1) * _HIDDEN + (_HIDDEN + 1) * _OUTPUTS
    share = batch / min(devices, cores)
    uncached = max(0, batch * (width + _VALUES) - _CACHED)
    return np.array([1.0, others, others * parameters, share, share * width, uncached])


def fitted(points: Sequence[Point], cores: int) -> Model:
    """Return the model with the least relative errors; parts that would be negative are 0."""
    every = np.array([_parts(*point[:3], cores) for point in points])
    every /= np.array([[point.seconds] for point in points])
    kept = list(range(every.shape[1]))
    while True:
        scale = np.maximum(every[:, kept].max(0), 1e-300)
        found = np.linalg.lstsq(every[:, kept] / scale, np.ones(len(points)), rcond=None)[0] / scale
        if (found >= 0).all():
            break
        kept.pop(int(found.argmin()))
    numbers = np.zeros(every.shape[1])
    numbers[kept] = found
    return Model(*numbers.tolist(), cores)


def main(arguments: Sequence[str]) -> int:
    """Print the measurements, where division pays, and how well the model predicts them."""
    if arguments:
        _measure(int(arguments[0]))
        return 0
    points = [point for devices in _DEVICES for point in _measured(devices)]
    cores = min(os.cpu_count() or 1, max(_DEVICES))
    known, unknown = points[::2], points[1::2]
    model = fitted(known, cores)
    times = {point[:3]: point.seconds for point in points}
    print(Table("", ("width", "batch", *_headings()), list(_rows(times, model))))
    print(f"\n{Table('', ('width', 'measured', 'predicted'), _starts(times, model))}\n")
    for name, part in (("the points it was fitted to", known), ("the others", unknown)):
        errors = [abs(model.seconds(*point[:3]) / point.seconds - 1) for point in part]
        print(f"error of the model on {name}: median {np.median(errors):.0%}, ", end="")
        print(f"largest {max(errors):.0%} ({len(errors)} points)")
    for name, value in zip(model._fields[:-1], model, strict=False):
        print(f"{name}: {value:.2g} s")
    print(machine())
    return 0


def _headings() -> list[str]:
    names = [f"{devices} device{'s' if devices > 1 else ''}" for devices in _DEVICES]
    return [text for name in names for text in (name, "predicted")]


def _rows(times: dict[Any, float], model: Model) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for width in _WIDTHS:
        for batch in _BATCHES:
            if (1, batch, width) in times:
                cells = [
                    span(seconds)
                    for devices in _DEVICES
                    for seconds in (
                        times[devices, batch, width],
                        model.seconds(devices, batch, width),
                    )
                ]
                rows.append((f"{width:,}", f"{batch:,}", *cells))
    return rows


def _starts(times: dict[Any, float], model: Model) -> list[tuple[str, ...]]:
    """Return for each width the smallest batch that two devices compute faster than one."""
    rows: list[tuple[str, ...]] = []
    for width in _WIDTHS:
        batches = [batch for batch in _BATCHES if (1, batch, width) in times]
        measured = [b for b in batches if times[2, b, width] < times[1, b, width]]
        predicted = [b for b in batches if model.seconds(2, b, width) < model.seconds(1, b, width)]
        shown = [f"from {found[0]:,}" if found else "never" for found in (measured, predicted)]
        rows.append((f"{width:,}", *shown))
    return rows


def _measured(devices: int) -> list[Point]:
    """Measure in a process of its own, which has so many devices."""
    note(f"{devices} devices")
    flags = "--xla_cpu_multi_thread_eigen=false"  # a device is a thread
    environment = {**os.environ, "JAX_NUM_CPU_DEVICES": str(devices), "XLA_FLAGS": flags}
    command = [sys.executable, "-m", "benchmarks.jax", "scale", str(devices)]
    found = subprocess.run(command, env=environment, text=True, check=True, stdout=subprocess.PIPE)
    rows = [line.split() for line in found.stdout.splitlines()]
    return [Point(devices, int(batch), int(width), float(time)) for batch, width, time in rows]


def _measure(devices: int) -> None:
    """Print batch, width and seconds of each point."""
    jax: Any = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 JAX's signature
    sharding = jax.sharding
    mesh = jax.make_mesh((devices,), ("batch",), (sharding.AxisType.Auto,))
    whole = sharding.NamedSharding(mesh, sharding.PartitionSpec())
    divided = sharding.NamedSharding(mesh, sharding.PartitionSpec("batch"))
    for width in _WIDTHS:
        work = Network((width, _HIDDEN, _OUTPUTS), "sigmoid", "squares", batch=1)
        loss, parameters = of_values(work)
        example = work.inputs[0], work.targets[0]
        program = autodiff.compile(loss, parameters=parameters, example=example)
        f = program.to_jax()
        step = jax.jit(jax.value_and_grad(lambda p, x, y, f=f: f(p, x, y).mean()))
        vector = jax.device_put(program.parameters, whole)
        for batch in _BATCHES:
            if batch * width > _MOST:
                continue
            size = -(-batch // devices) * devices  # a batch of equal parts
            x = jax.device_put(np.full((size, width), 0.5), divided)
            y = jax.device_put(np.full((size, _OUTPUTS), 0.25), divided)
            call = partial(step, vector, x, y)
            print(batch, width, _fastest(lambda call=call: jax.block_until_ready(call())))


def _fastest(call: Any) -> float:
    """Return the least time of a call: other programs only add to it."""
    call()
    times: list[float] = []
    while sum(times) < _LEAST_TIME or len(times) < _LEAST_CALLS:
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)
