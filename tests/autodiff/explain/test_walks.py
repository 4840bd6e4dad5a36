"""Each explanation walks the graph below its arguments once."""

from __future__ import annotations

import pytest

from autodiff import (
    Value,
    check,
    compare,
    exact,
    lint,
    nudge,
    sigmoid,
    trace,
    why,
    why_nan,
    why_zero,
)
from autodiff.graph import backprop, traversal
from autodiff.native.choice import engine

BACKWARD = 1 if engine is None else 0  # of the other loss; in C it walks by itself


@pytest.fixture
def walked(monkeypatch):
    """The roots of every walk over a graph, in the order of the walks."""
    found = []
    walk = traversal.interior_order

    def counted(roots):
        found.append(tuple(roots))
        return walk(roots)

    monkeypatch.setattr(traversal, "interior_order", counted)
    monkeypatch.setattr(backprop, "interior_order", counted)
    return found


def loss_of(w):
    loss = (sigmoid(w * 2 - 1) - 1) ** 2 + w
    loss.backward()
    return loss


QUESTIONS = [
    (trace, 1),
    (lint, 1),
    (lambda loss: lint(loss, parameters=loss.parents[1:]), 1),
    (lambda loss: why(loss, loss.parents[1]), 1),
    (lambda loss: why_zero(loss, loss.parents[1]), 1),
    (why_nan, 1),
    (exact, 1),
    (check, 1),
    (lambda loss: compare(loss, 1.0), 1),
    (lambda loss: compare(loss, loss_of(Value(0.5))), 2 + BACKWARD),
    (lambda loss: nudge(loss, loss.parents[1]), 2),  # and its gradient
    (lambda loss: lint(loss, loss.parents[0]), 1),
]


@pytest.mark.parametrize(("ask", "count"), QUESTIONS)
def test_the_graph_is_walked_once(walked, ask, count) -> None:
    loss = loss_of(Value(0.5, label="w"))
    walked.clear()
    str(ask(loss))
    assert len(walked) == count
    assert walked.count((loss,)) <= 1
