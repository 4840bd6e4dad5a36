"""`chalkgrad`: choose between an expression, a session and a command on networks.

This is the one place that turns errors into a line on standard error and an exit code.

>>> main(["--version"])  # doctest: +ELLIPSIS
chalkgrad ...
0
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from chalkgrad import ChalkgradError, __version__

from .console import allow_any_encoding, discard_output

_NETWORK_COMMANDS = ("train", "evaluate", "predict")


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
        sys.stdout.flush()  # a full disk is noticed here, not when Python ends
    except SystemExit as stop:  # argparse has printed its help or its error
        return 2 if stop.code else 0
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        discard_output()
        return 0
    except (ChalkgradError, OSError) as error:
        discard_output()
        print(f"chalkgrad: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("chalkgrad: stopped before the end; nothing was kept", file=sys.stderr)
        return 130
    return code


def _run(words: list[str]) -> int:
    """Import the module that a command needs, and no other, and run it."""
    match words:
        case []:
            return import_module("chalkgrad.cli.session").session()
        case ["--version"]:
            print(f"chalkgrad {__version__}")
            return 0
        case [command, *_] if command in _NETWORK_COMMANDS:
            options = import_module("chalkgrad.cli.network_parser").parser().parse_args(words)
            return options.run(options)
        case _:
            return import_module("chalkgrad.cli.expression").expression(words)
