"""Random programs: compiled against eager, exactly and not, and the same in every run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from autodiff import Value, compile, dot, no_grad, tanh
from autodiff.compiler.program import Program as Compiled
from benchmarks.soundness.programs import MODES, failure
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager, eager
from tests.autodiff.compiler.pass_checks import check_passes, check_poisoned
from tests.autodiff.compiler.random_programs import Program, batches, programs
from tests.autodiff.compiler.sample_programs import SAMPLES, mlp

ROOT = Path(__file__).parents[3]


def drawn(program: Program, seed: int, size: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-2, 2, (size, program.inputs))


@settings(max_examples=150)
@given(programs, batches)
def test_values_and_gradients_are_those_of_the_eager_engine(program, seed):
    leaves = program.leaves()
    function = program.function(leaves)
    batch = drawn(program, seed)
    compiled = compile(function, parameters=leaves, example=(batch[0].tolist(),))
    for _ in range(2):  # the second call meets buffers that have been used
        assert_equal_to_eager(compiled, function, leaves, [batch])


@settings(max_examples=60)
@given(programs, batches)
def test_every_intermediate_form_is_sound(program, seed):
    leaves = program.leaves()
    batch = drawn(program, seed)
    check_poisoned(check_passes(program.function(leaves), leaves, (batch[0].tolist(),)), [batch])


def assert_bits(compiled, function, leaves, arguments):
    expected = eager(function, leaves, arguments)
    mean, gradient = compiled.value_and_grad(*arguments)
    assert compiled(*arguments).tobytes() == expected.outputs.tobytes()
    assert mean.hex() == expected.mean.hex()
    assert gradient.tobytes() == expected.gradient.tobytes()


@settings(max_examples=80)
@given(programs, batches)
def test_an_exact_program_gives_the_bits_of_the_eager_engine(program, seed):
    leaves = program.leaves()
    function = program.function(leaves)
    batch = drawn(program, seed)
    compiled = compile(function, parameters=leaves, example=(batch[0].tolist(),), exact=True)
    assert_bits(compiled, function, leaves, [batch])


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"wide mlp"}))
def test_an_exact_sample_gives_the_bits_of_the_eager_engine(name):
    sample = SAMPLES[name]
    compiled = compile(
        sample.function, parameters=sample.parameters, example=sample.example(), exact=True
    )
    assert_bits(compiled, sample.function, sample.parameters, sample.batch(2))


def test_an_exact_program_gives_the_same_bits_through_guards_and_what_has_no_derivative():
    w, b = Value(0.3), Value(-0.1)

    def function(x, y):
        z = dot([w, w, b], [x, y, 1e16]) - b * 1e16
        with no_grad():
            scale = tanh(z * 0.1) + w
        shared = z * scale
        if shared > -100:
            shared = shared + shared.detach() * (w - b)
        return shared * shared - scale

    batch = [[0.1, 0.7, -0.3], [0.2, 1e-3, 5.0]]
    compiled = compile(function, parameters=[w, b], example=(1.0, 2.0), exact=True)
    assert_bits(compiled, function, [w, b], batch)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_gives_the_numbers_of_the_eager_engine(name):
    sample = SAMPLES[name]
    compiled = compile(sample.function, parameters=sample.parameters, example=sample.example())
    for size in (1, 3):
        assert_equal_to_eager(compiled, sample.function, sample.parameters, sample.batch(size))


@pytest.mark.parametrize("mode", MODES)
def test_a_sample_of_programs_over_the_whole_table_is_right(mode):
    """`python -m benchmarks.soundness programs` runs more of them."""
    assert [line for seed in range(25) if (line := failure(seed, mode))] == []


@pytest.mark.parametrize("mode", MODES)
def test_a_hunt_finds_a_planted_mistake(mode, monkeypatch):
    right = Compiled.__call__
    monkeypatch.setattr(
        "autodiff.compiler.program.Program.__call__",
        lambda self, *xs: right(self, *xs) * (1 + (1e-3 if mode == "float32" else 1e-9)),
    )
    found = [failure(seed, mode) for seed in range(6)]
    assert sum(line is not None for line in found) > 3


# -- determinism ------------------------------------------------------------------------------


def fingerprint() -> str:
    """Everything that a run of the samples gives, as a short text."""
    found = hashlib.sha256()
    for name in ("wide mlp", "attention", "irregular", "many lengths"):
        sample = SAMPLES[name]
        program = compile(sample.function, parameters=sample.parameters, example=sample.example())
        batch = sample.batch(3)
        mean, gradient = program.value_and_grad(*batch)
        texts = (program.source, str(program), program.explain(), mean.hex())
        found.update("".join(texts).encode())
        found.update(gradient.tobytes() + program(*batch).tobytes())
    return found.hexdigest()


def test_two_runs_give_the_same_text_and_the_same_bits():
    assert fingerprint() == fingerprint()


def test_processes_with_other_hashes_give_the_same_text_and_the_same_bits():
    code = f"import sys; sys.path.append({str(ROOT / 'tests')!r}); import runpy; "
    code += f"print(runpy.run_path({__file__!r})['fingerprint']())"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    assert {run.communicate()[0].strip() for run in runs} == {fingerprint()}


def test_a_wrong_program_is_found():
    sample = mlp((2, 2, 1))
    right = compile(sample.function, parameters=sample.parameters, example=sample.example())
    batch = sample.batch(2)
    assert_equal_to_eager(right, sample.function, sample.parameters, batch)
    with pytest.raises(AssertionError):
        assert_equal_to_eager(
            right, lambda x, y: sample.function(x, y) * (1 + 1e-11), sample.parameters, batch
        )
