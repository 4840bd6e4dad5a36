"""Python source for formulas: one function computes the value and all its derivatives.

An expression needed twice is computed once, except inside a branch of `where`: branches stay lazy,
all but reductions that a loop would repeat.

>>> emit(Call("exp", (Name("x"),)), {"x": Name("out")}, frozenset())
['out = exp(x)', 'return out, (out,)']
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TypeAlias

from autodiff.errors import OperationError

from .simplify import as_product, simplified
from .tree import Call, Expression, Name, Number, arguments_of, fold
from .words import ATOM, COMPARISONS, INFIX, NEGATION, PRODUCT_OF_OTHERS, REDUCTIONS

Text: TypeAlias = tuple[str, int]  # a piece of program, and how tightly it binds
Key: TypeAlias = tuple[object, ...]


def emit(
    formula: Expression,
    derivatives: Mapping[str, Expression],
    starred: frozenset[str],
    *,
    ieee: bool = False,
) -> list[str]:
    """Print the lines of a function that returns `out, (derivative, ...)`.

    Args:
        formula: the value, in terms of the operands.
        derivatives: by operand, an expression in terms of the operands and `out`.
        starred: the operands that are sequences; the function returns one derivative for each
            of their elements, in one flat tuple.
        ieee: whether to write x / y as `div(x, y)`, which never raises.

    Raises:
        OperationError: if starred operands are not reduced to one number, or others are.
    """
    emitter = _Emitter(starred, ieee=ieee)
    root = emitter.intern(formula)
    roots = {operand: emitter.intern(derivative) for operand, derivative in derivatives.items()}
    emitter.refuse_sequences([root, *(roots[name] for name in roots if name not in starred)])
    emitter.count([root, *roots.values()])
    lines = emitter.hoist(root)
    lines.append(f"out = {emitter.number(root)[0]}")
    emitter.spelled[root] = ("out", ATOM)
    lines += emitter.hoist(len(emitter.nodes))
    results = [emitter.result(operand, node) for operand, node in roots.items()]
    lines.append(f"return out, ({', '.join(results)}{',' if len(results) == 1 else ''})")
    return lines


class _Emitter:
    """Equal subexpressions are one numbered node; a node's arguments have smaller numbers."""

    def __init__(self, starred: frozenset[str], *, ieee: bool) -> None:
        self.starred: frozenset[str] = starred
        self.ieee: bool = ieee
        self.nodes: list[Expression] = []
        self.below: list[list[int]] = []
        self.sequence: list[bool] = []  # does it differ from element to element?
        self.numbers: dict[Key, int] = {}
        self.uses: list[int] = []
        self.certain: list[bool] = []  # is it evaluated whichever way the choices go?
        self.inside_loop: list[bool] = []
        self.spelled: dict[int, Text] = {}
        self.lists: dict[int, str] = {}  # what a loop walks: starred operands, whole sequences
        self.hoisted: int = 0

    def intern(self, expression: Expression) -> int:
        """Number an expression; structurally equal ones get the same number."""

        def combine(tree: Expression, below: list[int]) -> int:
            if isinstance(tree, Call) and tree.function == "pow":
                exponent = self.nodes[below[1]]
                known = exponent.value if isinstance(exponent, Number) else below[1]
                if as_product("pow", [below[0], known])[0] == "mul":
                    tree, below = Call("mul", ()), [below[0], below[0]]
            return self._number(tree, below)

        return fold(simplified(expression), arguments_of, combine)

    def _number(self, tree: Expression, below: list[int]) -> int:
        head: tuple[object, ...]
        match tree:
            case Number(value=value):
                head = ("number", repr(value))
            case Name(name=name):
                head = ("name", name)
            case Call(function=function):
                head = ("call", function)
        key = (*head, *below)
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            self.nodes.append(tree)
            self.below.append(below)
            self.sequence.append(self._is_sequence(tree, below))
            if isinstance(tree, Name) and tree.name in self.starred:
                self.lists[self.numbers[key]] = tree.name
        return self.numbers[key]

    def _is_sequence(self, tree: Expression, below: list[int]) -> bool:
        if isinstance(tree, Name):
            return tree.name in self.starred
        elementwise = any(self.sequence[child] for child in below)
        if not isinstance(tree, Call) or len(below) != 1:
            return elementwise
        if tree.function not in REDUCTIONS and tree.function != PRODUCT_OF_OTHERS:
            return elementwise
        if not elementwise:
            raise OperationError(
                f"an operand marked with a star inside {tree.function}(...)",
                "single operands",
                'declare it as "x*"',
            )
        return tree.function == PRODUCT_OF_OTHERS

    def refuse_sequences(self, roots: list[int]) -> None:
        """Refuse a value, or a derivative by a single operand, that is one number per element."""
        if any(self.sequence[root] for root in roots):
            raise OperationError(
                "one number as value and as derivative by a single operand",
                f"one for each element of {', '.join(sorted(self.starred))}",
                "reduce it: sum(...), prod(...), maximum(...)",
            )

    def count(self, roots: list[int]) -> None:
        """Count how often each node is used, and where: certainly, or inside a loop."""
        size = len(self.nodes)
        self.uses = [0] * size
        self.certain, self.inside_loop = [False] * size, [False] * size
        for root in roots:
            self.uses[root] += 1
            self.certain[root] = True
        for node in range(size - 1, -1, -1):
            tree = self.nodes[node]
            chooses = isinstance(tree, Call) and tree.function == "where"
            for position, child in enumerate(self.below[node]):
                self.uses[child] += 1
                self.certain[child] |= self.certain[node] and not (chooses and position)
                self.inside_loop[child] |= self.sequence[node]
                self.inside_loop[child] |= self.sequence[child] and not self.sequence[node]

    def hoist(self, last: int) -> list[str]:
        """Give names to the nodes before `last` that are worth computing once."""
        lines: list[str] = []
        for node in range(last):
            if node not in self.spelled and self._is_worth_a_name(node):
                text = self.spell(node)[0]
                self.hoisted += 1
                lines.append(f"t{self.hoisted} = {text}")
                self.spelled[node] = (f"t{self.hoisted}{'_' * self.sequence[node]}", ATOM)
                if self.sequence[node]:
                    self.lists[node] = f"t{self.hoisted}"
        return lines

    def _is_worth_a_name(self, node: int) -> bool:
        tree = self.nodes[node]
        if not isinstance(tree, Call):
            return False
        if not self.certain[node]:  # a choice is lazy, but not at the price of a loop in a loop
            return tree.function in REDUCTIONS and self.inside_loop[node]
        if tree.function in COMPARISONS or tree.function == "neg":  # cheaper than a name
            return False
        if self.sequence[node]:
            return tree.function == PRODUCT_OF_OTHERS  # made whole, then walked like an operand
        return self.uses[node] > 1 or self.inside_loop[node]

    def spell(self, root: int) -> Text:
        """Print a node as one expression, using the names given so far."""

        def combine(node: int, below: list[Text]) -> Text:
            return self.spelled[node] if node in self.spelled else self._spell_one(node, below)

        def children(node: int) -> list[int]:
            return [] if node in self.spelled else self.below[node]

        return fold(root, children, combine)

    def number(self, node: int) -> Text:
        """Print a node as a number, a comparison as 1 or 0."""
        return self._as_number(node, self.spell(node))

    def result(self, operand: str, node: int) -> str:
        """Print the derivative by an operand as it stands in the returned tuple."""
        text = self.number(node)
        if operand not in self.starred:
            return _wrap(text, 1)
        if self.sequence[node]:
            return f"*{self._elements(node, text)}"
        return f"*([{text[0]}] * len({operand}))"

    def _spell_one(self, node: int, below: list[Text]) -> Text:
        tree = self.nodes[node]
        if isinstance(tree, Number):
            spelled = _spell_number(tree.value)
            return spelled, (NEGATION if spelled.startswith("-") else ATOM)
        if isinstance(tree, Name):
            return (f"{tree.name}_" if tree.name in self.starred else tree.name), ATOM
        arguments = [
            self._as_number(n, text) for n, text in zip(self.below[node], below, strict=True)
        ]
        match tree.function:
            case "where":
                return self._spell_choice(self.below[node][0], below[0], arguments)
            case "neg":
                return f"-{_wrap(arguments[0], NEGATION)}", NEGATION
            case function if function in REDUCTIONS and len(arguments) == 1:
                return self._spell_reduction(function, self.below[node][0], arguments[0]), ATOM
            case function if function == PRODUCT_OF_OTHERS:
                return f"{function}({self._elements(self.below[node][0], arguments[0])})", ATOM
            case function if function in INFIX and not (
                function == "pow" or (function == "div" and self.ieee)
            ):
                return _infix(function, arguments)
            case function:
                return f"{function}({', '.join(text for text, _ in arguments)})", ATOM

    def _spell_reduction(self, name: str, node: int, text: Text) -> str:
        if name == "count":
            return f"count({self._lists_below(node)[0]})"
        star = "*" if name in {"maximum", "minimum"} else ""
        return f"{name}({star}{self._elements(node, text)})"

    def _as_number(self, node: int, text: Text) -> Text:
        tree = self.nodes[node]
        if node in self.spelled or not isinstance(tree, Call) or tree.function not in COMPARISONS:
            return text
        return f"1.0 if {text[0]} else 0.0", 0

    def _spell_choice(self, test: int, condition: Text, arguments: list[Text]) -> Text:
        tree = self.nodes[test]
        if not (isinstance(tree, Call) and tree.function in COMPARISONS):
            condition = (f"{_wrap(condition, 3)} != 0.0", 2)
        first, second = arguments[1:]
        return f"{_wrap(first, 1)} if {condition[0]} else {second[0]}", 0

    def _elements(self, node: int, text: Text) -> str:
        """Print an expression of starred operands as all its elements."""
        if node in self.lists:
            return self.lists[node]
        tree, below = self.nodes[node], self.below[node]
        plain = [self.lists[child] for child in below if child in self.lists]
        if isinstance(tree, Call) and tree.function == "mul" and len(plain) == 2:
            return f"map(mul, {', '.join(plain)})"  # a dot product at the speed of C
        names = self._lists_below(node)
        loop = ", ".join(f"{name}_" for name in names)
        walked = names[0] if len(names) == 1 else f"zip({', '.join(names)})"
        return f"[{text[0]} for {loop} in {walked}]"

    def _lists_below(self, node: int) -> list[str]:
        names: set[str] = set()
        pending = [node]
        while pending:
            current = pending.pop()
            if current in self.lists:
                names.add(self.lists[current])
            elif self.sequence[current]:
                pending += self.below[current]
        return sorted(names)


def _spell_number(value: float) -> str:
    return repr(value) if isfinite(value) else str(value)  # inf and nan are names in the program


def _infix(name: str, below: list[Text]) -> Text:
    """Join two operands; signs that associate to the left protect their right side."""
    sign, _, precedence = INFIX[name]
    return f"{_wrap(below[0], precedence)} {sign} {_wrap(below[1], precedence + 1)}", precedence


def _wrap(text: Text, precedence: int) -> str:
    return text[0] if text[1] >= precedence else f"({text[0]})"
