"""The exceptions of pictures: one class per failure that a user can meet.

Each also subclasses the built-in exception that fits, so that code which knows nothing of
chalkgrad can catch it. What is not here: errors of the engine (`autodiff.errors`).

>>> try:
...     raise PictureFormatError("a path that ends in .svg", "'x.gif'", "write 'x.svg'")
... except ValueError as error:
...     print(error)
expected a path that ends in .svg, got 'x.gif': write 'x.svg'
"""

from __future__ import annotations

from autodiff.errors import ChalkgradError, GraphError

__all__ = [
    "DigitsError",
    "LimitError",
    "MissingGraphvizError",
    "PictureFormatError",
    "RenderError",
    "RootError",
    "SaveError",
    "UnfoldError",
]


class RootError(GraphError):
    """Something was to be drawn that is neither a Value nor a sequence of Values."""


class DigitsError(ChalkgradError, ValueError):
    """The number of significant digits is no int from 1 to 17."""


class LimitError(ChalkgradError, ValueError):
    """The number of nodes beyond which a graph is folded is no int of at least 1."""


class UnfoldError(ChalkgradError, ValueError):
    """A box was to be opened that is not in the picture; the message lists those that are."""


class PictureFormatError(ChalkgradError, ValueError):
    """A picture was asked for in a format that is not known here."""


class MissingGraphvizError(ChalkgradError, RuntimeError):
    """Neither pygraphviz nor the `dot` executable is there to lay a picture out."""


class RenderError(ChalkgradError, RuntimeError):
    """Graphviz could not turn a DOT text into a picture."""


class SaveError(ChalkgradError, OSError):
    """A picture could not be written where it was wanted; its cause is the system's error."""
