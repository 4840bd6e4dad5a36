"""The explorer live in JupyterLab: what is changed in the page changes in Python."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "browser"
NEEDED = ("jupyterlab", "anywidget", "ipykernel", "playwright")
CELLS = [
    f"import sys; sys.path.insert(0, {str(ROOT)!r})",
    """\
from autodiff import Value, tanh
import viz
x, w = Value(2.0, label='x'), Value(-3.0, label='w')
out = tanh(x * w + 5.5)
out.label = 'out'
page = viz.explore(out)
page""",
    "print('selected', page.selected, 'w is', w.data, 'out is', f'{out.data:.6f}')",
    "w.data = -2.75\nout.recompute()\npage.refresh()",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a JupyterLab with one notebook."""
    for name in NEEDED:
        if find_spec(name) is None:
            pytest.skip(f"{name} is missing: pip install -e .[browser]")
    folder = tmp_path_factory.mktemp("lab")
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "source": code, "outputs": [],
         "execution_count": None}
        for k, code in enumerate(CELLS)
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    (folder / "page.ipynb").write_text(json.dumps(notebook))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--IdentityProvider.token="]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--allow-root", *settings],
        cwd=folder,
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urlopen(f"{address}/api").close()  # noqa: S310 our own server
            break
        except OSError:
            time.sleep(0.5)
    yield address
    process.terminate()
    process.wait(20)


def run_cell(page, index):
    page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def printed(page, index):
    run_cell(page, index)
    output = page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-OutputArea-output")
    output.first.wait_for(timeout=60_000)
    page.wait_for_timeout(700)
    return output.first.inner_text()


def test_the_page_is_live_in_jupyterlab(browser, server):
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    page = context.new_page()
    page.goto(f"{server}/lab/tree/page.ipynb", timeout=120_000)
    page.locator(".jp-Notebook .jp-Cell").nth(3).wait_for(timeout=120_000)
    page.wait_for_selector("text=/Python 3.*Idle/", timeout=120_000)
    run_cell(page, 0)
    run_cell(page, 1)
    shown = page.locator(".jp-Notebook .chalkgrad-explorer")
    shown.locator("g.box", has_text="out").first.wait_for(timeout=120_000)
    assert shown.count() == 1
    shown.locator("g.box", has_text="w").first.click()
    field = shown.get_by_label("w, number").last
    field.fill("-2.5")
    field.press("Enter")
    page.wait_for_timeout(1000)
    found = printed(page, 2)
    assert re.search(
        r"selected Value\(data=-2\.5, .*label='w'\) w is -2\.5 out is 0\.462117", found
    )
    run_cell(page, 3)
    page.wait_for_function(
        "() => document.querySelector('.chalkgrad-explorer [aria-label=\"w, number\"]').value"
        " === '-2.75'",
        timeout=60_000,
    )
    shown.get_by_role("button", name="Practice").click()
    shown.locator("g.box", has_text="out").first.click()
    answer = shown.get_by_label("out = your answer", exact=True)
    answer.fill("12")
    answer.press("Enter")
    shown.locator(".verdict p", has_text="wrong").first.wait_for(timeout=60_000)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "jupyterlab.png")
    context.close()
