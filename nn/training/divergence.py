"""Why a run has diverged: the first node whose value or adjoint is not finite, by `why_nan`."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from autodiff import why_nan
from autodiff.extend import Node, digits
from nn.data import Examples
from nn.engines.protocols import Loss, Network
from nn.errors import DivergenceError
from nn.inspection.parameter_names import parameter_names

from .history import History, Record

_SHOWN = 4  # operands that are written out


class RunDiverged(Exception):  # noqa: N818 no error for users: `fit` catches it
    """Ends a run at the mini-batch whose loss, gradient or step is not finite.

    Args:
        what: is not finite, as in "a loss of nan".
        record: of the step.
        batch: the examples of the step.
    """

    def __init__(self, what: str, record: Record, batch: Examples) -> None:
        super().__init__(what)
        self.what: str = what
        self.record: Record = record
        self.batch: Examples = batch


def explained(net: Network, loss: Loss, error: RunDiverged, history: History) -> DivergenceError:
    """Return the error for the user, which names the step and the first node at fault.

    Args:
        net: the network, with the parameters at which the loss or the gradient was not finite.
        loss: of one example, from outputs and targets.
        error: what ended the run.
        history: the records of the steps before.
    """
    node, text = _first_fault(net, loss, error.batch)
    record = error.record
    return DivergenceError(
        f"a finite loss and gradient at step {record.step} (epoch {record.epoch})",
        f"{error.what}; it starts with {text}",
        "take a smaller learning rate, or look at the inputs and the first weights",
        step=record.step,
        node=node,
        history=history,
    )


def _first_fault(net: Network, loss: Loss, batch: Examples) -> tuple[Node | None, str]:
    """Build the graph of one example after another, up to the first that is not finite."""
    names: dict[Node, str] = {parameter: name for name, parameter in parameter_names(net).items()}
    for index, (inputs, targets) in enumerate(batch):
        birth = why_nan(loss(net(inputs), targets)).first
        if birth is not None:
            text = f"{_place(birth.node, names)}{_fault(birth, names)}"
            return birth.node, f"{text} for example {index} of the mini-batch"
    return None, "no node of a single example: their sum overflows"


def _fault(birth: Any, names: Mapping[Node, str]) -> str:
    """Say what is not finite at a node: its data, a local derivative, or an adjoint behind it."""
    node: Node = birth.node
    if not birth.backward:
        return f"{_computed(node)} = {digits(node.data)}"
    for parent, slope in zip(node.parents, node.local_derivatives, strict=True):
        if not isfinite(slope):
            by = names.get(parent, f"the operand {digits(parent.data)}")
            return f"the derivative of {_computed(node)} by {by} = {digits(slope)}"
    (_, upstream), (_, slope) = birth.operands[:2]
    return (
        f"the upstream gradient {digits(upstream)} * the derivative {digits(slope)} of"
        f" {_computed(node)} = {digits(birth.value)}"
    )


def _place(node: Node, names: Mapping[Node, str]) -> str:
    """Name a leaf, or the neuron whose pre-activation a node is, by its first parameter."""
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
        strange = next((x for x in data if not isfinite(x)), max(data, key=abs))
        shown = [*shown[:1], "...", digits(strange), f"... {len(data)} operands"]
    return f"{node.operation.name}({', '.join(shown)})"
