"""`chalkgrad` without arguments: a Python session with every public name imported."""

from __future__ import annotations

import builtins
import code
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

import chalkgrad

_GREETING = """Value, grad, check, trace, MLP, fit, draw and the rest of chalkgrad are imported.
Only {kept} are still Python's: write autodiff.{first} for chalkgrad's.
Try:  x = Value(2.0, label="x"); y = tanh(3 * x - 5); y.backward(); print(trace(y))"""


def session() -> int:
    """Open a session: IPython's where it is installed, else Python's own.

    Python's own names stay as they are: the table's `sum` is `autodiff.sum`.

    Returns:
        0, when the session ends.

    Raises:
        OptionError: if standard input or output is closed.
    """
    if any(stream is None for stream in (sys.stdin, sys.stdout)):
        remedy = "leave both open, or give an expression"
        raise chalkgrad.OptionError("standard input and output", "a closed one", remedy)
    public = [name for name in dir(chalkgrad) if not name.startswith("_")]
    kept = [name for name in public if hasattr(builtins, name)]
    names: dict[str, object] = {"chalkgrad": chalkgrad, "np": import_module("numpy")}
    for name in public:
        with suppress(ImportError):  # beside a user's file nn.py: the pictures of networks
            names |= {} if name in kept else {name: getattr(chalkgrad, name)}
    *others, last = kept
    greeting = _GREETING.format(kept=f"{', '.join(others)} and {last}", first=kept[0])
    if find_spec("IPython") is None:
        _complete(names)
        code.interact(banner=greeting, local=names, exitmsg="")
        return 0
    config = import_module("traitlets.config").Config()
    config.TerminalInteractiveShell.banner1 = f"{greeting}\n"
    config.TerminalInteractiveShell.enable_tip = False
    config.TerminalInteractiveShell.confirm_exit = False
    import_module("IPython").start_ipython(argv=[], user_ns=names, config=config)
    return 0


def _complete(names: dict[str, object]) -> None:
    """Let Tab complete names, and the arrow keys bring back lines, where Python has readline."""
    with suppress(ImportError):
        readline = import_module("readline")
        readline.set_completer(import_module("rlcompleter").Completer(names).complete)
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
