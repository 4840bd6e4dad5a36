"""Odd calls: every public callable, with arguments drawn from a table of odd ones.

A call may return, or raise one of our own errors; a call that does not fit the signature raises
Python's TypeError. Anything else is a failure: another error, a warning of NumPy's, more than a
second, more than 200 MB.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import warnings
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import autodiff
import nn
import viz
from autodiff import ChalkgradError

from .odd_arguments import CALLED, INSTANCES, ODD
from .outcome import Outcome

_SECONDS = 1.0  # of processor time
_HANG = 5.0  # of the clock, after which the process is ended
_ROOM = 200 << 20  # bytes
_RESULTS = {  # made by functions, not by users
    *("CheckReport", "Comparison", "Exact", "Findings", "Function", "Mistake", "Nudge"),
    *("Reduction", "SourceLine", "Trace", "Verdict", "Why", "WhyNan", "WhyZero", "Confusion"),
    *("History", "Record", "Pull", "Pulls", "Initialiser", "Network", "Optimiser", "Drawing"),
    *("Steps", "Tree", "Data", "Example", "Split", "ByHand", "Exercise", "Explorer", "Playground"),
}
_SCHEDULES = ("Constant", "Cosine", "Exponential", "StepDecay", "WarmUp")
_HOOKS = {  # which our own code calls, with its own arrays
    *("direction", "update", "advance", "taken", "decay", "arrays"),
}
_OPERATORS = {
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv"),
    *("pow", "rpow", "lt", "ge", "format", "call", "getitem"),
}
_BASES = (tuple, Sequence)  # whose methods are not ours
_OF_PYTHON = {  # what Python's own protocols raise
    "__getitem__": (IndexError, TypeError),
    "__format__": (ValueError, TypeError),
}
_WORDS = [  # of a command line
    "train", "evaluate", "predict", "moons", "xor", "digits", "mnist", "x*w", "tanh(x)", "x=1",
    "w=nan", "x=1e400", "=1", "x=", "--", "-h", "--draw", "a.svg", "a.png", "a.txt",
    "/no/a.svg", "--why", "x", "--order", "2", "3", "--save", "a.safetensors", "--plot",
    "--data", "--pictures", ".", "--epochs", "0", "1", "-1", "nan", "--limit", "4", "--layers",
    "2,2", "99999999999", "--seed", "--batch-size", "all", "--activation", "relu", "--loss",
    "hinge", "--learning-rate", "inf", "1e400", "--validation", "--patience", "--engine",
    "eager", "--schedule", "cosine", "--optimizer", "adam", "--weight-decay", "\0", "[/]",
    "x**x**x", "(x", "1/0",
    *("", " ", "x" * 5000, "(" * 5000, "exp(" * 3000, "9" * 5000, "x, x = 1", "\ud800"),
]  # fmt: skip


def callables() -> dict[str, Callable[[], Callable[..., Any]]]:
    """Return what makes each public callable, by its name."""
    found: dict[str, Callable[[], Callable[..., Any]]] = {}
    for module in (autodiff, nn, nn.data, nn.schedules, viz):
        for name in getattr(module, "__all__", _SCHEDULES):
            thing = getattr(module, name)
            is_error = isinstance(thing, type) and issubclass(thing, BaseException)
            if callable(thing) and not is_error and name not in _RESULTS:
                found[f"{module.__name__}.{name}"] = lambda thing=thing: thing
    for kind, make in INSTANCES.items():
        for name in dir(make()):
            if name in _HOOKS or (name[0] == "_" and name.strip("_") not in _OPERATORS):
                continue
            if any(getattr(type(make()), name, 0) is getattr(base, name, 1) for base in _BASES):
                continue
            if callable(getattr(make(), name, None)):
                found[f"{kind}.{name}"] = lambda make=make, name=name: getattr(make(), name)
    found["chalkgrad"] = lambda: _command_line
    return found


def _command_line(*words: str) -> int:
    code = importlib.import_module("chalkgrad.cli.main").main(words)
    if code not in {0, 1, 2, 130}:
        raise AssertionError(f"exit code {code}")
    return code


def drawn(
    name: str, function: Callable[..., Any], index: int
) -> tuple[str, list[Any], dict[str, Any]]:
    """Draw the arguments of a call, about half of them odd, and their text."""
    random = Random(f"{name} {index}")
    if name == "chalkgrad":
        words = [random.choice(_WORDS) for _ in range(random.randint(1, 6))]
        return repr(words), list(words), {}
    positional: list[Any] = []
    named: dict[str, Any] = {}
    texts: list[str] = []

    def choose(parameter: str) -> tuple[str, Any]:
        if parameter in CALLED and random.random() < 0.5:
            return f"a fitting {parameter}", CALLED[parameter]()
        text = random.choice(list(ODD))
        return text, ODD[text]()

    for parameter in _parameters(function):
        optional = parameter.default is not parameter.empty
        if parameter.kind is parameter.VAR_POSITIONAL:
            for _ in range(random.randint(0, 3)):
                text, thing = choose(parameter.name)
                positional.append(thing)
                texts.append(text)
        elif parameter.kind is parameter.VAR_KEYWORD or (optional and random.random() < 0.6):
            continue
        elif parameter.kind is parameter.POSITIONAL_ONLY:
            text, thing = choose(parameter.name)
            positional.append(thing)
            texts.append(text)
        else:
            text, thing = choose(parameter.name)
            named[parameter.name] = thing
            texts.append(f"{parameter.name}={text}")
    if any(p.kind is p.VAR_POSITIONAL for p in _parameters(function)):
        keys = [p.name for p in _parameters(function) if p.kind is p.POSITIONAL_OR_KEYWORD]
        positional = [named.pop(key) for key in keys if key in named] + positional
    return ", ".join(texts), positional, named


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def verdict(function: Callable[..., Any], positional: list[Any], named: dict[str, Any]) -> str:
    """Call, and return what went wrong, or an empty text."""
    before = _peak()
    start = time.process_time()
    trouble = ""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            with contextlib.redirect_stderr(io.StringIO()):
                function(*positional, **named)
    except (ChalkgradError, *_OF_PYTHON.get(getattr(function, "__name__", ""), ())):
        pass
    except TypeError as error:
        inner = error.__traceback__ and error.__traceback__.tb_next
        if inner is not None and inner.tb_frame.f_code.co_filename != "<string>":
            trouble = _told(error)
    except BaseException as error:  # noqa: BLE001 whatever reaches the user
        trouble = _told(error)
    spent = time.process_time() - start
    if spent > _SECONDS:
        trouble = trouble or f"took {spent:.1f} s"
    if _peak() - before > _ROOM:
        trouble = trouble or f"took {(_peak() - before) >> 20} MB"
    return trouble


def _told(error: BaseException) -> str:
    last = error.__traceback__
    ours = ""
    while last is not None:
        file = last.tb_frame.f_code.co_filename
        for package in ("autodiff", "nn", "viz", "chalkgrad"):
            if f"/{package}/" in file and "site-packages" not in file:
                ours = f"{package}{file.rpartition(f'/{package}')[2]}:{last.tb_lineno}"
        last = last.tb_next
    return f"{type(error).__name__} at {ours}: {str(error)[:90]!r}"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _work(connection: Any) -> None:
    """Answer the calls that come in, in a folder of its own, with bounded memory."""
    os.chdir(tempfile.mkdtemp())
    here = str(Path.cwd())
    os.environ |= {"CHALKGRAD_DATA": f"{here}/none", "TMPDIR": here}
    webbrowser.open = lambda *_: True
    for module in ("matplotlib.figure", "PIL.Image", "safetensors.numpy", "sklearn.datasets"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    viz.descent(lambda x: x * x, {"a": [1.0]}, kind="curve")
    viz.draw(autodiff.Value(1.0)).render("png")
    table = callables()
    known = dict(autodiff.TABLE)
    size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    resource.setrlimit(resource.RLIMIT_AS, (size + 3 * _ROOM, resource.RLIM_INFINITY))
    connection.send("ready")
    while True:
        name, index = connection.recv()
        function = table[name]()
        text, positional, named = drawn(name, function, index)
        connection.send(text)
        connection.send(verdict(function, positional, named))
        autodiff.TABLE.clear()
        autodiff.TABLE.update(known)


class _Worker:
    """A process that makes calls, and can be ended."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._ours.recv()

    def judged(self, name: str, index: int) -> tuple[str, str]:
        """Return the arguments of a call and what went wrong; the worker may be gone after."""
        text = "?"
        try:
            self._ours.send((name, index))
            text = self._ours.recv()
            if self._ours.poll(_HANG):
                return text, self._ours.recv()
        except (EOFError, OSError):
            self.end()
            return text, "the process died"
        self.end()
        return text, f"more than {_HANG:.0f} s"

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        self._process.kill()
        self._process.join()


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each public callable, with `cases` / 20 calls each."""
    worker = _Worker()
    try:
        for name in callables():
            failures: list[str] = []
            count = max(1, cases // 20)
            for index in range(seed * count, (seed + 1) * count):
                if not worker.is_alive:
                    worker = _Worker()
                text, trouble = worker.judged(name, index)
                if trouble:
                    failures.append(f"{name}({text}): {trouble}")
            yield Outcome(name, count, failures, [])
    finally:
        worker.end()


def main() -> None:
    """Print every failure of `cases` calls, for a look at all of them."""
    total = tried = 0
    for outcome in hunt(int(sys.argv[1]), int(sys.argv[2])):
        tried += outcome.tried
        total += len(outcome.failures)
        print(*outcome.failures, sep="\n", end="\n" if outcome.failures else "", flush=True)
    print(f"{total} of {tried}")


if __name__ == "__main__":
    main()
