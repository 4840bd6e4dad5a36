"""`nudge(loss, w)`: change one number a little, and compare with what the gradient predicts.

    C(w + h) - C(w) = dC/dw * h + 1/2 * d2C/dw2 * h**2 + ...

>>> from autodiff import Value
>>> w = Value(3.0, label="w")
>>> cost = w**2
>>> cost.label = "C"
>>> print(nudge(cost, w))
w from 3 to 3.001
quantity             formula                value
───────────────────  ─────────────────────  ────────
before               C                      9
after                C                      9.006001
difference quotient  ΔC / Δw                6.001
gradient             ∂C/∂w                  6
change               ΔC                     0.006001
by the gradient      ∂C/∂w * Δw             0.006
what remains         ΔC - ∂C/∂w * Δw        1e-06
by the second order  1/2 * ∂²C/∂w² * Δw**2  1e-06
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, nan, sqrt

from autodiff.display import Table, Tabular, digits
from autodiff.errors import OptionError, WrongTypeError, described
from autodiff.gradcheck.forward_pass import ForwardPass, rounding_noise
from autodiff.graph.grad_mode import recording
from autodiff.graph.graph import Graph
from autodiff.graph.node import number
from autodiff.value.derivative_graph import pullback
from autodiff.value.transforms import grad
from autodiff.value.value import Value

_SIGNIFICANT = 8
_UNEXPLAINED = 0.1  # the share of the remainder that the second order may leave


class Nudge(Tabular):
    """The effect of a small change of one number; prints as a table.

    Attributes:
        by: how much the number was changed: the step as it is after rounding, 0 if it is lost.
        old: the loss before.
        new: the loss after.
        gradient: the derivative at the old number.
        second: the second derivative at the old number.
    """

    def __init__(  # noqa: PLR0913 the numbers of the table
        self,
        names: tuple[str, str],
        start: float,
        by: float,
        old: float,
        new: float,
        derivatives: tuple[float, float],
        rounding: float,
    ) -> None:
        self.by: float = by
        self.old: float = old
        self.new: float = new
        self.gradient, self.second = derivatives
        self._names: tuple[str, str] = names
        self._start: float = start
        self._rounding: float = rounding

    @property
    def quotient(self) -> float:
        """The difference quotient, which tends to the gradient as the change shrinks; nan for 0."""
        return (self.new - self.old) / self.by if self.by else nan

    @property
    def remainder(self) -> float:
        """The part of the change that the gradient does not predict."""
        return self.new - self.old - self.gradient * self.by

    @property
    def estimate(self) -> float:
        """The part of the remainder that the second derivative predicts."""
        return 0.5 * self.second * self.by * self.by

    def table(self) -> Table:
        """Return the experiment as a table of text."""
        c, w = self._names
        rows = [
            ("before", c, self.old),
            ("after", c, self.new),
            ("difference quotient", f"Δ{c} / Δ{w}", self.quotient),
            ("gradient", f"∂{c}/∂{w}", self.gradient),
            ("change", f"Δ{c}", self.new - self.old),
            ("by the gradient", f"∂{c}/∂{w} * Δ{w}", self.gradient * self.by),
            ("what remains", f"Δ{c} - ∂{c}/∂{w} * Δ{w}", self.remainder),
            ("by the second order", f"1/2 * ∂²{c}/∂{w}² * Δ{w}**2", self.estimate),
        ]
        moved = digits(self._start + self.by, _SIGNIFICANT)
        return Table(
            title=f"{w} from {digits(self._start, _SIGNIFICANT)} to {moved}",
            columns=("quantity", "formula", "value"),
            rows=[(text, formula, digits(x, _SIGNIFICANT)) for text, formula, x in rows],
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        if not self.by:
            return (
                "The step is lost to rounding: it is smaller than the last digit of the number.",
            )
        if 0.0 < abs(self.gradient * self.by) <= 10.0 * self._rounding >= abs(self.remainder):
            c = self._names[0]
            return (f"The change is lost in the rounding of {c}: choose a larger step.",)
        beyond = abs(self.remainder - self.estimate)
        if not beyond > max(_UNEXPLAINED * abs(self.remainder), self._rounding):
            return ()
        return ("The second order does not explain what remains: a kink, or too large a step.",)


def nudge(
    loss: Value, w: Value, by: float = 0.001, *, names: Mapping[str, object] | None = None
) -> Nudge:
    """Change one number of a graph a little, beside the graph: its data stays as it is.

    By Taylor's theorem C(w + h) - C(w) = dC/dw * h + 1/2 * d2C/dw2 * h**2 + ...

    Args:
        loss: the end of the graph.
        w: the number to change, any Value.
        by: the change; finite and not 0, 0.001 by default.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The loss before and after, the difference quotient and the gradient, and the remainder.

    Raises:
        WrongTypeError: if `loss` or `w` is not a Value, or `names` not a mapping.
        OperandError: if `by` is not a real number.
        OptionError: if `by` is 0 or not finite.
    """
    for x, what in ((loss, "loss"), (w, "w")):
        if not isinstance(x, Value):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
            raise WrongTypeError(f"a Value for {what}", described(x), "pass the Value itself")
    step = number(by)
    if not 0 < abs(step) < inf:
        raise OptionError("a change that is finite and not 0", described(by), "write by=0.001")
    graph = Graph([loss], names)
    along = ForwardPass(graph).along(w)
    with recording():  # even inside the caller's no_grad
        [first] = pullback(graph, [1.0], [w])
        second = grad(first, w)
    taken = (w.data + step) - w.data
    before, after = along(w.data), along(w.data + step)
    if loss is w:
        before, after = w.data, w.data + step
    named = (graph.names[loss], graph.name_of(w))
    noise = rounding_noise(graph)(w)
    rounding = noise.fixed * sqrt(len(graph.order)) + noise.growing * (abs(w.data) + abs(step))
    return Nudge(named, w.data, taken, before, after, (first.data, second.data), rounding)
