"""Mistakes in what is computed: a logarithm of softmax, units that never fire, pixels as they are.

What is not here: mistakes in the state of a graph (`state_faults`), the report (`lint`).

>>> from autodiff import Value, log, softmax
>>> z = [Value(1.0), Value(2.0)]
>>> [finding.mistake.value for finding in softmax_logs([-log(softmax(z)[0])], {})]
['log of softmax']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from autodiff.display import digits
from autodiff.graph.node import Node
from autodiff.graph.traversal import interior_order
from autodiff.operations import TABLE

from .findings import Finding, Mistake
from .shapes import Shapes, kinds_of, region

BY_CHANCE = 1000  # a unit that is off in fewer places of a batch may be on in the next
SCALE_REMEDY = "scale them: x / 255 for pixels, (x - mean) / deviation in general"
_LARGE, _LITTLE = 20.0, 1e-3  # beyond these the largest input is far from 1
_SEVERAL = 4  # products of leaves and numbers in sums, from which the numbers are inputs
_LOGS = frozenset(TABLE[name] for name in ("log", "log2", "log10"))
_EXP, _POW, _ADD, _SUB, _MUL, _DIV, _SUM, _LOGSUMEXP, _DOT = (
    TABLE[name] for name in ("exp", "pow", "add", "sub", "mul", "div", "sum", "logsumexp", "dot")
)


def softmax_logs(roots: Sequence[Node], names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield logarithms of an element of softmax: -inf where it underflows."""
    logs = [node for node in interior_order(roots) if node.operation in _LOGS]
    kinds = kinds_of(roots) if logs else {}
    for node in logs:
        if _is_softmax(_without_constant(node.parents[0]), kinds):
            text = "the logarithm of softmax is -inf where softmax rounds to 0"
            remedy = "log_softmax(z), or nn.cross_entropy(z, targets), of the outputs z themselves"
            yield Finding(Mistake.SOFTMAX_LOG, node, names.get(node, "log"), text, remedy)


def _without_constant(node: Node) -> Node:
    """See through `p + 1e-9`."""
    return node.parents[0] if node.operation is _ADD and len(node.parents) == 1 else node


def _is_softmax(node: Node, kinds: Mapping[Node, int]) -> bool:
    if node.operation is _EXP:  # exp(x - logsumexp(xs))
        exponent = node.parents[0]
        return exponent.operation is _SUB and exponent.parents[-1].operation is _LOGSUMEXP
    if node.operation not in {_DIV, _MUL} or len(node.parents) != 2:
        return False
    exponential, rest = node.parents
    total = rest if node.operation is _DIV else (rest.parents or (rest,))[0]  # times 1 / total
    if exponential.operation is not _EXP and not _is_power(exponential):
        return False
    added = frozenset({_ADD, _SUM})
    terms = region(total, lambda x: x.parents if x.operation in added else ())
    return any(kinds[term] == kinds[exponential] for term in terms)


def _is_power(node: Node) -> bool:
    """Tell whether a node is a number to the power of a Value."""
    return node.operation is _POW and not isinstance(node.operands[0], Node)


class Unit(NamedTuple):
    """How often the rectified units that a leaf feeds were on.

    Attributes:
        uses: in how many places.
        fired: in how many of them the unit was on.
        first: the first of these units.
    """

    uses: int
    fired: int
    first: Node


class Units:
    """Counts, for each leaf, the rectified units it feeds: one graph after the other."""

    def __init__(self) -> None:
        self.of: dict[Node, Unit] = {}
        self._shapes: Shapes = Shapes()

    def count(self, roots: Sequence[Node]) -> None:
        """Count the units of graphs."""
        for node in interior_order(roots):
            if not self._shapes.rectifies(node):
                continue
            fires = bool(node.local_derivatives[0])
            for leaf in region(node.parents[0], self._shapes.linear_parents):
                if not leaf.parents:
                    old = self.of.get(leaf, Unit(0, 0, node))
                    self.of[leaf] = Unit(old.uses + 1, old.fired + fires, old.first)


