"""Random compiled programs against the eager engine: values and gradients, and bits if exact.

A program is a list of steps over all operations of the table, sums of ragged lengths, inner
derivatives, branches, and special numbers; batches have 0 to 1,000 examples. A program may magnify
rounding errors: where the two engines differ, the eager engine runs again with every node moved by
some ulps, those of inner derivatives too, and only what it keeps fixed itself counts.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np

import autodiff
from autodiff import ChalkgradError, Value, tanh

from .outcome import Outcome
from .rounding import Noise, noises, partial_sums_overflow, shake, spread
from .steps import BRANCHES, KINDS, STEPS

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
_NOISY_RUNS = 8  # of the entire batch
_MORE_RUNS = 60  # of the examples that differ all the same
_REPORTED = 1000  # after so many cases, how far it has come
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
        noise: Noise | None = None,
        sizes: list[float] | None = None,
    ) -> Any:
        """Return the function of one example.

        `noise` is applied to every result; `sizes` receives every result.
        """

        def moved(v: Any) -> Any:
            if sizes is not None:
                sizes.append(v.data)
            change = 0.0 if noise is None else noise(v.data) - v.data
            return v + change if change and math.isfinite(change) else v

        def run(xs: Any) -> Any:
            known: list[Any] = [*map(moved, leaves), *map(moved, xs)]
            for kind, places, number in self.steps:
                operands = [known[place % len(known)] for place in places]
                known += map(moved, STEPS[kind](operands, number, places))
            last: list[Any] = [tanh(v) for v in known[-max(len(self.steps), self.outputs) :]]
            if self.outputs:
                return last[: self.outputs]
            return sum(v * (1 / (place + 1)) for place, v in enumerate(last)) + leaves[0] * 0.5

        return run


def drawn(seed: int, *, branches: bool, largest: float = math.inf) -> Drawn:
    """Draw a program; special numbers are at most `largest`, or infinite."""
    draw = Random(seed)
    kinds = [*KINDS, list(BRANCHES)] if branches else KINDS
    is_special = draw.random() < 0.3

    def number() -> float:
        if is_special and draw.random() < 0.1:
            special = draw.choice(SPECIAL)
            return max(-largest, min(special, largest)) if math.isfinite(special) else special
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
    program: Drawn, batch: Any, noise: Noise | None = None, sizes: list[float] | None = None
) -> Results:
    """Run a program on Values, example by example."""
    leaves = [Value(data) for data in program.parameters]
    function = program.function(leaves, noise, sizes)
    rows: list[Any] = []
    total = 0.0
    for numbers in batch.tolist():
        result = function([Value(x) for x in numbers])
        if noise is not None:
            shake(_ends(result), noise)
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


def _ends(result: Any) -> list[Value]:
    return [result] if isinstance(result, Value) else result


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


def _differs(one: Any, other: Any, mode: str, moved: Any) -> bool:
    """Tell whether results differ by more than rounding, given what noise does to one of them."""
    a, b = np.asarray(one, float), np.asarray(other, float)
    if a.shape != b.shape:
        return True
    with np.errstate(all="ignore"):
        is_same = (a == b) | (np.isnan(a) & np.isnan(b))
        scale = np.maximum(np.abs(a), np.max(np.abs(a), initial=0.0, where=np.isfinite(a)))
        allowed = _RELATIVE[mode] * scale + _MARGIN * moved + _SUBNORMAL[mode]
        return not (is_same | (np.abs(a - b) <= allowed) | np.isnan(moved)).all()


def failure(seed: int, mode: str) -> str | None:
    """Run one random program in both engines; return what is wrong, if anything."""
    program = drawn(seed, branches="split" in mode, largest=1e9 if mode == "float32" else math.inf)
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
        wrong = _wrong_beyond_rounding(program, batch, wanted, found, mode)
    return f"seed {seed}, {mode}: {wrong} differ" if wrong else None


def _wrong_beyond_rounding(
    program: Drawn, batch: Any, wanted: Results, found: Results, mode: str
) -> list[str]:
    """Name the results that differ by more than noise in the eager engine explains.

    Noise that flips a comparison may need many runs, so an example that differs gets more.
    """
    ulp = 2.0**-23 if mode == "float32" else 2.0**-52
    is_free = _opposite_infinities(program, batch) & ~np.isfinite(found.gradient)
    wanted = wanted._replace(gradient=np.where(is_free, found.gradient, wanted.gradient))
    runs = [eager(program, batch, noise) for noise in noises(ulp, _NOISY_RUNS)]
    wrong = _wrong(wanted, found, mode, runs)
    if "outputs" not in wrong or wanted.outputs.shape != np.shape(found.outputs):
        return wrong
    moved = spread([run.outputs for run in runs], wanted.outputs)
    differing = [
        place
        for place in range(len(batch))
        if _differs(wanted.outputs[place], found.outputs[place], mode, moved[place])
        and not _overflows(program, batch[place])
    ]
    more = [eager(program, batch[differing], noise) for noise in noises(ulp, _MORE_RUNS)]
    plain, given = wanted.outputs[differing], found.outputs[differing]
    explains = not _differs(plain, given, mode, spread([run.outputs for run in more], plain))
    return [] if explains else wrong  # where an output may jump, so may mean and gradient


def _overflows(program: Drawn, example: Any) -> bool:
    leaves = [Value(data) for data in program.parameters]
    result = program.function(leaves)([Value(x) for x in example.tolist()])
    return partial_sums_overflow(_ends(result))


def _opposite_infinities(program: Drawn, batch: Any) -> Any:
    """Tell which gradients some examples call inf and others -inf: the order of adding decides."""
    each = np.array([eager(program, example[None]).gradient for example in batch])
    return np.any(each == math.inf, axis=0) & np.any(each == -math.inf, axis=0)


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
        moved = spread([getattr(run, name) for run in runs], plain)
        if _differs(plain, getattr(found, name), mode, moved):
            wrong.append(name)
    return wrong


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Run random programs in every mode."""
    for mode in MODES:
        first = seed * 1_000_000
        failures: list[str] = []
        for number in range(first, first + cases):
            line = failure(number, mode)
            failures += [line] if line is not None else []
            done = number + 1 - first
            if done % _REPORTED == 0:
                text = f"{mode}: {done:,} of {cases:,} tried, {len(failures):,} failed"
                print(text, file=sys.stderr, flush=True)
        yield Outcome(f"compiled programs, {mode}", cases, failures, [])
