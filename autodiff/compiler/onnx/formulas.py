"""The rows of the derivative table in ONNX: their formulas, printed as nodes.

Functions that ONNX lacks, or that onnxruntime has for float32 only, are formulas here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from autodiff.errors import OptionError
from autodiff.formula.parse import parse
from autodiff.formula.simplify import reduced
from autodiff.formula.straight_line import steps
from autodiff.formula.tree import Expression, Number
from autodiff.formula.words import COMPARISONS, REDUCTIONS
from autodiff.table.operation import Operation
from autodiff.table.registry import expand, known_functions

from .model import OnnxModel

_ROWS = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}  # that have an operator
_SAME_NAME = (
    "add sub mul div pow less greater equal where neg abs exp log sqrt sin cos tanh round floor"
)
# onnxruntime has these for float32 only.
_SINGLE = ["tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "erf"]
_OPERATORS = {
    **{word: word.capitalize() for word in [*_SAME_NAME.split(), *_SINGLE]},
    "less_equal": "LessOrEqual",
    "greater_equal": "GreaterOrEqual",
    "maximum": "Max",
    "minimum": "Min",
}
_REDUCERS = {
    "sum": "ReduceSum",
    "prod": "ReduceProd",
    "maximum": "ReduceMax",
    "minimum": "ReduceMin",
}
# log1p and expm1: Kahan, quoted by Higham, Accuracy and Stability of Numerical Algorithms, 1.14.1.
# atan: the angle is halved four times, then the series.
_FORMULAS = {
    "log1p": "where(u == 1, x, where(u == inf, x, log(u) * (x / (u - 1)))), u = 1 + x",
    "expm1": "where(u == 1, x, where(u < 1e-17, -1, where(u == inf, u, (u - 1) * (x / log(u))))),"
    "u = exp(x)",
    "exp2": "2**x",
    "log2": "log(x) / log(2)",
    "log10": "log(x) / log(10)",
    "cbrt": "where(a == 0, x, where(a == inf, x, sign(x) * (r - (r - a / r**2) / 3))),"
    "a = abs(x), r = a**(1/3)",
    "tan": "sin(x) / cos(x)",
    "atan": "where(a > 1, pi/2 - t, t) * sign(x), a = abs(x), r = where(a > 1, 1/a, a),"
    "b = r / (1 + sqrt(1 + r**2)), c = b / (1 + sqrt(1 + b**2)), d = c / (1 + sqrt(1 + c**2)),"
    "z = d / (1 + sqrt(1 + d**2)), q = z**2,"
    "t = 16 * z * (1 - q * (1/3 - q * (1/5 - q * (1/7 - q * (1/9 - q * (1/11 - q/13))))))",
    "asin": "2 * atan(x / (1 + sqrt((1 - x) * (1 + x))))",
    "acos": "2 * atan(sqrt((1 - x) / (1 + x)))",
    "atan2": "where(y > 0, t, where(y < 0, t + where(x >= 0, pi, -pi), where(y == 0,"
    "where(x > 0, pi/2, where(x < 0, -pi/2, x)), x + y))), t = atan(x / y)",
    "sinh": "sign(x) * where(a < 20, (u + u / (u + 1)) / 2, exp(a/2) / 2 * exp(a/2)),"
    "a = abs(x), u = expm1(minimum(a, 20))",
    "cosh": "exp(a/2) / 2 * exp(a/2) + exp(-a) / 2, a = abs(x)",
    "asinh": "sign(x) * where(a > 1e8, log(a) + log(2), log1p(b + b**2 / (1 + sqrt(1 + b**2)))),"
    "a = abs(x), b = minimum(a, 1e8)",
    "acosh": "where(x > 1e8, log(x) + log(2), log1p(t + sqrt(t) * sqrt(t + 2))),"
    "t = minimum(x, 1e8) - 1",
    "atanh": "sign(x) * log1p(2 * a / (1 - a)) / 2, a = abs(x)",
    "hypot": "where(m == 0, m, where(m == inf, m, m * sqrt((x / m)**2 + (y / m)**2))),"
    "m = maximum(abs(x), abs(y))",
    "erfc": "1 - erf(x)",
    "normal_cdf": "(1 + erf(x / sqrt(2))) / 2",
}


class OnnxTensor(NamedTuple):
    """The result of a node.

    Attributes:
        name: of the result.
        is_batched: whether its first axis is the batch.
        elements: the length of the axis over the elements of a starred operand, which comes next;
            0 if there is none.
    """

    name: str
    is_batched: bool
    elements: int = 0


Operand: TypeAlias = "OnnxTensor | float"


def onnx_operation(model: OnnxModel, operation: Operation, operands: Sequence[Operand]) -> Operand:
    """Add the nodes of an operation.

    Args:
        model: receives them.
        operation: the row of the table.
        operands: one for each of the row's.

    Returns:
        The result, a number if no operand counts.

    Raises:
        OptionError: if ONNX has no operators for it.
    """
    pairs = list(zip(operation.operands, operands, strict=True))
    tensors = {name: x for name, x in pairs if isinstance(x, OnnxTensor)}
    first = operands[0]
    if operation.name in _ROWS and isinstance(first, OnnxTensor):
        return first._replace(name=model.node(_ROWS[operation.name], [first.name]))
    known = {name: Number(x) for name, x in pairs if not isinstance(x, OnnxTensor)}
    tree = reduced(operation.expanded()[0], known)
    return _Printer(model, operation.name).computed(tree, tensors)


class _Printer:
    """Prints formulas as nodes.

    Args:
        model: receives the nodes.
        name: of the operation, for errors.
    """

    def __init__(self, model: OnnxModel, name: str) -> None:
        self._model: OnnxModel = model
        self._name: str = name

    def computed(self, tree: Expression, given: Mapping[str, Operand]) -> Operand:
        program, (result,) = steps([tree])
        found: dict[int | str, Operand] = {**given}
        for step in program:
            operands = [x if isinstance(x, float) else found[x] for x in step.arguments]
            found[step.number] = self._step(step.function, operands)
        return result if isinstance(result, float) else found[result]

    def _step(self, function: str, operands: Sequence[Operand]) -> Operand:
        first = operands[0]
        if function in REDUCTIONS and len(operands) == 1 and isinstance(first, OnnxTensor):
            return self._reduced(function, first)
        tensors = [x for x in operands if isinstance(x, OnnxTensor)]
        elements = max((x.elements for x in tensors), default=0)
        names = [self._aligned(x, elements) for x in operands]
        is_batched = any(x.is_batched for x in tensors)
        return OnnxTensor(self._word(function, names), is_batched, elements)

    def _aligned(self, x: Operand, elements: int) -> str:
        """Return the name of an operand, with an axis over elements if others have one."""
        if not isinstance(x, OnnxTensor):
            return self._model.constant(float(x))
        if elements and x.is_batched and not x.elements:
            return self._model.node("Unsqueeze", [x.name, self._model.constant([1])])
        return x.name

    def _reduced(self, function: str, x: OnnxTensor) -> Operand:
        if function == "count":
            return float(x.elements)
        if function not in _REDUCERS:
            raise self._unknown(function)
        result = self._over_elements(_REDUCERS[function], x)
        if function in {"maximum", "minimum"}:  # of which onnxruntime passes over nan
            is_nan = self._model.cast(self._model.node("IsNaN", [x.name]))
            some = self._over_elements("ReduceMax", x._replace(name=is_nan))
            nan = self._model.constant(float("nan"))
            result = self._word("where", [some, nan, result])
        return OnnxTensor(result, x.is_batched)

    def _over_elements(self, operator: str, x: OnnxTensor) -> str:
        axis = int(x.is_batched)
        if operator == "ReduceSum":
            return self._model.node(operator, [x.name, self._model.constant([axis])], keepdims=0)
        return self._model.node(operator, [x.name], axes=[axis], keepdims=0)

    def _word(self, word: str, names: Sequence[str]) -> str:
        """Print one function of the language of formulas."""
        model = self._model
        if word == "where":
            names = [model.cast(names[0], model.types.BOOL), *names[1:]]
        is_single = model.kind == "float32" or word not in _SINGLE
        if word in _OPERATORS and is_single:
            name = model.node(_OPERATORS[word], names)
            return model.cast(name) if word in COMPARISONS else name
        if word in _FORMULAS:
            given = {
                name: OnnxTensor(x, is_batched=False) for name, x in zip("xy", names, strict=False)
            }
            found = self.computed(_formula(word), given)
            assert isinstance(found, OnnxTensor)
            return found.name
        if word in _SINGLE:
            single = model.cast(names[0], model.types.FLOAT)
            return model.cast(model.node(_OPERATORS[word], [single]))
        if word == "mod":
            return self._modulo(*names)
        raise self._unknown(word)

    def _modulo(self, x: str, y: str) -> str:
        """Print x % y with the sign of y; ONNX has that of x."""
        rest, zero = self._model.node("Mod", [x, y], fmod=1), self._model.constant(0.0)
        is_below = [self._model.node("Less", [each, zero]) for each in (rest, y)]
        is_exact = self._model.node("Equal", [rest, zero])
        is_other = self._model.node("Xor", is_below)
        moved = self._model.node("Where", [is_other, self._model.node("Add", [rest, y]), rest])
        return self._model.node("Where", [is_exact, rest, moved])

    def _unknown(self, word: str) -> OptionError:
        what = self._name if word == self._name else f"{self._name}, which needs {word}"
        return OptionError("operations that ONNX has", what, "export a program without it")


@cache
def _formula(word: str) -> Expression:
    return expand(parse(_FORMULAS[word], ("x", "y"), known_functions()).resolved())
