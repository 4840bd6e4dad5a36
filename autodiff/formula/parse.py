"""The parser: a text becomes a tree, or an error that points at the place.

The language is arithmetic, comparison, `|x|`, `where(condition, x, y)`, named functions and
constants, and bindings after the result: `4*e / (1 + e)**2, e = exp(-2*abs(x))`. Precedence is
Python's. Operands wait on one stack and signs on another (Dijkstra's shunting yard), so that
neither long sums nor deep parentheses recurse; nothing is ever evaluated as Python.

>>> parse("x * y", names=["x", "y"], functions={}).result
Call(function='mul', arguments=(Name(name='x'), Name(name='y')))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from autodiff.errors import FormulaError

from .hints import BAR, KEYWORDS, SUPERSCRIPTS, meant
from .tokens import Token, one_line, tokens
from .tree import Call, Expression, Formula, Name, Number
from .words import COMPARISONS, CONSTANTS, INFIX, NEGATION

ANY_NUMBER = -1  # as the number of arguments: one or more

_INFIX = {infix.sign: name for name, infix in INFIX.items()}


def parse(
    text: str,
    names: Collection[str],
    functions: Mapping[str, Collection[int]],
    constants: Mapping[str, float] = CONSTANTS,
) -> Formula:
    """Parse a formula text.

    Args:
        text: in the language of formulas.
        names: the names that may occur, beside constants and the formula's own bindings.
        functions: the functions that may be called, each with the numbers of arguments it
            takes (`ANY_NUMBER` among them: one or more).
        constants: the numbers that have a name; a name that is given or bound goes before.

    Raises:
        FormulaError: pointing at what is missing, unknown, or no part of the language.
    """
    line = one_line(text)
    found = tokens(line)
    result, *rest = _split(found)
    bindings: list[tuple[str, Expression]] = []
    known = dict.fromkeys(names)
    for part in rest:
        name = _binding_name(part, line, known)
        bindings.append((name, _Yard(part[2:], line, (known, functions, constants)).run()))
        known[name] = None
    end = _Yard(result, line, (known, functions, constants)).run()
    return Formula(line, end, tuple(bindings))


def _split(found: list[Token]) -> list[list[Token]]:
    """Cut at the commas outside parentheses; every part ends with a token of kind "end"."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts[-1].append(token._replace(kind="end"))
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _binding_name(part: list[Token], line: str, known: Mapping[str, None]) -> str:
    token, sign = part[0], part[1] if len(part) > 1 else part[0]
    if token.kind != "name" or sign.text != "=":
        message = "after a comma comes a binding: name = formula"
        raise FormulaError(message, line, token.start, token.end)
    if token.text in known or token.text in CONSTANTS:
        raise FormulaError(f"{token.text!r} is a name already", line, token.start, token.end)
    return token.text


class _Sign(NamedTuple):
    """A sign that waits for its right operand, or an open parenthesis for its end.

    Attributes:
        name: the operation; for a parenthesis the function before it, or "".
        precedence: how tightly it binds; 0 for a parenthesis.
        token: where it stands.
        commas: for a parenthesis, how many commas have been met inside.
    """

    name: str
    precedence: int
    token: Token
    commas: int = 0


