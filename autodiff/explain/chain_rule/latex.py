r"""A sum over paths as a derivation in LaTeX: symbols, formulas, numbers, result.

It is for math mode and needs the package amsmath, which notebooks load.

>>> print(document(r"x &= 1"))
\documentclass{article}
\usepackage{amsmath}
\begin{document}
\begin{align*}
x &= 1
\end{align*}
\end{document}
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .factor_text import Step
from .notation import counted, latex_number

_NEXT = " \\\\\n"
_ATOM = re.compile(r"[\w.{}']+")
_TIMES = r" \cdot "


def document(body: str) -> str:
    """Return a LaTeX document with lines of an alignment in it."""
    return (
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n\\end{{document}}"
    )


def aligned(body: str) -> str:
    """Return lines of an alignment for math mode."""
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def lines_of_path(left: str, steps: Sequence[Step], missing: int, product: float) -> str:
    """Return the product along one path, in four lines: symbols, formulas, numbers, result.

    Args:
        left: the left-hand side, in LaTeX.
        steps: the factors, from the end of the graph down.
        missing: how many factors in the middle are left out.
        product: of all factors.
    """
    if not steps:
        return f"{left} &= 1"
    lines = [
        _product([step.latex_name for step in steps], missing),
        _product([_factor(step.latex_formula) for step in steps], missing),
        _product([_factor(step.latex_numbers) for step in steps], missing),
        latex_number(product),
    ]
    different = [line for index, line in enumerate(lines) if line not in lines[:index]]
    return f"{left} " + _NEXT.join(f"&= {line}" for line in different)


def lines_of_sum(
    name: str, products: Sequence[float], rest: tuple[int, float], total: float
) -> str:
    """Return the lines that add up the paths.

    Args:
        name: the left-hand side, in LaTeX.
        products: of the paths that are written out.
        rest: the number of the other paths, and their sum.
        total: the sum of all.
    """
    if not products and not rest[0]:
        return f"{name} &= 0"
    symbols = [f"P_{{{index}}}" for index in range(1, len(products) + 1)]
    numbers = [latex_number(product) for product in products]
    if rest[0]:
        count = counted(rest[0]).replace(",", r"{,}")
        kind = "other path" if rest[0] == 1 else "other paths"
        numbers.append(latex_number(rest[1]))
        symbols.append(rf"\underbrace{{R}}_{{{_count(count)}\text{{ {kind}}}}}")
    added = " + ".join(_signed(number) for number in numbers)
    return _NEXT.join(
        [f"{name} &= {' + '.join(symbols)}", f"&= {added}", f"&= {latex_number(total)}"]
    )


def _count(text: str) -> str:
    """Write a count, which may be "about 10^30.00"."""
    about, _, power = text.partition("^")
    return rf"\text{{about }}10^{{{power}}}" if power and about.startswith("about") else text


def _product(texts: Sequence[str], missing: int) -> str:
    middle = [rf"\cdots\,({missing}\text{{ more}})\,\cdots"] if missing else []
    half = len(texts) // 2
    return _TIMES.join([*texts[:half], *middle, *texts[half:]])


def _factor(text: str) -> str:
    """Protect a formula inside a product."""
    return text if _ATOM.fullmatch(text) else rf"\left({text}\right)"


def _signed(number: str) -> str:
    return rf"\left({number}\right)" if number.startswith("-") else number
