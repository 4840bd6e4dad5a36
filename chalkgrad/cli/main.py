"""`chalkgrad`: choose between an expression, a session and a command on networks.

This is the one place that turns errors into a line on standard error and an exit code.

>>> main(["--version"])  # doctest: +ELLIPSIS
chalkgrad ...
0
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import chalkgrad

from .console import allow_any_encoding, discard_output, report

_NETWORK_COMMANDS = ("train", "evaluate", "predict", "play")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; by default those of the process.

    Returns:
        0; 1 if the gradient check of an expression disagrees; 2 for input that cannot be used;
        130 after Ctrl-C.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        allow_any_encoding()
        code = _run(words)
        if sys.stdout is not None:  # as it is where it was closed
            sys.stdout.flush()  # a full disk is noticed here, not when Python ends
    except SystemExit as stop:  # argparse has printed its help or its error
        return 2 if stop.code else 0
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        discard_output()
        return 0
    except (ImportError, OSError) as error:  # a hidden autodiff has no class of its own
        return _reported(error)
    except chalkgrad.ChalkgradError as error:
        return _reported(error)
    except KeyboardInterrupt:
        print("chalkgrad: stopped before the end; nothing was kept", file=sys.stderr)
        return 130
    return code


def _reported(error: Exception) -> int:
    discard_output()
    report("\n".join([f"chalkgrad: {error}", *getattr(error, "__notes__", ())]))
    return 2


def _run(words: list[str]) -> int:
    """Import the module that a command needs, and no other, and run it."""
    if "_ARGCOMPLETE" in os.environ:
        return import_module("chalkgrad.cli.completion").complete(_NETWORK_COMMANDS, _command_first)
    words = _command_first(words)
    if "--version" in words:
        print(_version())
        return 0
    _ = chalkgrad.autodiff  # says so if a user's file hides it
    match words:
        case []:
            return import_module("chalkgrad.cli.session").session()
        case [command, *_] if command in _NETWORK_COMMANDS:
            options = import_module("chalkgrad.cli.network_parser").parsed(words)
            return options.run(options)
        case [word, *others] if word.isidentifier() and not any(map(_is_value, others)):
            _demand_no_command(word)
            return import_module("chalkgrad.cli.expression").expression(words)
        case _:
            return import_module("chalkgrad.cli.expression").expression(words)


def _version() -> str:
    """Return the version, and which engine runs: native or pure, and why."""
    version = f"chalkgrad {chalkgrad.__version__}"
    try:
        _ = chalkgrad.autodiff
    except ImportError:  # a user's file hides it
        return version
    return f"{version} ({import_module('autodiff.extend').engine_in_use})"


def _command_first(words: list[str]) -> list[str]:
    """Put a command on networks before its options, as in `chalkgrad --seed 1 train digits`."""
    option = words[0].partition("=")[0] if words else ""
    command = next((word for word in words if word in _NETWORK_COMMANDS), None)
    if command is None or not option.startswith("--"):
        return words
    if option in import_module("chalkgrad.cli.expression").OPTIONS:
        return words
    place = words.index(command)
    return [command, *words[:place], *words[place + 1 :]]


def _is_value(word: str) -> bool:
    return "=" in word and not word.startswith("-")


def _demand_no_command(word: str) -> None:
    """Raise an error for a mistyped command; a name without a value is not an expression."""
    near = get_close_matches(word, [*_NETWORK_COMMANDS, "help"], 1, 0.75)
    if near:
        meant = "--help" if near == ["help"] else near[0]
        remedy = f"did you mean `chalkgrad {meant}`?"
        raise chalkgrad.OptionError("an expression or a command", word, remedy)
