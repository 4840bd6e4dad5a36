"""Files of programs: safetensors for numbers and positions, JSON for everything else.

A file holds the equations of every way that was traced, the operations that they use, the
parameters and their labels, names, shapes, dtype and options, and the version of its form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autodiff.compiler.codegen.kernels import Array
from autodiff.compiler.ir.equations import Equations
from autodiff.errors import FileError, described
from autodiff.operations import TABLE
from autodiff.storage import read_arrays, write_arrays
from autodiff.table.operation import Operation

from .checks import MOST_POSITIONS, argument_name, demand, entries, shape, size, text, wrong
from .decode import decoded
from .encode import INTERNAL, Encoded

FORMAT = "chalkgrad program"
VERSION = 1
_KINDS = ("float64", "float32")
_MOST_WAYS = 64
_FAULTS = (LookupError, TypeError, ValueError, ArithmeticError, RecursionError)


class Saved(NamedTuple):
    """What a file says about a program, beside its equations.

    Attributes:
        names: of the arguments.
        shapes: of one example of each argument.
        shape: of the result.
        labels: of the parameters.
        places: for each parameter the place where the same one was given first.
        frozen: rows of the listing about leaves that became constants.
        dtype: "float64" or "float32".
        on_branch: "error" or "split".
    """

    names: list[str]
    shapes: list[tuple[int, ...]]
    shape: tuple[int, ...]
    labels: list[str | None]
    places: list[int]
    frozen: list[tuple[str, str]]
    dtype: str
    on_branch: str


def write_program(path: Path, saved: Saved, ways: Sequence[Encoded], parameters: Array) -> None:
    """Write a program.

    Raises:
        MissingPackageError: if safetensors is not installed.
        FileError: if the file cannot be written.
    """
    rows = {name: row for way in ways for name, row in way.rows.items()}
    words = {
        "format": FORMAT,
        "version": VERSION,
        **saved._asdict(),
        "rows": {name: _source(row) for name, row in rows.items()},
        "ways": [way.words for way in ways],
    }
    arrays: dict[str, Array] = {"parameters": parameters}
    for number, way in enumerate(ways):
        arrays[f"numbers.{number}"] = np.array(way.numbers, dtype=np.float64)
        flat = [each.ravel() for each in way.positions]
        arrays[f"positions.{number}"] = np.concatenate([np.zeros(0, np.int64), *flat])
    write_arrays(path, arrays, {key: json.dumps(word) for key, word in words.items()})


def read_program(path: Path) -> tuple[Saved, list[Equations], Array]:
    """Read a program; return what is said about it, the equations of its ways, its parameters.

    Raises:
        MissingPackageError: if safetensors is not installed.
        FileError: if the file is missing, damaged, of another form or version, or says anything
            that a saved program cannot say.
        OperationError: if an operation is not in the table, or defined otherwise there.
    """
    arrays, metadata = read_arrays(path, (*_KINDS, "int64"), FileError)
    try:
        words = {key: json.loads(word) for key, word in metadata.items()}
        _check_format(words, path)
        saved = _read_saved(words)
        ways = _read_ways(words, arrays)
        parameters = arrays["parameters"]
        _check_together(saved, ways, parameters)
    except FileError:
        raise
    except _FAULTS as error:
        found = f"a damaged one ({path}: {type(error).__name__} {error})"
        raise FileError("a whole program", found, "take another copy of it") from error
    return saved, ways, parameters


def _check_format(words: Mapping[str, Any], path: Path) -> None:
    if words.get("format") != FORMAT:
        raise FileError("a file of program.save", f"another file, {path}", "check the path")
    if words.get("version") != VERSION:
        found = described(words.get("version"))
        remedy = "load it with the chalkgrad that saved it, or compile and save it again"
        raise FileError(f"version {VERSION} of saved programs", found, remedy)


def _source(row: Operation) -> list[object]:
    """Return the texts that define an operation, in a form that survives JSON."""
    starred = sorted(row.starred)
    defaults = [*map(repr, row.defaults)]
    return [[*row.operands], starred, defaults, row.formula, [*row.derivatives], row.domain]


def _read_saved(words: Mapping[str, Any]) -> Saved:
    labels = [None if each is None else text(each) for each in entries(words["labels"])]
    places = [size(x, max(0, len(labels) - 1)) for x in entries(words["places"], len(labels))]
    demand(all(places[x] == x for x in places), "first places of parameters", places)
    names = [argument_name(x) for x in entries(words["names"])]
    frozen = [entries(row, 2) for row in entries(words["frozen"])]
    demand(words["dtype"] in _KINDS, "a dtype", words["dtype"])
    demand(words["on_branch"] in {"error", "split"}, "on_branch", words["on_branch"])
    return Saved(
        names,
        [_argument_shape(x) for x in entries(words["shapes"], len(names))],
        shape(words["shape"]),
        labels,
        places,
        [(text(left), text(right)) for left, right in frozen],
        words["dtype"],
        words["on_branch"],
    )


def _argument_shape(x: Any) -> tuple[int, ...]:
    """Return the shape of an argument, which may be empty."""
    axes = tuple([size(each) for each in entries(x)])
    demand(len(axes) <= 32 and prod(axes) <= MOST_POSITIONS, "a shape", x)
    return axes


def _read_ways(words: Mapping[str, Any], arrays: Mapping[str, Array]) -> list[Equations]:
    rows = {name: _row(name, source) for name, source in dict(words["rows"]).items()}
    forms = entries(words["ways"])
    demand(1 <= len(forms) <= _MOST_WAYS, f"1 to {_MOST_WAYS} ways", len(forms))
    names = [f"{kind}.{way}" for kind in ("numbers", "positions") for way in range(len(forms))]
    wanted = {"parameters", *names}
    demand({*arrays} == wanted, f"the arrays {', '.join(sorted(wanted))}", sorted(arrays))
    ways: list[Equations] = []
    for number, form in enumerate(forms):
        numbers, positions = arrays[f"numbers.{number}"], arrays[f"positions.{number}"]
        kinds = numbers.dtype.name, positions.dtype.name, numbers.ndim, positions.ndim
        demand(kinds == ("float64", "int64", 1, 1), "numbers and positions in a line", kinds)
        ways.append(decoded(form, numbers.tolist(), positions, rows))
    return ways


def _row(name: str, source: Any) -> Operation:
    """Return the row of the table that has a name, if it is defined as in the file."""
    row = INTERNAL.get(name) or TABLE.get(name)
    if row is None:
        remedy = "declare it with autodiff.operation before the program is loaded"
        raise FileError(f"an operation {name!r} of the table", "none of that name", remedy)
    if _source(row) != source:
        raise FileError(
            f"the operation {name!r} as it was when the program was saved",
            f"{row!r}",
            "declare it as it was, or compile and save the program again",
        )
    return row


def _check_together(saved: Saved, ways: Sequence[Equations], parameters: Array) -> None:
    demand(parameters.shape == (len(saved.labels),), "a number for each label", parameters.shape)
    demand(parameters.dtype.name == saved.dtype, f"{saved.dtype} parameters", parameters.dtype)
    demand(saved.on_branch == "split" or len(ways) == 1, "one way without splitting", len(ways))
    for way in ways:
        blocks = [block.size for block in way.arguments]
        sizes = [prod(each) for each in saved.shapes]
        demand(blocks == sizes, f"arguments of the shapes {saved.shapes}", blocks)
        demand(way.parameters == len(saved.labels), "a parameter for each label", way.parameters)
        count = way.outputs.positions.size
        demand(count == prod(saved.shape), f"outputs of shape {saved.shape}", count)
        ends = [*way.constants, way.static_size]
        if min(ends) < way.parameters:
            raise wrong("constants after the parameters", min(ends))
