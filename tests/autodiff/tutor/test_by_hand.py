"""`by_hand`: verdicts and diagnoses, each mistake planted by hand."""

from __future__ import annotations

from math import cos, exp, sin, tanh

import numpy as np
import pytest

import autodiff
from autodiff import OptionError, ShapeError, Value, WrongTypeError, by_hand, label, no_grad, square
from benchmarks.soundness import by_hand as hunt


def network():
    """L = (tanh(w x + b) - y)**2 + w**2 / 4: w is on two paths."""
    w, x, b, y = Value(0.8), Value(1.3), Value(-0.3), Value(0.2)
    z = w * x + b
    a = z.tanh()
    e = a - y
    q = square(e)
    r = w * w
    loss = q + r * 0.25
    label(w=w, x=x, b=b, y=y, z=z, a=a, e=e, q=q, r=r, L=loss)
    return loss, {"w": w, "x": x, "b": b, "y": y, "z": z, "a": a, "e": e, "q": q, "r": r}


Z = 0.8 * 1.3 - 0.3
A = tanh(Z)
E = A - 0.2
TRUE_B = 2 * E * (1 - A * A)
PLANTED = [
    # by, answer, the kind of mistake, a part of its text
    ("b", -TRUE_B, "sign", "the sign is wrong"),
    ("y", 2 * E, "sign", "the sign is wrong"),
    ("w", TRUE_B * 1.3, "one path", "only one of 3 paths, w → v1 → z → a → e → q → L"),
    ("w", 0.4, "one path", "the path w → v1 → z → a → e → q → L is missing"),
    ("w", TRUE_B * 1.3 * 0.2 * 0.2, "paths multiplied", "the 3 paths multiplied"),
    ("b", 1 - A * A, "upstream", "the upstream gradient ∂L/∂a"),
    ("b", 2 * E, "local", "the local derivative ∂a/∂z"),
    ("x", TRUE_B * 1.3, "swapped", "operands swapped at v1 = w * x: ∂v1/∂w = 1.3"),
    ("b", E * (1 - A * A), "rule", "the factor 2 is missing"),
    ("b", 2 * E * (1 - Z * Z), "rule", "1 - z ** 2 instead of 1 - a ** 2"),
    ("b", 2 * TRUE_B, "twice", "backward ran twice"),
    ("x", TRUE_B, "another", "this is the gradient of v1, b, z"),
    ("x", 0.8, "data", "this is the value of w"),
]


@pytest.mark.parametrize(("by", "answer", "kind", "text"), PLANTED)
def test_a_planted_mistake_is_named(by, answer, kind, text):
    loss, _ = network()
    report = by_hand(loss, {by: f"{answer:.9g}"})
    [verdict] = report.verdicts
    assert not report.ok
    assert verdict.judgement.value == "wrong"
    assert any(each.kind == kind and text in each.text for each in verdict.diagnoses[:3]), verdict


RULES = [
    # operation, x, a wrong derivative, a part of the text
    (autodiff.sigmoid, 0.4, 1 / (1 + exp(-0.4)), "y instead of y * (1 - y)"),
    (autodiff.reciprocal, 0.4, 1 / 0.16, "y ** 2 instead of -y ** 2; the minus is missing"),
    (lambda x: 1 / x, 0.4, 1 / 0.16, "the minus is missing"),
    (lambda x: x**-1, 0.4, 1 / 0.16, "the minus is missing"),
    (lambda x: x**3, 0.4, 0.16, "the factor 3 is missing"),
    (lambda x: x**3, 0.4, 3 * 0.4**3, "the exponent is not lowered by 1"),
    (autodiff.relu, -0.4, 1.0, "passed on where it is off"),
    (autodiff.relu, 0.4, 0.0, "stopped where it is on"),
    (autodiff.sqrt, 0.4, 1 / 0.4**0.5, "the factor 0.5 is missing"),
    (autodiff.exp, 0.4, 0.4, "the input x instead of the output y"),
    (autodiff.sin, 0.4, sin(0.4), "sin instead of cos"),
    (autodiff.cos, 0.4, -cos(0.4), "cos instead of sin"),
    (autodiff.log, 0.4, 0.4, "multiplied instead of divided"),
    (autodiff.leaky_relu, -0.4, 1.0, "the case 1 was taken"),
]


@pytest.mark.parametrize(("operation", "x", "wrong", "text"), RULES)
def test_a_wrong_rule_is_named_for_any_operation(operation, x, wrong, text):
    leaf = Value(x, label="x")
    y = operation(leaf)
    y.label = "y"
    loss = y * 7.0
    [verdict] = by_hand(loss, x=wrong * 7.0).verdicts
    assert any(text in each.text for each in verdict.diagnoses[:2]), verdict.lines()


