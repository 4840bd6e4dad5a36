"""`why_zero(loss, w)`: why a gradient is 0 or small, and for how many uses of `w`.

The derivative is followed from `w` up to the first factor of 0 on every path. If none stops it, the
paths cancel, or their products are too small for a float. A small gradient is explained by paths
that cancel, else by the small factors on the largest path, by many factors a little below 1, and by
factors of 0 on the other paths. `zero_factors` explains a single factor.

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

from collections.abc import Iterator, Mapping
from math import isfinite, log10
from typing import NamedTuple, TypeAlias

from autodiff.display import Table, Tabular, digits
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .chain_rule.factors import DerivativeCache
from .chain_rule.notation import paths_text
from .chain_rule.path_sums import Dyadic, Sides, product_of, sides_of
from .chain_rule.paths import Span, paths_of
from .chain_rule.why import node_of
from .zero_factors import Cause, ZeroFactor, zero_factor

_SMALL = 1e-6  # a gradient below it is small
_SHRINKS = 1e-2  # a factor below it is small
_CANCELS = 1e-12  # of the sum of the sizes: a sum below it has cancelled

_Kind: TypeAlias = tuple[Cause, str]  # a cause, and the name of the operation


class Reason(NamedTuple):
    """Why a derivative is 0 or small.

    Attributes:
        cause: its kind.
        node: the first node where it happens; None if it is not in the graph.
        text: the finding in a few words.
        uses: how many uses of the Value it affects.
    """

    cause: Cause
    node: Node | None
    text: str
    uses: int


class WhyZero(Tabular):
    """Why a derivative is 0; prints as a table.

    Attributes:
        total: the derivative.
        reasons: why it is 0 or small; none if it is neither.
        uses: how often the Value is an operand on a path to the loss.
        name: the derivative, as "∂C/∂w".
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
            return "not 0; why_nan finds where that began"
        if not causes:
            return "not small"
        if Cause.NOT_CONNECTED in causes:
            return "the loss does not depend on it"
        if Cause.CANCELS in causes:
            return "the paths nearly cancel" if self.total else "the paths cancel"
        if Cause.UNDERFLOWS in causes:
            return "too small for a float"
        return "small, but not 0" if self.total else "nothing comes through"


def why_zero(loss: Node, node: Node, *, names: Mapping[str, object] | None = None) -> WhyZero:
    """Explain why a derivative is 0, or nearly 0.

    Args:
        loss: the end of a graph.
        node: the Value that the derivative is by.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The reasons; none if the size of the derivative is 1e-6 or more, or not finite.

    Raises:
        WrongTypeError: if `loss` or `node` is not a Value, or `names` not a mapping.
    """
    loss, node = node_of(loss, "loss"), node_of(node, "node")
    graph = Graph([loss], names)
    name = graph.name_of(node)
    title = f"∂{graph.names[loss]}/∂{name}"
    span = Span(node, graph)
    if not span.nodes:
        return WhyZero(title, name, 0.0, 0, (_not_connected(graph, node, name),))
    edges = (edge for child in span.nodes for edge in span.edges(child))
    uses = sum(parent is node for _, parent, _ in edges)
    return WhyZero(title, name, span.total, uses, _reasons(span, graph.names, uses))


def _reasons(span: Span, names: Mapping[Node, str], uses: int) -> tuple[Reason, ...]:
    total, sides = span.total, sides_of(span)
    if sides is None or not isfinite(total):
        return ()
    if not sides.positives and not sides.negatives:
        return _stopped(span, names)
    if _cancel(total, sides):
        count = 17 if total else 6  # the sum of the sides is in their last digits
        up = _side(sides.positive, sides.positives, count)
        down = _side(sides.negative, sides.negatives, count)
        return (Reason(Cause.CANCELS, span.end, f"{up}, -{down}", uses),)
    if total == 0.0:
        size = sides.positive.plus(sides.negative)
        power = log10(2.0) * (size.significand.bit_length() + size.exponent)
        text = f"the products are about 1e{power:.0f}, below the smallest float"
        return (Reason(Cause.UNDERFLOWS, span.end, text, uses),)
    if abs(total) >= _SMALL:
        return ()
    stopped = _stopped(span, names) if sides.zeros else ()
    return _small(span, names, uses) + stopped


