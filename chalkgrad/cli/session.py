"""`chalkgrad` without arguments: a Python session with every public name imported."""

from __future__ import annotations

import builtins
import code
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import chalkgrad

_GREETING = """Value, grad, check, trace, MLP, fit, draw and the rest of chalkgrad are imported.
Only {kept} are still Python's: write autodiff.{first} for chalkgrad's.
Try:  x = Value(2.0); y = tanh(3 * x - 5); y.backward(); print(trace(y))"""
_OURS = "compile"  # Python's own takes source code, which nobody compiles by hand in a session


def session() -> int:
    """Open a session: IPython's where it is installed, else Python's own.

    `pow`, `round` and `sum` stay Python's, which take Values as well as numbers; `compile` is
    chalkgrad's. Python's own session completes names by Tab, and keeps a history.

    Returns:
        0, when the session ends.

    Raises:
        OptionError: if standard input or output is closed.
    """
    if any(stream is None for stream in (sys.stdin, sys.stdout)):
        remedy = "leave both open, or give an expression"
        raise chalkgrad.OptionError("standard input and output", "a closed one", remedy)
    public = [name for name in dir(chalkgrad) if not name.startswith("_")]
    kept = [name for name in public if hasattr(builtins, name) and name != _OURS]
    names: dict[str, object] = {"chalkgrad": chalkgrad, "np": import_module("numpy")}
    for name in public:
        with suppress(ImportError):  # beside a user's file nn.py: the pictures of networks
            names |= {} if name in kept else {name: getattr(chalkgrad, name)}
    *others, last = kept
    greeting = _GREETING.format(kept=f"{', '.join(others)} and {last}", first=kept[0])
    if find_spec("IPython") is None:
        with _main_module(names) as variables, _history():
            _complete(variables)
            code.interact(banner=greeting, local=variables, exitmsg="")
        return 0
    config = import_module("traitlets.config").Config()
    config.TerminalInteractiveShell.banner1 = f"{greeting}\n"
    config.TerminalInteractiveShell.enable_tip = False
    config.TerminalInteractiveShell.confirm_exit = False
    import_module("IPython").start_ipython(argv=[], user_ns=names, config=config)
    return 0


@contextmanager
def _main_module(names: dict[str, object]) -> Generator[dict[str, object]]:
    """Make a module of the session's variables, the main one as in any session of Python."""
    before, module = sys.modules["__main__"], ModuleType("__main__")
    vars(module).update(names)
    sys.modules["__main__"] = module
    try:
        yield vars(module)
    finally:
        sys.modules["__main__"] = before


def _complete(names: dict[str, object]) -> None:
    """Let Tab complete names, where Python has readline."""
    with suppress(ImportError):
        readline = import_module("readline")
        readline.set_completer(import_module("rlcompleter").Completer(names).complete)
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")


@contextmanager
def _history() -> Generator[None]:
    """Let the arrow keys bring back the lines of earlier sessions, where a file can keep them."""
    if not sys.stdin.isatty():
        yield
        return
    try:
        readline = import_module("readline")
        file = _state_folder() / "history"
    except (ImportError, RuntimeError):  # no readline, or no home
        yield
        return
    with suppress(OSError):
        readline.read_history_file(str(file))
    readline.set_history_length(1000)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(str(file))


def _state_folder() -> Path:
    if find_spec("platformdirs") is not None:
        return Path(import_module("platformdirs").user_state_dir("chalkgrad"))
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "chalkgrad"
