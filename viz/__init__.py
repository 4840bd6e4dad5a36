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

from .curves import activations, gradient_sizes, training_curves
from .descents import descent
from .drawing import Drawing, draw
from .errors import (
    DigitsError,
    MissingGraphvizError,
    PictureFormatError,
    PlotError,
    PlotTypeError,
    RenderError,
    RootError,
    SaveError,
)
from .networks import network
from .regions import decision_regions
from .weight_pictures import weights

__all__ = [
    "DigitsError",
    "Drawing",
    "MissingGraphvizError",
    "PictureFormatError",
    "PlotError",
    "PlotTypeError",
    "RenderError",
    "RootError",
    "SaveError",
    "activations",
    "decision_regions",
    "descent",
    "draw",
    "gradient_sizes",
    "network",
    "training_curves",
    "weights",
]
