"""The rows of the derivative table as functions of JAX, with their own derivatives.

The value is the row's formula in JAX's words. A derivative calls other rows where its formula does,
so that the table decides at kinks and ties, to any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from autodiff.compiler.codegen.names import CALLS
from autodiff.formula.simplify import reduced
from autodiff.formula.straight_line import steps
from autodiff.formula.tree import Expression, Number
from autodiff.formula.words import COMPARISONS, CONSTANTS, PRODUCT_OF_OTHERS, REDUCTIONS
from autodiff.system import package
from autodiff.table.operation import Operation
from autodiff.table.registry import TABLE, lookup

Traced: TypeAlias = Any  # an array of JAX, while a function is traced or after
Operand: TypeAlias = "Traced | float"
Names: TypeAlias = Mapping[str, Operand]

_REDUCERS = {"sum": "sum", "prod": "prod", "maximum": "max", "minimum": "min"}
_RENAMED = {"normal_cdf": "ndtr", "lgamma": "gammaln"}


class Functions:
    """Applies rows of the table; it keeps the functions that it makes."""

    def __init__(self) -> None:
        self._jax: Any = package("jax")
        self._numpy: Any = package("jax.numpy")
        self._special: Any = package("jax.scipy.special")
        self._made: dict[tuple[Operation, str], Callable[..., Traced]] = {}

    def __call__(self, operation: Operation, operands: Sequence[Operand]) -> Operand:
        """Apply a row.

        Args:
            operation: the row.
            operands: one for each of the row's, a float or an array; a starred one has a first
                axis over its elements.
        """
        pairs = list(zip(operation.operands, operands, strict=True))
        known = {name: Number(x) for name, x in pairs if isinstance(x, float)}
        arrays = {name: x for name, x in pairs if name not in known}
        if not arrays:
            return operation.function(*operands)[0]
        key = operation, repr(known)
        if key not in self._made:
            self._made[key] = self._function(operation, known, list(arrays))
        return self._made[key](*arrays.values())

    def _function(
        self, operation: Operation, known: Mapping[str, Expression], given: Sequence[str]
    ) -> Callable[..., Traced]:
        """Return a row as a function of the operands that are not known numbers."""
        formula = reduced(operation.expanded()[0], known)
        slopes = {name: reduced(tree, known) for name, tree in operation.slopes().items()}
        starred = operation.starred

        def value(*operands: Traced) -> Traced:
            names = dict(zip(given, operands, strict=True))
            shapes = [x.shape[name in starred :] for name, x in names.items()]
            kind = self._numpy.result_type(*operands)
            result = self._compute(formula, names, starred, self._word)
            shape = self._numpy.broadcast_shapes(*shapes)
            return self._numpy.broadcast_to(self._numpy.asarray(result, kind), shape)

        def rule(operands: Sequence[Traced], tangents: Sequence[Any]) -> tuple[Traced, Traced]:
            out = function(*operands)
            names = {**dict(zip(given, operands, strict=True)), "out": out}
            total = self._numpy.zeros_like(out)
            for name, tangent in zip(given, tangents, strict=True):
                if isinstance(tangent, self._jax.custom_derivatives.SymbolicZero):
                    continue
                slope = self._compute(slopes[name], names, starred, self._row)
                if not isinstance(slope, float) or slope != 0.0:
                    term = slope * tangent
                    total += term.sum(0) if name in starred else term
            return out, total

        function = self._jax.custom_jvp(value)
        function.defjvp(rule, symbolic_zeros=True)
        return function

    def _compute(self, tree: Expression, names: Names, starred: frozenset[str], call: Any) -> Any:
        """Compute an expression, each of its parts once, with a function for its calls."""
        program, (result,) = steps([tree])
        found: dict[int | str, Operand] = {**names}
        sequences: set[int | str] = {*starred}
        for step in program:
            arguments = [x if isinstance(x, float) else found[x] for x in step.arguments]
            over = any(x in sequences for x in step.arguments if not isinstance(x, float))
            reduces = over and len(arguments) == 1 and _reduces(step.function)
            if over and not reduces:
                sequences.add(step.number)
            found[step.number] = call(step.function, arguments, reduces=reduces)
        return result if isinstance(result, float) else found[result]

    def _word(self, word: str, arguments: Sequence[Any], *, reduces: bool) -> Operand:
        """Compute a word of the language of formulas."""
        first = arguments[0]
        if word == "where":
            return self._numpy.where(self._numpy.not_equal(first, 0.0), *arguments[1:])
        if word == PRODUCT_OF_OTHERS:
            one = self._numpy.ones_like(first[:1])
            before = self._numpy.concatenate([one, first[:-1]]).cumprod(0)
            return before * self._numpy.concatenate([one, first[:0:-1]]).cumprod(0)[::-1]
        if reduces:
            return float(len(first)) if word == "count" else getattr(first, _REDUCERS[word])(0)
        if word == "polygamma":  # JAX takes orders of an integer type only
            order = self._numpy.asarray(first).astype(int)
            known = self._special.polygamma(order, arguments[1])
            return self._numpy.where(order == first, known, CONSTANTS["nan"])
        name = _RENAMED.get(word, CALLS[word])
        found = getattr(self._numpy, name, None) or getattr(self._special, name)
        result = found(*arguments)
        kind = self._numpy.result_type(*arguments)
        return result.astype(kind) if word in COMPARISONS else result

    def _row(self, name: str, arguments: Sequence[Any], *, reduces: bool) -> Operand:
        """Apply the row of a name, as a formula does."""
        if name in {"count", PRODUCT_OF_OTHERS}:
            return self._word(name, arguments, reduces=reduces)
        row = lookup(name)
        if not row.starred or reduces:
            return self(row, arguments if reduces else row.group(arguments))
        return self(row, [self._numpy.stack(self._numpy.broadcast_arrays(*arguments))])


def _reduces(function: str) -> bool:
    return function in REDUCTIONS or (function in TABLE and bool(TABLE[function].starred))
