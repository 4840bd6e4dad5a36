"""`python -m benchmarks.playground`: the steps a second that a page takes, in Chromium.

The work is gradient descent of a 2-8-8-1 network of tanh on 500 points, whole batches and
mini-batches of 10: the steps alone, and with the page drawing what it does. Beside them stand the
steps of `fit` in Python, the opening of the page, and its size. Steps are counted by the second of
processor time that the page's thread took, so that other work on the machine does not count; what
Chromium paints in other threads is left out. It needs Playwright and Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import nn
from nn import MLP, fit
from viz import playground

POINTS = 500
TARGET = 200  # steps a second, on whole batches
ROUNDS = 7
SECONDS = 1.0  # of a run with drawing
STEPS = "count => { for (let step = 0; step < count; step++) window.playground.step(); }"
RUN = """async seconds => {
    window.playground.run(true);
    await new Promise((done) => setTimeout(done, 1000 * seconds));
    window.playground.run(false);
}"""
TAKEN = "window.playground.session.training.steps"


def main() -> int:
    """Print the steps a second, and what the page takes to open."""
    found = shutil.which("chromium")
    if found is None:
        print("chromium is missing: install it, and pip install playwright")
        return 1
    print(f"a 2-8-8-1 network of tanh on {POINTS} points; medians of {ROUNDS} rounds\n")
    print(f"{'':24}{'steps alone':>14}{'with drawing':>15}{'fit in Python':>16}")
    with opened_by(found) as opened:
        for size, name in ((None, f"all {POINTS}"), (10, "mini-batches of 10")):
            page, seconds, weight = opened(size)
            page.evaluate(STEPS, 200)  # until it is compiled
            alone = median(pace(page, STEPS, 200) for _ in range(ROUNDS))
            drawn = median(pace(page, RUN, SECONDS) for _ in range(ROUNDS))
            print(f"{name:24}{alone:>12,.0f}/s{drawn:>13,.0f}/s{python(size):>14,.0f}/s")
    print(f"\nthe page: {weight / 1000:.0f} kB, opened in {seconds:.2f} s")
    print(f"target: at least {TARGET} steps a second on all {POINTS} points, with drawing")
    return 0


@contextmanager
def opened_by(chromium: str) -> Iterator[Callable[[int | None], tuple[Any, float, int]]]:
    """Yield what opens the page of a batch size, and returns its seconds and bytes too."""
    sync_api = import_module("playwright.sync_api")
    with sync_api.sync_playwright() as started, tempfile.TemporaryDirectory() as folder:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        def opened(size: int | None) -> tuple[Any, float, int]:
            settings = {"learning_rate": 0.1, "batch_size": size}
            path = playground(*work(), **settings).save(Path(folder) / "page.html")
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            start = perf_counter()
            page.goto(path.as_uri())
            return page, perf_counter() - start, path.stat().st_size

        yield opened
        browser.close()


def pace(page: Any, script: str, amount: float) -> float:
    """Return the steps of a script by the second of processor time of the page's thread."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration")

    steps, start = page.evaluate(TAKEN), spent()
    page.evaluate(script, amount)
    rate = (page.evaluate(TAKEN) - steps) / (spent() - start)
    session.detach()
    return rate


def work() -> tuple[MLP, nn.data.Examples]:
    """Return the network and the points."""
    net = MLP(2, [8, 8, 1], activation="tanh", seed=1)
    return net, nn.data.moons(POINTS, seed=1, sides=True)


def python(size: int | None) -> float:
    """Return the steps a second of `fit`."""
    net, points = work()
    epochs = 200 if size is None else 4
    settings = {"learning_rate": 0.1, "batch_size": size, "progress": False}
    fit(net, points, epochs=1, **settings)
    rates: list[float] = []
    for _ in range(ROUNDS):
        start = process_time()
        history = fit(net, points, epochs=epochs, **settings)
        rates.append(len(history) / (process_time() - start))
    return median(rates)


if __name__ == "__main__":
    sys.exit(main())
