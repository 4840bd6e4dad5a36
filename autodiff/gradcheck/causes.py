"""Why a derivative is wrong, where it differs from differences of the whole function.

Differences show what a function's values show: a term below their rounding is invisible, whatever
its slope. So a derivative is called wrong only for a cause: an operation that is wrong by itself,
a number that the function takes from outside the graph, or a reverse sweep that adds up wrongly.
Causes are looked for wherever differences leave a doubt, also where they are too coarse to show
that anything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .finite_differences import Noise, Slope, differentiate, differentiate_twice
from .forward_pass import affected_by
from .local_check import LocalCheck, SuspectOperation
from .movement import At, Movement, across, along
from .outside import Outside
from .verdicts import UNDERFLOW, CheckRow, Verdict, judge

_EPSILON = 2.0**-52
OUTSIDE = (
    "Called with moved arguments, the function differs from its graph: it uses numbers outside the "
    "graph (.data, detach, no_grad, state)."
)
SWEEP = "Each operation is correct on its own, but the reverse sweep does not add them up."


class Forward:
    """The forward sweep along one movement, with what differences say of wrong operations.

    Attributes:
        moved: the derivative of every node along the movement; as recorded if no operation is
            wrong.
        rounding: a bound on the rounding of the sum over all paths, by either sweep: an ulp of
            the sum of absolute values for every edge.
        wrong: the wrong operations on the way, in order.
        kinks: those at a kink.
    """

    def __init__(self, graph: Graph, movement: Movement, local: LocalCheck) -> None:
        self.wrong: list[SuspectOperation] = []
        self.kinks: list[SuspectOperation] = []
        self.moved: dict[Node, float] = dict(zip(movement.leaves, movement.components, strict=True))
        self.order: list[Node] = affected_by(graph, movement.leaves)
        moved, sizes = self.moved, {leaf: abs(c) for leaf, c in self.moved.items()}
        edges = 0
        for node in self.order:
            parents, slopes = node.parents, list(node.local_derivatives)
            for found in local.first(node):
                if parents[found.operand] in moved:
                    (self.wrong if found.is_wrong else self.kinks).append(found)
                if found.is_wrong:
                    slopes[found.operand] = found.numerical
            total = size = 0.0
            for x, d in zip(parents, slopes, strict=True):
                if x in moved:
                    total += d * moved[x]
                    size += abs(d) * sizes[x]
            moved[node], sizes[node] = total, size
            edges += len(parents)
        self.value: float = moved.get(graph.end, 0.0)
        self.rounding: float = 4.0 * _EPSILON * edges * sizes.get(graph.end, 0.0)


class Causes:
    """What is found wrong in one function, movement by movement.

    Args:
        graph: the graph that the function records.
        outside: the constants of a recorded function, and the function less its graph; None for
            a graph alone.
        noise_by: the rounding inside the graph.
        tolerance: the relative error up to which two derivatives agree.

    Attributes:
        wrong: the operations that make a derivative wrong.
        kinks: those at a kink, which excuse one.
        notes: other causes.
    """

    def __init__(
        self,
        graph: Graph,
        outside: tuple[Outside, At] | None,
        noise_by: Callable[[Node], Noise],
        tolerance: float,
    ) -> None:
        self._graph: Graph = graph
        self._outside: tuple[Outside, At] | None = outside
        self._noise_by: Callable[[Node], Noise] = noise_by
        self._tolerance: float = tolerance
        self._local: LocalCheck = LocalCheck(graph, tolerance)
        self._sweeps: dict[str, Forward] = {}
        self._adjoint: Mapping[Node, float] = graph.adjoints()
        self.wrong: list[SuspectOperation] = []
        self.kinks: list[SuspectOperation] = []
        self.notes: list[str] = []

    def first(self, row: CheckRow, movement: Movement) -> CheckRow:
        """Settle a doubtful first derivative."""
        sweep = self._forward(movement)
        is_suspect = row.verdict is Verdict.DISAGREES
        if self._is_off(row.analytic, sweep) and (sweep.wrong or is_suspect):
            self.wrong += sweep.wrong
            if not sweep.wrong:
                self._note(SWEEP)
            numerical = row.numerical if is_suspect else sweep.value
            return row._replace(verdict=Verdict.DISAGREES, numerical=numerical)
        if self._loses(row.analytic, movement):
            return row._replace(verdict=Verdict.DISAGREES)
        if not is_suspect:
            return row
        self.kinks += sweep.kinks
        return row._replace(verdict=Verdict.KINK if sweep.kinks else Verdict.UNRESOLVED)

    def second(self, row: CheckRow, *movements: Movement) -> CheckRow:
        """Settle a doubtful second derivative, along two movements."""
        one, other = (self._forward(movement) for movement in movements)
        error, wrong = self._second_error(one, other)
        is_suspect = row.verdict is Verdict.DISAGREES
        if wrong and self._matters(error, row.analytic):
            self.wrong += wrong
            numerical = row.numerical if is_suspect else row.analytic + error
            return row._replace(verdict=Verdict.DISAGREES, numerical=numerical)
        if is_suspect and (one.wrong or other.wrong):
            self.wrong += one.wrong + other.wrong
            return row
        if self._loses(row.analytic, *movements):
            return row._replace(verdict=Verdict.DISAGREES)
        return row._replace(verdict=Verdict.UNRESOLVED) if is_suspect else row

    def _forward(self, movement: Movement) -> Forward:
        if movement.name not in self._sweeps:
            self._sweeps[movement.name] = Forward(self._graph, movement, self._local)
        return self._sweeps[movement.name]

    def _is_off(self, analytic: float, sweep: Forward) -> bool:
        """Tell whether a derivative is not the sum over all paths."""
        if not isfinite(analytic):
            return bool(sweep.wrong) and isfinite(sweep.value)
        gap = sweep.value - analytic
        return self._matters(gap, analytic) and abs(gap) > sweep.rounding

    def _matters(self, error: float, analytic: float) -> bool:
        """Tell whether an error, known to be there, exceeds the tolerance."""
        size = max(abs(analytic), abs(analytic + error))
        if not isfinite(analytic):
            return True
        return isfinite(error) and abs(error) > max(self._tolerance * size, UNDERFLOW)

    def _second_error(self, one: Forward, other: Forward) -> tuple[float, list[SuspectOperation]]:
        """Return what wrong second derivatives add along two movements, and which they are."""
        error, wrong = 0.0, list[SuspectOperation]()
        for node in one.order:
            for found in self._local.second(node):
                assert found.other is not None
                x, y = node.parents[found.operand], node.parents[found.other]
                reach = one.moved.get(x, 0.0) * other.moved.get(y, 0.0)
                if found.operand != found.other:
                    reach += one.moved.get(y, 0.0) * other.moved.get(x, 0.0)
                part = self._adjoint.get(node, 0.0) * (found.numerical - found.recorded) * reach
                if part:
                    error += part
                    wrong.append(found)
        return error, wrong

    def _loses(self, analytic: float, *movements: Movement) -> bool:
        """Tell whether the function depends on leaves along other ways than its graph."""
        if self._outside is None:
            return False
        constants, lost = self._outside
        known = constants.slope(movements[0], self._tolerance) if len(movements) == 1 else None
        if known is not None:
            error, rounding = known
            is_lost = abs(error) > rounding
        else:
            found = judge("", 0.0, self._slope_of(lost, movements), self._tolerance)
            error, is_lost = found.numerical, found.verdict is Verdict.DISAGREES
        if not is_lost or not self._matters(error, analytic):
            return False
        self._note(OUTSIDE)
        return True

    def _slope_of(self, lost: At, movements: Sequence[Movement]) -> Slope:
        one, other = movements[0], movements[-1]
        if len(movements) == 1:
            f, start = along(lost, one)
            return differentiate(f, start, one.noise(self._noise_by), one.scale)
        noise, scales = combined(one, other, self._noise_by), (one.scale, other.scale)
        return differentiate_twice(across(lost, one, other), scales, noise, same=one is other)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def combined(one: Movement, other: Movement, noise_by: Callable[[Node], Noise]) -> Noise:
    """Return the rounding along two movements at once."""
    first = one.noise(noise_by, moved_twice=True)
    second = other.noise(noise_by, moved_twice=True)
    return Noise(max(first.fixed, second.fixed), max(first.growing, second.growing))


def first_of(found: Sequence[SuspectOperation], graph: Graph) -> SuspectOperation | None:
    """Return the finding at the first node in the order of computation."""
    places = {node: place for place, node in enumerate(graph.order)}
    return min(found, key=lambda finding: places[finding.node], default=None)
