"""From an answer and the mistakes to a judgement: right, wrong and why, or too coarse to tell."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from math import isfinite
from typing import NamedTuple

from autodiff.display import digits

from .answers import EXACT, Answer, read_answer
from .mistakes import MISTAKES
from .problem import MOVED_BY, Problem
from .values import Candidate

_SIMPLE = 8.0  # the cost of a mistake that makes a coarse answer doubtful
_SHORT = 3  # digits of a number that nobody rounds further
_CLOSE = 0.02  # the relative error of what may be rounded too early
_MOST = 4  # diagnoses that are listed


class Judgement(Enum):
    """The judgement on an answer."""

    RIGHT = "right"
    COARSE = "too few digits"
    WRONG = "wrong"


class Diagnosis(NamedTuple):
    """A mistake that gives exactly the wrong answer.

    Attributes:
        kind: its name in the table of mistakes.
        text: the mistake at the place where it is most plausible, in words.
        cost: how implausible it is; diagnoses are in rising order.
    """

    kind: str
    text: str
    cost: float


class Verdict(NamedTuple):
    """An answer that was judged.

    Attributes:
        name: what was asked for, as "∂C/∂w" or "z".
        answer: as it was written.
        truth: the number that the engine computes.
        judgement: right, too few digits to tell, or wrong.
        digits: to how many digits the answer is right; 0 if it is wrong.
        diagnoses: the mistakes that give the answer, the most plausible first.
        hint: what else can be said, or "".
    """

    name: str
    answer: str
    truth: float
    judgement: Judgement
    digits: int
    diagnoses: tuple[Diagnosis, ...] = ()
    hint: str = ""

    def describe(self) -> str:
        """Return the judgement in words."""
        if self.judgement is Judgement.RIGHT and self.digits < EXACT:
            return f"right to {self.digits} digit{'' if self.digits == 1 else 's'}{self._nearer()}"
        return self.judgement.value

    def _nearer(self) -> str:
        """Say what is nearer than a number that was rounded up or cut off."""
        nearest = digits(self.truth, self.digits)
        given = read_answer(self.answer, self.name)
        return "" if given.is_nearest(self.truth) else f" ({nearest} is nearer)"

    def lines(self) -> list[str]:
        """Return what explains the judgement, a line for each mistake."""
        if self.judgement is Judgement.COARSE:
            return [self.hint, *(each.text for each in self.diagnoses)]
        several = len(self.diagnoses) > 1
        found = [
            f"{'or ' if index else ''}{each.text}" for index, each in enumerate(self.diagnoses)
        ]
        if several:
            found[0] = f"either {found[0]}"
        return found or ([self.hint] if self.hint else [])


Tried = Iterable[tuple[str, float, Candidate]]  # kind, cost, and what the mistake gives


def tried(problem: Problem) -> Tried:
    """Yield what every mistake would give."""
    for mistake in MISTAKES:
        for candidate in mistake.tried(problem):
            yield mistake.kind, mistake.cost + candidate.extra, candidate


def judge(  # noqa: PLR0913 the parts of one question
    name: str,
    answer: Answer,
    truth: float,
    size: float,
    mistakes: Tried,
    nearby: Iterable[float] = (),
) -> Verdict:
    """Judge an answer.

    Args:
        name: what was asked for.
        answer: the answer.
        truth: the true number.
        size: the scale of its rounding errors.
        mistakes: what mistakes give; looked at only where the answer is not plainly right.
        nearby: the number for inputs a few ulps away; likewise. Where its sign changes there, 0 is
            right.
    """
    agreed = answer.agrees(truth, size)
    if agreed > 2:
        return Verdict(name, answer.text, truth, Judgement.RIGHT, agreed)
    if answer.exact == 0 and any(truth * each <= 0 for each in nearby):
        hint = f"0 but for rounding: within {MOVED_BY} ulps of the inputs, the sign changes"
        return Verdict(name, answer.text, truth, Judgement.RIGHT, EXACT, (), hint)
    if agreed:
        return _coarse(name, answer, truth, agreed, mistakes)
    if _is_nothing(answer, truth):
        hint = f"{answer.text} has no digit of it: give a digit that is not 0"
        return Verdict(name, answer.text, truth, Judgement.COARSE, 0, (), hint)
    found = list(mistakes)
    diagnoses = _fitting(answer, truth, size, found) or _with_sign(answer, truth, size, found)
    hint = "" if diagnoses else _unexplained(answer, truth)
    return Verdict(name, answer.text, truth, Judgement.WRONG, 0, diagnoses, hint)


def _is_nothing(answer: Answer, truth: float) -> bool:
    """Tell whether the answer is 0.00 for a number that rounds to it."""
    fine = answer.exact == 0 and "." in answer.text and answer.unit > 0
    return fine and isfinite(truth) and abs(truth) <= answer.unit / 2


def _coarse(name: str, answer: Answer, truth: float, agreed: int, mistakes: Tried) -> Verdict:
    """Judge an answer of one or two digits: a mistake may give exactly this number."""
    exact = _fitting(answer._replace(unit=answer.unit * 0), truth, 0.0, mistakes)
    simple = tuple(each for each in exact if each.cost <= _SIMPLE)
    is_short = len(repr(abs(truth)).removesuffix(".0").replace(".", "").lstrip("0")) <= _SHORT
    if simple or (agreed == 1 and is_short):
        why = "but a mistake gives exactly this" if simple else "but it has more"
        hint = f"right to {agreed} digit{'' if agreed == 1 else 's'}, {why}: give more digits"
        return Verdict(name, answer.text, truth, Judgement.COARSE, agreed, simple, hint)
    return Verdict(name, answer.text, truth, Judgement.RIGHT, agreed)


def _fitting(
    answer: Answer, truth: float, size: float, found: Tried, sign: float = 1.0
) -> tuple[Diagnosis, ...]:
    """Return one diagnosis for each kind of mistake that gives the answer."""
    fits = [
        (kind, cost, candidate)
        for kind, cost, candidate in found
        if answer.agrees(sign * candidate.value, size)
        and not _is_same(sign * candidate.value, truth)
    ]
    exact = [each for each in fits if answer.agrees(sign * each[2].value) == EXACT]
    nearest = [each for each in fits if answer.is_nearest(sign * each[2].value)]
    best: dict[str, Diagnosis] = {}
    for kind, cost, candidate in exact or nearest or fits:
        if kind not in best or cost < best[kind].cost:
            best[kind] = Diagnosis(kind, candidate.text, cost)
    return tuple(sorted(best.values(), key=lambda each: each.cost))[:_MOST]


def _with_sign(answer: Answer, truth: float, size: float, found: Tried) -> tuple[Diagnosis, ...]:
    """Return the mistakes that give the answer together with a wrong sign."""
    if answer.digits < 3:
        return ()
    return tuple(
        each._replace(text=f"{each.text}, and the sign is wrong", cost=each.cost + _SIMPLE)
        for each in _fitting(answer, truth, size, found, -1.0)
    )


def _is_same(value: float, truth: float) -> bool:
    return abs(value - truth) <= 1e-9 * abs(truth)


def _unexplained(answer: Answer, truth: float) -> str:
    if truth and isfinite(truth) and abs(answer.value - truth) <= _CLOSE * abs(truth):
        percent = digits(100 * abs(answer.value / truth - 1), 1)
        return f"off by {percent} %: rounded too early on the way?"
    return "none of the mistakes tried gives this number"
