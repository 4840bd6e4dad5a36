"""The interactive session around the engine, if there is one: its variables and its cells.

>>> variables(), cell("/home/ada/program.py")
({}, None)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from autodiff.errors import WrongTypeError, described

_CELL = re.compile(r"<ipython-input-(\d+)-")


class _Settings:
    """What `use_variable_names` sets, for the whole process."""

    uses_variables: bool = True


settings = _Settings()


def use_variable_names(enabled: bool = True) -> None:  # noqa: FBT001, FBT002 one switch
    """Say whether Values without a label are called after the variables of a notebook or session.

    This holds for the whole process, for every picture and report. A single call is given other
    variables by `names=locals()`, or none by `names={}`.

    Args:
        enabled: False switches it off, True (as it is at the start) on.

    Raises:
        WrongTypeError: if `enabled` is not a bool.
    """
    if not isinstance(enabled, bool):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        raise WrongTypeError("True or False", described(enabled), "write use_variable_names(False)")
    settings.uses_variables = enabled


def variables() -> Mapping[str, object]:
    """Return the variables of a notebook or a Python session; none elsewhere, or if switched off.

    A session is IPython's, or Python's own with a prompt: `python`, or `python -i FILE`.
    """
    if not settings.uses_variables:
        return {}
    shell = _shell()
    if shell is not None:
        return shell.user_ns
    if hasattr(sys, "ps1") or sys.flags.interactive:
        return vars(sys.modules["__main__"])
    return {}


def cell(file: str) -> int | None:
    """Return the number of the notebook's cell that a file name of its code stands for, or None.

    Args:
        file: the file name of a code object; Jupyter compiles a cell under a temporary one.
    """
    found = _CELL.match(file)
    shell = _shell()
    if found is None and hasattr(shell, "compile"):
        label = shell.compile.format_code_name(file)  # ("Cell", "In[12]"), or None
        found = label and re.search(r"(\d+)", label[1])
    return int(found[1]) if found else None


def _shell() -> Any:
    """Return IPython's shell; None where none runs."""
    ipython: Any = sys.modules.get("IPython")
    return getattr(ipython, "get_ipython", lambda: None)()
