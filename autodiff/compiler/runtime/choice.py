"""Which runner a program of array equations gets: generated C, the engine in C, or NumPy."""

from __future__ import annotations

from autodiff.compiler.codegen.source import Source
from autodiff.compiler.ir.equations import Equations

from .array_runner import ArrayRunner
from .kernel_runner import KernelRunner
from .native_runner import NativeRunner


def runner_of(
    program: Equations, source: Source, dtype: str, native: str | None, *, is_way: bool
) -> ArrayRunner | KernelRunner | NativeRunner:
    """Return the runner of a program.

    Args:
        program: the equations.
        source: of the equations, in NumPy.
        dtype: of the numbers.
        native: "c" for generated C; None for the engine in C where it was built, else NumPy.
        is_way: whether it is one of many ways of a function.

    Raises:
        OptionError: if C is wanted, and there is no compiler, or it cannot compile the program.
    """
    if native is not None:
        return NativeRunner(program, dtype)
    return KernelRunner.of(program, dtype) or ArrayRunner(program, source, dtype, is_way=is_way)
