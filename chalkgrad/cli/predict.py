"""`chalkgrad predict`: read images with a saved network.

>>> answer([0.1, 2.0, 0.3], is_linear=True)
'1   (1: 75.1%, 2: 13.7%, 0: 11.2%)'
"""

from __future__ import annotations

from argparse import Namespace
from math import isfinite

from autodiff import no_grad, softmax
from nn import DataError, load
from nn.extend import LINEAR, read_image

from .console import say
from .paths import demand_readable

_SHOWN = 3  # classes


def predict(options: Namespace) -> int:
    """Print what a network in a file reads in each image.

    Args:
        options: `network` and `images`, as parsed.

    Returns:
        0.

    Raises:
        ChalkgradError: if the network or an image cannot be read, an image shows no ink, or an
            output is not finite.
    """
    for path in options.images:
        demand_readable(path)
    net = load(options.network)
    count = len(net.layers[0].neurons[0].weights)
    is_linear = net.layers[-1].neurons[0].activation == LINEAR
    for path in options.images:
        with no_grad():
            outputs = [output.data for output in net(read_image(path, count))]
        if not all(map(isfinite, outputs)):
            found = f"{outputs[0]:g}" if len(outputs) == 1 else "nan or an infinity among them"
            remedy = "train the network again, with a lower learning rate"
            raise DataError(f"finite outputs for {path}", found, remedy)
        say(f"{path}: {answer(outputs, is_linear=is_linear)}")
    return 0


def answer(outputs: list[float], *, is_linear: bool) -> str:
    """Return the class with the largest output, and the shares of the largest three.

    Args:
        outputs: one per class.
        is_linear: whether the shares are the softmax of the outputs, which is what cross-entropy
            trains; otherwise they are the outputs themselves.
    """
    shares = softmax(outputs) if is_linear else outputs
    ranked = sorted(range(len(shares)), key=lambda label: -shares[label])
    shown = ", ".join(f"{label}: {shares[label]:.1%}" for label in ranked[:_SHOWN])
    return f"{ranked[0]}   ({shown})"
