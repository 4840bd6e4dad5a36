"""Random compiled programs against the eager engine: values and gradients, and bits if exact.

A program is a list of steps over all operations of the table, sums of ragged lengths, inner
derivatives, branches, and special numbers; batches have 0 to 1,000 examples. A program may magnify
rounding errors: where the two engines differ, the eager engine runs again with every result moved
by some ulps, and only what it keeps fixed itself counts.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import numpy as np

import autodiff
from autodiff import TABLE, ChalkgradError, Value, dot, grad, no_grad, tanh
from autodiff.extend import variadic

from .outcome import Outcome

SPECIAL = (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324, 1e-160, 1e16)
BATCHES = (0, 1, 1, 2, 2, 3, 3, 5, 7, 10, 10, 33)
MODES: dict[str, dict[str, Any]] = {
    "float64": {},
    "exact": {"exact": True},
    "float32": {"dtype": "float32"},
    "split": {"on_branch": "split"},
    "exact, split": {"exact": True, "on_branch": "split"},
}
_RELATIVE = {"float64": 1e-12, "split": 1e-12, "float32": 1e-4}
_NOISY_RUNS = 6
_MARGIN = 30.0  # how much farther apart than the noisy runs the engines may be
_SUBNORMAL = {"float64": 1e-305, "split": 1e-305, "float32": 1e-35}


class Drawn(NamedTuple):
    """A random program.

    Attributes:
        seed: draws it again.
        parameters: their data.
        inputs: how many numbers an example has.
        steps: a kind, numbers that choose operands, a constant.
        outputs: how many numbers it returns; 0 for one that is not in a list.
    """

    seed: int
    parameters: tuple[float, ...]
    inputs: int
    steps: tuple[tuple[str, tuple[int, ...], float], ...]
    outputs: int

    def function(
        self,
        leaves: Sequence[Value],
        noise: Random | None = None,
        ulp: float = 0.0,
        sizes: list[float] | None = None,
    ) -> Any:
        """Return the function of one example.

        `noise` moves every result by some ulps; `sizes` receives every result.
        """

        def moved(v: Any) -> Any:
            if sizes is not None:
                sizes.append(v.data)
            if noise is None:
                return v
            return v * (1.0 + noise.choice((-2, -1, 1, 2)) * ulp)

        def run(xs: Any) -> Any:
            known: list[Any] = [*map(moved, leaves), *map(moved, xs)]
            for kind, places, number in self.steps:
                operands = [known[place % len(known)] for place in places]
                known += map(moved, STEPS[kind](operands, number, places))
            last = [tanh(v) for v in known[-max(len(self.steps), self.outputs) :]]
            if self.outputs:
                return last[: self.outputs]
            return sum(v * (1 / (place + 1)) for place, v in enumerate(last)) + leaves[0] * 0.5

        return run


# -- steps: each takes operands, a number and the integers that chose the operands ---------------

Step = Callable[[Sequence[Any], float, Sequence[int]], list[Any]]


def _inside(domain: str, x: Any) -> Any:
    """Move a number into the domain of an operation."""
    if domain.startswith("abs"):
        return tanh(x)
    return abs(x) + (1.0 if domain.endswith("1") else 0.1)


def _of_the_table(name: str) -> Step:
    row = TABLE[name]

    def step(xs: Sequence[Any], number: float, places: Sequence[int]) -> list[Any]:
        operands = list(xs)
        if not row.starred:
            operands = operands[: max(1, len(row.operands) - len(row.defaults))]
        elif name == "dot":  # weights, inputs, and a bias
            operands = operands[: 2 * ((len(operands) - 1) // 2) + 1]
        if row.domain and places[0] % 10:
            operands = [_inside(row.domain, x) for x in operands]
        if len(operands) > 1 and places[1] % 5 == 0:
            operands[places[2] % len(operands)] = number
        if not any(isinstance(x, Value) for x in operands):
            return [xs[0]]
        result = variadic(row, operands)
        return [tanh(result) if places[1] % 3 else result]

    return step


def _derivative(name: str) -> Step:
    """A first or second derivative of an operation, by a value that the program computed."""
    step = _of_the_table(name)

    def inner(xs: Sequence[Any], number: float, places: Sequence[int]) -> list[Any]:
        x = xs[0] * 0.5 + 0.25
        [y] = step([x, *xs[1:]], number, places)
        first = grad(y * x, x)
        return [tanh(grad(first * x, x) if places[2] % 2 else first)]

    return inner


def _ragged(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    rows = [xs[start : start + length] for start in range(2) for length in range(1, len(xs))]
    return [tanh(sum(a * b for a, b in pairwise([*row, number]))) for row in rows]


def _layer(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    half = len(xs) // 2
    return [tanh(dot(xs[i : i + half], xs[half - i : 2 * half - i], number)) for i in (0, 1)]


def _unrecorded(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    with no_grad():
        inside = tanh(xs[0]) * number
    return [tanh(inside * xs[1] + xs[2].detach())]


def _branch(xs: Sequence[Any], number: float, _: Sequence[int]) -> list[Any]:
    if xs[0] > xs[1] * number:
        return [tanh(xs[0] - xs[1])]
    return [xs[1] * 0.5, tanh(xs[2])] if xs[2] >= 0 else [abs(xs[0])]


def _chosen(xs: Sequence[Any], _: float, __: Sequence[int]) -> list[Any]:
    low, *_, high = sorted(xs)
    return [tanh(low), high * 0.25, max(xs)]


_PLAIN: dict[str, Step] = {
    "ragged": _ragged,
    "layer": _layer,
    "no_grad": _unrecorded,
    "softmax": lambda xs, _, __: autodiff.softmax([tanh(x) for x in xs]),
    "chain": lambda xs, n, _: [(n - xs[0] - xs[1] - xs[2]) * 0.25 + 0.0],
    "constant": lambda xs, n, _: [(Value(n) * 0.5 + n) * xs[0]],
    "squares": lambda xs, n, _: [tanh(sum(x * x for x in xs) * n)],
    "table": lambda xs, _, __: [xs[0] * xs[1], xs[0] + xs[1], xs[0] - xs[1], -xs[2]],
}
_BRANCHES: dict[str, Step] = {"branch": _branch, "chosen": _chosen}
_SMOOTH = [
    name for name in TABLE if not TABLE[name].starred or name in {"norm", "logsumexp", "prod"}
]
STEPS: dict[str, Step] = {
    **_PLAIN,
    **_BRANCHES,
    **{f"op {name}": _of_the_table(name) for name in TABLE},
    **{f"d {name}": _derivative(name) for name in _SMOOTH},
}
_KINDS = [
    [kind for kind in STEPS if kind.startswith("op ")],
    [kind for kind in STEPS if kind.startswith("d ")],
    list(_PLAIN),
]


def drawn(seed: int, *, branches: bool) -> Drawn:
    """Draw a program."""
    draw = Random(seed)
    kinds = [*_KINDS, list(_BRANCHES)] if branches else _KINDS
    is_special = draw.random() < 0.3

    def number() -> float:
        if is_special and draw.random() < 0.1:
            return draw.choice(SPECIAL)
        return round(draw.uniform(-2, 2), 3)

    steps: list[tuple[str, tuple[int, ...], float]] = []
    for _ in range(draw.randint(1, 12)):
        weights = [8, 2, 3, 1][: len(kinds)]
        kind = draw.choice(draw.choices(kinds, weights)[0])
        places = tuple(draw.randrange(10**6) for _ in range(draw.randint(4, 6)))
        steps.append((kind, places, number()))
    return Drawn(
        seed,
        tuple(number() for _ in range(draw.randint(1, 6))),
        draw.randint(2, 5),
        tuple(steps),
        draw.choice((0, 0, 0, 1, 3)),
    )


# -- the two engines ---------------------------------------------------------------------------


class Results(NamedTuple):
    """What an engine gives: the outputs of every example, the mean and the gradient, if one."""

    outputs: Any
    mean: float
    gradient: Any


def eager(
    program: Drawn,
    batch: Any,
    noise: Random | None = None,
    ulp: float = 0.0,
    sizes: list[float] | None = None,
) -> Results:
    """Run a program on Values, example by example."""
    leaves = [Value(data) for data in program.parameters]
    function = program.function(leaves, noise, ulp, sizes)
    rows: list[Any] = []
    total = 0.0
    for numbers in batch.tolist():
        result = function([Value(x) for x in numbers])
        if not isinstance(result, Value):
            rows.append([v.data for v in result])
            continue
        result.backward()
        rows.append(result.data)
        total += result.data
    count = max(1, len(rows))
    shape = (len(rows), program.outputs) if program.outputs else (len(rows),)
    gradient = np.array([leaf.grad for leaf in leaves]) / count
    return Results(np.array(rows, float).reshape(shape), total / count, gradient)


def compiled(program: Drawn, example: Any, batch: Any, options: dict[str, Any]) -> Results:
    """Run a program compiled; a second time, so that its memory has been used."""
    leaves = [Value(data) for data in program.parameters]
    made = autodiff.compile(
        program.function(leaves), parameters=leaves, example=(example.tolist(),), **options
    )
    made(batch[::-1])
    outputs = made(batch)
    if program.outputs or not len(batch):
        return Results(outputs, 0.0, np.zeros(len(leaves)))
    made.value_and_grad(batch[::-1])
    return Results(outputs, *made.value_and_grad(batch))


def _same_bits(one: Any, other: Any) -> bool:
    a, b = (np.where(np.isnan(x), np.nan, x) for x in (one, other))
    return a.shape == b.shape and a.tobytes() == b.tobytes()


def _differs(one: Any, other: Any, mode: str, spread: Any) -> bool:
    """Tell whether results differ by more than rounding, given what noise does to one of them."""
    a, b = np.asarray(one, float), np.asarray(other, float)
    if a.shape != b.shape:
        return True
    with np.errstate(all="ignore"):
        is_same = (a == b) | (np.isnan(a) & np.isnan(b))
        scale = np.maximum(np.abs(a), np.max(np.abs(a), initial=0.0, where=np.isfinite(a)))
        allowed = _RELATIVE[mode] * scale + _MARGIN * spread + _SUBNORMAL[mode]
        return not (is_same | (np.abs(a - b) <= allowed) | np.isnan(spread)).all()


def _spread(runs: Sequence[Any], plain: Any) -> Any:
    """Return how far noise moves a result; nan where it moves to or from inf and nan."""
    plain = np.asarray(plain, float)
    worst = np.zeros_like(plain)
    with np.errstate(all="ignore"):
        for run in runs:
            step = np.abs(np.asarray(run, float) - plain)
            is_same = (run == plain) | (np.isnan(run) & np.isnan(plain))
            worst = np.maximum(
                worst, np.where(is_same, 0.0, np.where(np.isfinite(step), step, np.nan))
            )
    return worst


def failure(seed: int, mode: str) -> str | None:
    """Run one random program in both engines; return what is wrong, if anything."""
    program = drawn(seed, branches="split" in mode)
    draw = Random(seed + 1)
    count = draw.choice(BATCHES) if draw.random() < 0.98 else draw.choice((100, 1000))
    numbers = np.random.default_rng(seed)
    batch = numbers.uniform(-2, 2, (count, program.inputs))
    if draw.random() < 0.3:
        batch[numbers.random(batch.shape) < 0.05] = draw.choice(SPECIAL)
    if mode == "float32":
        with np.errstate(all="ignore"):
            batch = batch.astype(np.float32).astype(float)
    example = numbers.uniform(-2, 2, program.inputs)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", autodiff.TracingWarning)
        try:
            try:
                found = compiled(program, example, batch, MODES[mode])
            except autodiff.BranchError:  # an inner derivative inside and outside its domain
                found = compiled(program, example, batch, {**MODES[mode], "on_branch": "split"})
        except (ChalkgradError, ArithmeticError, RuntimeWarning) as error:
            return f"seed {seed}, {mode}: {type(error).__name__} {error}"
    wanted = eager(program, batch)
    if program.outputs or not count:
        wanted = wanted._replace(mean=0.0, gradient=np.zeros(len(program.parameters)))
    if "exact" in mode:
        wrong = [
            name
            for name in Results._fields
            if not _same_bits(getattr(found, name), getattr(wanted, name))
        ]
        return f"seed {seed}, {mode}: {wrong} differ in bits" if wrong else None
    wrong = _wrong(wanted, found, mode, [])
    if wrong and mode == "float32" and not _fits(program, batch):
        return None
    if wrong:
        ulp = 2.0**-23 if mode == "float32" else 2.0**-52
        runs = [eager(program, batch, Random(run), ulp) for run in range(_NOISY_RUNS)]
        wrong = _wrong(wanted, found, mode, runs)
    return f"seed {seed}, {mode}: {wrong} differ" if wrong else None


def _fits(program: Drawn, batch: Any) -> bool:
    """Tell whether float32 holds every result of every step of a program."""
    sizes: list[float] = []
    eager(program, batch, sizes=sizes)
    return all(not math.isfinite(x) or x == 0.0 or 1e-18 < abs(x) < 1e18 for x in sizes)


def _wrong(wanted: Results, found: Results, mode: str, runs: Sequence[Results]) -> list[str]:
    wrong: list[str] = []
    for name in (
        Results._fields if np.any(found.gradient) or np.any(wanted.gradient) else ["outputs"]
    ):
        plain = getattr(wanted, name)
        spread = _spread([getattr(run, name) for run in runs], plain)
        if _differs(plain, getattr(found, name), mode, spread):
            wrong.append(name)
    return wrong


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Run random programs in every mode."""
    for mode in MODES:
        first = seed * 1_000_000
        found = [failure(number, mode) for number in range(first, first + cases)]
        failures = [line for line in found if line is not None]
        yield Outcome(f"compiled programs, {mode}", cases, failures, [])
