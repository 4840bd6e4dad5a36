"""When a run writes its checkpoint, and the checkpoint before, which is kept beside it.

>>> Checkpoint("run.safetensors", steps=100)
Checkpoint(path='run.safetensors', steps=100, minutes=None)
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from autodiff.extend import checked_path, whole, write_whole
from nn.errors import DataError
from nn.storage import path_to_read, read_arrays
from nn.validation import positive

from .checkpoint import State, read_state, state_writer

_EXAMPLE = "run.safetensors"


class Checkpoint(NamedTuple):
    """Where and when `fit` writes the training, so that `resume=` can go on with it.

    The file that is replaced is kept beside the new one, as `run.safetensors.before`. A training
    that goes on from a damaged file goes on from that one instead, with a warning.

    Args:
        path: of a safetensors file.
        steps: write after every so many steps, at least 1; None, the default, counts none.
        minutes: write at the first step that ends so many minutes after the last writing, more
            than 0; None, the default, looks at no clock. With `engine="jax"`, which takes the steps
            of an epoch at once, it is the first epoch, or the first of so many `steps`. With
            neither of the two, the file is written after each epoch. It is always written when the
            run ends.
    """

    path: str | Path
    steps: int | None = None
    minutes: float | None = None


class Saver:
    """Writes the states of one run when they are due.

    Args:
        rule: where and when; a path alone stands for each epoch.
        settings: of the run, as `settings_of` returns them.

    Attributes:
        last_step: the number of steps when a state was last written, or read by a run that goes on.

    Raises:
        WrongTypeError: if the path is none, or the number of steps is not whole.
        FileError: if no file can have that path, or its folder does not exist.
        OperandError: if the minutes are not a number.
        OptionError: if steps or minutes are out of range.
    """

    def __init__(self, rule: Checkpoint | str | Path, settings: Mapping[str, Any]) -> None:
        rule = rule if isinstance(rule, Checkpoint) else Checkpoint(rule)
        self._write = state_writer(rule.path, settings)
        self._path = checked_path(rule.path, _EXAMPLE)
        self._before = checked_path(before_of(self._path), _EXAMPLE)
        steps, minutes = rule.steps, rule.minutes
        self._steps = None if steps is None else whole(steps, 1, "the steps between checkpoints")
        self._seconds = (
            None if minutes is None else 60 * positive(minutes, "the minutes between checkpoints")
        )
        self._last = monotonic()
        self.last_step: int = 0

    def is_due(self, step: int, *, ends_epoch: bool, ends_run: bool) -> bool:
        """Return whether the state after a step is to be written.

        Args:
            step: the number of the step, from 1.
            ends_epoch: whether it is the last of an epoch.
            ends_run: whether it is the last of the run.
        """
        if ends_run or (self._steps is self._seconds is None):
            return ends_run or ends_epoch
        is_late = self._seconds is not None and monotonic() - self._last >= self._seconds
        count = self._steps
        return is_late or (count is not None and step // count > self.last_step // count)

    def is_counted(self, step: int) -> bool:
        """Return whether a state is to be written after exactly this step, counted from 1."""
        return self._steps is not None and step % self._steps == 0

    def write(self, state: State) -> None:
        """Write a state; the file that it replaces is kept if it is whole.

        Raises:
            FileError: if one of the two cannot be written.
        """
        if self._path.is_file() and _fault(self._path) is None:
            write_whole(self._before, self._path.read_bytes())
        self._write(state)
        self._last, self.last_step = monotonic(), len(state.history)


def before_of(path: Path) -> Path:
    """Return the path of the checkpoint before the one at a path."""
    return path.with_name(f"{path.name}.before")


def latest_state(path: str | Path, settings: Mapping[str, Any]) -> State:
    """Return the state in a file; if it is missing or damaged, that of the checkpoint before.

    Args:
        path: of the file.
        settings: of the run to continue, as `settings_of` returns them.

    Raises:
        DataError: if both are missing or damaged, or it is of something else, or its settings
            differ.
        WrongTypeError: if `path` is not a path.
        MissingPackageError: if safetensors is not installed.
    """
    target = path_to_read(path, _EXAMPLE)
    fault, before = _fault(target), before_of(target)
    if fault is not None and _fault(before) is None:
        text = f"{fault}. The training goes on from {before}, the checkpoint before it."
        warnings.warn(text, UserWarning, stacklevel=3)
        target = before
    return read_state(target, settings)


def _fault(path: Path) -> str | None:
    """Return what is wrong with a file of arrays; None if it is whole."""
    try:
        read_arrays(path)
    except DataError as error:
        return str(error)
    return None
