"""Values without a label are called after the variables that hold them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autodiff import (
    Value,
    WrongTypeError,
    exact,
    label,
    nudge,
    trace,
    use_variable_names,
    why,
    why_nan,
    why_zero,
)
from autodiff.extend import Graph
from autodiff.graph import session
from autodiff.graph.naming import variable_names
from nn import MLP, Module
from viz import draw, tree

ROOT = Path(__file__).parents[3]


class Line(Module):
    """A module of a user's own, whose helper is private."""

    def __init__(self):
        self.slope = Value(2.0)
        self._scratch = Value(1.0)


def test_values_are_named_by_their_places():
    w = [Value(1.0), (Value(2.0), {"slow": Value(3.0), 4: Value(5.0)})]
    matrix = np.array([[Value(1.0), Value(2.0)]])
    net, line = MLP(2, [2, 1], seed=1), Line()
    found = variable_names({"w": w, "matrix": matrix, "net": net, "line": line})
    assert found[w[0]] == "w[0]"
    assert found[w[1][1]["slow"]] == "w[1][1]['slow']"
    assert found[w[1][1][4]] == "w[1][1][4]"
    assert found[matrix[0, 1]] == "matrix[0][1]"
    assert found[net.layers[0].neurons[1].bias] == "net.layers[0].neurons[1].bias"
    assert found[line.slope] == "line.slope"
    assert line._scratch not in found
    names = {"w": w, "matrix": matrix, "net": net, "line": line}
    for node, place in found.items():
        assert eval(place, {}, names) is node  # noqa: S307 an expression of our own


def test_of_two_variables_the_first_defined_counts():
    xs = [Value(1.0), Value(2.0)]
    names = {"xs": xs, "x": xs[-1]}  # as after `for x in xs`
    assert variable_names(names)[xs[1]] == "xs[1]"
    assert variable_names({"x": xs[-1], "xs": xs})[xs[1]] == "x"


def test_temporary_names_and_histories_are_left_out():
    x = Value(1.0)
    names = {"_": x, "_12": x, "__": x, "Out": {12: x}, "In": [x], "later": x}
    assert variable_names(names) == {x: "later"}
    assert variable_names({"Out": x}) == {x: "Out"}


def test_a_list_that_holds_itself_and_a_deep_one_end():
    x = Value(1.0)
    loop = [x]
    loop.append(loop)
    deep = [x]
    for _ in range(20_000):
        deep = [deep]
    assert variable_names({"loop": loop}) == {x: "loop[0]"}
    assert variable_names({"deep": deep})[x] == "deep" + "[0]" * 20_001


def test_a_variable_that_computes_its_attributes_is_left_alone():
    class Proxy:
        def __getattribute__(self, name):
            raise RuntimeError(name)

    x = Value(1.0)
    assert variable_names({"proxy": Proxy(), "kind": Proxy, "net": MLP, "x": x}) == {x: "x"}


def test_label_takes_a_mapping_and_leaves_labels_that_stand():
    a, w = Value(2.0, label="alpha"), [Value(3.0), Value(4.0)]
    label(locals())
    assert [a.label, w[0].label, w[1].label] == ["alpha", "w[0]", "w[1]"]
    label(locals(), a=a)
    assert a.label == "a"


@pytest.mark.parametrize("wrong", [3, [Value(1.0)], {1: Value(1.0)}, Value(1.0), "w"])
def test_names_have_to_be_a_mapping(wrong):
    x = Value(2.0)
    with pytest.raises(WrongTypeError, match=r"expected variables by name, got .*names=locals\(\)"):
        label(wrong)
    for report in (trace, draw, tree, why_nan, exact):
        with pytest.raises(WrongTypeError, match="expected variables by name"):
            report(x * 2, names=wrong)


def test_every_report_takes_names_for_one_call():
    x, w = Value(2.0), [Value(-3.0), Value(0.0)]
    loss = x * w[0] + w[1]
    names = {"x": x, "w": w, "loss": loss}
    assert [row.name for row in trace(loss, names=names).rows] == [
        "x",
        "w[0]",
        "v1",
        "w[1]",
        "loss",
    ]
    assert why(loss, x, names=names).name == "∂loss/∂x"
    assert why_zero(loss, x, names=names).name == "∂loss/∂x"
    assert "loss is -6" in str(why_nan(loss, names=names))
    assert str(nudge(loss, w[0], names=names)).startswith("w[0] from")
    assert [row.name for row in exact(loss, names=names).rows][1] == "w[0]"
    assert str(tree(loss, names=names)).startswith("loss = v1 + w[1] = -6")
    assert "<B>w[0]</B>" in draw(loss, names=names).source
    folded = draw(loss, names=names, limit=1).source
    assert "w[1]" in folded
    assert [x.label, w[0].label, loss.label] == [None, None, None]
    assert "w[0]" not in draw(loss).source


def test_a_value_outside_the_graph_has_its_name_too():
    x, other = Value(2.0), Value(1.0)
    assert why_zero(x * 2, other, names={"other": other}).name == "∂v2/∂other"


def test_names_never_clash():
    a, b, c = Value(1.0, label="w"), Value(2.0, label="w"), Value(3.0, label="w (2)")
    v1 = Value(4.0)
    graph = Graph([a * b + c * v1], names={"v1": v1})
    assert len(set(graph.names.values())) == len(graph.order)
    assert graph.names[v1] == "v1"


def test_a_session_gives_its_variables_until_switched_off(monkeypatch):
    x = Value(2.0)
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "x_of_the_session", x, raising=False)
    assert trace(x * 2).rows[0].name == "v1"
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert trace(x * 2).rows[0].name == "x_of_the_session"
    assert trace(x * 2, names={}).rows[0].name == "v1"
    try:
        use_variable_names(False)
        assert trace(x * 2).rows[0].name == "v1"
    finally:
        use_variable_names(True)
    with pytest.raises(WrongTypeError, match="expected True or False, got int 0"):
        use_variable_names(0)


def test_a_data_set_in_the_session_does_not_hold_up_a_picture(monkeypatch):
    x = Value(2.0)
    looked_at = 0

    class Rows(list):
        def __iter__(self):
            nonlocal looked_at
            for element in super().__iter__():
                looked_at += 1
                yield element

    monkeypatch.setattr(session, "variables", lambda: {"data": Rows([0.0] * 1_000_000), "x": x})
    monkeypatch.setattr("autodiff.graph.naming.variables", session.variables)
    assert trace(x * 2).rows[0].name == "x"
    assert looked_at <= 10_001


TYPED = """\
from autodiff import *
x = Value(3.0)
with lines():
    y = x - 4
    z = y.log()

print(why_nan(z))
"""


def test_in_python_with_a_prompt():
    result = subprocess.run(
        [sys.executable, "-i", "-c", ""],
        cwd=ROOT,
        input=TYPED,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "z is nan: it begins at z, in the forward pass" in result.stdout
    assert "y = -1" in result.stdout


def test_in_ipython_lines_are_those_of_the_cell(tmp_path):
    pytest.importorskip("IPython")
    program = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("a = 1", store_history=True)
shell.run_cell({TYPED!r}, store_history=True)
shell.run_cell("print(repr(line_of(z)))", store_history=True)
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": "", "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "z is nan: it begins at z, in the forward pass" in result.stdout
    assert "cell 2, line 5: z = y.log()" in result.stdout
    assert "text='z = y.log()', cell=2)" in result.stdout


def test_an_older_ipython_numbers_its_files():
    assert session.cell("<ipython-input-12-0123abcd>") == 12
    assert session.cell("<stdin>") is None
