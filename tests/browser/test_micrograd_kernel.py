"""Notebooks in micrograd's manner say the same in a kernel with micrograd and with chalkgrad."""

from __future__ import annotations

import warnings
from importlib import import_module

import pytest

from tests.browser.exported import ROOT
from tests.chalkgrad.micrograd_notebooks import demand_same, sources

pytestmark = pytest.mark.browser

NEEDED = ("ipykernel", "micrograd", "nbclient", "nbformat", "sklearn", "graphviz")


def said(codes):
    """Run cells in a fresh kernel; return what they print, and the text of each last expression."""
    with warnings.catch_warnings():  # of other packages about each other
        warnings.simplefilter("ignore")
        nbclient, make = import_module("nbclient"), import_module("nbformat.v4")
        notebook = make.new_notebook(cells=[make.new_code_cell(code) for code in codes])
        place = {"metadata": {"path": ROOT}}
        nbclient.NotebookClient(notebook, timeout=300, resources=place).execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "execute_result"}
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}
    return "\n".join(
        output.text if output.output_type == "stream" else output.data["text/plain"]
        for output in outputs
    )


@pytest.mark.parametrize("name", ["two_moons", "lecture", "trace_graph"])
def test_a_kernel_shows_what_it_shows_with_micrograd(name):
    for package in NEEDED:
        pytest.importorskip(package)
    ours, theirs = (said(sources(name, theirs=is_theirs, steps=2)) for is_theirs in (False, True))
    demand_same(ours, theirs)
