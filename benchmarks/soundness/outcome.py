"""What a hunt reports: its cases, its failures, and the first of them."""

from __future__ import annotations

from typing import NamedTuple


class Outcome(NamedTuple):
    """The result of one hunt.

    Attributes:
        subject: what was tried.
        tried: how many cases.
        failures: a line for each case that failed, enough to repeat it.
        known: failures that are expected and documented, a line for each.
    """

    subject: str
    tried: int
    failures: list[str]
    known: list[str]