@pytest.mark.parametrize("h", [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001, 0.0001])
def test_a_coarse_finite_difference_is_named(h):
    x = Value(0.7, label="x")
    loss = x**3
    loss.label = "L"
    wanted = f"a finite difference (L(x + h) - L(x)) / h with h = {h:g}"
    [verdict] = by_hand(loss, x=((0.7 + h) ** 3 - 0.7**3) / h).verdicts
    assert verdict.diagnoses[0].text.startswith(wanted)


def test_what_follows_from_an_earlier_answer_is_recognised():
    loss, nodes = network()
    report = by_hand(loss, {nodes["a"]: 0.5, nodes["b"]: 0.5 * (1 - A * A)})
    assert report.verdicts[1].lines()[0] == "follows from your wrong answer for ∂L/∂a"
    wrong_z = 0.5
    e = tanh(wrong_z) - 0.2
    answer = 2 * e * (1 - tanh(wrong_z) ** 2)
    report = by_hand(loss, b=answer, values={"z": wrong_z, "e": e})
    told = {each.name: each.lines() for each in report.verdicts}
    assert told["e"] == ["follows from your value of z"]
    assert told["∂L/∂b"][0] == "follows from your value of z, 0.5 instead of 0.74"


def test_a_wrong_value_before_is_found_without_intermediate_answers():
    w, x, b = Value(2.0, label="w"), Value(3.0, label="x"), Value(1.0, label="b")
    z = w * x + b
    loss = z**2
    loss.label, z.label = "L", "z"
    [verdict] = by_hand(loss, w=2 * 6 * 3).verdicts  # without b
    assert "z = 6 instead of 7; the term b is missing" in verdict.lines()[0]


def test_values_are_diagnosed():
    x, y = Value(0.5, label="x"), Value(3.0, label="y")
    cases = [
        (x - y, 2.5, "the sign is wrong"),
        (x / y, 6.0, "the operands in reverse order"),
        (x * y, 3.5, "added instead of multiplied"),
        (x.sin(), sin(0.5 * np.pi / 180), "the angle taken in degrees"),
        (y.log(), 0.47712125, "the logarithm to base 10"),
        (x.tanh(), 0.5, "the tanh is missing"),
        (x.tanh(), 1 / (1 + exp(-0.5)), "sigmoid instead of tanh"),
        (x * y, 0.5, "this is the value of x"),
    ]
    for loss, answer, text in cases:
        loss.label = "L"
        [verdict] = by_hand(loss, values={"L": f"{answer:.8g}"}).verdicts
        assert text in " ".join(verdict.lines()), verdict


def test_a_number_that_no_mistake_gives_is_said_to_be_one():
    loss, _ = network()
    [verdict] = by_hand(loss, b=123.456).verdicts
    assert verdict.diagnoses == ()
    assert verdict.lines() == ["none of the mistakes tried gives this number"]
    [verdict] = by_hand(loss, b=TRUE_B * 1.004).verdicts
    assert "rounded too early" in verdict.lines()[0]


def test_a_gradient_of_nan_is_judged_like_any_other():
    x = Value(2.0)
    end = autodiff.log(x * 0)
    assert not by_hand(end, {x: 12}).ok
    assert by_hand(end, {x: "nan"}).ok


def test_a_value_outside_the_graph_is_told_from_one_in_it():
    w, x = Value(2.0, label="w"), Value(3.0)
    report = by_hand(w * x, {Value(5.0): 1, w: 3}, second={Value(5.0, label="w"): 0})
    names = [each.name for each in report.verdicts]
    assert names == ["∂v2/∂w (not in the graph)", "∂v2/∂w", "∂²v2/∂w (not in the graph)²"]


@pytest.mark.parametrize("answer", [0, "0", "0.0", "-0.000"])
@pytest.mark.parametrize("sign", [1, -1])
def test_zero_is_right_where_rounding_alone_makes_the_difference(answer, sign):
    x, half, n = (Value(sign * number, label="x") for number in (np.pi / 2, 0.5, np.pi))
    u = half * np.pi  # the number that is rounded is not a leaf
    a, b, c = Value(0.1, label="x"), Value(0.2, label="b"), Value(0.3, label="c")
    for loss in (x.sin(), u.sin(), n.cos(), ((a + b) - c) ** 2, 1e12 * x.sin()):
        assert by_hand(loss, x=answer).ok, loss
    y = n.sin()
    assert by_hand(y, values={y: answer}, second={"x": answer}).ok


def test_zero_stays_wrong_where_numbers_are_exact_or_far_enough():
    x, z = Value(3.0, label="x"), Value(1.57, label="x")
    assert not by_hand((x - 3).relu(), x=1).ok
    assert not by_hand(z.sin(), x=0).ok
    assert not by_hand(Value(20.0, label="x").tanh(), x=0).ok
    assert not by_hand(Value(np.pi / 2, label="x").sin(), x=1e-3).ok


def test_a_coarse_answer_that_a_mistake_gives_too_is_not_called_right():
    x = Value(1.0, label="x")
    loss = (x * 1.02) * 1.0
    [verdict] = by_hand(loss, x="1").verdicts
    assert verdict.judgement.value == "too few digits"
    assert "right to 1 digit, but a mistake gives exactly this" in verdict.lines()[0]
    assert by_hand(loss, x="1.02").ok
    [verdict] = by_hand(x * 0.0012, x="0.00").verdicts
    assert verdict.judgement.value == "too few digits"


