"""Every exception of the project says the same after a copy, a pickle, and in another process."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import autodiff
import nn
import viz
from autodiff import ChalkgradError, FormulaError, Value
from nn import DivergenceError

CLASSES = sorted(
    {
        kind
        for package in (autodiff, nn, viz)
        for name in package.__all__
        if isinstance(kind := getattr(package, name), type) and issubclass(kind, ChalkgradError)
    },
    key=lambda kind: kind.__name__,
)


def made(kind: type[ChalkgradError]) -> ChalkgradError:
    if kind is FormulaError:
        return FormulaError("unknown function 'tanhh'", "1 + tanhh(x)", 4, 9)
    if kind is DivergenceError:
        return DivergenceError("a", "b", "c", step=3, node=Value(2.0, label="w"), history=[1])
    return kind("a list", "int 3", "write [3]")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_an_error_survives_a_copy(kind, again) -> None:
    error = made(kind)
    other = again(error)
    assert type(other) is kind
    assert str(other) == str(error) != ""
    assert other.__dict__.keys() == error.__dict__.keys()
    if kind is DivergenceError:
        assert (other.step, other.node.label, other.history) == (3, "w", [1])


def test_all_classes_are_tried() -> None:
    assert len(CLASSES) >= 14


def _fail(x: float) -> float:
    raise autodiff.OptionError("a number above 0", f"{x}", "write another")


def test_a_worker_process_sends_its_error_home() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        future = pool.submit(_fail, -1.0)
        with pytest.raises(autodiff.OptionError, match="a number above 0, got -1"):
            future.result(timeout=60)
