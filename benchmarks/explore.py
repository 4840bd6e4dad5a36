"""`python -m benchmarks.explore`: the weight and the speed of pages to explore, in Chromium.

A page of 300 boxes: its weight, the time until it can be used, and the frames a second while it
steps as fast as it can. A page of 40,000 values, folded: the time to make it, to open it, and to
compute all values and all gradients again. It needs Playwright and Chromium.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autodiff import Value, tanh
from autodiff.extend import topological_order
from viz import explore

from .timing import seconds

ROUNDS = 5
BOXES, VALUES = 300, 40_000
TARGETS = {  # the most of each, but for frames
    "weight, kB": 300.0,
    "opens in, ms": 1000.0,
    "frames a second": 60.0,
    "recomputed in, ms": 20.0,
}
_READY = "() => performance.now()"  # when the script has run: it is asked for at once
_STEPS = """async () => {
    const page = globalThis.explorer;
    const start = performance.now();
    const frames = 120;
    for (let frame = 0; frame < frames; frame++) {
        if (%s) page.go(frame %% (page.timeline.last + 1));
        await new Promise(requestAnimationFrame);
    }
    return (1000 * frames) / (performance.now() - start);
}"""
_WORK = """() => {
    const page = globalThis.explorer;
    const times = [];
    for (let step = 0; step < 60; step++) {
        const start = performance.now();
        page.go(step % (page.timeline.last + 1));
        document.body.getBoundingClientRect();
        times.push(performance.now() - start);
    }
    return times.sort((one, other) => one - other)[30];
}"""
_COMPUTE = """() => {
    const { engine } = globalThis.explorer;
    const times = [];
    for (let round = 0; round < 31; round++) {
        const start = performance.now();
        engine.forward();
        engine.backward();
        times.push(performance.now() - start);
    }
    return times.sort((one, other) => one - other)[15];
}"""


def main() -> int:
    """Print every figure with its target."""
    chromium = shutil.which("chromium")
    try:
        playwright: Any = import_module("playwright.sync_api")
    except ImportError:
        playwright = None
    if playwright is None or chromium is None:
        print("needs Playwright and Chromium: pip install playwright, apt install chromium")
        return 0
    arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with playwright.sync_playwright() as started, TemporaryDirectory() as folder:
        browser = started.chromium.launch(executable_path=chromium, args=arguments)
        _show_small(browser, Path(folder) / "small.html")
        _show_large(browser, Path(folder) / "large.html")
        browser.close()
    return 0


def chain(count: int) -> Value:
    """Return a graph of `count` values: a recurrence, where every value has a box of its own."""
    w = Value(0.9, label="w")
    state = Value(0.1, label="x0")
    for index in range((count - 2) // 4):
        state = tanh(state * w + Value(0.01 * index, label=f"x{index + 1}"))
    return state


def network(inputs: int = 784, hidden: int = 16) -> Value:
    """Return the loss of a network of one hidden layer, written with plain + and *."""
    xs = [Value(0.01 * (index % 100), label="x") for index in range(inputs)]
    total = Value(0.0, label="b")
    for neuron in range(hidden):
        activation = Value(0.1, label="b")
        for index, x in enumerate(xs):
            activation = activation + x * Value(0.001 * ((index + neuron) % 41 - 20), label="w")
        total = total + tanh(activation) * Value(0.1, label="w")
    return (total - 1) ** 2


def _show_small(browser: Any, path: Path) -> None:
    loss = chain(BOXES)
    explore(loss).save(path)
    print(f"a page of {len(topological_order([loss]))} boxes\n")
    _print("weight, kB", path.stat().st_size / 1000)
    programs = (_STEPS % "true", _STEPS % "false", _WORK)
    rounds = [_opened(browser, path, *programs) for _ in range(ROUNDS)]
    opening, frames, idle, work = zip(*rounds, strict=True)
    _print("opens in, ms", _median(opening))
    _print("frames a second", _median(frames))
    print(f"{'of an idle page':<20}{_median(idle):>9.1f}   as many as this browser gives here")
    print(f"{'a step takes, ms':<20}{_median(work):>9.1f}   script, style and layout")


def _show_large(browser: Any, path: Path) -> None:
    loss = network()
    made = seconds(lambda: explore(loss).save(path))
    print(f"\na page of {len(topological_order([loss])):,} values, folded\n")
    print(f"{'made in, s':<20}{made:>9.1f}")
    print(f"{'weight, kB':<20}{path.stat().st_size / 1000:>9.0f}")
    rounds = [_opened(browser, path, _COMPUTE) for _ in range(ROUNDS)]
    opening, compute = zip(*rounds, strict=True)
    _print("opens in, ms", _median(opening))
    _print("recomputed in, ms", _median(compute))


def _opened(browser: Any, path: Path, *programs: str) -> tuple[float, ...]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri(), wait_until="load")
    found = [page.evaluate(_READY), *map(page.evaluate, programs)]
    page.close()
    return tuple(found)


def _median(times: tuple[float, ...]) -> float:
    return sorted(times)[len(times) // 2]


def _print(name: str, figure: float) -> None:
    print(f"{name:<20}{figure:>9.1f}   target {TARGETS[name]:g}")


if __name__ == "__main__":
    sys.exit(main())
