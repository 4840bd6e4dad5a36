"""The command line: `chalkgrad "tanh(w*x + b)" x=2 w=-3 b=7 --draw neuron.svg`.

Without arguments it opens a session to explore in. A `__main__` is a program on top of all
three packages, so this file alone may import `nn` and `viz`; nothing imports it.
"""

from __future__ import annotations

import builtins
import code
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from math import isfinite
from textwrap import fill
from typing import Any, TextIO

import autodiff
from autodiff import ChalkgradError, FormulaError, Value, check, trace, why, why_nan, why_zero
from autodiff.extend import named_values, read, topological_order

from .network_commands import main as networks

_EXAMPLES = """examples:
  chalkgrad "tanh(x1*w1 + x2*w2 + b)" x1=2 x2=0 w1=-3 w2=1 b=6.88 --draw neuron.svg
  chalkgrad "log(1 + exp(-z)), z = y*(w*x + b)" x=1.5 y=-1 w=0.5 b=0.1 --order 2
  chalkgrad "(sigmoid(w*x + b) - y)**2" x=1.5 y=1 w=0.5 b=0.1 --why w
  chalkgrad                      (a session with everything imported)
  chalkgrad train digits         (a network; likewise evaluate, predict)

The expression may hold + - * / **, comparisons, where(condition, x, y), pi, bindings after a
comma, and every function of the derivative table:
"""
_NETWORK_COMMANDS = {"train", "evaluate", "predict"}
_GREETING = """chalkgrad: Value, grad, check, trace, the table's functions, nn and viz are all here.
Try:  x = Value(2.0, label="x"); y = tanh(3 * x - 5); y.backward(); print(trace(y))"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; those of the process by default.

    Returns:
        0; 1 if the gradient check disagrees; 2 for input that cannot be used.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    stdout: TextIO = sys.stdout
    if isinstance(stdout, TextIOWrapper):  # rather a ? than no table, where ∂ has no code
        stdout.reconfigure(errors="replace")
    if not words:
        return _explore()
    if words[0] in _NETWORK_COMMANDS:
        return networks(words)
    options = _parser().parse_args([_protected(word) for word in words])
    try:
        return _evaluate(options)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        sys.stderr.close()
        return 0
    except (ChalkgradError, OSError) as error:
        print(f"chalkgrad: {error}", file=sys.stderr)
        if "unknown name" in str(error):
            print("Give every name a number, as in x=1.", file=sys.stderr)
        return 2


def _parser() -> ArgumentParser:
    functions = ", ".join(name for name in autodiff.TABLE if name.isidentifier())
    parser = ArgumentParser(
        prog="chalkgrad",
        description="Evaluate an expression, its derivatives and their check, line by line.",
        epilog=f"{_EXAMPLES}{_wrapped(functions)}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("expression", help="arithmetic over names and the table's functions")
    parser.add_argument("values", nargs="*", metavar="name=value", help="a number for each name")
    parser.add_argument(
        "--draw",
        action="append",
        default=[],
        metavar="FILE",
        help="write the graph as .svg, .png or .pdf; may be given several times",
    )
    parser.add_argument(
        "--why",
        action="append",
        default=[],
        metavar="NAME",
        help="explain the derivative by a name as a sum over paths; may be given several times",
    )
    parser.add_argument(
        "--order", type=int, choices=(1, 2), default=1, help="also check second derivatives"
    )
    return parser


def _protected(word: str) -> str:
    """Keep an expression such as -x**2 from being read as an option: a space in front does it."""
    is_option = word in {"-h", "--"} or word.startswith("--")
    return f" {word}" if word.startswith("-") and not is_option else word


def _evaluate(options: Namespace) -> int:
    text: str = options.expression.strip()
    values = named_values(_assignments(options.values))
    loss = read(text, values)
    loss.backward()
    for name in values.keys() - {node.label for node in topological_order([loss])}:
        print(f"note: {name} does not occur in the expression", file=sys.stderr)
    report = check(loss, order=options.order)
    explained = [report for name in options.why for report in _explained(loss, name, values)]
    _show(trace(loss), report, *explained)
    for path in options.draw:
        _draw(loss, path)
    return 0 if report.ok else 1


def _explained(loss: Value, name: str, values: Mapping[str, Value]) -> Iterator[Any]:
    """Yield why a derivative is what it is, and if it is 0 or not finite, where that came from."""
    labelled = {node.label: node for node in topological_order([loss])}
    node = labelled.get(name) or values.get(name)
    if node is None:
        known = ", ".join(sorted(str(label) for label in labelled if label))
        raise FormulaError(f"--why asks for a name of the expression: {known}", name, 0, len(name))
    explanation = why(loss, node)
    yield explanation
    if not isfinite(explanation.total):
        yield why_nan(loss)
    elif why_zero(loss, node).reasons:
        yield why_zero(loss, node)


def _assignments(words: Sequence[str]) -> dict[str, str]:
    assignments: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise FormulaError("a value is given as name=number", word, 0, len(word))
        if name.strip() in assignments:
            raise FormulaError(f"{name.strip()!r} is given twice", word, 0, len(name))
        assignments[name.strip()] = value.strip()
    return assignments


def _show(*reports: Any) -> None:
    """Print tables, with the terminal's lines and colours where there is one."""
    if not sys.stdout.isatty():  # plain lines, whatever their width, for pipes and files
        print(*reports, sep="\n\n")
        return
    console = import_module("rich.console").Console()
    for report in reports:
        console.print(report)


def _draw(loss: Value, path: str) -> None:
    import_module("viz").draw(loss).save(path)
    print(f"wrote {path}")


def _explore() -> int:
    """Open a session: IPython where it is installed, else Python's own."""
    names = {name: getattr(autodiff, name) for name in autodiff.__all__}
    names = {name: value for name, value in names.items() if not hasattr(builtins, name)}
    names |= {name: import_module(name) for name in ("autodiff", "nn", "viz")}
    names["np"] = import_module("numpy")
    if find_spec("IPython") is None:
        code.interact(banner=_GREETING, local=names, exitmsg="")
        return 0
    config = import_module("traitlets.config").Config()
    config.TerminalInteractiveShell.banner1 = f"{_GREETING}\n"
    config.TerminalInteractiveShell.enable_tip = False
    config.TerminalInteractiveShell.confirm_exit = False
    import_module("IPython").start_ipython(argv=[], user_ns=names, config=config)
    return 0


def _wrapped(text: str) -> str:
    return fill(text, 90, initial_indent="  ", subsequent_indent="  ")
