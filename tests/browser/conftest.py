"""Chromium for the tests of pages: without a network, and with an ear for every complaint."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    options = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture
def opened(browser):
    """Return a function that opens a page; complaints and requests end up in its second result."""
    contexts = []

    def open_page(path, width, scheme, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        heard = []
        local = (path.as_uri(), "data:")
        page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("request", lambda each: each.url.startswith(local) or heard.append(each.url))
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        return page, heard

    yield open_page
    for context in contexts:
        context.close()
