"""Compiles programs printed as C, with all warnings as errors, and calls them."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

FLAGS = (
    *("-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pedantic-errors"),
    *("-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla"),
)


class Library:
    """A compiled program.

    Args:
        folder: for files.
        program: to print and compile.
    """

    def __init__(self, folder: Path, program: Any) -> None:
        self.source: Path = folder / "program.c"
        self.source.write_text(program.to_c(), encoding="utf-8")
        library = folder / "program.so"
        command = ["gcc", *FLAGS, "-shared", "-fPIC", str(self.source), "-o", str(library), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
        self._program: Any = program
        self._functions: Any = ctypes.CDLL(str(library))
        self._functions.guard.restype = ctypes.c_char_p

    def call(self, arguments: Sequence[Any], outputs: int) -> tuple[int, np.ndarray]:
        """The number of a failed guard, and the outputs."""
        given = [np.ascontiguousarray(each, float) for each in arguments]
        found = np.empty((len(given[0]), outputs))
        failed = self._run("value", given, [found])
        return failed, found

    def value_and_gradient(self, arguments: Sequence[Any]) -> tuple[float, np.ndarray]:
        given = [np.ascontiguousarray(each, float) for each in arguments]
        mean, gradient = np.empty(1), np.empty_like(self._program.parameters)
        assert self._run("value_and_gradient", given, [mean, gradient]) == 0
        return float(mean[0]), gradient

    def guard(self, number: int) -> str:
        return self._functions.guard(number).decode()

    def _run(self, name: str, given: list[np.ndarray], results: list[np.ndarray]) -> int:
        pointers = [x.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for x in (*given, *results)]
        parameters = np.ascontiguousarray(self._program.parameters)
        first = parameters.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        return getattr(self._functions, name)(first, len(given[0]), *pointers)
