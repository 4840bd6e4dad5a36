"""Programs that are saved and loaded: the same bits, and an error for any other file."""

from __future__ import annotations

import json
import pickle
from itertools import islice
from random import Random

import numpy as np
import pytest

from autodiff import (
    BranchError,
    FileError,
    OptionError,
    ReplayError,
    Value,
    WrongTypeError,
    compile,
    load_program,
    operation,
    take,
    tanh,
)
from autodiff.extend import read_arrays, write_arrays
from autodiff.operations import TABLE
from benchmarks.soundness import saved_programs
from tests.autodiff.compiler.branching_functions import BRANCHING
from tests.autodiff.compiler.sample_programs import SAMPLES
from tests.autodiff.compiler.test_loops import LOOPS

KINDS = ("float64", "float32", "int64")
PROGRAMS = {**SAMPLES, **{f"loop: {name}": sample for name, sample in LOOPS.items()}}


def sample_of(made):
    return made() if callable(made) else made


def saved_and_loaded(program, folder):
    path = folder / "program.safetensors"
    program.save(path)
    return load_program(path)


def assert_equal(program, loaded, batch, *, is_scalar):
    assert np.array_equal(program(*batch), loaded(*batch), equal_nan=True)
    if is_scalar:
        value, gradient = program.value_and_grad(*batch)
        other, same = loaded.value_and_grad(*batch)
        assert value == other
        assert np.array_equal(gradient, same)
        assert gradient.dtype == same.dtype


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_loaded_program_gives_the_same_bits(name, dtype, tmp_path):
    sample = sample_of(PROGRAMS[name])
    program = sample.compiled(dtype=dtype)
    program.parameters[...] *= 1.25
    loaded = saved_and_loaded(program, tmp_path)
    assert loaded.source == program.source
    assert str(loaded) == str(program)
    assert np.array_equal(loaded.parameters, program.parameters)
    for size in (1, 7):
        batch = sample.batch(size, seed=size)
        assert_equal(program, loaded, batch, is_scalar=program(*batch).ndim == 1)


@pytest.mark.parametrize("make", BRANCHING)
def test_all_ways_are_saved(make, tmp_path):
    function = make(Value(1.5))
    w = Value(1.5)
    program = compile(make(w), parameters=[w], example=(0.3, 0.7), on_branch="split")
    assert callable(function)
    batch = np.random.default_rng(1).normal(size=(2, 60)) * 2
    value, gradient = program.value_and_grad(*batch)
    loaded = saved_and_loaded(program, tmp_path)
    assert np.array_equal(program(*batch), loaded(*batch))
    other, same = loaded.value_and_grad(*batch)
    assert (value, gradient.tolist()) == (other, same.tolist())


def test_a_new_way_needs_the_function(tmp_path):
    program = compile(
        lambda x: x if x > 0 else -x, parameters=[], example=(1.0,), on_branch="split"
    )
    loaded = saved_and_loaded(program, tmp_path)
    assert loaded([2.0]).tolist() == [2.0]
    with pytest.raises(BranchError, match="a loaded program has no function to trace: compile"):
        loaded([2.0, -2.0])


def test_a_guard_is_saved_with_its_text(tmp_path):
    program = compile(lambda x: x if x > 0 else -x, parameters=[], example=(1.0,))
    with pytest.raises(BranchError) as before:
        program([-1.0])
    with pytest.raises(BranchError) as after:
        saved_and_loaded(program, tmp_path)([-1.0])
    assert str(after.value) == str(before.value)


def test_parameters_are_new_values(tmp_path):
    w, b = Value(2.0, label="w"), Value(3.0)
    program = compile(lambda x: w * x + b * w, parameters=[w, b, w], example=(1.0,))
    program.parameters[:] = 5.0, 6.0, 0.0
    loaded = saved_and_loaded(program, tmp_path)
    assert [leaf.label for leaf in loaded.leaves] == ["w", None, "w"]
    assert loaded.leaves[0] is loaded.leaves[2] is not w
    assert [leaf.data for leaf in loaded.leaves] == [5.0, 6.0, 5.0]
    loaded.parameters[0] = 7.0
    loaded.store()
    assert [leaf.data for leaf in loaded.leaves] == [7.0, 6.0, 7.0]
    assert (w.data, b.data) == (2.0, 3.0)


def test_a_loaded_program_is_saved_again_as_it_was(tmp_path):
    program = next(iter(SAMPLES.values())).compiled()
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    program.save(first)
    load_program(str(first)).save(second)
    arrays, words = read_arrays(first, KINDS, FileError)
    others, same = read_arrays(second, KINDS, FileError)
    assert words == same
    assert {key: array.tobytes() for key, array in arrays.items()} == {
        key: array.tobytes() for key, array in others.items()
    }


def test_odd_numbers_survive(tmp_path):
    numbers = [float("inf"), float("nan"), -0.0, 5e-324, 0.1]
    program = compile(lambda x: [x + k for k in numbers], parameters=[], example=(1.0,))
    loaded = saved_and_loaded(program, tmp_path)
    assert program([-0.0, 1.0]).tobytes() == loaded([-0.0, 1.0]).tobytes()


def test_your_own_operation_is_compared_and_never_executed(tmp_path):
    cubed = operation("saved_cube", "x", "x**3", "3*x**2")
    try:
        w = Value(2.0)
        program = compile(lambda x: cubed(w * x), parameters=[w], example=(1.0,))
        path = tmp_path / "program.safetensors"
        program.save(path)
        assert load_program(path)([3.0]).tolist() == program([3.0]).tolist()
        del TABLE["saved_cube"]
        with pytest.raises(FileError, match="declare it with autodiff"):
            load_program(path)
        operation("saved_cube", "x", "x**3 + 0", "3*x**2")
        with pytest.raises(FileError, match="as it was when the program was saved"):
            load_program(path)
    finally:
        TABLE.pop("saved_cube", None)


