"""`chalkgrad "tanh(w*x + b)" x=2 w=-3 b=7`: the values, derivatives and check of an expression."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

import autodiff
import chalkgrad
from autodiff import TABLE, FormulaError, OptionError, Value, check, trace, why, why_nan, why_zero
from autodiff.extend import Graph, named_values, read

from .arguments import FittedParser
from .completion import names_to_explain, values_to_give, words_of
from .console import report, say, show, unless_closed
from .paths import demand_drawable, demand_page
from .suggestions import meant

OPTIONS = ("--help", "--version", "--draw", "--explore", "--why", "--order", "--practice")
_EXAMPLES = """examples:
  chalkgrad "tanh(w*x + b)" w=-3 x=2 b=7 --draw neuron.svg
  chalkgrad "log(1 + exp(-z)), z = y*(w*x + b)" x=1.5 y=-1 w=0.5 b=0.1 --order 2
  chalkgrad "(sigmoid(w*x + b) - y)**2" x=1.5 y=1 w=0.5 b=0.1 --why w
  chalkgrad "a*b + a" a=2 b=-3 --practice
  chalkgrad "a*b + a" a=2 b=-3 --explore page.html
  chalkgrad                      a session with everything imported
  chalkgrad train digits         train a network (also: evaluate, predict)
  chalkgrad play moons           a page that trains a network

Options may stand anywhere. An expression may hold + - * / **, comparisons,
|x|, where(condition, x, y), pi, e, definitions after a comma, and these
functions, log also as ln:
"""


_FUNCTIONS = {*autodiff.__all__, "abs"}  # and no operation that others are written with


def expression(words: Sequence[str]) -> int:
    """Evaluate an expression, print its table and its gradient check, explain and draw it.

    With --practice, ask for its values and gradients instead.

    Args:
        words: the words of the command line.

    Returns:
        0; 1 if the gradient check disagrees.

    Raises:
        ChalkgradError: if the expression, a value or the file of a picture is wrong, or another
            option stands beside --practice.
    """
    options = _options(words)
    others = options.draw or options.explore or options.why or options.order > 1
    if options.practice and others:
        remedy = "leave the others out; --practice gives the answers itself"
        raise OptionError("--practice alone", "another option", remedy)
    for path in options.draw:
        demand_drawable(path)
    for path in options.explore:
        demand_page(path)
    values = named_values(_assignments(options.values))
    loss = _read(options.expression.strip(), values)
    if options.practice:
        if loss.label is None and "L" not in values:
            loss.label = "L"
        chalkgrad.practice(loss, write=say)
        return 0
    loss.backward()
    labelled = {node.label: node for node in Graph([loss]).order if isinstance(node, Value)}
    for name in values.keys() - labelled.keys():
        report(f"note: {name} does not occur in the expression")
    verdict = check(loss, order=options.order)
    explained = [
        explanation
        for name in options.why
        for explanation in _explained(loss, name, {**labelled, **values})
    ]
    with unless_closed():
        show(trace(loss), verdict, *explained)
    for path in options.draw:
        chalkgrad.draw(loss).save(path)
        _report_written(path)
    for path in options.explore:
        title = loss.label or options.expression.strip()
        chalkgrad.explore(loss, title=title).save(path)
        _report_written(path)
    return 0 if verdict.ok else 1


def _report_written(path: str) -> None:
    with unless_closed():
        print(f"wrote {path}")


def parser(commands: Sequence[str] = ()) -> ArgumentParser:
    """Return the parser of an expression, its values and its options.

    Args:
        commands: other first words, which the shell offers beside an expression.
    """
    functions = ", ".join(name for name in TABLE if name in _FUNCTIONS)
    width = min(get_terminal_size().columns, 80) - 2
    listed = fill(functions, width, initial_indent="  ", subsequent_indent="  ")
    result = FittedParser(
        prog="chalkgrad",
        description="Evaluate an expression, its derivatives and their check, line by line.",
        epilog=f"{_EXAMPLES}{listed}",
        allow_abbrev=False,
    )
    add: Any = result.add_argument
    add("--version", action="store_true", help="print the version")  # which is done in `main`
    first = add("expression", help="a formula of names, numbers and the functions below")
    first.completer = words_of(commands)
    values = add(
        "values", nargs="*", default=[], metavar="name=value", help="a number for each name"
    )
    values.completer = values_to_give
    help_of_draw = "write the graph as .svg, .png or .pdf; may be repeated"
    add("--draw", action="append", default=[], metavar="FILE", help=help_of_draw)
    help_of_explore = "write a page .html to step through the graph and to change its numbers"
    add("--explore", action="append", default=[], metavar="FILE", help=help_of_explore)
    help_of_why = "explain the derivative by a name as a sum over paths; may be repeated"
    why_by = add("--why", action="append", default=[], metavar="NAME", help=help_of_why)
    why_by.completer = names_to_explain
    help_of_practice = "ask for every value and gradient, and name the mistake in a wrong answer"
    add("--practice", action="store_true", help=help_of_practice)
    add("--order", type=int, choices=(1, 2), default=1, help="2 also checks second derivatives")
    return result


def _options(words: Sequence[str]) -> Namespace:
    known = parser()
    before = words[: words.index("--")] if "--" in words else words
    for word in before:  # argparse would ask for the expression first
        option = word.partition("=")[0]
        if option.startswith("--") and option not in OPTIONS:
            known.error(f"unrecognized arguments: {option}{meant(option, OPTIONS)}")
    options = known.parse_intermixed_args([_as_operand(word) for word in words])
    options.draw, options.explore = map(_as_paths, (options.draw, options.explore))
    return options


def _as_paths(words: list[str]) -> list[str]:
    return [path.removeprefix(" ") if path[:2] == " -" else path for path in words]


def _as_operand(word: str) -> str:
    """Keep argparse from reading an expression such as -x**2 as an option."""
    is_option = word in {"-h", "--"} or word.startswith("--")
    return f" {word}" if word.startswith("-") and not is_option else word


def _read(text: str, values: Mapping[str, Value]) -> Value:
    try:
        return read(text, values)
    except FormulaError as error:
        if "unknown name" in str(error):
            error.add_note("Give every name a number, as in x=1.")
        raise


def _explained(loss: Value, name: str, known: Mapping[str | None, Value]) -> Iterator[object]:
    """Yield why a derivative is what it is and, where it is 0 or not finite, where that began."""
    if name not in known:
        names = ", ".join(sorted(label for label in known if label))
        message = f"--why asks for a name of the expression: {names or 'it has none'}"
        raise FormulaError(message, name, 0, len(name))
    explanation = why(loss, known[name])
    yield explanation
    if not isfinite(explanation.total):
        yield why_nan(loss)
        return
    zero = why_zero(loss, known[name])
    if zero.reasons:
        yield zero


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
