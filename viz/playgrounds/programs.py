"""The compiled programs of a network that a page runs, printed as JavaScript.

step     the loss of one example, from inputs and targets
look     all pre-activations, all activations, and the share of each class, from inputs
slope    an activation of a single parameter z, whose gradient is f'(z)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autodiff import Value, softmax
from autodiff import compile as compile_values
from autodiff.extend import variadic
from nn import MLP, cross_entropy
from nn.extend import Loss, activation
from viz.pages.modules import without_imports

# what a program exports beside its functions: the page knows its parameters already
_EXPORTS = re.compile(r"^export (?:\{[^}]*\}|const initialParameters = [^;]*);\n", re.MULTILINE)


def step_program(net: MLP, loss: Loss, example: tuple[Any, Any]) -> str:
    """Return the program of the loss of a network; its parameters are those of the network.

    Args:
        net: the network.
        loss: of one example, from outputs and targets.
        example: inputs and targets of one.
    """

    def cost(inputs: list[Value], targets: list[Any]) -> Value:
        return loss(net(inputs), targets)

    return compile_values(cost, parameters=net.parameters(), example=example).to_js()


def look_program(net: MLP, loss: Loss, inputs: Sequence[float]) -> str:
    """Return the program of all that neurons compute, layer by layer.

    Of one example it gives the pre-activations of all neurons, then their activations, then the
    shares of the classes: the softmax of the outputs if the loss is the cross-entropy of it, else
    the outputs themselves.

    Args:
        net: the network.
        loss: that it is trained with.
        inputs: of one example.
    """

    def look(inputs: list[Value]) -> list[Value]:
        before: list[Value] = []
        after: list[Value] = []
        reached = inputs
        for layer in net.layers:
            before += [neuron.pre_activation(reached) for neuron in layer.neurons]
            reached = layer(reached)
            after += reached
        shares = softmax(reached) if loss is cross_entropy else reached
        return [*before, *after, *shares]

    return compile_values(look, parameters=net.parameters(), example=(list(inputs),)).to_js()


def slope_program(name: str) -> str:
    """Return the program of an activation at z + x; z is the parameter, and x the argument."""
    row, z = activation(name), Value(0.5)
    assert row is not None

    def activated(x: Value) -> Value:
        return variadic(row, (z + x,))

    return compile_values(activated, parameters=[z], example=(0.0,)).to_js()


def script_of(programs: dict[str, str]) -> str:
    """Return programs as one object of JavaScript; each is made when it is first called.

    >>> print(script_of({"p0": "export function value() {}"}))
    const programs = {
    "p0": () => {
    function value() {}
    return { value, valueAndGrad: typeof valueAndGrad === "function" ? valueAndGrad : undefined };
    },
    };
    """
    both = 'typeof valueAndGrad === "function" ? valueAndGrad : undefined'
    end = f"return {{ value, valueAndGrad: {both} }};\n}},"
    parts = [f'"{name}": () => {{\n{_inside(text)}\n{end}' for name, text in programs.items()]
    return "\n".join(["const programs = {", *parts, "};"])


def _inside(text: str) -> str:
    """Return the text of a module as the inside of a function."""
    return without_imports(_EXPORTS.sub("", text))
