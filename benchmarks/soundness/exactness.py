"""`exact` on random graphs that cancel and saturate, against mpmath in 1,500 digits.

The oracle computes every graph beside the engine, from functions of its own. Where `exact` calls a
number certain, it must agree; what it says of bugs and rounding must follow from the oracle too.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import inf, isfinite, isnan, ulp
from random import Random
from typing import Any

from mpmath import mp

import autodiff
from autodiff import TABLE, Value, exact
from autodiff.extend import variadic

from .outcome import Outcome
from .real_functions import PAIRS, SMOOTH

DIGITS = 1500
KINKED = ("relu", "abs", "leaky_relu", "hardtanh", "maximum", "minimum")
ONES = sorted(set(SMOOTH) - {"mish", "gelu_tanh", "selu", "elu"})
TWOS = ("add", "sub", "mul", "div", "hypot", "logsumexp", "maximum", "minimum", "pow", "atan2")
CONSTANTS = (1.0, -1.0, 0.1, 2.0, 3.0, 1e8, 1e-8)
SIZES = (*(1.0,) * 8, 1e-8, 1e3, 37.0, 200.0, 1e-160)
IDIOMS = {  # what rounds to nothing in floats, and in fifty digits too
    "log(1 - sigmoid(x))": lambda f, x: f["log"](1 - f["sigmoid"](x)),
    "(1 - cos(x)) / x**2": lambda f, x: (1 - f["cos"](x)) / (x * x),
    "sin**2 + cos**2 - 1": lambda f, x: f["sin"](x) * f["sin"](x) + f["cos"](x) * f["cos"](x) - 1,
    "log(1 + x) - x": lambda f, x: f["log"](1 + x) - x,
    "1 / (1 - tanh(x))": lambda f, x: 1 / (1 - f["tanh"](x)),
    "erf(x) + erfc(x) - 1": lambda f, x: f["erf"](x) + f["erfc"](x) - 1,
    "log(exp(x))": lambda f, x: f["log"](f["exp"](x)),
    "exp(x) - exp(x)": lambda f, x: f["exp"](x) - f["exp"](x),
    "log(exp(x) - 1)": lambda f, x: f["log"](f["exp"](x) - 1),
    "sqrt(x**2 + 1) - x": lambda f, x: f["sqrt"](x * x + 1) - x,
    "max(e**x, e**x + 1e-20)": lambda f, x: f["maximum"](f["exp"](x), f["exp"](x) + 1e-20),
    "erfc(x)": lambda f, x: f["erfc"](x),
    "x**2 - (x - 1) * (x + 1)": lambda _, x: x * x - (x - 1) * (x + 1),
}


def _ours(name: str, *xs: Value) -> Value:
    return variadic(TABLE[name], list(xs))


OURS = {name: partial(_ours, name) for name in {*SMOOTH, *PAIRS}}
ORACLE: dict[str, Any] = SMOOTH | PAIRS


class Graph:
    """A program that was drawn at random, as the steps to run."""

    def __init__(self, random: Random) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self.leaves = [
            random.choice(SIZES) * random.uniform(0.2, 2) * random.choice([1, 1, -1])
            for _ in range(random.randint(1, 3))
        ]
        for place in range(len(self.leaves), len(self.leaves) + random.randint(1, 6)):
            kind, i, j = random.random(), random.randrange(place), random.randrange(place)
            if kind < 0.3:
                self.steps.append((random.choice(sorted(IDIOMS)), i))
            elif kind < 0.6:
                self.steps.append((random.choice(ONES), i))
            elif kind < 0.75:
                self.steps.append(
                    (random.choice(("add", "sub", "mul", "div")), i, None, random.choice(CONSTANTS))
                )
            else:
                self.steps.append((random.choice(TWOS), i, j))

    def run(self, functions: Any, leaves: list[Any], number: Any) -> list[Any]:
        """Return every value, of the engine or of the oracle."""
        values = list(leaves)
        for name, i, *rest in self.steps:
            if name in IDIOMS:
                values.append(IDIOMS[name](functions, values[i]))
            elif not rest:
                values.append(functions[name](values[i]))
            elif rest[0] is None:
                x, c = values[i], number(rest[1])
                values.append({"add": x + c, "sub": x - c, "mul": x * c, "div": x / c}[name])
            else:
                values.append(functions[name](values[i], values[rest[0]]))
        return values

    def __repr__(self) -> str:
        return f"leaves {self.leaves!r}, steps {self.steps!r}"


def _oracle(graph: Graph, leaves: list[Any]) -> list[Any] | None:
    """Return the values in many digits; None where they leave the real numbers."""
    try:
        values = graph.run(ORACLE, leaves, mp.mpf)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError, MemoryError):
        return None
    for x in values:
        if isinstance(x, mp.mpc) or not mp.isfinite(x) or (x and abs(mp.mag(x)) > 1_000_000):
            return None
    return values


def _units(x: float, wanted: Any) -> float:
    """Return the error of a float in ulps."""
    nearest = float(wanted) if abs(wanted) < mp.mpf(2) ** 1024 else inf
    if not isfinite(x) or not isfinite(nearest):
        return 0.0 if x == nearest and isfinite(x) else inf
    return float(abs(mp.mpf(x) - wanted) / mp.mpf(ulp(nearest)))


def _wrong(claimed: Any, wanted: Any, *, certain: bool) -> bool:
    """Tell whether a number that is called certain is not the one wanted."""
    if not certain:
        return False
    if isinstance(claimed, float) and not isfinite(claimed):
        return True
    if isinstance(claimed, Fraction):
        claimed = mp.mpf(claimed.numerator) / claimed.denominator
    if abs(wanted) > mp.mpf(2) ** 1024:
        return not abs(claimed) > mp.mpf(2) ** 1023
    return abs(claimed - wanted) > max(abs(wanted) * mp.mpf(2) ** -60, mp.mpf(2) ** -1080)


def _faults(ours: list[Value], values: list[Any]) -> Iterator[str]:
    report = exact(ours[-1])
    wanted = dict(zip(ours, values, strict=True))
    worst = 0.0
    for row in report.rows:
        if row.node not in wanted:
            continue
        if _wrong(row.exact, wanted[row.node], certain=row.certain):
            yield f"{row.name} is {mp.nstr(wanted[row.node], 17)}, called {row.exact}"
        if row.certain:
            error = _units(row.node.data, wanted[row.node])
            worst = max(worst, error)
            if not (row.error == error or abs(row.error - error) <= 0.02 * error + 0.01):
                yield f"{row.name} is {error} ulps off, called {row.error}"
    if "No bug" in str(report).splitlines()[-1] and worst > 2e3:
        yield f"'no bug and little rounding', though {worst} ulps off"
    if report.suspect is not None and not _is_off(report.suspect.node):
        yield f"{report.suspect.name} suspected: {report.suspect.own} ulps"


def _is_off(node: Value) -> bool:
    """Tell whether the oracle finds an operation more than rounding off, for its floats."""
    name = node.operation.name if node.operation else ""
    function = {"add": lambda x, y: x + y, "sub": lambda x, y: x - y}.get(name, ORACLE.get(name))
    floats = [x.data if isinstance(x, Value) else x for x in node.operands]
    try:
        return function is not None and _units(node.data, function(*map(mp.mpf, floats))) > 4
    except (ValueError, TypeError, ZeroDivisionError):
        return False


def _slopes(graph: Graph, ours: list[Value], leaves: list[Any]) -> Iterator[str]:
    """Compare exact gradients with differences in many digits, where nothing has a kink."""
    names = {step[0] for step in graph.steps}
    if any(kink in name for name in names for kink in (*KINKED, "max")):
        return
    rows = {row.node: row for row in exact(ours[-1]).rows}
    for index, leaf in enumerate(ours[: len(leaves)]):
        row = rows.get(leaf)
        if row is None:
            continue
        ends = []
        step = abs(leaves[index]) * mp.mpf(10) ** -300
        for side in (-1, 1):
            moved = [x + side * step * (i == index) for i, x in enumerate(leaves)]
            ends.append(_oracle(graph, moved))
        if None in ends:
            return
        wanted = (ends[1][-1] - ends[0][-1]) / (2 * step)
        noise = abs(ends[1][-1]) * mp.mpf(10) ** -1000
        if abs(wanted) > noise and _wrong(row.gradient, wanted, certain=row.gradient_certain):
            yield f"the gradient of leaf {index} is {mp.nstr(wanted, 17)}, called {row.gradient}"


def random_graphs(cases: int, random: Random) -> Iterator[Outcome]:
    """Yield the outcome for values and for gradients, and how many were left uncertain."""
    values_wrong: list[str] = []
    slopes_wrong: list[str] = []
    uncertain: list[str] = []
    tried = 0
    while tried < cases:
        graph = Graph(random)
        with mp.workdps(DIGITS):
            leaves = [mp.mpf(x) for x in graph.leaves]
            values = _oracle(graph, leaves)
            if values is None:
                continue
            ours = graph.run(OURS, list(map(Value, graph.leaves)), float)
            tried += 1
            try:
                values_wrong += [f"{fault}: {graph!r}" for fault in _faults(ours, values)]
                slopes_wrong += [f"{fault}: {graph!r}" for fault in _slopes(graph, ours, leaves)]
            except (ArithmeticError, ValueError, TypeError) as error:
                values_wrong.append(f"{error!r}: {graph!r}")
                continue
            if not exact(ours[-1]).certain:
                uncertain.append(repr(graph))
    yield Outcome("exact: values and verdicts", tried, values_wrong, uncertain)
    yield Outcome("exact: gradients", tried, slopes_wrong, [])


def planted_errors(cases: int, random: Random) -> Outcome:
    """Move one result by 20 ulps or more; `exact` must suspect just this operation."""
    failures: list[str] = []
    tried = 0
    while tried < cases:
        x = random.choice([0.3, 1.7, -0.4, 12.0]) * random.uniform(0.5, 2)
        names = ("exp", "sin", "tanh", "atan", "erf", "cos", "expm1", "softplus")
        chain = [random.choice(names) for _ in range(4)]
        node = Value(x)
        nodes = []
        for name in chain:
            node = getattr(autodiff, name)(node)
            nodes.append(node)
        place = random.randrange(4)
        bad = nodes[place]
        size = ulp(bad.data) * random.choice([20, 1e3, 1e6, -50])
        if not isfinite(node.data) or isnan(size) or exact(node).suspect is not None:
            continue
        tried += 1
        bad.data += size
        for later in nodes[place + 1 :]:
            later.data = later.operation.function(later.parents[0].data)[0]
        found = exact(node).suspect
        if found is None or found.node is not bad:
            failures.append(f"{chain} at {x}, place {place}, moved by {size}")
    return Outcome("exact: planted errors", cases, failures, [])


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes for random graphs, and for errors that were planted."""
    random = Random(seed)
    yield from random_graphs(cases, random)
    yield planted_errors(cases, random)
