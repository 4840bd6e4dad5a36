"""The exceptions of the engine, one class for each failure that a caller can act on.

Every message says what was expected, what arrived and what to do. Each class also subclasses a
built-in exception, so that code which knows nothing of chalkgrad can catch it.

>>> try:
...     raise ShapeError("as many inputs as weights (3)", "2 inputs", "pass 3 inputs")
... except ValueError as error:
...     print(error)
expected as many inputs as weights (3), got 2 inputs: pass 3 inputs
"""

from __future__ import annotations

from collections.abc import Callable

_EXCERPT = 40  # characters of a long formula shown on each side of the place


def described(x: object) -> str:
    """Return the type and the repr of an object, in one line of at most 60 characters of repr.

    >>> described([1, 2])
    'list [1, 2]'
    >>> described(10**5000)
    'int without a text'
    """
    try:
        text = repr(x)
    except Exception:  # noqa: BLE001 nested too deeply, too many digits, a faulty __repr__
        return f"{type(x).__name__} without a text"
    return f"{type(x).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


class ChalkgradError(Exception):
    """The base of all: `except ChalkgradError` catches every error class of chalkgrad.

    Args:
        expected: what was expected, as a noun phrase.
        arrived: what was given instead.
        remedy: what to do, as an imperative.
    """

    def __init__(self, expected: str, arrived: str, remedy: str) -> None:
        super().__init__(f"expected {expected}, got {arrived}: {remedy}")

    def __reduce__(self) -> tuple[Callable[..., ChalkgradError], tuple[object, ...]]:
        """Pickle the message as it stands: a worker process sends its errors home."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[ChalkgradError], arguments: tuple[object, ...], attributes: dict[str, object]
) -> ChalkgradError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(attributes)
    return error


class WrongTypeError(ChalkgradError, TypeError):
    """An argument has the wrong type: a list where a Value belongs, a str where a network does."""


class OperandError(ChalkgradError, TypeError):
    """An operand is not a real number: a str, a list, None, a complex number."""


class LostDerivativeError(ChalkgradError, TypeError):
    """A conversion such as `float(v)` or `math.exp(v)` would drop the derivative silently."""


class ShapeError(ChalkgradError, ValueError):
    """Things that belong together differ in number, or a sequence is empty."""


class OptionError(ChalkgradError, ValueError):
    """An argument of the right type has a value that is unknown, out of range, or unfit here."""


class OperationError(ChalkgradError, ValueError):
    """A row of the derivative table is inconsistent, or its name is unknown or taken."""


class BranchError(ChalkgradError, ValueError):
    """A comparison in a compiled program goes another way than when the program was traced."""


class ReplayError(ChalkgradError, ValueError):
    """A function built another graph when traced again: it depends on more than its arguments."""


class TracingWarning(UserWarning):
    """A traced function does something that its graph does not hold; the program repeats it."""


class MissingPackageError(ChalkgradError, ImportError):
    """An optional package is needed and not installed; the message says what to install."""


class FileError(ChalkgradError, OSError):
    """A file cannot be written where it should be; the cause, if any, is the system's error."""


class FormulaError(ChalkgradError, ValueError):
    """A formula cannot be read; the message shows the text, with carets below the place.

    Args:
        message: what is wrong.
        text: the formula.
        start: the index of the first character in question.
        end: the index after the last one; by default the end of the text.

    Attributes:
        text: the formula.
        start: the index of the first character in question, within the text.
        end: the index after the last one.
    """

    def __init__(self, message: str, text: str, start: int = 0, end: int | None = None) -> None:
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
