"""chalkgrad's pictures: a computation graph drawn as on a blackboard.

    Value -> graph -> DOT text -> SVG, PNG, PDF, notebook

What is not here: the engine (`autodiff`) and networks (`nn`).

>>> from autodiff import Value
>>> from viz import draw
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> drawing = draw(x * w)
>>> drawing.render("svg").startswith(b"<?xml")
True
"""

from __future__ import annotations

from .drawing import Drawing, draw
from .errors import (
    DigitsError,
    LimitError,
    MissingGraphvizError,
    PictureFormatError,
    RenderError,
    RootError,
    SaveError,
    UnfoldError,
)

__all__ = [
    "DigitsError",
    "Drawing",
    "LimitError",
    "MissingGraphvizError",
    "PictureFormatError",
    "RenderError",
    "RootError",
    "SaveError",
    "UnfoldError",
    "draw",
]