def _cancel(total: float, sides: Sides) -> bool:
    """Tell whether a sum is small because its sides cancel: it is small beside them.

    Either side may exceed the largest float although the sum does not.
    """
    if not sides.positives or not sides.negatives:
        return False
    size = sides.positive.plus(sides.negative)
    share = _CANCELS
    if abs(total) < _SMALL and _is_less(product_of([_SMALL]), size):
        share = _SHRINKS
    return not _is_less(size.times(product_of([share])), product_of([abs(total)]))


def _is_less(one: Dyadic, other: Dyadic) -> bool:
    return one.minus(other).significand < 0


def _not_connected(graph: Graph, node: Node, name: str) -> Reason:
    others = [leaf for leaf in graph.leaves if leaf.label and leaf.label == node.label]
    text = f"the loss was not computed from this Value {name}"
    if others:
        text += f", but from another one labelled {name} (= {digits(others[0].data)})"
    elif not graph.interior:
        text += ": it is a leaf (no_grad, detach, .data?)"
    return Reason(Cause.NOT_CONNECTED, None, text, 0)


def _stopped(span: Span, names: Mapping[Node, str]) -> tuple[Reason, ...]:
    """Return the first factors of 0 on every path up from the start, by kind."""
    alive: set[Node] = {span.start}
    cache: DerivativeCache = {}
    zeros: dict[tuple[Node, int], ZeroFactor] = {}
    for child in span.nodes:
        for position, parent, factor in span.edges(child):
            if parent in alive:
                if factor:
                    alive.add(child)
                else:
                    zeros[child, position] = zero_factor(child, position, names, cache)
    first: dict[_Kind, ZeroFactor] = {}
    for zero in zeros.values():
        first.setdefault(_kind(zero), zero)
    counts = _uses_stopped(span, zeros)
    return tuple(
        Reason(zero.cause, zero.node, zero.text, counts[kind]) for kind, zero in first.items()
    )


def _uses_stopped(span: Span, zeros: Mapping[tuple[Node, int], ZeroFactor]) -> dict[_Kind, int]:
    """Count for each kind of factor the uses of the start that it stops on some path."""
    counts: dict[_Kind, int] = {}

    def through(child: Node, above: frozenset[_Kind]) -> Iterator[tuple[Node, frozenset[_Kind]]]:
        for position, parent, factor in span.edges(child):
            zero = zeros.get((child, position))
            kinds = frozenset([_kind(zero)]) if zero else above if factor else frozenset[_Kind]()
            yield parent, kinds
            if parent is span.start:
                for kind in kinds:
                    counts[kind] = counts.get(kind, 0) + 1

    for _ in sweep(list(span.nodes), [(span.end, frozenset[_Kind]())], through, lambda x, y: x | y):
        pass
    return counts


def _kind(zero: ZeroFactor) -> _Kind:
    assert zero.node.operation is not None
    return zero.cause, zero.node.operation.name


def _small(span: Span, names: Mapping[Node, str], uses: int) -> tuple[Reason, ...]:
    """Return the small factors on the largest path, smallest first, and the product of others."""
    [path] = paths_of(span, 1).largest
    shrinking = [index for index, factor in enumerate(path.factors) if abs(factor) < _SHRINKS]
    shrinking.sort(key=lambda index: abs(path.factors[index]))
    small = [zero_factor(path.nodes[i + 1], path.positions[i], names) for i in shrinking]
    alive = min(_uses_alive(span), uses)
    reasons = [Reason(factor.cause, factor.node, factor.text, alive) for factor in small]
    below = [abs(factor) for factor in path.factors if _SHRINKS <= abs(factor) < 1.0]
    product = product_of(below).rounded()
    if product < _SHRINKS:
        text = f"{len(below):,} factors below 1 have the product {digits(product, 2)}"
        reasons.append(Reason(Cause.VANISHES, span.end, text, alive))
    return tuple(reasons)


def _uses_alive(span: Span) -> int:
    """Count the uses of the start from which some path meets no factor of 0."""

    def through(node: Node, alive: bool) -> Iterator[tuple[Node, bool]]:  # noqa: FBT001 a quantity that the sweep carries
        return ((parent, alive) for _, parent, factor in span.edges(node) if factor)

    alive = sweep(list(span.nodes), [(span.end, True)], through, max)
    edges = (edge for node, _ in alive for edge in span.edges(node))
    return sum(parent is span.start and factor != 0.0 for _, parent, factor in edges)


def _side(total: Dyadic, number: int, significant: int) -> str:
    return f"{digits(total.rounded(), significant)} along {paths_text(number)}"