class _Yard:
    """The two stacks, and the rules by which tokens go on and off them."""

    def __init__(
        self,
        found: list[Token],
        line: str,
        words: tuple[Collection[str], Mapping[str, Collection[int]], Mapping[str, float]],
    ) -> None:
        self.found: list[Token] = found
        self.line: str = line
        self.names, self.functions, self.constants = words
        self.position: int = 0
        self.operands: list[Expression] = []
        self.signs: list[_Sign] = []

    def run(self) -> Expression:
        """Read all tokens and return the tree."""
        wants_operand = True
        while wants_operand or self.peek().kind != "end":
            token = self.take()
            wants_operand = self.read_operand(token) if wants_operand else self.read_sign(token)
        self.reduce(1)
        if self.signs:
            token = self.signs[-1].token
            raise self.fail(
                "'|' is never closed" if token.text == "|" else "'(' is never closed", token
            )
        return self.operands[0]

    def peek(self) -> Token:
        """Return the next token, which stays."""
        return self.found[min(self.position, len(self.found) - 1)]

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.peek()
        self.position += 1
        return token

    def fail(self, message: str, token: Token) -> FormulaError:
        """Return an error that points at a token; at the end, at the last character."""
        last = max(len(self.line) - 1, 0)
        return FormulaError(message, self.line, min(token.start, last), token.end)

    # -- where an operand is due --------------------------------------------------------------

    def read_operand(self, token: Token) -> bool:
        """Read a token where an operand is due; tell whether one still is."""
        if token.kind == "number":
            self.operands.append(Number(self.number(token)))
        elif token.kind == "name" and self.peek().text == "(":
            self.check_function(token)
            self.signs.append(_Sign(token.text, 0, token))
            self.take()
            if self.peek().text != ")":
                return True
            self.close(self.take(), empty=True)
        elif token.kind == "name":
            self.operands.append(self.named(token))
        elif token.text == "(":
            self.signs.append(_Sign("", 0, token))
            return True
        elif token.text == "|":
            self.signs.append(_Sign("abs", 0, token))
            return True
        elif token.text in {"-", "+"}:
            self.signs.append(_Sign("neg" if token.text == "-" else "pos", NEGATION, token))
            return True
        else:
            raise self.fail(self.what_is_missing(token), token)
        return False

    def number(self, token: Token) -> float:
        """Convert a number; one too large for a float becomes inf."""
        try:
            return float(token.text)
        except ValueError:
            raise self.fail(f"{token.text!r} is not a number", token) from None

    def named(self, token: Token) -> Expression:
        """Look a name up among the operands, then the constants."""
        name = token.text
        if name in self.names:
            return Name(name)
        if name in self.constants:
            return Number(self.constants[name])
        if name in KEYWORDS:
            raise self.fail(KEYWORDS[name], token)
        if name in self.functions:
            raise self.fail(f"{name} is a function: write {name}(...)", token)
        if name[-1] in SUPERSCRIPTS:
            raise self.fail("a power is written x**2", token)
        known = ", ".join(self.names) or "none"
        message = f"unknown name {name!r}{meant(name, self.names)} (the names are: {known})"
        raise self.fail(message, token)

    def check_function(self, token: Token) -> None:
        """Refuse a function that is not in the table before its arguments are read."""
        name = token.text
        if name in KEYWORDS:
            raise self.fail(KEYWORDS[name], token)
        if name not in self.functions:
            message = f"unknown function {name!r}{meant(name, self.functions)}"
            if name in self.names or name in self.constants:
                message = f"{name!r} is not a function: a product is written {name}*(...)"
            raise self.fail(message, token)

    def what_is_missing(self, token: Token) -> str:
        """Say why a token cannot stand where an operand is due."""
        if token.kind == "end" and not self.operands and not self.signs:
            return "the formula is empty"
        if token.text in {"/", "*"} and self.signs and self.signs[-1].token.end == token.start:
            return "division is written x / y, a power x**y"
        where = "at the end" if token.kind == "end" else f"before {token.text!r}"
        return f"an operand is missing {where}"

    # -- where a sign is due ------------------------------------------------------------------

    def read_sign(self, token: Token) -> bool:
        """Read a token where a sign is due; tell whether an operand is due next."""
        if token.kind == "sign" and token.text in _INFIX:
            self.infix(_INFIX[token.text], token)
            return True
        if token.text == ",":
            self.reduce(1)
            call = self.signs[-1]
            if not call.name or call.token.text == "|":
                raise self.fail("a comma belongs between the arguments of a function", token)
            self.signs[-1] = call._replace(commas=call.commas + 1)
            return True
        if token.text == ")":
            self.reduce(1)
            if not self.signs or self.signs[-1].token.text == "|":
                raise self.fail("')' closes nothing", token)
            self.close(token)
            return False
        if token.text == "|":
            self.reduce(1)
            if not self.signs or self.signs[-1].token.text != "|":
                raise self.fail(BAR, token)
            self.close(token)
            return False
        if token.text == "=":
            raise self.fail("a comparison is written ==; a binding stands after a comma", token)
        message = KEYWORDS.get(token.text, f"a sign is missing before {token.text!r}")
        if token.text not in KEYWORDS and (token.kind in {"name", "number"} or token.text == "("):
            message = f"{message}: a product is written x*y"
        raise self.fail(message, token)

    def infix(self, name: str, token: Token) -> None:
        """Push a sign, after what binds tighter on its left; only powers group to the right."""
        precedence = INFIX[name].precedence
        self.reduce(precedence + (name == "pow" or name in COMPARISONS))
        if self.signs and self.signs[-1].precedence == precedence and name in COMPARISONS:
            raise self.fail("one comparison at a time", token)
        self.signs.append(_Sign(name, precedence, token))

    def reduce(self, precedence: int) -> None:
        """Apply the waiting signs that bind at least so tightly."""
        while self.signs and self.signs[-1].precedence >= precedence:
            name = self.signs.pop().name
            right = self.operands.pop()
            if name == "neg" and isinstance(right, Number):
                right = Number(-right.value)
            elif name == "neg":
                right = Call(name, (right,))
            elif name != "pos":
                right = Call(name, (self.operands.pop(), right))
            self.operands.append(right)

    def close(self, token: Token, *, empty: bool = False) -> None:
        """End a parenthesis: a group, or the arguments of a function."""
        sign = self.signs.pop()
        if not sign.name:
            return
        count = 0 if empty else sign.commas + 1
        allowed = self.functions.get(sign.name, {1})
        if count not in allowed and not (ANY_NUMBER in allowed and count):
            some = ["1 or more"] if ANY_NUMBER in allowed else map(str, sorted(allowed))
            wanted = " or ".join(some)
            plural = "" if wanted == "1" else "s"
            message = f"{sign.name} takes {wanted} argument{plural}, got {count}"
            raise self.fail(message, sign.token._replace(end=token.end))
        arguments = tuple(self.operands[len(self.operands) - count :])
        del self.operands[len(self.operands) - count :]
        self.operands.append(Call(sign.name, arguments))
