"""`by_hand` on random graphs: is a planted mistake named, and is right called right?

The graphs are computed a second time here, in plain floats with derivatives written by hand; the
wrong numbers come from that, not from the table of mistakes. A forgotten factor of 1 is not
planted, nor one of -1, which is a wrong sign, nor another's gradient of 1 or -1, which many
mistakes give.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_UP, Decimal
from math import floor, log10
from random import Random
from typing import Any

from autodiff import Value, by_hand

from .outcome import Outcome
from .planted_mistakes import KINDS, Plain, Planted, drawn

SHARE = 0.95  # of the planted mistakes that are named first or second


def _asked(graph: Plain, planted: Planted, digits: int) -> Any:
    nodes = graph.values()
    others = dict(planted.others)
    answers = {nodes[planted.node]: f"{planted.wrong:.{digits}g}"}
    if "copied" in others:
        at, given = others.pop("copied")
        answers = {nodes[at]: given, **answers}
    return by_hand(nodes[graph.end], answers, **others).verdicts[-1]


def planted(kind: str, count: int, seed: int) -> Outcome:
    """Plant one kind of mistake in `count` graphs, and see whether it is named."""
    random = Random(f"{kind} {seed}")
    missed: list[str] = []
    called_right: list[str] = []
    tried = 0
    while tried < count:
        graph = drawn(random)
        node = random.randrange(graph.end)
        truth = graph.backward()[node]
        found = KINDS[kind](graph, node, random)
        if found is None or abs(found.wrong - truth) <= 1e-5 * abs(truth) + 1e-12:
            continue  # this mistake changes nothing here
        tried += 1
        verdict = _asked(graph, found, random.randint(6, 17))
        named = [each.kind for each in verdict.diagnoses[:2]]
        line = f"{graph.leaves} {graph.steps} by {node}: {found.wrong!r} for {truth!r}: {verdict}"
        if verdict.judgement.value == "right":
            called_right.append(line)
        if kind not in named:
            missed.append(line)
    is_enough = tried - len(missed) >= SHARE * tried
    failures = called_right if is_enough else called_right + missed
    return Outcome(f"{kind}: named first or second", tried, failures, missed if is_enough else [])


def rounded(truth: float, random: Random, digits: int) -> tuple[str, Decimal]:
    """Write a number to so many digits, rounded in some way, in some notation; and its unit."""
    exact = Decimal(truth)
    unit = Decimal(10) ** (floor(log10(abs(truth))) - digits + 1)
    way = random.choice(
        (ROUND_HALF_EVEN, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP, ROUND_FLOOR, ROUND_CEILING)
    )
    return _written(exact.quantize(unit, way), unit, random), unit


def _written(number: Decimal, unit: Decimal, random: Random) -> str:
    if unit > 1:
        return random.choice((f"{number:E}", f"{int(number)}"))
    return random.choice((f"{number:f}", f"{number:E}", f"{number:e}"))


def right(count: int, seed: int) -> Outcome:
    """Give right answers in many roundings and notations; none may be called wrong."""
    random = Random(f"right {seed}")
    failures: list[str] = []
    for _ in range(count):
        loss, node, truth = _drawn_gradient(random)
        digits = random.randint(2, 17)
        text, _ = rounded(truth, random, digits)
        [verdict] = by_hand(loss, {node: text}).verdicts
        if verdict.judgement.value == "wrong" or (
            digits > 2 and verdict.judgement.value != "right"
        ):
            failures.append(f"{text} for {truth!r}: {verdict}")
    return Outcome("right answers, rounded in any way", count, failures, [])


def wrong(count: int, seed: int) -> Outcome:
    """Give answers that are off by a few units of their last digit; none may be called right."""
    random = Random(f"wrong {seed}")
    failures: list[str] = []
    tried = 0
    while tried < count:
        loss, node, truth = _drawn_gradient(random)
        unit = Decimal(10) ** (floor(log10(abs(truth))) - random.randint(2, 8) + 1)
        off = random.choice((-1, 1)) * random.randint(1, 9) * unit
        number = Decimal(truth).quantize(unit, ROUND_DOWN) + off
        if abs(number - Decimal(truth)) < unit or (unit == 1 and number % 10 == 0):
            continue  # 120 may be 119.6, rounded to tens
        tried += 1
        text = _written(number, min(unit, Decimal(1)), random)
        [verdict] = by_hand(loss, {node: text}).verdicts
        if verdict.judgement.value == "right":
            failures.append(f"{text} for {truth!r}: {verdict}")
    return Outcome("answers off by units of the last digit", tried, failures, [])


def _drawn_gradient(random: Random) -> tuple[Value, Value, float]:
    while True:
        graph = drawn(random)
        node = random.randrange(graph.end)
        truth = graph.backward()[node]
        if truth:
            scale = 10.0 ** random.choice((0, 0, 0, -6, -3, 3, 5))
            nodes = graph.values()
            return nodes[graph.end] * scale, nodes[node], truth * scale


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each kind of mistake, and for right and wrong numbers."""
    for kind in KINDS:
        yield planted(kind, max(20, cases // 10), seed)
    yield right(cases, seed)
    yield wrong(cases, seed)
