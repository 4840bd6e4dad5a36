"""Reading formulas: one text becomes one tree, or an error that points at the place.

The language is arithmetic, comparison, `where(condition, x, y)`, named functions and
constants, and bindings after the result: `4*e / (1 + e)**2, e = exp(-2*abs(x))`. It is read
with the standard library's parser and every node is checked against a fixed list: nothing is
ever evaluated as Python. What is not here: what the functions mean (`words`, the table).

>>> parse("x * y", names={"x", "y"}, functions={}).result
Call(function='mul', arguments=(Name(name='x'), Name(name='y')))
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from autodiff.errors import FormulaError

from .expression import Call, Expression, Formula, Name, Number, fold
from .words import CONSTANTS

__all__ = ["ANY_NUMBER", "parse"]

ANY_NUMBER = -1  # as the number of arguments: one or more
_PREFIX = "_("  # a formula is read as the arguments of a call, so that `, e = ...` is syntax

_BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
_COMPARISON: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
}
_HINTS: Mapping[type[ast.operator], str] = {
    ast.BitXor: "a power is written x**y",
    ast.FloorDiv: "division is written x / y",
    ast.MatMult: "a sum of products is written dot(...)",
}


def parse(text: str, names: Collection[str], functions: Mapping[str, Collection[int]]) -> Formula:
    """Parse a formula text.

    Args:
        text: one line in the language of formulas.
        names: the names that may occur, beside constants and the formula's own bindings.
        functions: the functions that may be called, each with the numbers of arguments it
            takes (`ANY_NUMBER` among them: one or more).

    Raises:
        FormulaError: pointing at what is missing, unknown, or no part of the language.
    """
    line = " ".join(text.split("\n"))
    call = _read(line)
    if len(call.args) != 1:
        message = "a formula has one result" if call.args else "the formula is empty"
        raise FormulaError(message, line)
    known = set(names)
    bindings: list[tuple[str, Expression]] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            raise _error("`**` belongs between two operands", line, keyword.value)
        bindings.append((keyword.arg, _convert(keyword.value, line, known, functions)))
        known.add(keyword.arg)
    return Formula(line, _convert(call.args[0], line, known, functions), tuple(bindings))


def _read(line: str) -> ast.Call:
    try:
        tree = ast.parse(f"{_PREFIX}{line}\n)", mode="eval").body
    except SyntaxError as error:
        start = min(max((error.offset or 1) - 1 - len(_PREFIX), 0), max(len(line) - 1, 0))
        end = (error.end_offset or 0) - 1 - len(_PREFIX)
        same_line = error.lineno == 1 and error.end_lineno == 1
        message = f"this is no formula ({error.msg})"
        raise FormulaError(
            message, line, start, end if same_line and end <= len(line) else start + 1
        ) from None
    except (MemoryError, RecursionError, ValueError) as error:
        raise FormulaError(f"this cannot be read ({error or 'nested too deeply'})", line) from None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.func.id != "_":
        raise FormulaError("the parentheses do not match", line)
    return tree


def _error(message: str, line: str, node: ast.expr) -> FormulaError:
    """Point at a node. Its offsets count UTF-8 bytes, the carets count characters."""
    encoded = f"{_PREFIX}{line}".encode()
    start = len(encoded[: node.col_offset].decode()) - len(_PREFIX)
    end = len(encoded[: node.end_col_offset or 0].decode()) - len(_PREFIX)
    return FormulaError(message, line, start, end)


def _convert(
    root: ast.expr, line: str, names: Collection[str], functions: Mapping[str, Collection[int]]
) -> Expression:
    """Turn a syntax tree into an expression; any node that is not listed here is an error."""

    def children(node: ast.expr) -> list[ast.expr]:
        match node:
            case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
                return [left, right]
            case ast.UnaryOp(operand=operand):
                return [operand]
            case ast.Call():
                return _arguments(node, line, functions)
            case _:
                return []

    def combine(node: ast.expr, arguments: list[Expression]) -> Expression:
        expression = _leaf(node, names) or _branch(node, tuple(arguments))
        if expression is None:
            raise _error(_complaint(node, names, functions), line, node)
        return expression

    return fold(root, children, combine)


def _leaf(node: ast.expr, names: Collection[str]) -> Expression | None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Number(_as_float(value))
        case ast.Name(id=name) if name in names:
            return Name(name)
        case ast.Name(id=name) if name in CONSTANTS:
            return Number(CONSTANTS[name])
        case _:
            return None


def _branch(node: ast.expr, arguments: tuple[Expression, ...]) -> Expression | None:
    match node:
        case ast.BinOp(op=op) if type(op) in _BINARY:
            return Call(_BINARY[type(op)], arguments)
        case ast.Compare(ops=[op]) if type(op) in _COMPARISON:
            return Call(_COMPARISON[type(op)], arguments)
        case ast.UnaryOp(op=ast.UAdd()):
            return arguments[0]
        case ast.UnaryOp(op=ast.USub()):
            first = arguments[0]
            return Number(-first.value) if isinstance(first, Number) else Call("neg", arguments)
        case ast.Call(func=ast.Name(id=function)):
            return Call(function, arguments)
        case _:
            return None


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an int too large for a float, by convention
        return CONSTANTS["inf"]


def _arguments(
    node: ast.Call, line: str, functions: Mapping[str, Collection[int]]
) -> list[ast.expr]:
    """Check a call's function and number of arguments before anything below it."""
    if not isinstance(node.func, ast.Name):
        raise _error("only a named function can be called", line, node.func)
    name = node.func.id
    if name not in functions:
        raise _error(f"unknown function {name!r}{_meant(name, functions)}", line, node.func)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise _error(f"{name} takes plain arguments only", line, node)
    allowed, count = functions[name], len(node.args)
    if count not in allowed and not (ANY_NUMBER in allowed and count):
        wanted = " or ".join("1 or more" if n == ANY_NUMBER else str(n) for n in sorted(allowed))
        plural = "" if wanted == "1" else "s"
        raise _error(f"{name} takes {wanted} argument{plural}, got {count}", line, node)
    return node.args


def _complaint(
    node: ast.expr, names: Collection[str], functions: Mapping[str, Collection[int]]
) -> str:
    match node:
        case ast.Name(id=name) if name in functions:
            return f"{name} is a function: write {name}(...)"
        case ast.Name(id=name):
            known = ", ".join(names) if names else "none"
            return f"unknown name {name!r}{_meant(name, names)} (the names are: {known})"
        case ast.BinOp(op=op) if type(op) in _HINTS:
            return _HINTS[type(op)]
        case ast.Compare(ops=[_, _, *_]):
            return "one comparison at a time"
        case ast.Constant(value=value):
            return f"only real numbers are constants, not {type(value).__name__}"
        case _:
            return "only arithmetic, comparison and the table's functions are understood"


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
