"""Names for the parameters of a network: their labels, or the paths to them.

>>> from nn import MLP
>>> list(parameter_names(MLP(1, [1], seed=0)))
['layers.0.neurons.0.weights.0', 'layers.0.neurons.0.bias']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autodiff import Value, WrongTypeError
from autodiff.extend import described
from nn.engines.protocols import Network
from nn.model.layers import Neuron
from nn.model.module import Module, parts_of


def parameter_names(net: Network) -> dict[str, Value]:
    """Return every parameter by a unique name.

    Raises:
        WrongTypeError: if `net` is not a network.
    """
    if not callable(net) or not callable(getattr(net, "parameters", None)):
        remedy = "pass a network: it is called with inputs, and has parameters()"
        raise WrongTypeError("a network", described(net), remedy)
    named: dict[str, Value] = {}
    for place, parameter in _places(net):
        label = getattr(parameter, "label", None)
        named[label if label and label not in named else place] = parameter
    return named


def _places(net: Network) -> Iterator[tuple[str, Value]]:
    """Yield whatever stands where a parameter belongs, with its path in a state dict."""
    if not isinstance(net, Module):
        yield from ((f"parameters()[{index}]", x) for index, x in enumerate(net.parameters()))
        return
    known = {value: path for path, value in net.named_parameters()}
    for path, part in _walk(net):
        if not isinstance(part, Value) or known.get(part) == path:  # a shared one has one name
            yield path, part


def _walk(net: Module) -> Iterator[tuple[str, Any]]:
    """Yield every Value of a module, and whatever a neuron has as weights and bias."""
    waiting: list[tuple[str, Any, bool]] = [("", net, False)]
    entered: set[int] = set()
    while waiting:
        path, part, is_weight = waiting.pop()
        inner = parts_of(part)
        if isinstance(part, Value) or (is_weight and not inner):
            yield path, part
        elif id(part) not in entered:
            entered.add(id(part))
            own = {"weights", "bias"} if isinstance(part, Neuron) else set[str]()
            waiting += [
                (f"{path}.{name}" if path else name, child, is_weight or name in own)
                for name, child in reversed(inner)
            ]
