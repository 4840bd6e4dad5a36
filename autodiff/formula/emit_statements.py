"""Formulas as statements of a dialect: an expression that is used twice has a name.

Branches of a choice that are used nowhere else stay inside it, so that only one is computed.

>>> from autodiff.formula.dialects import C
>>> from autodiff.formula.parse import parse
>>> tree = parse("exp(x) / (1 + exp(x))", ["x"], {"exp": {1}}).result
>>> written = write(C, [tree], {"x": "x[i]"}, {})
>>> print(*written.lines, *written.results)
const double t1 = exp(x[i]); t1 / (1.0 + t1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from .dialects import Dialect
from .straight_line import Reference, Step, steps
from .tree import Expression
from .words import ATOM, COMPARISONS, INFIX, NEGATION, PRODUCT_OF_OTHERS, REDUCTIONS

Text: TypeAlias = tuple[str, int]  # a piece of program, and how tightly it binds


class Elements(NamedTuple):
    """The elements of a starred operand, or of an expression of them.

    Attributes:
        element: the text of one, with {} for its index.
        array: the name of an array of them, or None.
        length: how many there are.
    """

    element: str
    array: str | None
    length: str


class Written(NamedTuple):
    """Formulas in a dialect.

    Attributes:
        lines: what is computed before.
        results: for every formula a text; with {} for the index where it differs from element to
            element.
        is_sequence: whether it does.
    """

    lines: list[str]
    results: list[str]
    is_sequence: list[bool]


def write(
    dialect: Dialect,
    trees: Sequence[Expression],
    operands: Mapping[str, str],
    sequences: Mapping[str, Elements],
    prefix: str = "t",
) -> Written:
    """Write formulas.

    Args:
        dialect: of the text.
        trees: the formulas, with operations written out in words.
        operands: for every single operand, and for `out`, an atom.
        sequences: the starred operands.
        prefix: of the names given.
    """
    program, references = steps(trees)
    writer = _Writer(dialect, operands, sequences, prefix)
    writer.look_through(program, references)
    for step in program:
        writer.write(step)
    results = [writer.text_of(x)[0] for x in references]
    flags = [writer.is_sequence.get(x, False) for x in references if not isinstance(x, float)]
    found = iter(flags)
    return Written(
        writer.lines, results, [not isinstance(x, float) and next(found) for x in references]
    )


class _Writer:
    def __init__(
        self,
        dialect: Dialect,
        operands: Mapping[str, str],
        sequences: Mapping[str, Elements],
        prefix: str,
    ) -> None:
        self.dialect: Dialect = dialect
        self.prefix: str = prefix
        self.lines: list[str] = []
        self.texts: dict[Reference, Text] = {name: (text, ATOM) for name, text in operands.items()}
        self.texts |= {name: (each.element, ATOM) for name, each in sequences.items()}
        self.arrays: dict[Reference, str] = {
            name: each.array for name, each in sequences.items() if each.array is not None
        }
        self.length: str = next((each.length for each in sequences.values()), "1")
        self.is_sequence: dict[Reference, bool] = dict.fromkeys(sequences, True)
        self.comparisons: set[Reference] = set()
        self.named: set[Reference] = set()
        self.reduced: set[Reference] = set()

    def look_through(self, program: Sequence[Step], results: Sequence[Reference]) -> None:
        """Find what differs from element to element, and what is worth a name."""
        uses: dict[Reference, int] = {}
        for step in program:
            below = [x for x in step.arguments if not isinstance(x, float)]  # 1.0 is not step 1
            is_sequence = any(self.is_sequence.get(x, False) for x in below)
            reduces = is_sequence and step.function in REDUCTIONS and len(step.arguments) == 1
            if (reduces and step.function != "count") or step.function == PRODUCT_OF_OTHERS:
                self.reduced.update(below)
            self.is_sequence[step.number] = is_sequence and not reduces
            for x in below:
                uses[x] = uses.get(x, 0) + 1
                if is_sequence and not self.is_sequence.get(x, False):
                    self.named.add(x)  # computed once, not for every element
        for x in results:
            if not isinstance(x, float):
                uses[x] = uses.get(x, 0) + 1
        self.named |= {x for x, count in uses.items() if count > 1}

    def write(self, step: Step) -> None:
        """Write a step, or keep its text for the one place that uses it."""
        number = step.number
        if step.function == PRODUCT_OF_OTHERS:
            name = f"{self.prefix}{number}"
            self.lines.append(self.dialect.array(name, self.length))
            array = self._array_of(step.arguments[0])
            self.lines.append(self.dialect.others(array, self.length, name))
            self.arrays[number], self.texts[number] = name, (f"{name}[{{}}]", ATOM)
            return
        text = self._spell(step)
        if number in self.reduced or (self.is_sequence[number] and number in self.named):
            self._make_array(number, text)
        elif number in self.named and step.function != "count":
            name = f"{self.prefix}{number}"
            self.lines.append(self.dialect.let(name, self._as_number(number, text)[0]))
            self.texts[number] = name, ATOM
            self.comparisons.discard(number)
        else:
            self.texts[number] = text

    def text_of(self, reference: Reference) -> Text:
        """Return the text of a number."""
        if isinstance(reference, float):
            text = self.dialect.number(reference)
            return text, NEGATION if text.startswith("-") else ATOM
        return self._as_number(reference, self.texts[reference])

    def _spell(self, step: Step) -> Text:
        function, arguments = step.function, step.arguments
        if function == "count":
            return (self.length if not self.length.isdigit() else f"{self.length}.0"), ATOM
        if function in REDUCTIONS and len(arguments) == 1:
            array = self._array_of(arguments[0])
            return self.dialect.reduction(function, array, self.length), ATOM
        texts = [self.text_of(x) for x in arguments]
        if function == "where":
            condition = self._condition(arguments[0], texts[0])
            first, second = wrapped(texts[1], 1), wrapped(texts[2], 1)
            return self.dialect.choice(condition, first, second), 0
        if function == "neg":
            return f"-{wrapped(texts[0], NEGATION + 1)}", NEGATION
        if function not in INFIX or function == "pow":
            return self.dialect.call(function, [text for text, _ in texts]), ATOM
        sign, _, precedence = INFIX[function]
        if function in COMPARISONS:
            self.comparisons.add(step.number)
            sign = self.dialect.equal if function == "equal" else sign
        left, right = wrapped(texts[0], precedence), wrapped(texts[1], precedence + 1)
        return f"{left} {sign} {right}", precedence

    def _condition(self, reference: Reference, text: Text) -> str:
        if reference in self.comparisons:
            return self.texts[reference][0]
        return f"{wrapped(text, 3)} {self.dialect.unequal} 0.0"

    def _as_number(self, reference: Reference, text: Text) -> Text:
        if reference not in self.comparisons:
            return text
        return self.dialect.choice(text[0], "1.0", "0.0"), 0

    def _array_of(self, reference: Reference) -> str:
        if reference not in self.arrays:  # a starred operand that is read in place
            self._make_array(reference, self.text_of(reference))
        return self.arrays[reference]

    def _make_array(self, reference: Reference, text: Text) -> None:
        is_operand = isinstance(reference, str)
        name = f"{self.prefix}{f'of{len(self.arrays) + 1}' if is_operand else reference}"
        dialect = self.dialect
        self.lines.append(dialect.array(name, self.length))
        self.lines.append(dialect.loop("k", self.length))
        element = self._as_number(reference, text)[0].replace("{}", "k")
        self.lines.append(f"    {dialect.assign(f'{name}[k]', element)}")
        self.lines += [dialect.end] if dialect.end else []
        self.arrays[reference], self.texts[reference] = name, (f"{name}[{{}}]", ATOM)
        self.comparisons.discard(reference)


def wrapped(text: Text, precedence: int) -> str:
    """Put a text in parentheses unless it binds at least as tightly as a precedence."""
    return text[0] if text[1] >= precedence else f"({text[0]})"
