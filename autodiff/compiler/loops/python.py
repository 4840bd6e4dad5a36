"""Programs as Python over floats, for one example at a time: chains of steps on a few numbers."""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.compiler.ir.equations import Elementwise, Equation, Equations, Lookup, Loop
from autodiff.formula.straight_line import steps

from .chain_writer import FEW, ChainWriter
from .forward import applied, formulas
from .functions import Functions, functions_of
from .parts import products_of

# Measured on CPython: a call of NumPy on a few numbers takes as long as so many scalar operations,
# and a function of more lines takes longer to compile than it saves.
_OPERATIONS_PER_CALL = 60
_MOST_OPERATIONS = 3_000


def is_cheaper(program: Equations) -> bool:
    """Tell whether Python over floats takes less time for one example than NumPy does.

    It counts: the scalar operations of all steps against the calls of NumPy.
    """
    written = operations = calls = 0
    for statement in program.equations:
        is_loop = isinstance(statement, Loop)
        times = statement.steps if is_loop else 1
        for equation in statement.body if is_loop else (statement,):
            count, called = _work(equation)
            written += count if is_loop else min(count, FEW)
            operations += count * times
            calls += called * times
    has_loop = any(isinstance(each, Loop) for each in program.equations)
    is_short = written <= _MOST_OPERATIONS
    return has_loop and is_short and operations <= _OPERATIONS_PER_CALL * calls


def _work(equation: Equation) -> tuple[int, int]:
    """Return the scalar operations of an equation, and the calls of NumPy."""
    if isinstance(equation, Elementwise):
        each = applied(equation)
        count = len(steps(formulas(equation, each.known, [""]))[0])
        return equation.block.size * max(1, count) * each.elements, max(1, count)
    terms = 0
    for part in equation.parts:
        if isinstance(part, Lookup):
            terms += 1
        else:
            products = products_of(part, equation.shape)
            lengths = products.segments[0] if products.segments else [products.terms]
            terms += max(1, sum(lengths) // len(lengths))
    return equation.block.size * terms, len(equation.parts)


def to_python(program: Equations) -> str:
    """Return the source of the functions `prepare`, `forward`, `sweep` and `finish`.

    They work on lists of floats: v and a, the values and adjoints of an example, and s and g, the
    static ones. `forward` returns whether all guards hold. Where IEEE arithmetic has an answer and
    Python has none, as for 1 / 0, Python's error is raised.
    """
    functions: Functions = functions_of(program, ChainWriter(program))
    check = [line.replace("return ", "return not ") for line in functions.check]
    tables = [f"{name} = {numbers}" for name, numbers in functions.tables.items()]
    return "\n".join(
        [
            *tables,
            _function("prepare", "s", functions.prepare),
            _function("forward", "v, s", [*functions.forward, *check, "return True"]),
            _function("sweep", "v, s, a, g, seed", functions.sweep),
            _function("finish", "s, g", functions.finish),
        ]
    )


def _function(name: str, arguments: str, lines: Sequence[str]) -> str:
    body = "".join(f"    {line}\n" for line in lines or ["pass"])
    return f"def {name}({arguments}):\n{body}"
