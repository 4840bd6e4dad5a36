"""Photograph the pages that the docs show: `python docs/screenshots/take.py`.

It needs Playwright and Chromium. Letters differ from machine to machine, and nothing else does: the
runs are seeded and stop after a number of steps.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nn
import viz
from autodiff import Value, tanh

HERE = Path(__file__).parent
TRAIN = "count => { for (let n = 0; n < count; n++) window.playground.step(); playground.draw(); }"
THREE = [(0.3, 0.3), (0.4, 0.2), (0.6, 0.2), (0.68, 0.3), (0.62, 0.42), (0.48, 0.47)]
THREE += [(0.62, 0.52), (0.7, 0.65), (0.6, 0.78), (0.42, 0.8), (0.3, 0.72)]


def neuron() -> viz.Explorer:
    """Return the page of the textbook neuron."""
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = tanh(x1 * w1 + x2 * w2 + b)
    out.label = "out"
    return viz.explore(out)


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


class Photograph(NamedTuple):
    """A picture of a page.

    Attributes:
        make: makes the page.
        size: of the window, width and height.
        scheme: light or dark.
        state: of the explorer, in the address.
        act: what to do on the page before.
    """

    make: Callable[[], Any]
    size: tuple[int, int]
    scheme: str
    state: str = ""
    act: Callable[[Any], None] | None = None


PICTURES = {
    "explorer.png": Photograph(neuron, (1280, 800), "light", "step=8&select=w1"),
    "explorer-dark.png": Photograph(neuron, (1280, 800), "dark", "select=x1&set=w1:-2.6"),
    "playground.png": Photograph(moons, (1200, 1290), "light", act=trained),
    "playground-dark.png": Photograph(moons, (400, 860), "dark", act=trained),
    "playground-digits.png": Photograph(digits, (1200, 750), "light", act=drawn),
}


def take(folder: Path) -> None:
    """Write the pictures into a folder."""
    image = import_module("PIL.Image")
    arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with import_module("playwright.sync_api").sync_playwright() as started:
        options = {"executable_path": shutil.which("chromium"), "args": arguments}
        browser = started.chromium.launch(**options)
        for name, picture in PICTURES.items():
            with TemporaryDirectory() as place:
                path = picture.make().save(Path(place) / "page.html")
                width, height = picture.size
                size = {"width": width, "height": height}
                page = browser.new_page(viewport=size, color_scheme=picture.scheme)
                page.goto(f"{path.as_uri()}#{picture.state}")
                if picture.act is not None:
                    picture.act(page)
                    page.mouse.move(0, 0)
                page.wait_for_timeout(500)
                shot = image.open(BytesIO(page.screenshot())).convert("RGB")
                shot.quantize(256, kmeans=2).save(folder / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    take(HERE)
