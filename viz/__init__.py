"""chalkgrad's pictures: a computation graph drawn as on a blackboard.

    Value -> graph -> DOT text -> SVG, PNG, PDF, GIF, notebook
                   -> text tree

What is not here: the engine (`autodiff`) and networks (`nn`).

>>> from autodiff import Value
>>> from viz import draw
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> drawing = draw(x * w)
>>> drawing.render("svg").startswith(b"<?xml")
True
"""

from __future__ import annotations

from .curves import activations, gradient_sizes
from .descents import descent
from .drawing import Drawing, draw
from .errors import (
    DigitsError,
    HighlightError,
    LimitError,
    MissingGraphvizError,
    MissingPillowError,
    OptionError,
    PathTypeError,
    PictureFormatError,
    PlotError,
    PlotTypeError,
    RenderError,
    RootError,
    SaveError,
    ShowError,
    StepsError,
    UnfoldError,
)
from .networks import network
from .progress import training_curves
from .pulls import pulls
from .regions import decision_regions
from .show import show
from .steps import Steps, steps
from .tree import Tree, tree
from .weight_pictures import weights

__all__ = [
    "DigitsError",
    "Drawing",
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
    "Steps",
    "StepsError",
    "Tree",
    "UnfoldError",
    "activations",
    "decision_regions",
    "descent",
    "draw",
    "gradient_sizes",
    "network",
    "pulls",
    "show",
    "steps",
    "training_curves",
    "tree",
    "weights",
]
