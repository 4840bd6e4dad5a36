"""`chalkgrad evaluate`: count the mistakes of a saved network on examples it has not seen."""

from __future__ import annotations

from argparse import Namespace

from autodiff import ShapeError
from nn import confusion, load

from .choices import load_data
from .console import say, show


def evaluate(options: Namespace) -> int:
    """Print the confusion matrix and the accuracy of a network in a file.

    Args:
        options: `network`, `dataset` and `data`, as parsed.

    Returns:
        0.

    Raises:
        ChalkgradError: if the network or the data cannot be read, or do not fit each other.
    """
    net = load(options.network)
    say(f"{net}")
    outputs = len(net.layers[-1].neurons)
    _, held_out = load_data(options.dataset, options.data, is_one_sided=outputs == 1)
    example_inputs, example_targets = held_out[0]
    found = len(net.layers[0].neurons[0].weights), outputs
    needed = len(list(example_inputs)), len(list(example_targets))
    if found != needed:
        raise ShapeError(
            f"a network of {needed[0]} inputs and {needed[1]} outputs for {options.dataset}",
            f"{net}",
            f"run chalkgrad train {options.dataset} --save FILE",
        )
    table = confusion(net, held_out)
    show(table)
    verdict = f"{table.right} of {table.total} classified correctly"
    say(f"{verdict}: accuracy {table.accuracy:.1%}")
    return 0
