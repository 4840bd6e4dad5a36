"""chalkgrad's pictures: a computation graph drawn as on a blackboard.

    Value -> graph -> DOT text -> SVG, PNG, PDF, GIF, notebook
                   -> text tree
                   -> HTML page to explore

Drawing a graph does not need `nn`; pictures of networks import it on first use.

>>> from autodiff import Value
>>> from viz import draw
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> drawing = draw(x * w)
>>> drawing.render("svg").startswith(b"<?xml")
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodiff import ChalkgradError, FileError, MissingPackageError, OptionError, WrongTypeError
from autodiff.extend import on_first_use, own_package

from .backprop.steps import Steps, steps
from .errors import RenderError
from .explorer.explore import Explorer, explore
from .graph.draw import draw
from .graph.tree import Tree, tree
from .graph.worksheet import worksheet
from .plots.descent import descent
from .render.drawing import Drawing
from .viewer import show

if TYPE_CHECKING:
    from .networks.network import network
    from .playgrounds.playground import Playground, playground
    from .plots.curves import activations, gradient_sizes
    from .plots.decision_regions import decision_regions
    from .plots.pulls import pulls
    from .plots.training_curves import training_curves
    from .plots.weights import weights

__all__ = [
    "ChalkgradError",
    "Drawing",
    "Explorer",
    "FileError",
    "MissingPackageError",
    "OptionError",
    "Playground",
    "RenderError",
    "Steps",
    "Tree",
    "WrongTypeError",
    "activations",
    "decision_regions",
    "descent",
    "draw",
    "explore",
    "gradient_sizes",
    "network",
    "playground",
    "pulls",
    "show",
    "steps",
    "training_curves",
    "tree",
    "weights",
    "worksheet",
]

_OF_NETWORKS = {  # where each is, which imports nn
    "Playground": ".playgrounds.playground",
    "activations": ".plots.curves",
    "decision_regions": ".plots.decision_regions",
    "gradient_sizes": ".plots.curves",
    "network": ".networks.network",
    "playground": ".playgrounds.playground",
    "pulls": ".plots.pulls",
    "training_curves": ".plots.training_curves",
    "weights": ".plots.weights",
}

__getattr__, __dir__ = on_first_use(globals(), _OF_NETWORKS, lambda: own_package("nn"))
