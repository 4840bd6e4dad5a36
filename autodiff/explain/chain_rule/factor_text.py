"""The factors of a path as text and LaTeX: name, formula, and the numbers filled in.

A formula too long for a line is given in its general form, from the table.

>>> from autodiff import Value
>>> from autodiff.explain.chain_rule.paths import paths_between
>>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
>>> [path] = paths_between(w, w * x).largest
>>> [step] = steps_of(path, {w: "w", x: "x", path.nodes[-1]: "z"})
>>> step.name, step.formula, step.numbers, step.value
('∂z/∂w', 'x', '2', 2.0)
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import NamedTuple

from autodiff.display import digits
from autodiff.formula.printing import latex, plain
from autodiff.formula.tree import Name
from autodiff.graph.node import Node

from .factors import DerivativeCache, Factor, factor_of, outside, subtrees
from .notation import latex_name, latex_number
from .paths import Path

_ENDS = 4  # factors of a long path that are written out at each end
_LONGEST = 60  # characters of a formula


class Step(NamedTuple):
    """One factor of a path, as text.

    Attributes:
        name: as "∂C/∂a"; with the position of the operand if `a` is several operands.
        formula: the derivative in terms of the names of the operands.
        numbers: the formula with their data; "" where it would only repeat the value.
        value: the local derivative.
        latex_name: `name` in LaTeX.
        latex_formula: `formula` in LaTeX.
        latex_numbers: `numbers` in LaTeX, but never "".
    """

    name: str
    formula: str
    numbers: str
    value: float
    latex_name: str
    latex_formula: str
    latex_numbers: str


def steps_of(
    path: Path, names: Mapping[Node, str], cache: DerivativeCache | None = None
) -> list[Step]:
    """Return the factors of a path, from its end down; of a long path only the first and last.

    Args:
        path: the path.
        names: of the nodes on it and of their parents.
        cache: as for `factor_of`.
    """
    count = len(path.factors)
    chosen = range(count)
    if left_out(path):
        chosen = [*range(_ENDS), *range(count - _ENDS, count)]
    return [step_of(path, index, names, cache) for index in reversed(chosen)]


def left_out(path: Path) -> int:
    """Return how many factors in the middle of a path are left out."""
    return max(0, len(path.factors) - 2 * _ENDS) if len(path.factors) > 2 * _ENDS + 1 else 0


def step_of(
    path: Path, index: int, names: Mapping[Node, str], cache: DerivativeCache | None = None
) -> Step:
    """Return one factor of a path, counted from its start."""
    node = path.nodes[index + 1]
    factor = factor_of(node, path.positions[index], cache)
    keys = _used(factor)
    formula = plain(factor.formula, {key: names[x] for x, key in keys.items()})
    title, name = _titles(factor, path.positions[index], names)
    value = latex_number(factor.value)
    numbers = plain(factor.formula, {key: digits(x.data) for x, key in keys.items()})
    texts = (formula, numbers, *_in_latex(factor, keys, names))
    if isnan(factor.value) and outside(node):
        texts = (f"nan: not {outside(node)}", "", r"\mathrm{nan}", value)
    elif max(len(formula), len(numbers)) > _LONGEST:
        texts = (factor.text, "", latex(factor.general), value)
    elif numbers == formula:
        texts = (formula, "", *texts[2:])
    return Step(title, texts[0], texts[1], factor.value, name, texts[2], texts[3])


def _titles(factor: Factor, position: int, names: Mapping[Node, str]) -> tuple[str, str]:
    """Name a factor, in text and in LaTeX.

    A parent that occurs twice has two: x * x has the derivatives x and x, not 2 * x.
    """
    node, parent = factor.node, factor.parent
    title = f"∂{names[node]}/∂{names[parent]}"
    above, below = latex_name(names[node]), latex_name(names[parent])
    name = rf"\frac{{\partial {above}}}{{\partial {below}}}"
    if node.parents.count(parent) == 1:
        return title, name
    places = [i for i, operand in enumerate(node.operands, 1) if isinstance(operand, Node)]
    place = places[position]
    return f"{title}, operand {place}", rf"\left.{name}\right|_{{\text{{operand {place}}}}}"


def _used(factor: Factor) -> dict[Node, str]:
    """Return the nodes that the formula of a factor names; the node may have thousands more."""
    used = {tree.name for tree in subtrees(factor.formula) if isinstance(tree, Name)}
    return {x: key for x, key in factor.keys.items() if key in used} if used else {}


def _in_latex(
    factor: Factor, keys: Mapping[Node, str], names: Mapping[Node, str]
) -> tuple[str, str]:
    named = {key: latex_name(names[x]) for x, key in keys.items()}
    numbered = {key: latex_number(x.data) for x, key in keys.items()}
    return latex(factor.formula, named), latex(factor.formula, numbered)
