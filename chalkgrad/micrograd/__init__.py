"""micrograd's names and habits on this engine: change the import line, and its programs run.

`from chalkgrad.micrograd import Value, Neuron, Layer, MLP, draw_dot, trace`; or, as micrograd has
them, from `chalkgrad.micrograd.engine` and `chalkgrad.micrograd.nn`. A Value from here is one of
`autodiff`: pictures, `check`, `why` and `compile` take it. micrograd is by Andrej Karpathy, 2020.
"""

from .drawing import draw_dot, trace
from .engine import Value
from .nn import MLP, Layer, Module, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron", "Value", "draw_dot", "trace"]
