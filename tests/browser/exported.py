"""Execute a notebook in a fresh kernel, and export it to HTML that asks the network for nothing."""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path

from tests.browser.cells import CELLS, LAST, SETUP

ROOT = Path(__file__).parents[2]
NO_NETWORK = {
    f"{name}_url": ""
    for name in ("mathjax", "require_js", "jquery", "mermaid_js", "widget_renderer")
}


def executed():
    """Return the notebook with its outputs; an error in a cell is one here."""
    with warnings.catch_warnings():  # of other packages about each other
        warnings.simplefilter("ignore")
        nbclient, make = import_module("nbclient"), import_module("nbformat.v4")
        cells = [make.new_code_cell(SETUP)]
        for title, code in CELLS.items():
            cells += [make.new_markdown_cell(f"## {title}"), make.new_code_cell(code)]
        notebook = make.new_notebook(cells=[*cells, make.new_code_cell(LAST)])
        place = {"metadata": {"path": ROOT}}
        nbclient.NotebookClient(notebook, timeout=300, resources=place).execute()
        return notebook


def exported(notebook, theme):
    """Return the notebook as a page in the light or the dark theme of JupyterLab."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exporter = import_module("nbconvert").HTMLExporter
        page, _ = exporter(theme=theme, **NO_NETWORK).from_notebook_node(notebook)
        return page
