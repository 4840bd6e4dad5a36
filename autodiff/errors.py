"""The exceptions of the engine: one class per failure that a user can meet.

Every message says what was expected, what arrived and what to do about it. Each class also
subclasses ValueError or TypeError, so that code which knows nothing of chalkgrad can catch it.
What is not here: errors of networks (`nn.errors`) and of pictures (`viz.errors`).

>>> try:
...     raise ShapeError("as many inputs as weights (3)", "2 inputs", "pass 3 inputs")
... except ValueError as error:
...     print(error)
expected as many inputs as weights (3), got 2 inputs: pass 3 inputs
"""

from __future__ import annotations

__all__ = [
    "ChalkgradError",
    "FormulaError",
    "GraphError",
    "LostDerivativeError",
    "OperandError",
    "OperationError",
    "ShapeError",
    "UfuncError",
]


class ChalkgradError(Exception):
    """The common base: `except ChalkgradError` catches whatever the project itself raises."""

    def __init__(self, expected: str, arrived: str, remedy: str) -> None:
        """Join the three parts that every message has into one line."""
        super().__init__(f"expected {expected}, got {arrived}: {remedy}")


class OperandError(ChalkgradError, TypeError):
    """Something that is no real number was given where a Value or a number belongs."""


class LostDerivativeError(ChalkgradError, TypeError):
    """A conversion such as `float(v)` or `math.exp(v)` would drop the derivative silently."""


class ShapeError(ChalkgradError, ValueError):
    """Two sequences that belong together differ in length, or one is empty."""


class GraphError(ChalkgradError, TypeError):
    """A Value, or a sequence of Values, was expected where something else arrived."""


class OperationError(ChalkgradError, ValueError):
    """A record of the derivative table is inconsistent, or its name is unknown or taken."""


class UfuncError(ChalkgradError, TypeError):
    """A NumPy function was applied to a Value that the derivative table does not know."""


class FormulaError(ChalkgradError, ValueError):
    """A formula or expression cannot be read; the message points at the place in the text."""

    def __init__(self, message: str, text: str, start: int = 0, end: int | None = None) -> None:
        """Show `text` with carets below the characters from `start` to `end`."""
        self.text: str = text
        self.start: int = start
        self.end: int = max(start + 1, len(text) if end is None else end)
        carets = " " * start + "^" * (self.end - start)
        Exception.__init__(self, f"{message}\n    {text}\n    {carets}")
