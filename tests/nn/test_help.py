"""`help(nn.x)` is complete: every argument and every exception stands where it is looked for."""

from __future__ import annotations

import inspect
import re

import pytest

import nn

BASE = nn.ChalkgradError  # to catch, never raised itself
EXPORTED = {name: getattr(nn, name) for name in nn.__all__}
CALLABLES = {
    **{f"nn.{name}": x for name, x in EXPORTED.items() if callable(x) and x is not BASE},
    **{f"nn.data.{name}": getattr(nn.data, name) for name in nn.data.__all__ if name.islower()},
    **{
        f"nn.schedules.{name}": x
        for name, x in vars(nn.schedules).items()
        if inspect.isclass(x) and x.__module__ == nn.schedules.__name__
    },
}
METHODS = {
    f"{name}.{method.__name__}": method
    for name, x in CALLABLES.items()
    if inspect.isclass(x)
    for method in vars(x).values()
    if inspect.isfunction(method)
    and not method.__name__.startswith("_")
    and method.__module__.startswith("nn.")
}
ERRORS = {
    name
    for name, x in EXPORTED.items()
    if inspect.isclass(x) and issubclass(x, Exception) and x is not BASE
}


def section(x, title: str) -> str:
    """The indented text below a title of a docstring; empty if there is none."""
    found = re.search(
        rf"^{title}:\n((?:[ ]+.*\n|\n)*)", inspect.cleandoc(x.__doc__) + "\n", re.MULTILINE
    )
    return found[1] if found else ""


def parameters(x) -> list[str]:
    """The names of the arguments, of a class those of its construction, if nn defines them."""
    if not inspect.isclass(x):
        return [name for name in inspect.signature(x).parameters if name != "self"]
    if hasattr(x, "_fields"):
        return list(x._fields)
    if not getattr(x.__init__, "__module__", "").startswith("nn."):
        return []
    return list(inspect.signature(x).parameters)


def test_the_reader_of_docstrings_reads_them() -> None:
    assert parameters(nn.AdamW)[:3] == ["parameters", "learning_rate", "betas"]
    assert parameters(nn.schedules.Cosine) == ["rate", "steps", "end"]
    assert len(parameters(nn.Record)) == 8
    assert "weight_decay:" in section(nn.SGD, "Args")
    assert "nn.Optimiser.update" in METHODS
    assert "nn.schedules.WarmUp" in CALLABLES


@pytest.mark.parametrize("name", CALLABLES | METHODS)
def test_every_argument_is_documented(name) -> None:
    x = CALLABLES.get(name) or METHODS[name]
    documented = re.findall(r"^    (\w+): ", section(x, "Args"), re.MULTILINE)
    names = parameters(x)
    if name in CALLABLES or len(names) > 1 or documented:  # one sentence may say what one is
        assert documented == names


def test_every_exception_that_is_documented_is_exported() -> None:
    documented = {
        error
        for x in [*CALLABLES.values(), *METHODS.values()]
        for error in re.findall(r"^    (\w+): ", section(x, "Raises"), re.MULTILINE)
    }
    assert documented == ERRORS
