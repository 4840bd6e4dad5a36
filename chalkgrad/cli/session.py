"""`chalkgrad` without arguments: a Python session with every public name imported."""

from __future__ import annotations

import builtins
import code
from importlib import import_module
from importlib.util import find_spec

import chalkgrad

_GREETING = """Value, grad, check, trace, MLP, fit, draw and the rest of chalkgrad are imported.
Try:  x = Value(2.0, label="x"); y = tanh(3 * x - 5); y.backward(); print(trace(y))"""


def session() -> int:
    """Open a session: IPython's where it is installed, else Python's own.

    Python's own names stay as they are: the table's `sum` is `autodiff.sum`.

    Returns:
        0, when the session ends.
    """
    public = [name for name in dir(chalkgrad) if not hasattr(builtins, name) and name[0] != "_"]
    names = {name: getattr(chalkgrad, name) for name in public}
    names |= {"chalkgrad": chalkgrad, "np": import_module("numpy")}
    if find_spec("IPython") is None:
        code.interact(banner=_GREETING, local=names, exitmsg="")
        return 0
    config = import_module("traitlets.config").Config()
    config.TerminalInteractiveShell.banner1 = f"{_GREETING}\n"
    config.TerminalInteractiveShell.enable_tip = False
    config.TerminalInteractiveShell.confirm_exit = False
    import_module("IPython").start_ipython(argv=[], user_ns=names, config=config)
    return 0
