"""`why_zero(loss, w)`: which factor kills a gradient, in how many of its uses.

From `w` the derivative is followed up to the first factor of 0 on every way; those are named.
If none stops it, the paths cancel, or their product is too small for a float. A gradient that is
not 0 but small is explained by what cancels, else by the small factors on its largest path, by the
many that are a little below 1, and by those of 0 on other paths. What is not here: what a factor of
0 is called (`killers`).

>>> from autodiff import Value, relu
>>> w, x = Value(0.5, label="w"), Value(-2.0, label="x")
>>> z = w * x
>>> z.label = "z"
>>> print(why_zero(relu(z), w))
∂v1/∂w = 0: nothing comes through
cause  finding                    uses of w
─────  ─────────────────────────  ─────────
off    relu at z is off (z = -1)  1 of 1
"""

from __future__ import annotations

from math import isfinite, log10
from typing import NamedTuple

from autodiff.display import Table, Tabular, digits
from autodiff.graph.backprop import adjoints
from autodiff.graph.naming import names_of
from autodiff.graph.node import Node
from autodiff.graph.traversal import leaves

from .chain_rule.factors import Known
from .chain_rule.notation import paths_text
from .chain_rule.path_sums import Sides, Whole, product_of, sides_between
from .chain_rule.paths import between, paths_between
from .chain_rule.why import node_of
from .zero_factors import Cause, Killer, killer_of

_SMALL = 1e-6  # a gradient below it is explained by its small factors
_SHRINKS = 1e-2  # a small factor
_CANCELS = 1e-12


class Reason(NamedTuple):
    """Why a derivative is 0 or small.

    Attributes:
        cause: of what kind it is.
        node: the first node where it happens; None if it is nowhere in the graph.
        text: the finding in a few words.
        uses: how many uses of the Value it stops.
    """

    cause: Cause
    node: Node | None
    text: str
    uses: int


class WhyZero(Tabular):
    """Why a derivative is 0; prints as a table.

    Attributes:
        total: the derivative.
        reasons: what makes it 0 or small; none where it is neither.
        uses: how many nodes the Value is an operand of, on the way to the loss.
        name: what is explained, as "∂C/∂w".
    """

    def __init__(
        self, name: str, of: str, total: float, uses: int, reasons: tuple[Reason, ...]
    ) -> None:
        self.name: str = name
        self.total: float = total
        self.uses: int = uses
        self.reasons: tuple[Reason, ...] = reasons
        self._of: str = of

    def table(self) -> Table:
        """Return the reasons as a table of text."""
        many = f"uses of {self._of}"
        return Table(
            title=f"{self.name} = {digits(self.total)}: {self._summary()}",
            columns=("cause", "finding", many),
            rows=[(r.cause.value, r.text, f"{r.uses} of {self.uses}") for r in self.reasons],
        )

    def _summary(self) -> str:
        causes = {reason.cause for reason in self.reasons}
        if not isfinite(self.total):
            return "not 0; why_nan tells where that began"
        if not causes:
            return "not small"
        if Cause.NOT_CONNECTED in causes:
            return "no path leads there"
        if Cause.CANCELS in causes:
            return "nearly all of the paths cancels" if self.total else "the paths cancel"
        if Cause.UNDERFLOWS in causes:
            return "too small for a float"
        return "small, but not 0" if self.total else "nothing comes through"


def why_zero(loss: Node, node: Node) -> WhyZero:
    """Explain why a derivative is 0, or nearly 0.

    Args:
        loss: the end of a graph.
        node: what the derivative is by.

    Returns:
        The reasons; none if the derivative is 1e-6 or larger, or not finite.

    Raises:
        WrongTypeError: if one is not a Value.
    """
    loss, node = node_of(loss, "the loss"), node_of(node, "what to differentiate by")
    names = names_of([loss])
    name = names.get(node) or node.label or "w"
    title = f"∂{names[loss]}/∂{name}"
    nodes = between(node, loss)
    if node not in nodes:
        return WhyZero(title, name, 0.0, 0, (_not_connected(loss, node, name),))
    total = adjoints([loss], [1.0])[node]
    sides = sides_between(node, loss)
    uses = sum(child.parents.count(node) for child in nodes)
    reasons: tuple[Reason, ...] = ()
    if sides is not None and isfinite(total):
        reasons = _reasons(loss, node, total, sides, names, uses)
    return WhyZero(title, name, total, uses, reasons)


def _reasons(  # noqa: PLR0913 what has been found out so far
    loss: Node, node: Node, total: float, sides: Sides, names: dict[Node, str], uses: int
) -> tuple[Reason, ...]:
    if not sides.positives and not sides.negatives:
        return _stopped(loss, node, names)
    if _cancel(total, sides):
        count = 17 if total else 6  # what is left of the sides shows in their last digits
        up = _side(sides.positive, sides.positives, count)
        down = _side(sides.negative, sides.negatives, count)
        return (Reason(Cause.CANCELS, loss, f"{up}, -{down}", uses),)
    if total == 0.0:
        size = sides.positive.plus(sides.negative)
        power = log10(2.0) * (size.significand.bit_length() + size.exponent)
        text = f"the products are about 1e{power:.0f}, below the smallest float"
        return (Reason(Cause.UNDERFLOWS, loss, text, uses),)
    if abs(total) >= _SMALL:
        return ()
    stopped = _stopped(loss, node, names) if sides.zeros else ()
    return _small(loss, node, names, uses) + stopped


