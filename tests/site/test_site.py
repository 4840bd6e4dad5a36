"""The site that `make docs` built: every page in Chromium, its search, its links, its notebooks.

`make test-docs` builds the site and runs these.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import warnings
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
SOURCES = [path.relative_to(ROOT / "docs") for path in sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [*(str(path.with_suffix(".html")) for path in SOURCES), "genindex.html"]
CHAPTERS = [path.stem for path in SOURCES if path.parent.name == "book" and path.stem != "index"]
CHROMIUM = shutil.which("chromium")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        """Say nothing of each request."""


@pytest.fixture(scope="module", autouse=True)
def site():
    """The address at which the site is served."""
    if not (SITE / "index.html").exists():
        pytest.skip("the site is not built: make docs")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    options = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")], ids=str)
def window(request, browser):
    """A window of a width and a colour scheme, and what its pages complain about or ask for."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, heard = context.new_page(), []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: heard.append(request.url))
    yield page, heard
    context.close()


def outside(heard, site):
    return [each for each in heard if not each.startswith((site, "data:"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_complaint_or_request_and_is_as_wide_as_the_window(name, window, site):
    page, heard = window
    page.goto(f"{site}/{name}")
    page.wait_for_load_state("load")
    assert outside(heard, site) == []
    assert page.locator("h1").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    places = page.locator("iframe[sandbox='allow-scripts']").all()
    assert (
        places or Path(name).stem not in CHAPTERS or not name.startswith("book")
    )  # each chapter has a page to play with
    for place in places:
        place.scroll_into_view_if_needed()
        frame = place.element_handle().content_frame()
        step = frame.locator('[data-part="step"]')
        last = int(step.input_value())
        frame.locator('[data-part="back"]').click()
        assert int(step.input_value()) == last - 1
        assert frame.locator('[data-part="narration"]').inner_text()
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert outside(heard, site) == []


def test_a_picture_follows_the_theme_that_a_reader_chooses(browser, site):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{site}/book/neuron.html")
    paint = """() => getComputedStyle(
        document.querySelector('.chalkgrad-picture svg polygon[class*="fill"]')).fill"""
    light = page.evaluate(paint)
    page.evaluate("document.body.dataset.theme = 'dark'")
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    assert page.evaluate(paint) != light
    context.close()


def test_a_page_to_play_with_follows_the_theme_that_a_reader_chooses(browser, site):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{site}/book/backpropagation.html")
    frame = page.frame_locator("iframe >> nth=0")
    paint = "body => getComputedStyle(body).backgroundColor"
    light = frame.locator("body").evaluate(paint)
    page.evaluate("document.body.dataset.theme = 'dark'")
    frame.locator("html[data-jp-theme-light='false'] [data-part='narration']").wait_for()
    assert frame.locator("body").evaluate(paint) != light
    context.close()


def test_search_finds_vanishing_gradients(window, site):
    page, heard = window
    page.goto(f"{site}/search.html?q=vanishing")
    page.wait_for_selector("ul.search li a")
    found = page.eval_on_selector_all("ul.search li a", "links => links.map(a => a.href)")
    assert any("book/going-wrong.html" in link for link in found)
    assert outside(heard, site) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_site_leads_to_a_place(name):
    page = SITE / name
    for link in re.findall(r'(?:href|src)="([^"]+)"', page.read_text(encoding="utf-8")):
        if re.match(r"(https?|data|mailto|javascript):", link):
            continue
        path, anchor = urldefrag(unescape(link))
        target = page if not path else (page.parent / unquote(path.partition("?")[0])).resolve()
        assert target.exists(), link
        if anchor and target.suffix == ".html" and not target.name.startswith("genindex"):
            assert f'id="{unquote(anchor)}"' in target.read_text(encoding="utf-8"), link


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_downloads_as_a_notebook_that_runs(name, browser, site, tmp_path):
    pytest.importorskip("nbclient")
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{site}/book/{name}.html")
    for link in page.locator(".download-notebook a").all():  # the notebook, and what it reads
        with page.expect_download() as download:
            link.click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    context.close()
    path = tmp_path / f"{name}.ipynb"
    with warnings.catch_warnings():  # of other packages about each other
        warnings.simplefilter("ignore")
        notebook = import_module("nbformat").read(path, as_version=4)
        import_module("nbformat").validate(notebook)
        place = {"metadata": {"path": tmp_path}}
        import_module("nbclient").NotebookClient(notebook, timeout=240, resources=place).execute()
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"^\(point|^:::|\{[a-z:]+\}`", text, re.MULTILINE)