def test_second_derivatives():
    w, x = Value(3.0, label="w"), Value(2.0, label="x")
    loss = (w * x) ** 2
    loss.label = "C"
    assert by_hand(loss, second={w: 8, "x": "18", (w, x): 24}).ok
    [verdict] = by_hand(loss, second={w: 24}).verdicts
    assert verdict.name == "∂²C/∂w²"
    assert verdict.lines()[0].endswith("this is the first derivative")
    assert not by_hand(loss, second={w: 4}).ok
    with no_grad():
        assert by_hand(loss, second={w: 8}).ok


def test_lists_and_matrices():
    w = [[Value(1.0, label="W[0][0]"), Value(2.0, label="W[0][1]")],
         [Value(3.0, label="W[1][0]"), Value(4.0, label="W[1][1]")]]  # fmt: skip
    x = [Value(5.0, label="x1"), Value(6.0, label="x2")]
    z = [a * x[0] + b * x[1] for a, b in w]
    label(z1=z[0], z2=z[1])
    loss = z[0] * z[1]
    delta = [z[1].data, z[0].data]
    assert by_hand(loss, z=delta).ok
    assert by_hand(loss, {tuple(z): np.array(delta)}).ok
    assert by_hand(loss, [(w, [[5 * d, 6 * d] for d in delta])]).ok
    assert by_hand(loss, W=[5 * delta[0], 6 * delta[0], 5 * delta[1], 6 * delta[1]]).ok
    turned = by_hand(loss, z=delta[::-1])
    assert [each.diagnoses[0].kind for each in turned.verdicts] == ["swapped", "swapped"]


def test_the_report_is_text_and_html():
    loss, _ = network()
    report = by_hand(loss, b=-TRUE_B, y="-0.4280")
    lines = str(report).splitlines()
    assert lines[0].startswith("L by hand: ")
    assert "∂L/∂b: " in lines[5]
    bundle = report._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert bundle["text/plain"] == str(report) == repr(report)


def test_nothing_in_the_graph_changes():
    loss, nodes = network()
    by_hand(loss, b=1.0, values={"z": 3}, second={"w": 1})
    assert [node.grad for node in nodes.values()] == [0.0] * len(nodes)
    assert nodes["z"].data == Z


ERRORS = [
    (lambda n: by_hand(n["L"]), OptionError, "at least one answer"),
    (lambda n: by_hand(1.0, w=1), WrongTypeError, "a Value for loss"),
    (lambda n: by_hand(n["L"], ww=1), OptionError, "did you mean w"),
    (lambda n: by_hand(n["L"], {3: 1}), WrongTypeError, "a Value or its label"),
    (lambda n: by_hand(n["L"], 3), WrongTypeError, "a dict of Values and numbers"),
    (lambda n: by_hand(n["L"], {n["w"]: 1}, w=2), OptionError, "two for w"),
    (lambda n: by_hand(n["L"], w=[1, 2]), OptionError, "Values named w1 or "),
    (lambda n: by_hand(n["L"], {n["w"]: [1, 2]}), ShapeError, "give the Values as a tuple"),
    (lambda n: by_hand(n["L"], {(n["w"], n["x"]): [1]}), ShapeError, "1 for 2"),
    (lambda n: by_hand(n["L"], {(n["w"], n["x"]): 1}), ShapeError, "a list of as many"),
    (lambda n: by_hand(n["L"], second={("w", "x", "b"): 1}), WrongTypeError, "a pair of Values"),
    (lambda n: by_hand(n["L"], values={Value(1.0): 1}), OptionError, "a Value of the graph"),
]


@pytest.mark.parametrize(("call", "error", "text"), ERRORS)
def test_errors_say_what_to_do(call, error, text):
    loss, nodes = network()
    with pytest.raises(error, match=text):
        call({**nodes, "L": loss})


@pytest.mark.parametrize("kind", hunt.KINDS)
def test_a_sample_of_the_hunt_names_each_kind_of_mistake(kind):
    outcome = hunt.planted(kind, 20, seed=1)
    assert outcome.tried == 20
    assert not outcome.failures


def test_a_sample_of_the_hunt_tells_right_from_wrong():
    for outcome in (hunt.right(150, seed=1), hunt.wrong(60, seed=1)):
        assert not outcome.failures, outcome.failures[:3]


def test_errors_say_what_a_list_and_a_decimal_comma_would_be():
    x = Value(3.0, label="x")
    with pytest.raises(OptionError, match=r"named delta1 or delta\[0\], for delta, got none"):
        by_hand(x * 2, delta=[1, 2])
    with pytest.raises(OptionError, match=r"write the decimal sign as a point: 9\.5"):
        by_hand(x * 2, x="9,5")
