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

from autodiff import FileError, MissingPackageError, OptionError, WrongTypeError

from .backprop.steps import Steps, steps
from .errors import RenderError
from .graph.draw import Drawing, draw
from .graph.tree import Tree, tree
from .networks.network import network
from .plots.curves import activations, gradient_sizes
from .plots.decision_regions import decision_regions
from .plots.descent import descent
from .plots.pulls import pulls
from .plots.training_curves import training_curves
from .plots.weights import weights
from .viewer import show

__all__ = [
    "Drawing",
    "FileError",
    "MissingPackageError",
    "OptionError",
    "RenderError",
    "Steps",
    "Tree",
    "WrongTypeError",
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
