"""A picture walks its graph once, and passes on what it found."""

import pytest

import viz
from autodiff.graph import backprop, traversal
from tests.viz.graph.folded import layer

PICTURES = {
    "draw": lambda loss, leaf: viz.draw(loss),
    "draw two roots": lambda loss, leaf: viz.draw([loss, leaf]),
    "draw, highlighted": lambda loss, leaf: viz.draw(loss, highlight=leaf),
    "draw, folded": lambda loss, leaf: viz.draw(loss, limit=5),
    "tree": lambda loss, leaf: viz.tree(loss),
    "steps": lambda loss, leaf: viz.steps(loss),
    "steps, recursive": lambda loss, leaf: viz.steps(loss, order="recursive"),
}


@pytest.fixture
def walks(monkeypatch):
    """The roots of each walk over a graph from now on."""
    found, walk = [], traversal.interior_order

    def counted(roots):
        found.append(roots)
        return walk(roots)

    for module in (traversal, backprop):
        monkeypatch.setattr(module, "interior_order", counted)
    return found


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_walks_its_graph_once(picture, walks):
    loss = layer()
    loss.backward()
    walks.clear()
    leaf = loss.parents[0].parents[0].parents[0]
    PICTURES[picture](loss, leaf)
    assert len(walks) == 1
