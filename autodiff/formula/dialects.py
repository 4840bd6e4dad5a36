"""The dialects that formulas and loops are printed in: JavaScript, C, and Python over floats.

All three have the same statements; a dialect says how each is spelled.

>>> JAVASCRIPT.choice("x > 0.0", "x", "0.0"), PYTHON.choice("x > 0.0", "x", "0.0")
('x > 0.0 ? x : 0.0', 'x if x > 0.0 else 0.0')
>>> C.let("t1", "x * x"), C.loop("i", "8")
('const double t1 = x * x;', 'for (int i = 0; i < 8; i++) {')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite
from typing import NamedTuple

from .words import WORDS


class Dialect(NamedTuple):
    """How a language spells numbers, calls and statements.

    Attributes:
        calls: for each word, power and reduction the function that computes it.
        conditional: a choice, with {0} for the condition, {1} and {2} for both results.
        equal: the sign that compares two numbers.
        special: infinity and nan.
        let_text: declares a name that keeps its number.
        sum_text: declares a name that is added to, at first 0.
        loop_text: opens a loop over an index, from 0.
        back_text: opens a loop over an index, from the last one back.
        if_text: opens what a condition decides.
        row_text: names the row {0} of {2} that a number {1} gives, the first if it gives none.
        in_range_text: tells whether a number {0} is one of 0, 1, ..., {1} - 1.
        negation: the opposite of a condition {0}.
        fail_text: ends a function because comparison number {0}, of {1} and {2}, failed.
        table_text: declares the whole numbers {1} as {0}; there are {2}.
        end: closes them; empty where indentation does.
        array_text: declares an array of numbers.
        takes_length: whether reductions take the length of an array beside it.
        stop: ends a statement.
        comment: begins a comment.
    """

    calls: Mapping[str, str]
    conditional: str
    equal: str
    special: tuple[str, str]
    let_text: str
    sum_text: str
    loop_text: str
    back_text: str
    if_text: str
    row_text: str
    in_range_text: str
    negation: str
    fail_text: str
    table_text: str
    end: str
    array_text: str
    takes_length: bool
    stop: str
    comment: str

    def number(self, value: float) -> str:
        """Spell a number."""
        if isfinite(value):
            return repr(float(value))
        if abs(value) == inf:
            return self.special[0] if value > 0 else f"-{self.special[0]}"
        return self.special[1]

    def choice(self, condition: str, first: str, second: str) -> str:
        """Spell `first` where a condition holds, else `second`."""
        return self.conditional.format(condition, first, second)

    def call(self, word: str, arguments: Sequence[str]) -> str:
        """Spell a call of a word."""
        return f"{self.calls[word]}({', '.join(arguments)})"

    def reduction(self, word: str, array: str, length: str) -> str:
        """Spell a reduction of an array to one number."""
        function = self.calls[f"{word} of all"]
        return f"{function}({array}, {length})" if self.takes_length else f"{function}({array})"

    def others(self, array: str, length: str, target: str) -> str:
        """Spell the statement that writes the products of the others into an array."""
        return f"{self.calls['prod_of_others']}({array}, {length}, {target}){self.stop}"

    def let(self, name: str, text: str) -> str:
        """Spell the statement that names a number."""
        return self.let_text.format(name, text)

    def summing(self, name: str) -> str:
        """Spell the statement that names a number to be added to, at first 0."""
        return self.sum_text.format(name)

    def assign(self, target: str, text: str) -> str:
        """Spell an assignment."""
        return f"{target} = {text}{self.stop}"

    def add(self, target: str, text: str) -> str:
        """Spell an addition to what a target holds."""
        return f"{target} += {text}{self.stop}"

    def loop(self, index: str, count: str) -> str:
        """Spell the line that opens a loop."""
        return self.loop_text.format(index, count)

    def back(self, index: str, count: str) -> str:
        """Spell the line that opens a loop from the last index back to the first."""
        return self.back_text.format(index, count)

    def when(self, condition: str) -> str:
        """Spell the line that opens what happens where a condition holds."""
        return self.if_text.format(condition)

    def row(self, name: str, text: str, rows: int) -> str:
        """Spell the statement that names a row of a table, by a number that should be its index."""
        return self.row_text.format(name, text, rows)

    def in_range(self, text: str, count: str) -> str:
        """Spell whether a number is one of 0, 1, ..., count - 1."""
        return self.in_range_text.format(text, count)

    def negated(self, condition: str) -> str:
        """Spell that a condition does not hold."""
        return self.negation.format(condition)

    def fail(self, number: str, left: str, right: str) -> str:
        """Spell what happens where a comparison fails."""
        return self.fail_text.format(number, left, right)

    def table(self, name: str, numbers: Sequence[int]) -> str:
        """Spell the statement that makes a table of whole numbers."""
        return self.table_text.format(name, ", ".join(map(str, numbers)), len(numbers))

    @property
    def unequal(self) -> str:
        """The sign that tells two numbers apart."""
        return self.equal.replace("=", "!", 1)

    def array(self, name: str, length: str) -> str:
        """Spell the statement that makes an array of numbers, whatever it holds at first."""
        return self.array_text.format(name, length)


_REDUCTIONS = {
    "sum of all": "exactSum",
    "prod of all": "product",
    "maximum of all": "largest",
    "minimum of all": "smallest",
    "prod_of_others": "productsOfOthers",
}
_MATH = {word: f"Math.{word}" for word in WORDS}

JAVASCRIPT = Dialect(
    calls=_MATH
    | {
        **{word: word for word in ("erf", "erfc", "erfinv", "lgamma", "digamma", "polygamma")},
        **{word: word for word in ("exp2", "hypot", "maximum", "minimum")},
        "normal_cdf": "normalCdf",
        "round": "roundToEven",
        "mod": "modulo",
        "pow": "power",
        **_REDUCTIONS,
    },
    conditional="{0} ? {1} : {2}",
    equal="===",
    special=("Infinity", "NaN"),
    let_text="const {0} = {1};",
    sum_text="let {0} = 0.0;",
    loop_text="for (let {0} = 0; {0} < {1}; {0}++) {{",
    back_text="for (let {0} = {1} - 1; {0} >= 0; {0}--) {{",
    if_text="if ({0}) {{",
    row_text="const {0} = {1} >= 0 && {1} < {2} ? Math.floor({1}) : 0;",
    in_range_text="{0} >= 0 && {0} < {1} && {0} % 1 === 0",
    negation="!({0})",
    fail_text="fail({0}, {1}, {2}, example);",
    table_text="const {0} = Int32Array.of({1});",
    end="}",
    array_text="const {0} = new Float64Array({1});",
    takes_length=False,
    stop=";",
    comment="//",
)

C = Dialect(
    calls={word: word for word in WORDS}
    | {
        "abs": "fabs",
        "erfinv": "erf_inverse",
        "lgamma": "log_gamma",
        "round": "rint",
        "mod": "modulo",
        "pow": "pow",
        "sum of all": "exact_sum",
        "prod of all": "product",
        "maximum of all": "largest",
        "minimum of all": "smallest",
        "prod_of_others": "products_of_others",
    },
    conditional="{0} ? {1} : {2}",
    equal="==",
    special=("INFINITY", "NAN"),
    let_text="const double {0} = {1};",
    sum_text="double {0} = 0.0;",
    loop_text="for (int {0} = 0; {0} < {1}; {0}++) {{",
    back_text="for (int {0} = {1} - 1; {0} >= 0; {0}--) {{",
    if_text="if ({0}) {{",
    row_text="const int {0} = {1} >= 0 && {1} < {2} ? (int){1} : 0;",
    in_range_text="{0} >= 0 && {0} < {1} && {0} == floor({0})",
    negation="!({0})",
    fail_text="return {0};",
    table_text="static const int {0}[{2}] = {{{1}}};",
    end="}",
    array_text="double {0}[{1}];",
    takes_length=True,
    stop=";",
    comment="//",
)

PYTHON = Dialect(
    calls={word: word for word in WORDS}
    | {
        "pow": "pow",
        "sum of all": "sum",
        "prod of all": "prod",
        "maximum of all": "maximum_of_all",
        "minimum of all": "minimum_of_all",
        "prod_of_others": "prod_of_others_into",
    },
    conditional="{1} if {0} else {2}",
    equal="==",
    special=("inf", "nan"),
    let_text="{0} = {1}",
    sum_text="{0} = 0.0",
    loop_text="for {0} in range({1}):",
    back_text="for {0} in range({1} - 1, -1, -1):",
    if_text="if {0}:",
    row_text="{0} = int({1}) if 0 <= {1} < {2} else 0",
    in_range_text="0 <= {0} < {1} and {0} % 1 == 0",
    negation="not ({0})",
    fail_text="return {0}",
    table_text="{0} = [{1}]",
    end="",
    array_text="{0} = [0.0] * {1}",
    takes_length=False,
    stop="",
    comment="#",
)