def test_what_cannot_be_saved_is_refused(tmp_path):
    exact = compile(lambda x: x * x, parameters=[], example=(1.0,), exact=True)
    with pytest.raises(OptionError, match="compile the function without exact=True"):
        exact.save(tmp_path / "a.safetensors")
    program = compile(lambda x: x * x, parameters=[], example=(1.0,))
    with pytest.raises(WrongTypeError, match="a path to save to"):
        program.save(3)
    with pytest.raises(FileError, match="save into a directory"):
        program.save(tmp_path / "no" / "a.safetensors")
    with pytest.raises(WrongTypeError, match="save it with program"):
        pickle.dumps(program)
    loaded = saved_and_loaded(program, tmp_path)
    for derivative in (loaded.argument_gradients, loaded.example_gradients):
        with pytest.raises(ReplayError, match="a loaded one, which has no function to trace"):
            derivative([1.0])


def forged(path, change):
    arrays, words = read_arrays(path, KINDS, FileError)
    plain = {key: json.loads(word) for key, word in words.items()}
    change(plain, arrays)
    write_arrays(path, arrays, {key: json.dumps(word) for key, word in plain.items()})


def way_of(words):
    return words["ways"][0]


def set_entry(place, key, value):
    place[key] = value


FORGERIES = {
    "another format": (lambda w, a: w.update(format="x"), "a file of program.save"),
    "another version": (lambda w, a: w.update(version=2), "version 1 of saved programs"),
    "a name with code": (
        lambda w, a: set_entry(way_of(w)["equations"][0][1], 0, "v1=eval('1')"),
        "a name such as 'v1'",
    ),
    "an argument with code": (
        lambda w, a: set_entry(way_of(w)["arguments"][0], 0, "x: print(1)"),
        "an identifier",
    ),
    "no such operation": (
        lambda w, a: set_entry(way_of(w)["equations"][-1], 3, "exec"),
        "an operation that the file lists",
    ),
    "a row of no table": (
        lambda w, a: w["rows"].update(exec=[]),
        "an operation 'exec' of the table",
    ),
    "a block outside": (
        lambda w, a: set_entry(way_of(w)["equations"][0][1], 2, 99),
        "an int from 0",
    ),
    "a read outside": (
        lambda w, a: set_entry(way_of(w)["outputs"], 2, 99),
        "an int from -?[0-9]+ to|positions from 0",
    ),
    "a vector too long": (
        lambda w, a: way_of(w).update(sizes=[2**40, 2]),
        "an int from 0 to 16777216",
    ),
    "an entry left out": (lambda w, a: way_of(w).pop("guards"), "an entry 'guards'"),
    "too few numbers": (lambda w, a: a.update({"numbers.0": np.zeros(0)}), "as many numbers"),
    "too many positions": (
        lambda w, a: a.update({"positions.0": np.zeros(3, "int64")}),
        "as many positions",
    ),
    "an array too many": (lambda w, a: a.update(more=np.zeros(3)), "the arrays numbers.0"),
    "a label too many": (lambda w, a: w["labels"].append("b"), "a list of 2"),
    "no ways": (lambda w, a: w.update(ways=[]), "1 to 64 ways"),
    "a deep structure": (lambda w, a: w.update(ways=[[[[[]]]]]), "equations in a saved"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_file_is_refused(name, tmp_path):
    w = Value(2.0)
    path = tmp_path / "program.safetensors"
    compile(lambda x: tanh(w * x) ** 3, parameters=[w], example=(1.0,)).save(path)
    change, message = FORGERIES[name]
    forged(path, lambda words, arrays: None)
    assert load_program(path)([0.0]).tolist() == [0.0]
    forged(path, change)
    with pytest.raises(FileError, match=message):
        load_program(path)


def test_a_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "program.safetensors"
    compile(lambda x: tanh(x) ** 3, parameters=[], example=(1.0,)).save(path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileError, match="the content whose SHA-256 was saved"):
        load_program(path)
    path.write_bytes(b"")
    with pytest.raises(FileError, match="a whole safetensors file"):
        load_program(path)
    with pytest.raises(FileError, match="a readable file"):
        load_program(tmp_path / "none")


@pytest.mark.parametrize("seed", range(3))
def test_a_short_hunt_finds_nothing(seed):
    for outcome in islice(saved_programs.hunt(8, seed), 6):
        assert not outcome.failures


def test_random_forgeries_change_the_file(tmp_path):
    path = tmp_path / "program.safetensors"
    make, _ = saved_programs.PROGRAMS["loop"]
    make().save(path)
    whole = path.read_bytes()
    changed = 0
    for case in range(20):
        path.write_bytes(whole)
        saved_programs.KINDS["forged words"](path, Random(case))
        changed += path.read_bytes() != whole
    assert changed > 15


def test_look_ups_keep_their_bits_and_their_guards(tmp_path):
    table = [[Value(0.1 * (row + column)) for column in range(3)] for row in range(5)]
    program = compile(
        lambda symbols: sum(tanh(x) for symbol in symbols for x in take(table, symbol)),
        parameters=[x for row in table for x in row],
        example=([0, 1],),
    )
    program.save(tmp_path / "a.safetensors")
    loaded = load_program(tmp_path / "a.safetensors")
    batch = [[0, 1], [4, 4]]
    assert loaded.value_and_grad(batch)[0] == program.value_and_grad(batch)[0]
    assert np.array_equal(loaded.value_and_grad(batch)[1], program.value_and_grad(batch)[1])
    with pytest.raises(BranchError, match=r"symbols\[1\] in range\(5\)"):
        loaded([[0, 7]])
