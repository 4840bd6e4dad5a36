"""The exact text of small programs: their equations, their source, and the result of every pass.

After a change of the texts, `make expected` writes them anew.
"""

from __future__ import annotations

import re

import pytest

from autodiff import Value, compile, dot, tanh


def neuron():
    """One neuron of two inputs, a squared error and weight decay."""
    w1, w2, b = Value(0.5, label="w1"), Value(-1.0, label="w2"), Value(0.25, label="b")

    def loss(x, y):
        out = tanh(w1 * x[0] + w2 * x[1] + b)
        return (out - y) ** 2 + 0.01 * (w1 * w1 + w2 * w2)

    return compile(loss, parameters=[w1, w2, b], example=([1.0, 2.0], 0.5))


def triangle():
    """Sums of different lengths, a gather and a guard."""
    w = [Value(0.1 * place, label=f"w{place}") for place in range(4)]

    def loss(x):
        a = [tanh(wi * xi) for wi, xi in zip(w, x, strict=True)]
        sums = [sum(a[place:]) for place in range(2)]
        crossed = a[2] * x[0] + a[0] * x[3]
        return sums[0] * sums[1] if sums[0] > -10 else crossed

    return compile(loss, parameters=w, example=([1.0, 2.0, 3.0, 4.0],))


PROGRAMS = {"neuron": neuron, "triangle": triangle}
TEXTS = {"equations": str, "source": lambda p: p.source, "passes": lambda p: p.explain()}
CASES = [(program, text) for program in PROGRAMS for text in TEXTS]


@pytest.mark.parametrize(("program", "text"), CASES)
def test_the_text_of_a_program(program, text, check_expected):
    check_expected(f"{program}.{text}.txt", TEXTS[text](PROGRAMS[program]()) + "\n")


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_source_is_python(program):
    source = PROGRAMS[program]().source
    names: dict[str, object] = {}
    exec(source, names)  # noqa: S102 what a reader would do
    assert {"prepare", "forward", "reverse", "finish"} <= set(names)


def test_an_exact_program_says_that_it_has_no_source():
    w = Value(2.0)
    program = compile(lambda x: w * x, parameters=[w], example=(1.0,), exact=True)
    assert program.source == ""
    assert str(program) == "the traced graph itself, example by example"


NUMBERS = (1.0, -2.0, 0.5, 1 / 3, 1e-9, float("inf"))
LISTED = {
    "constants": (
        lambda w, x: [tanh(a * x[0] + c) for a, c in zip(w, NUMBERS, strict=False)], 3,
        ["c1 = 1, -2, 0.5", "3"]),
    "many constants": (
        lambda w, x: [tanh(a * x[0] + c) for a, c in zip(w, NUMBERS, strict=True)], 6,
        ["c1 = 1, -2, 0.5, 0.333333, ...", "6"]),
    "one constant for many": (
        lambda w, x: [(a * x[0] + 0.25) * x[1] for a in w], 3, ["c1 = 0.25", "3"]),
    "a weight": (lambda w, x: w[0] * x[0], 1, ["p1 = parameters[0:1]", "1"]),
    "weights and biases in turn": (
        lambda w, x: [tanh(dot(w[i : i + 2], x, w[i + 2])) for i in (0, 3, 6)], 9,
        ["v1 = W1 x + b1", "3"],
        ["W1 = parameters[0:8]", "3 x 2, 3 apart"], ["b1 = parameters[2:9]", "3, 3 apart"]),
    "one matrix": (
        lambda w, x: [tanh(dot(w[i : i + 2], x)) for i in (0, 2, 4)], 6,
        ["W1 = parameters[0:6]", "3 x 2"]),
    "every second weight": (
        lambda w, x: [a * x[0] for a in w[::2]], 6, ["p1 = parameters[0:5]", "3, 2 apart"]),
    "every second weight of a row": (
        lambda w, x: dot(w[::2], [*x, x[0]]), 6, ["W1 = parameters[0:5]", "3, 2 apart"]),
    "the other order": (
        lambda w, x: [a * b for a, b in zip(w[::-1], x * 3, strict=True)], 6,
        ["p1 = parameters[0:6]", "2 x 3, -1 and -2 apart"]),
    "guards": (
        lambda w, x: w[0] * x[0] if x[0] > 0.5 and not x[1] < 0.5 else x[1], 1,
        ["guard: x[0] > 0.5 is True", "for each example"],
        ["guard: x[1] < 0.5 is False", "for each example"]),
    "a guard of truth": (
        lambda w, x: w[0] * x[0] if x[0] * x[1] else x[1], 1,
        ["guard: mul(...) != 0 is True", "for each example"]),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTED.values(), ids=LISTED)
def test_a_listing_says_what_names_stand_for_and_its_guards(case):
    function, count, *expected = case
    weights = [Value(0.1 * place) for place in range(count)]
    program = compile(lambda x: function(weights, x), parameters=weights, example=([1.0, 2.0],))
    lines = [re.split("  +", line) for line in str(program).split("\n")]
    assert lines[:2] == [["x given", "2 for each example"], ["parameters", str(count)]]
    kinds = tuple({line[0][:2] for line in expected if line[0][0] != "v"})
    told = [line for line in lines if line in expected or line[0].startswith(kinds)]
    assert told == expected
