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
    "HighlightError",
    "LimitError",
    "MissingGraphvizError",
    "MissingPillowError",
    "OptionError",
    "PathTypeError",
    "PictureFormatError",
    "PlotError",
    "PlotTypeError",
    "RenderError",
    "RootError",
    "SaveError",
    "ShowError",
    "StepsError",
    "UnfoldError",
]


class RootError(GraphError):
    """Something was to be drawn that is neither a Value nor a sequence of Values."""


class DigitsError(ChalkgradError, ValueError):
    """The number of significant digits is no int from 1 to 17."""


class OptionError(ChalkgradError, ValueError):
    """An option such as the theme has a value that is none of those known."""


class HighlightError(ChalkgradError, ValueError):
    """Paths were to be shown from something that the drawn Value was not computed from."""


class StepsError(ChalkgradError, ValueError):
    """A backward pass has more steps than anybody would watch."""


class LimitError(ChalkgradError, ValueError):
    """The number of nodes beyond which a graph is folded is no int of at least 1."""


class UnfoldError(ChalkgradError, ValueError):
    """A box was to be opened that is not in the picture; the message lists those that are."""


class PictureFormatError(ChalkgradError, ValueError):
    """A picture was asked for in a format that is not known here."""


class MissingGraphvizError(ChalkgradError, RuntimeError):
    """Neither pygraphviz nor the `dot` executable is there to lay a picture out."""


class MissingPillowError(ChalkgradError, RuntimeError):
    """Pillow is not there to put frames together as a GIF."""


class ShowError(ChalkgradError, RuntimeError):
    """There is no picture to show, or no program on this machine to show it."""


class RenderError(ChalkgradError, RuntimeError):
    """Graphviz could not turn a DOT text into a picture."""


class PlotError(ChalkgradError, ValueError):
    """What was given cannot be shown as asked: an empty history, three inputs for a plane."""


class PlotTypeError(ChalkgradError, TypeError):
    """Something of another kind was given: a list of numbers where a network belongs."""


class PathTypeError(ChalkgradError, TypeError):
    """A picture was to be saved to something that is no path."""


class SaveError(ChalkgradError, OSError):
    """A picture could not be written where it was wanted; its cause is the system's error."""
