"""Completion of words by the shell, which runs the program with `_ARGCOMPLETE` set.

`eval "$(register-python-argcomplete chalkgrad)"` switches it on in bash and zsh.
"""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

Reorder = Callable[[list[str]], list[str]]


def complete(commands: Sequence[str], command_first: Reorder) -> int:
    """Write the completions of the line in `COMP_LINE`; argcomplete then ends the process.

    Args:
        commands: the first words that stand for a command on networks.
        command_first: puts such a word before the options that precede it.

    Returns:
        1 if argcomplete is not installed, with nothing written.
    """
    if find_spec("argcomplete") is None:
        return 1
    line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0"))]
    words = _reordered(line.split(" "), commands, command_first)
    line = " ".join(words)
    os.environ.update(COMP_LINE=line, COMP_POINT=str(len(line)))
    parser: ArgumentParser
    if len(words) > 2 and words[1] in commands:
        parser = import_module("chalkgrad.cli.network_parser").parser()
    else:
        parser = import_module("chalkgrad.cli.expression").parser(commands)
    import_module("argcomplete").autocomplete(parser)
    return 0


def _reordered(words: list[str], commands: Sequence[str], command_first: Reorder) -> list[str]:
    """Move the command to the front; leave out the options before one that is being typed."""
    program, *typed, last = words if len(words) > 1 else [*words, ""]
    ordered = command_first(typed)
    is_command_due = command_first([*typed, commands[0]])[0] == commands[0] and typed
    if ordered == typed and is_command_due and typed[0] not in commands and last[:1] != "-":
        return [program, last]
    return [program, *ordered, last]


def words_of(words: Sequence[str]) -> Callable[..., Sequence[str]]:
    """Return the function of argcomplete that offers some words."""

    def offered(**_: object) -> Sequence[str]:
        return words

    return offered


def names_to_explain(parsed_args: Namespace, **_: object) -> list[str]:
    """Return what the shell offers after `--why`: the names of the expression."""
    found: list[str] = re.findall(r"\b[^\W\d]\w*\b(?!\s*\()", parsed_args.expression or "")
    return [name for name in dict.fromkeys(found) if name not in {"pi", "e"}]


def values_to_give(parsed_args: Namespace, **_: object) -> list[str]:
    """Return what the shell offers as a value: each name that has none yet, and a sign."""
    given = " ".join(parsed_args.values or [])
    return [f"{x}=" for x in names_to_explain(parsed_args) if f" {x}=" not in f" {given}"]