def _cancel(total: float, sides: Sides) -> bool:
    """Tell whether a sum is small because its sides cancel: small beside them, which are not.

    Sides may be beyond the largest float where their sum is not.
    """
    if not sides.positives or not sides.negatives:
        return False
    size = sides.positive.plus(sides.negative)
    share = _CANCELS
    if abs(total) < _SMALL and _is_less(product_of([_SMALL]), size):
        share = _SHRINKS
    return not _is_less(size.times(product_of([share])), product_of([abs(total)]))


def _is_less(one: Whole, other: Whole) -> bool:
    return one.minus(other).significand < 0


def _not_connected(loss: Node, node: Node, name: str) -> Reason:
    others = [leaf for leaf in leaves([loss]) if leaf.label and leaf.label == node.label]
    text = f"the loss was not computed from this Value {name}"
    if others:
        text += f", but from another one labelled {name} (= {digits(others[0].data)})"
    elif not loss.parents:
        text += ": it was computed from none (no_grad, detach, .data?)"
    return Reason(Cause.NOT_CONNECTED, None, text, 0)


def _stopped(loss: Node, node: Node, names: dict[Node, str]) -> tuple[Reason, ...]:
    """Return the first factors of 0 on every way up from a node, by kind."""
    nodes = between(node, loss)
    alive: set[Node] = {node}
    zeros: dict[Node, list[int]] = {}
    for child in nodes:
        edges = zip(child.parents, child.local_derivatives, strict=True)
        for position, (parent, factor) in enumerate(edges):
            if parent in alive:
                if factor:
                    alive.add(child)
                else:
                    zeros.setdefault(child, []).append(position)
    known: Known = {}
    found = {
        child: [killer_of(child, position, names, known) for position in positions]
        for child, positions in zeros.items()
    }
    first: dict[tuple[Cause, str], Killer] = {}
    for killers in found.values():
        for killer in killers:
            first.setdefault(_kind(killer), killer)
    counts = _uses_stopped(nodes, node, found)
    return tuple(
        Reason(killer.cause, killer.node, killer.text, counts[kind])
        for kind, killer in first.items()
    )


def _uses_stopped(
    nodes: dict[Node, None], start: Node, found: dict[Node, list[Killer]]
) -> dict[tuple[Cause, str], int]:
    """Count for each kind of factor the uses of the start from which the way up meets one."""
    above: dict[Node, set[tuple[Cause, str]]] = {}
    counts: dict[tuple[Cause, str], int] = {}
    for child in reversed(nodes):
        nothing: set[tuple[Cause, str]] = set()
        met = above.pop(child, nothing)
        killers = iter(found.get(child, ()))
        for parent, factor in zip(child.parents, child.local_derivatives, strict=True):
            if parent not in nodes:
                continue
            alive_and_zero = not factor and any(k.parent is parent for k in found.get(child, ()))
            kinds = {_kind(next(killers))} if alive_and_zero else (met if factor else nothing)
            if parent is start:
                for kind in kinds:
                    counts[kind] = counts.get(kind, 0) + 1
            else:
                above.setdefault(parent, set()).update(kinds)
    return counts


def _kind(killer: Killer) -> tuple[Cause, str]:
    assert killer.node.operation is not None
    return killer.cause, killer.node.operation.name


def _small(loss: Node, node: Node, names: dict[Node, str], uses: int) -> tuple[Reason, ...]:
    """Return the small factors on the largest path, the smallest first, and what the others do."""
    [path] = paths_between(node, loss, 1).largest
    shrinking = [index for index, factor in enumerate(path.factors) if abs(factor) < _SHRINKS]
    shrinking.sort(key=lambda index: abs(path.factors[index]))
    killers = [killer_of(path.nodes[i + 1], path.positions[i], names) for i in shrinking]
    alive = _uses_alive(loss, node, uses)
    reasons = [Reason(killer.cause, killer.node, killer.text, alive) for killer in killers]
    below = [abs(factor) for factor in path.factors if _SHRINKS <= abs(factor) < 1.0]
    product = product_of(below).rounded()
    if product < _SHRINKS:
        text = f"{len(below):,} factors below 1 have the product {digits(product, 2)}"
        reasons.append(Reason(Cause.VANISHES, loss, text, alive))
    return tuple(reasons)


def _uses_alive(loss: Node, node: Node, uses: int) -> int:
    """Count the uses of a node from which some way up meets no factor of 0."""
    alive, count = {loss}, 0
    for child in reversed(between(node, loss)):
        if child in alive and child is not node:
            edges = zip(child.parents, child.local_derivatives, strict=True)
            reached = [parent for parent, factor in edges if factor]
            count += reached.count(node)
            alive.update(reached)
    return min(count, uses)


def _side(total: Whole, number: int, significant: int) -> str:
    return f"{digits(total.rounded(), significant)} along {paths_text(number)}"
