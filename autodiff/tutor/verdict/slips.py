"""Rules that are slightly wrong: a derivative's formula with one thing forgotten or mixed up.

They are made from the formula itself, so that every operation of the table has its own.

>>> from autodiff import Value
>>> x = Value(3.0, label="x")
>>> y = x**2
>>> for slip in slips(y, 0, {x: "x", y: "y"}, {}):
...     print(f"{slip.right} became {slip.wrong} = {slip.value:g}: {slip.what}")
2 * x became 2 * y = 18: the output y instead of the input x
2 * x became x = 3: the factor 2 is missing
2 * x became 2 = 2: the factor x is missing
2 * x became 2 / x = 0.666667: divided instead of multiplied
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from autodiff.errors import ChalkgradError
from autodiff.explain.chain_rule.factors import DerivativeCache, Factor, factor_of, shortened
from autodiff.formula.interpret import evaluate
from autodiff.formula.printing import plain
from autodiff.formula.tree import (
    Call,
    Expression,
    Name,
    Number,
    arguments_of,
    fold,
    replace_equal,
    substitute,
)
from autodiff.graph.node import Node
from autodiff.table.registry import lookup

_LARGEST = 60  # parts of a formula that is varied
_LONGEST = 44  # characters of a formula that is shown
_RARE = ("divided", "multiplied", "minus instead", "plus instead", "the exponent is")
_ONE, _TWO = Number(1.0), Number(2.0)


class Slip(NamedTuple):
    """A wrong local derivative.

    Attributes:
        what: the slip in words; formulas in it name the nodes.
        right: the formula.
        wrong: the formula that was used instead.
        value: of the wrong one.
        is_common: whether something was forgotten or mixed up, rather than computed another way.
    """

    what: str
    right: str
    wrong: str
    value: float
    is_common: bool


def slips(
    node: Node, position: int, names: Mapping[Node, str], cache: DerivativeCache
) -> list[Slip]:
    """Return the wrong rules for one local derivative that give another number.

    A formula too long for a line has none.

    Args:
        node: the computed node.
        position: the index of the parent that the derivative is by.
        names: of the nodes.
        cache: of derivatives, as for `factor_of`.
    """
    factor = factor_of(node, position, cache)
    shown = {key: names.get(x, key) for x, key in factor.keys.items()}
    data = {key: x.data for x, key in factor.keys.items()}
    is_unary = len(node.parents) == 1
    found: dict[float, Slip] = {}
    for form in _forms(factor):
        right = plain(shortened(form), shown)
        for what, tree in _variants(form, is_unary=is_unary):
            value = _value(tree, data)
            wrong = plain(shortened(tree), shown)
            is_new = value is not None and value != factor.value and value not in found
            if value is not None and is_new and max(len(right), len(wrong)) <= _LONGEST:
                text = what(shown)
                is_common = not text.startswith(_RARE)
                found[value] = Slip(text, right, wrong, value, is_common)
    return list(found.values())


def _forms(factor: Factor) -> Iterator[Expression]:
    """Yield the derivative as the table has it, as textbooks do, and with the output written out.

    Textbooks write 1 - a**2 for sech(z)**2, and 1 - a for sigmoid(-z).
    """
    row = factor.node.operation
    assert row is not None
    terms = tuple(
        Name(factor.keys[x]) if isinstance(x, Node) else Number(x) for x in factor.node.operands
    )
    own = Call(row.name, terms)
    textbook = replace_equal(fold(factor.precise, arguments_of, _textbook), own, Name("out"))
    if textbook != factor.precise:
        yield textbook
    yield factor.precise
    if len(terms) <= 2 and any(x == Name("out") for x in _parts(textbook)):
        yield substitute(textbook, {"out": own})


def _textbook(tree: Expression, below: list[Expression]) -> Expression:
    match tree, below:
        case Call("pow", _), [Call("sech", (x,)), Number(2.0)]:
            return Call("sub", (_ONE, Call("pow", (Call("tanh", (x,)), _TWO))))
        case Call("sigmoid", _), [Call("neg", (x,))]:
            return Call("sub", (_ONE, Call("sigmoid", (x,))))
        case Call(), _:
            return Call(tree.function, tuple(below))
        case _:
            return tree


def _parts(tree: Expression) -> list[Expression]:
    found = [tree]
    for part in found:
        found += arguments_of(part)
        if len(found) > _LARGEST:
            break
    return found


Described = Callable[[Mapping[str, str]], str]  # given the names, the slip in words


def _variants(form: Expression, *, is_unary: bool) -> Iterator[tuple[Described, Expression]]:
    """Yield a formula with one change in one place."""
    parts = _parts(form)
    if len(parts) > _LARGEST:
        return
    names = {part.name for part in parts if isinstance(part, Name)}
    if "out" in names:
        swapped = substitute(form, {"out": Name("x0")})
        yield (lambda n: f"the input {n['x0']} instead of the output {n['out']}"), swapped
    elif names == {"x0"} and is_unary:
        swapped = substitute(form, {"x0": Name("out")})
        yield (lambda n: f"the output {n['out']} instead of the input {n['x0']}"), swapped
    if isinstance(form, Number) and form.value not in {0.0, 1.0, -1.0}:
        yield (lambda _: "multiplied instead of divided, or the reverse"), Number(1.0 / form.value)
    pending: list[tuple[Expression, Callable[[Expression], Expression]]] = []
    if not isinstance(form, Number):
        pending.append((form, _same))
    while pending:
        part, put = pending.pop(0)
        for text, filled, other in _changes(part):
            yield _in_words(text, filled), put(other)
        for index, argument in enumerate(arguments_of(part)):
            pending.append((argument, _into(part, index, put)))


def _same(tree: Expression) -> Expression:
    return tree


def _into(
    part: Expression, index: int, put: Callable[[Expression], Expression]
) -> Callable[[Expression], Expression]:
    """Return what puts an expression in the place of one argument."""
    assert isinstance(part, Call)
    before, after = part.arguments[:index], part.arguments[index + 1 :]
    return lambda tree: put(Call(part.function, (*before, tree, *after)))


def _in_words(text: str, part: Expression | None) -> Described:
    if part is None:
        return lambda _: text
    return lambda names: text.format(plain(shortened(part), names))


def _changes(part: Expression) -> Iterator[tuple[str, Expression | None, Expression]]:  # noqa: C901 a table of cases
    """Yield the slips at the head of a formula: the words, what they name, the result."""
    match part:
        case Call("mul", (x, y)):
            yield "the factor {} is missing", x, y
            yield "the factor {} is missing", y, x
            yield "divided instead of multiplied", None, Call("div", (x, y))
        case Call("div", (x, y)):
            yield "the division by {} is missing", y, x
            if x not in {_ONE, Number(-1.0)}:
                yield "the factor {} is missing", x, Call("div", (_ONE, y))
            yield "multiplied instead of divided", None, Call("mul", (x, y))
        case Call("neg", (x,)):
            yield "the minus is missing", None, x
        case Number(value) if value < 0:
            yield "the minus is missing", None, Number(-value)
        case Call("pow", (x, Number(power))):
            yield "the exponent {} is missing", Number(power), x
            yield "the exponent is not lowered by 1", None, Call("pow", (x, Number(power + 1)))
            yield "the exponent is lowered twice", None, Call("pow", (x, Number(power - 1)))
        case Call("add", (x, y)):
            yield "the term {} is missing", x, y
            yield "the term {} is missing", y, x
            yield "minus instead of plus", None, Call("sub", (x, y))
        case Call("sub", (x, y)):
            yield "the term {} is missing", y, x
            yield "the term {} is missing", x, y
            yield "plus instead of minus", None, Call("add", (x, y))
        case Call("where", (_, x, y)):
            yield "the case {} was taken, which does not hold", x, x
            yield "the case {} was taken, which does not hold", y, y
        case Call("sin" | "cos" | "sinh" | "cosh", (x,)):
            other = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}[part.function]
            yield f"{other} instead of {part.function}", None, Call(other, (x,))
            yield f"the {part.function} is missing", None, x
        case Call(name, (x,)):
            yield f"the {name} is missing", None, x
        case _:
            pass


def _value(tree: Expression, data: Mapping[str, float]) -> float | None:
    """Return the number that a formula gives; None if it gives none."""

    def apply(name: str, operands: list[Any]) -> float:
        row = lookup(name)
        return row.function(*row.group(operands))[0]

    try:
        value = evaluate(tree, data, apply)
    except (ChalkgradError, KeyError):  # a word that is not an operation; a sum cut short
        return None
    return value if isinstance(value, float) and isfinite(value) else None
