"""Loading: a program from a file of `program.save`, without the function that it was traced from.

The loader generates the source from the equations, as the compiler does; no text of the file is
executed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Never

from autodiff.collector import paused_collector
from autodiff.errors import BranchError, FileError, ReplayError
from autodiff.storage import path_to_read
from autodiff.value.value import Value

from .codegen.listing import Pass, explanation, listing
from .codegen.source import write_source
from .codegen.writer import Writer
from .ir.equations import Equations
from .program import Program
from .runtime.branching_runner import BranchingRunner
from .runtime.choice import runner_of
from .runtime.runner import Runner
from .saving.files import Saved, read_program
from .tracing.record import Argument, Recording


def load(path: object) -> Program:
    """Read a program from a file; see `autodiff.load_program`."""
    checked = path_to_read(path, "program.safetensors", FileError)
    saved, ways, parameters = read_program(checked)
    recording = _recording(saved, parameters.tolist())
    splits = saved.on_branch == "split"
    with paused_collector():
        made = [_runner(way, saved.dtype, is_way=splits) for way in ways]
    runner: Runner = made[0][0]
    writer, text = made[0][1:]
    if splits:
        runner = BranchingRunner(
            recording, runner, _no_function, _no_function, None, is_exact=False
        )
        runner.add([each[0] for each in made[1:]])
    count = len(writer.program.equations)
    passes = [Pass("loading", count, "array equations", "")]
    passes.append(Pass("codegen", text.count("\n"), "lines of NumPy", text))
    shown = listing(writer, saved.frozen)
    return Program(recording, runner, shown, explanation(passes), text, _Untraced(), saved.frozen)


def _runner(way: Equations, dtype: str, *, is_way: bool) -> tuple[Runner, Writer, str]:
    writer = Writer(way)
    source = write_source(writer)
    return runner_of(writer.program, source, dtype, None, is_way=is_way), writer, source.text


def _recording(saved: Saved, numbers: Sequence[float]) -> Recording:
    """Return what a program knows of its recording: names, shapes, and new Values."""
    values = [Value(number, label) for number, label in zip(numbers, saved.labels, strict=True)]
    arguments = zip(saved.names, saved.shapes, strict=True)
    count = 1
    for length in saved.shape:
        count *= length
    return Recording(
        tuple([Argument(name, shape, ()) for name, shape in arguments]),
        tuple([values[place] for place in saved.places]),
        (0.0,) * count,
        saved.shape,
        (),
        {},
        (),
        (),
    )


def _no_function(*_: object) -> Never:
    """Refuse to trace another way through the comparisons."""
    raise BranchError(
        "an example that takes a way traced before the program was saved",
        "one that takes another, and a loaded program has no function to trace",
        "compile the function, call the program on such an example, and save it again",
    )


class _Untraced:
    """The derivatives that a loaded program lacks: they are traced from the function."""

    def _refuse(self) -> Never:
        raise ReplayError(
            "a program made by compile for derivatives other than value_and_grad",
            "a loaded one, which has no function to trace",
            "compile the function, or save the program of a function that returns the derivative",
        )

    def by_arguments(self) -> Any:
        """Raise `ReplayError`."""
        self._refuse()

    by_parameters = by_arguments
    along_a_direction = by_arguments
