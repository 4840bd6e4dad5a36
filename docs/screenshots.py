"""Photograph the pages that the docs show, in Chromium: `python docs/screenshots.py`.

It needs Playwright and Chromium.
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import viz
from autodiff import Value, tanh

HERE = Path(__file__).parent
PICTURES = {  # name: width, height, light or dark, the state in the address
    "explorer": (1280, 800, "light", "step=8&select=w1"),
    "explorer-dark": (1280, 800, "dark", "select=x1&set=w1:-2.6"),
    "explorer-phone": (360, 740, "light", "step=9&select=w1"),
}


def neuron() -> Value:
    """Return the neuron of the lecture."""
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = tanh(x1 * w1 + x2 * w2 + b)
    out.label = "out"
    return out


def main() -> None:
    """Write all pictures."""
    start: Any = import_module("playwright.sync_api").sync_playwright
    arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with start() as playwright, TemporaryDirectory() as folder:
        file = viz.explore(neuron()).save(Path(folder) / "page.html")
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for name, (width, height, scheme, state) in PICTURES.items():
            size = {"width": width, "height": height}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(f"{file.as_uri()}#{state}")
            page.wait_for_timeout(500)  # until the picture fits
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
