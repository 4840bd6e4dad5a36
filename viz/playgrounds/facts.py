"""What the script of a playground is told: the examples, the networks, the settings."""

from __future__ import annotations

from math import isqrt
from typing import Any, NamedTuple

from autodiff.extend import numpy
from nn import MLP
from nn.extend import LINEAR, Batches, Examples, Judge, Loss, layer_activations, layer_sizes
from viz.plots.axes import limits

from .encoded import encoded
from .programs import look_program, slope_program, step_program
from .variants import variants

_SMALLEST = 5  # the side of an image; fewer inputs are measurements


class Settings(NamedTuple):
    """How the page trains at first.

    Attributes:
        loss: of one example.
        learning_rate: of gradient descent.
        batch_size: the examples of a step; None for all.
        seed: of their order.
    """

    loss: Loss
    learning_rate: float
    batch_size: int | None
    seed: int


def facts_of(net: MLP, examples: Examples, settings: Settings) -> tuple[Any, dict[str, str]]:
    """Return what the script is told as data, and the programs as texts of JavaScript by name.

    Args:
        net: the network.
        examples: at least one, which fit the network.
        settings: how the page trains.
    """
    inputs, targets = examples.arrays()
    programs: dict[str, str] = {}
    networks = [
        _network(each, settings.loss, examples, programs, number)
        for number, each in enumerate(variants(net))
    ]
    names = {name for each in networks for name in each["activations"]} - {LINEAR}
    programs |= {f"slope-{name}": slope_program(name) for name in sorted(names)}
    batches = Batches(len(examples), 1, settings.batch_size, settings.seed)
    frozen = set(net.frozen_parameters())
    kind = _kind(inputs.shape[1])
    axes = (0, 1) if kind == "plane" else ()
    facts = {
        "kind": kind,
        "loss": getattr(settings.loss, "__name__", "loss"),
        "inputs": encoded(inputs),
        "targets": encoded(targets),
        "classes": _classes(targets),
        "ranges": [limits(inputs[:, axis].tolist()) for axis in axes],
        "networks": networks,
        "frozen": [place for place, leaf in enumerate(net.parameters()) if leaf in frozen],
        "order": batches.generator.getstate()[1],
        "rate": settings.learning_rate,
        "batchSize": settings.batch_size or len(examples),
    }
    return facts, programs


def _network(
    net: MLP, loss: Loss, examples: Examples, programs: dict[str, str], number: int
) -> dict[str, Any]:
    """Return what the script is told of a network, and add its programs to those before."""
    inputs, targets = examples[:1].arrays()
    example = inputs[0].tolist(), targets[0].tolist()
    step, look = f"step-{number}", f"look-{number}"
    programs[step] = step_program(net, loss, example)
    programs[look] = look_program(net, loss, example[0])
    return {
        "sizes": layer_sizes(net),
        "activations": layer_activations(net),
        "parameters": [leaf.data for leaf in net.parameters()],
        "step": step,
        "look": look,
    }


def _kind(count: int) -> str:
    """Return what is shown of an example: a point of the plane, an image, or its numbers."""
    if count == 2:
        return "plane"
    side = isqrt(count)
    return "image" if side * side == count and side >= _SMALLEST else "numbers"


def _classes(targets: Any) -> dict[str, Any]:
    """Return the class of each example, and what parts the outputs of two.

    Of a single target that is no class, the sides of the middle between the least and the largest
    are taken; they are coloured as classes, and no accuracy is shown.
    """
    judge = Judge(targets)
    if judge.counts:
        cut, labels = judge.cut, judge.classes(targets)
    else:
        cut = float(targets.min() + targets.max()) / 2
        labels = (targets[:, 0] > cut).astype(int)
    spread = float(targets.max() - targets.min()) / 2 or 1.0
    return {
        "counts": judge.counts,
        "labels": labels.tolist(),
        "cut": cut,
        "spread": spread,
        "count": max(2, numpy().shape(targets)[1]),
    }
