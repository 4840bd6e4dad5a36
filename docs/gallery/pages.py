"""Take the pictures of the pages: `python docs/gallery/pages.py`; it needs Playwright and Chromium.

They are photographs of what a browser shows: letters differ from machine to machine, and nothing
else does, since the runs are seeded and stop after a number of steps.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import nn
import viz

HERE = Path(__file__).parent
TRAIN = "count => { for (let n = 0; n < count; n++) window.playground.step(); playground.draw(); }"
THREE = [(0.3, 0.3), (0.4, 0.2), (0.6, 0.2), (0.68, 0.3), (0.62, 0.42), (0.48, 0.47)]
THREE += [(0.62, 0.52), (0.7, 0.65), (0.6, 0.78), (0.42, 0.8), (0.3, 0.72)]


def moons() -> viz.Playground:
    """Return the page of two moons."""
    net = nn.MLP(2, [8, 8, 1], activation="tanh", initialiser="xavier_uniform", seed=0)
    points = nn.data.moons(300, noise=0.1, seed=1, sides=True)
    return viz.playground(net, points, learning_rate=0.1)


def digits() -> viz.Playground:
    """Return the page of a network that reads digits."""
    train, _ = nn.data.digits()
    net = nn.MLP(64, [16, 16, 10], activation="tanh", initialiser="xavier_uniform", seed=0)
    settings = {"loss": nn.cross_entropy, "learning_rate": 0.1, "batch_size": 10}
    nn.fit(net, train, epochs=5, progress=False, **settings)
    return viz.playground(net, train[:500], **settings)


def trained(page: Any) -> None:
    """Let the network learn, and select one of its neurons."""
    page.evaluate(TRAIN, 600)
    page.locator(".unit:enabled").nth(9).click()


def drawn(page: Any) -> None:
    """Draw a three."""
    box = page.locator("#pad").bounding_box()
    for number, (x, y) in enumerate(THREE):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


PAGES: dict[str, tuple[Callable[[], viz.Playground], Callable[[Any], None], str, int, int]] = {
    "playground.png": (moons, trained, "light", 1200, 1290),
    "playground-dark.png": (moons, trained, "dark", 400, 860),
    "playground-digits.png": (digits, drawn, "light", 1200, 750),
}


def photograph(folder: Path) -> None:
    """Write the pictures into a folder."""
    image = import_module("PIL.Image")
    with import_module("playwright.sync_api").sync_playwright() as started:
        options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
        browser = started.chromium.launch(**options)
        for name, (make, act, scheme, width, height) in PAGES.items():
            with tempfile.TemporaryDirectory() as place:
                path = make().save(Path(place) / "page.html")
                size = {"width": width, "height": height}
                page = browser.new_page(viewport=size, color_scheme=scheme)
                page.goto(path.as_uri())
                act(page)
                page.mouse.move(0, 0)
                page.wait_for_timeout(300)
                shot = image.open(BytesIO(page.screenshot())).convert("RGB")
                shot.quantize(256, kmeans=2).save(folder / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    photograph(HERE)
