"""A sum over paths as a derivation in plain text: symbols, formulas, numbers, result.

>>> print(sum_text("∂z/∂s", [-5.0, 1.0], (0, 0.0), -4.0))
∂z/∂s = P₁ + P₂
      = (-5) + 1
      = -4
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.display import digits

from .factor_text import Step
from .notation import paths_text

_ATOM = re.compile(r"[^\W_][\w.']*|∂[^\s,]*")
_TIMES = " · "
_INDEX = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def path_name(index: int) -> str:
    """Return the name of a path, counted from 1: P₁, P₂, ..."""
    return "P" + str(index).translate(_INDEX)


def path_text(left: str, steps: Sequence[Step], missing: int, product: float) -> str:
    """Return the product along one path, in four lines: symbols, formulas, numbers, result.

    Args:
        left: the left-hand side.
        steps: the factors, from the end of the graph down.
        missing: how many factors in the middle are left out.
        product: of all factors.
    """
    if not steps:
        return _aligned(left, ["1"])
    lines = [
        _product([step.name for step in steps], missing),
        _product([step.formula for step in steps], missing),
        _product([step.numbers or digits(step.value) for step in steps], missing),
        digits(product),
    ]
    return _aligned(left, list(dict.fromkeys(lines)))


def sum_text(name: str, products: Sequence[float], rest: tuple[int, float], total: float) -> str:
    """Return the lines that add up the paths.

    Args:
        name: the left-hand side.
        products: of the paths that are written out.
        rest: the number of the other paths, and their sum.
        total: the sum of all.
    """
    if not products and not rest[0]:
        return _aligned(name, ["0"])
    symbols = [path_name(index) for index in range(1, len(products) + 1)]
    numbers = [digits(product) for product in products]
    if rest[0]:
        symbols.append(f"R ({paths_text(rest[0])})")
        numbers.append(digits(rest[1]))
    lines = [" + ".join(symbols), " + ".join(map(_factor, numbers)), digits(total)]
    return _aligned(name, lines)


def _aligned(left: str, lines: Sequence[str]) -> str:
    """Write one sign of equality below the other."""
    return f"{left} = " + f"\n{' ' * len(left)} = ".join(lines)


def _product(texts: Sequence[str], missing: int) -> str:
    factors = [text if len(texts) == 1 else _factor(text) for text in texts]
    middle = [f"... ({missing:,} more) ..."] if missing else []
    half = len(factors) // 2
    return _TIMES.join([*factors[:half], *middle, *factors[half:]])


def _factor(text: str) -> str:
    """Protect a formula inside a product or a sum."""
    return text if _ATOM.fullmatch(text) else f"({text})"
