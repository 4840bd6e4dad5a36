"""Where a loss stops being a number: the first node whose value or derivative is not finite.

What is not here: the loop that notices it (`training`).

>>> from autodiff import log
>>> first_fault(log(Value(-1.0)) * 2, {}).text
'log(-1) = nan'
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from autodiff import Value
from autodiff.extend import Node, digits, topological_order
from nn.data import Examples
from nn.engines.protocols import Loss, Network
from nn.model.module import Module

_SHOWN = 4  # operands that are written out


class Fault(NamedTuple):
    """The first node of a graph that is not finite.

    Attributes:
        node: the node; None if all are finite.
        text: what it computed, of what.
    """

    node: Node | None
    text: str


def diagnose(net: Network, loss: Loss, batch: Examples) -> Fault:
    """Build the graphs of a mini-batch, one after another, up to the first node that is not finite.

    Args:
        net: with the parameters at which the loss or the gradient was not finite.
        loss: of one example, from outputs and targets.
        batch: the examples.
    """
    names = _names(net)
    for index, (inputs, targets) in enumerate(batch):
        cost = loss(net(inputs), targets)
        fault = first_fault(cost, names)
        if fault.node is not None:
            return Fault(fault.node, f"{fault.text} for example {index} of the mini-batch")
    return Fault(None, "no node of a single example: their sum overflows")


def first_fault(root: Value, names: Mapping[Node, str]) -> Fault:
    """Find the first node, in the order of computation, whose data is not finite.

    If there is none, the last whose derivative is not, which is the first on the way back.

    Args:
        root: the end of the graph.
        names: the paths of parameters.
    """
    order = topological_order([root])
    for node in order:
        if not isfinite(node.data):
            return Fault(node, f"{_place(node, names)}{_computed(node)} = {digits(node.data)}")
        if not all(isfinite(x) for x in node.operands if isinstance(x, float)):
            return Fault(node, f"{_place(node, names)}a number that is given to {_computed(node)}")
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.local_derivatives, strict=True):
            if not isfinite(slope):
                by = names.get(parent, f"the operand {digits(parent.data)}")
                text = f"the derivative of {_computed(node)} by {by} = {digits(slope)}"
                return Fault(node, _place(node, names) + text)
    return Fault(None, "")


def _names(net: Network) -> dict[Node, str]:
    if isinstance(net, Module):
        return {value: path for path, value in net.named_parameters()}
    return {value: f"parameter {index}" for index, value in enumerate(net.parameters())}


def _place(node: Node, names: Mapping[Node, str]) -> str:
    """Say in which neuron a pre-activation is computed, by its first parameter."""
    if not node.parents:
        return f"{names.get(node, node.label or 'a leaf')}, " if node.operation is None else ""
    path = next((names[parent] for parent in node.parents if parent in names), "")
    owner = path.partition(".weights.")[0].removesuffix(".bias")
    return f"in {owner}, " if owner else ""


def _computed(node: Node) -> str:
    if node.operation is None:
        return "its data"
    data = [x.data if isinstance(x, Node) else x for x in node.operands]
    shown = [digits(x) for x in data[:_SHOWN]]
    if len(data) > _SHOWN:
        strange = [x for x in data if not isfinite(x)][:1]
        largest = strange or [max(data, key=abs)]
        shown = [*shown[:1], "...", f"{digits(largest[0])}", f"... {len(data)} operands"]
    return f"{node.operation.name}({', '.join(shown)})"
