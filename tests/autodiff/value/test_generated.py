"""The functions and methods are those of the rows of the table, and describe themselves."""

from __future__ import annotations

import inspect
import pydoc

import pytest

import autodiff
from autodiff import TABLE, FormulaError, Value
from autodiff.formula.words import WORDS
from autodiff.operations import BUILT_IN, HELPERS
from autodiff.table import generate
from autodiff.table.operation import Operation

PUBLIC = sorted(BUILT_IN - HELPERS)
FUNCTIONS = [name for name in PUBLIC if name not in generate.WITHOUT_FUNCTION]
OF_ONE = [
    name
    for name in PUBLIC
    if len(TABLE[name].operands) - len(TABLE[name].defaults) == 1 and not TABLE[name].starred
]


def test_the_files_are_current() -> None:
    for path, text in generate.files().items():
        assert path.read_text() == text, f"{path} is not what the table says: run make generated"


@pytest.mark.parametrize("texts", [("frob(x)", "1"), ("2*x", "frob(x)")])
def test_a_row_that_cannot_be_read_leaves_the_files_alone(texts, monkeypatch, tmp_path) -> None:
    path = tmp_path / "functions.py"
    path.write_text("as it was")
    monkeypatch.setattr(generate, "FUNCTIONS", path)
    monkeypatch.setitem(TABLE, "frobbed", Operation("frobbed", "x", *texts))
    with pytest.raises(FormulaError, match="frob"):
        generate.write()
    assert path.read_text() == "as it was"


def test_every_row_says_what_it_returns() -> None:
    assert all(TABLE[name].about for name in BUILT_IN)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_on_a_function_is_complete(name: str) -> None:
    function, row = getattr(autodiff, name), TABLE[name]
    text = pydoc.plain(pydoc.render_doc(function))
    assert function.operation is row
    assert repr(function) == f"<{row!r}>"
    assert f"Return {row.about}." in text
    assert all(derivative in text for derivative in row.derivatives)
    assert all(f"    {operand}: " in text for operand in row.operands)
    assert row.domain in text
    assert row.note in text


@pytest.mark.parametrize("name", OF_ONE)
def test_an_operation_of_one_operand_is_a_method(name: str) -> None:
    method, row, x = getattr(Value, name), TABLE[name], Value(0.3)
    assert method(x).operation is row
    assert repr(method(x).data) == repr(row.function(*row.group([0.3]))[0])
    assert f"Return {row.about}." in inspect.getdoc(method)
    if name in WORDS:
        assert getattr(Value, WORDS[name].numpy) is method


@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_a_method_takes_the_optional_operands(name: str) -> None:
    x, parameter = Value(-2.0), Value(0.5)
    y = getattr(x, name)(parameter)
    assert y.parents == (x, parameter)
    assert y.data == getattr(autodiff, name)(-2.0, 0.5)
    assert getattr(x, name)().data == getattr(autodiff, name)(-2.0)
