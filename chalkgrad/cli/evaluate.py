"""`evaluate`: the mistakes of a saved network on examples that it has not seen.

What is not here: the counting (`nn.confusion`).

>>> evaluate.__name__
'evaluate'
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from autodiff import ShapeError
from nn import confusion, load

from .choices import load_data


def evaluate(options: Namespace, console: Any) -> None:
    """Print the confusion matrix and the accuracy of a network in a file.

    Args:
        options: the parsed words.
        console: of rich, to print on.

    Raises:
        ChalkgradError: if network or data cannot be had, or do not fit each other.
    """
    net = load(options.network)
    console.print(f"{net}")
    outputs = len(net.layers[-1].neurons)
    _, held_out = load_data(options.dataset, options.data, is_one_sided=outputs == 1)
    inputs, targets = held_out[0]
    given = len(net.layers[0].neurons[0].weights), outputs
    wanted = len(list(inputs)), len(list(targets))
    if given != wanted:
        raise ShapeError(
            f"a network of {wanted[0]} inputs and {wanted[1]} outputs for {options.dataset}",
            f"{net}",
            "train one for it",
        )
    table = confusion(net, held_out)
    console.print(f"{table}")
    verdict = f"{table.right} of {table.total} answered rightly"
    console.print(f"{verdict}: accuracy {table.accuracy:.1%}")