def dead_units(
    units: Units, least: int, wanted: Iterable[Node] | None, names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the units that were off in every place.

    Args:
        units: what was counted.
        least: in how many places at least, for a unit may be off by chance.
        wanted: the leaves that are parameters; all by default.
        names: of leaves.
    """
    groups: dict[Node, list[Node]] = {}
    for leaf in units.of if wanted is None else wanted:
        unit = units.of.get(leaf)
        if unit is not None and unit.uses >= least and not unit.fired:
            groups.setdefault(unit.first, []).append(leaf)
    for first, feeding in groups.items():
        uses, at = units.of[feeding[0]].uses, digits(first.parents[0].data)
        more = f" and {len(feeding) - 1} more leaves" if len(feeding) > 1 else ""
        text = f"relu is off in all {uses:,} uses, first at {at}; no gradient reaches it{more}"
        remedy = "a smaller learning rate, other first weights, or leaky_relu"
        name = names.get(feeding[-1], "a unit")
        yield Finding(Mistake.DEAD_RELU, feeding[-1], name, text, remedy)


def scales(
    roots: Sequence[Node], parameters: Mapping[Node, str], names: Mapping[Node, str]
) -> Iterator[Finding]:
    """Yield the first use of inputs that are far from 1 in size."""
    largest, where = 0.0, None
    for node, size in (*_dot_inputs(roots, parameters), *_factors(roots, parameters)):
        if size > largest:
            largest, where = size, node
    text = scale_of(largest)
    if where is not None and text:
        yield Finding(Mistake.SCALE, where, names.get(where, "z"), text, SCALE_REMEDY)


def scale_of(largest: float) -> str:
    """Say that inputs are far from 1 in size, or return ""."""
    if largest > _LARGE or 0.0 < largest < _LITTLE:
        return f"the largest of its inputs is {digits(largest)}, far from 1"
    return ""


def _dot_inputs(
    roots: Sequence[Node], parameters: Mapping[Node, str]
) -> Iterator[tuple[Node, float]]:
    """Yield the sizes of the numbers that weights are multiplied by in dots."""
    for node in interior_order(roots):
        if node.operation is _DOT:
            weights, inputs, _ = _DOT.group(node.operands)
            for x, y in zip(weights, inputs, strict=True):
                yield from ((node, abs(number)) for _, number in _weighted(x, y, parameters))


def _factors(roots: Sequence[Node], parameters: Mapping[Node, str]) -> Iterator[tuple[Node, float]]:
    """Yield the sizes of the numbers that leaves are multiplied by, where those are inputs.

    A number is an input rather than a constant of the program, such as the 100 of a temperature
    p * 100, if its leaf meets others elsewhere, or if the product is a term of a sum: of any sum
    where the parameters are known, else of several products.
    """
    shapes, products, added = Shapes(), list[tuple[Node, Node, float]](), set[Node]()
    met: dict[Node, set[float]] = {}
    for node in interior_order(roots):
        added.update(shapes.terms(node))
        if node.operation is _MUL:
            one, other = node.operands
            for weight, number in _weighted(one, other, parameters):
                if not weight.parents:
                    products.append((node, weight, number))
                    met.setdefault(weight, set()).add(number)
    terms = {number for node, _, number in products if node in added}
    several = bool(parameters) or len(terms) >= _SEVERAL
    for node, weight, number in products:
        if len(met[weight]) > 1 or (several and node in added):
            yield node, abs(number)


def _weighted(
    one: Node | float, other: Node | float, parameters: Mapping[Node, str]
) -> Iterator[tuple[Node, float]]:
    """Yield what is a weight of two factors, with the number of the other one."""
    for x, y in ((one, other), (other, one)):
        if not isinstance(x, Node) or (parameters and x not in parameters):
            continue
        if not isinstance(y, Node):
            yield x, y
        elif parameters and not y.parents and y not in parameters:
            yield x, y.data
