"""The generated source: every name bound, nothing read before it is written; planted faults."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import Value, tanh
from autodiff.compiler.codegen.source import write_source
from autodiff.compiler.codegen.writer import Writer
from autodiff.compiler.pipeline import lower
from autodiff.compiler.runtime.array_runner import ArrayRunner
from autodiff.compiler.tracing.record import record
from tests.autodiff.compiler.pass_checks import (
    Made,
    check_passes,
    check_poisoned,
    check_views,
)
from tests.autodiff.compiler.sample_programs import attention

SAMPLE = attention()
EQUATIONS = lower(record(SAMPLE.function, SAMPLE.parameters, SAMPLE.example()), [])


def made(change=lambda text: text):
    source = write_source(Writer(EQUATIONS))
    text = change(source.text)
    source = source._replace(text=text, code=(compile(text, "<planted>", "exec"),))
    runner = ArrayRunner(EQUATIONS, source, np.float64)
    runner.static[: EQUATIONS.parameters] = [leaf.data for leaf in SAMPLE.parameters]
    return Made(EQUATIONS, runner)


def test_a_view_beyond_its_memory_is_noticed():
    program = made()
    check_views(program)
    runner = program.runner
    name, view = next((n, v) for n, v in runner.source.views.items() if v.memory == "values")
    views = {**runner.source.views, name: view._replace(offset=10**6)}
    runner.source = runner.source._replace(views=views)
    with pytest.raises(AssertionError, match=f"{name} reaches beyond values"):
        check_views(program)


def test_a_name_that_stands_for_nothing_is_noticed():
    with pytest.raises(AssertionError, match="unknown"):
        check_views(made(lambda text: text.replace("multiply(", "unknown(", 1)))


def without_line(start, which):
    def change(text):
        lines = text.split("\n")
        found = [place for place, line in enumerate(lines) if line.strip().startswith(start)]
        del lines[found[which]]
        return "\n".join(lines)

    return change


@pytest.mark.parametrize(
    "change",
    [without_line("adjoints[", 0), without_line("matmul(", 0), without_line("take(", 1)],
    ids=["adjoints not cleared", "a product not computed", "a gather left out"],
)
def test_memory_that_is_read_before_it_is_written_is_noticed(change):
    batch = SAMPLE.batch(2)
    check_poisoned(made(), batch)
    with pytest.raises(AssertionError, match=r"read before it is written|gradients are finite"):
        check_poisoned(made(change), batch)


def test_sums_keep_their_sort_after_tanh():
    """A row of a stack may have no offset where others have one: then they are two stacks."""
    w = [Value(0.1 * place) for place in range(4)]
    function = lambda x: tanh(w[0] * x + w[1]) + tanh(w[2] * x)  # noqa: E731
    check_poisoned(check_passes(function, w, (1.0,)), [np.ones(2)])
