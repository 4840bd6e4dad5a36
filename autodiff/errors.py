"""The exceptions of the engine: one class per failure that a user can meet.

Every message says what was expected, what arrived and what to do about it. Each class also
subclasses ValueError or TypeError, so that code which knows nothing of chalkgrad can catch it.

>>> try:
...     raise ShapeError("as many inputs as weights (3)", "2 inputs", "pass 3 inputs")
... except ValueError as error:
...     print(error)
expected as many inputs as weights (3), got 2 inputs: pass 3 inputs
"""

from __future__ import annotations

_EXCERPT = 40  # characters of a long formula shown on each side of the place


def described(x: object) -> str:
    """Say what arrived, its type and itself, in at most one line.

    >>> described([1, 2])
    'list [1, 2]'
    """
    text = repr(x)
    return f"{type(x).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


class ChalkgradError(Exception):
    """The common base: `except ChalkgradError` catches whatever the project itself raises."""

    def __init__(self, expected: str, arrived: str, remedy: str) -> None:
        """Join the three parts that every message has into one line."""
        super().__init__(f"expected {expected}, got {arrived}: {remedy}")


class WrongTypeError(ChalkgradError, TypeError):
    """Something of another kind was given: a list where a Value belongs, a text for a network."""


class OperandError(ChalkgradError, TypeError):
    """Something that is no real number was given where a Value or a number belongs."""


class LostDerivativeError(ChalkgradError, TypeError):
    """A conversion such as `float(v)` or `math.exp(v)` would drop the derivative silently."""


class ShapeError(ChalkgradError, ValueError):
    """Two things that belong together differ in length, or one is empty."""


class OptionError(ChalkgradError, ValueError):
    """An argument of the right kind has a value that is unknown, out of range, or unfit here."""


class OperationError(ChalkgradError, ValueError):
    """A row of the derivative table is inconsistent, or its name is unknown or taken."""


class BranchError(ChalkgradError, ValueError):
    """A comparison in a compiled program would go another way than when it was traced."""


class ReplayError(ChalkgradError, ValueError):
    """A function gave another graph when it was traced again: it depends on something unseen."""


class MissingPackageError(ChalkgradError, ImportError):
    """An optional package is needed for what was asked, and is not installed."""


class FileError(ChalkgradError, OSError):
    """A file could not be written where it was wanted; its cause is the system's error."""


class FormulaError(ChalkgradError, ValueError):
    """A formula or expression cannot be read; the message points at the place in the text."""

    def __init__(self, message: str, text: str, start: int = 0, end: int | None = None) -> None:
        """Show `text` with carets below the characters from `start` to `end`."""
        self.text: str = text
        start = max(0, min(start, len(text) - 1))
        end = len(text) if end is None else min(end, len(text))
        self.start: int = start
        self.end: int = max(start + 1, end)
        begin = max(0, start - _EXCERPT)
        stop = min(len(text), max(start + _EXCERPT, begin + 2 * _EXCERPT))
        before, after = "..." if begin else "", "..." if stop < len(text) else ""
        visible = (c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[begin:stop])
        shown = f"{before}{''.join(visible)}{after}"
        width = min(self.end, stop) - start
        carets = " " * (len(before) + start - begin) + "^" * max(width, 1)
        Exception.__init__(self, f"{message}\n    {shown}\n    {carets}")
