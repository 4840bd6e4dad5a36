"""Programs printed as C give what they give in NumPy; gcc has no complaint about them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
import pytest

from autodiff import TABLE, Value, compile, operation, take, tanh
from autodiff.formula.dialects import C
from autodiff.graph.node import variadic
from autodiff.operations import BUILT_IN
from tests.autodiff.compiler.eager_oracle import assert_close
from tests.autodiff.compiler.loops.shared_libraries import FLAGS, Library
from tests.autodiff.compiler.sample_programs import SAMPLES, recurrent
from tests.autodiff.compiler.test_whole_table import EDGES, ORDINARY, arity, points
from tests.autodiff.formula.other_languages import needs_gcc

pytestmark = needs_gcc
SEVERAL = {**SAMPLES, "a long chain": recurrent(steps=40)}


@pytest.mark.parametrize("name", SEVERAL)
def test_of_every_sample(name, tmp_path):
    """Sums are added in another order than NumPy adds them: a few units of the largest term."""
    sample = SEVERAL[name]
    program = sample.compiled()
    library = Library(tmp_path, program)
    batch = sample.batch(5, seed=3)
    outputs = program(*batch)
    size = float(np.abs(outputs).max())
    assert_close(library.call(batch, 1)[1][:, 0], outputs, size, 1e-15)
    mean, gradient = library.value_and_gradient(batch)
    wanted = program.value_and_grad(*batch)
    assert_close(mean, wanted[0], size, 1e-15)
    assert_close(gradient, wanted[1], float(np.abs(wanted[1]).max()), 2e-15)


def every_row(rows: Sequence[Any]) -> Any:
    """A program with each row as an output, of operands of its own."""
    counts = [arity(row) for row in rows]

    def function(x: Sequence[Any]) -> list[Value]:
        given = iter(x)
        return [
            variadic(row, [next(given) for _ in range(count)])
            for row, count in zip(rows, counts, strict=True)
        ]

    return compile(function, parameters=[], example=([0.6] * sum(counts),))


@pytest.mark.usefixtures("table_as_before")
def test_the_values_of_every_row_of_the_table_in_one_program(tmp_path):
    operation("rooms", "x*", "prod(x) / count(x)", "prod_of_others(x) / count(x)")
    rows = [TABLE[name] for name in (*sorted(BUILT_IN), "rooms")]
    program = every_row(rows)
    library = Library(tmp_path, program)
    samples = [[points(row, which) for row in rows] for which in (ORDINARY, EDGES)]
    for each in samples:
        longest = max(map(len, each))
        batch = [[x for at in each for x in at[number % len(at)]] for number in range(longest)]
        failed, found = library.call([batch], len(rows))
        assert not failed
        outputs = program(batch)
        for place, row in enumerate(rows):
            expected = outputs[:, place]
            if row.name == "mean":  # added without rounding, other than in NumPy
                given = [each[place][number % len(each[place])] for number in range(longest)]
                expected = [row.function(point)[0] for point in given]
            near_zeros = row.name in {"digamma", "lgamma", "polygamma"}
            assert_close(found[:, place], expected, 10.0 if near_zeros else 0.0, 1e-14)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_the_gradient_of_every_row_of_the_table(name, tmp_path):
    row = TABLE[name]
    leaves = [Value(-0.0) for _ in range(arity(row))]

    def function(x: Sequence[Any]) -> Value:
        return variadic(row, [leaf + xi for leaf, xi in zip(leaves, x, strict=True)])

    program = compile(function, parameters=leaves, example=([0.6] * len(leaves),))
    library = Library(tmp_path, program)
    for point in [*points(row, ORDINARY), *points(row, EDGES)[::3]]:
        mean, gradient = library.value_and_gradient([[point]])
        wanted = program.value_and_grad([point])
        scale = max([abs(x) for x in point if isfinite(x)], default=0.0) if name == "mean" else 0.0
        assert_close(mean, wanted[0], scale)
        largest = max([abs(x) for x in wanted[1] if isfinite(x)], default=0.0)
        assert_close(gradient, wanted[1], largest)


def test_of_look_ups_and_guards(tmp_path):
    rows = [[Value(0.1 * (i - j)) for j in range(3)] for i in range(5)]

    def total(symbols, x):
        sums = sum(tanh(e) * (n + 1) for n, s in enumerate(symbols) for e in take(rows, s))
        return sums if x > 0 else -sums  # is it "above"? or \ below

    parameters = [x for row in rows for x in row]
    program = compile(total, parameters=parameters, example=([0, 1], 1.0))
    library = Library(tmp_path, program)
    batch = [[[4, 0], [2, 2]], [1.0, 2.0]]
    mean, gradient = library.value_and_gradient(batch)
    wanted = program.value_and_grad(*batch)
    assert_close(mean, wanted[0])
    assert_close(gradient, wanted[1])
    failed, _ = library.call([[[4, 0], [2, 2]], [1.0, -2.0]], 1)
    assert "x > 0 to be true" in library.guard(failed)
    assert "test_c.py:" in library.guard(failed)
    assert "symbols[1] in range(5)" in library.guard(library.call([[[0, 5]], [1.0]], 1)[0])


def test_the_example_is_a_program_of_its_own(tmp_path):
    w, b = Value(2.0), Value(1.0)
    program = compile(
        lambda double, v: (w * double + b - v) ** 2, parameters=[w, b], example=(1.0, 1.0)
    )
    assert run_example(tmp_path, program).stdout == "value 2.25\ngradient[0] 1.5\ngradient[1] 3\n"


def test_the_example_of_several_outputs_prints_them(tmp_path):
    program = compile(lambda x: [x, 2.0 * x, x * x], parameters=[], example=(1.0,))
    assert run_example(tmp_path, program).stdout == (
        "outputs[0] 0.5\noutputs[1] 1\noutputs[2] 0.25\n"
    )


def test_the_example_names_a_comparison_that_fails(tmp_path):
    program = compile(lambda x: x if x > 1 else -x, parameters=[], example=(2.0,))
    done = run_example(tmp_path, program)
    assert done.returncode == 1
    assert done.stdout.startswith("expected x > 1 to be true (")


def test_the_file_calls_nothing_but_the_mathematical_library(tmp_path):
    program = every_row([TABLE[name] for name in sorted(BUILT_IN)])
    source, compiled = tmp_path / "program.c", tmp_path / "program.o"
    source.write_text(program.to_c(), encoding="utf-8")
    command = ["gcc", *FLAGS, "-c", str(source), "-o", str(compiled)]
    subprocess.run(command, check=True)
    command = ["nm", "-u", str(compiled)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    called = {line.split()[-1] for line in listed.splitlines()}
    assert called <= {*C.calls.values(), "fmax", "fmin", "fmod", "lgamma", "memcpy", "memset"}
    assert {"exp", "tanh"} <= called
    assert re.findall(r"#include (.*)", program.to_c()) == ["<math.h>", "<string.h>", "<stdio.h>"]


def run_example(folder, program):
    """Compile the file as a program of its own, and run it."""
    source, run = folder / "example.c", folder / "example"
    source.write_text(program.to_c(), encoding="utf-8")
    command = ["gcc", *FLAGS, "-DCHALKGRAD_EXAMPLE", str(source), "-o", str(run), "-lm"]
    subprocess.run(command, check=True)
    return subprocess.run([str(run)], capture_output=True, text=True, check=False)
