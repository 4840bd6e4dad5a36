"""`predict`: what a saved network reads in pictures.

What is not here: how a picture becomes inputs (`nn.images`).

>>> answer([0.1, 2.0, 0.3], is_linear=True)
'1   (1: 75.1%, 2: 13.7%, 0: 11.2%)'
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from autodiff import no_grad, softmax
from nn import load
from nn.extend import LINEAR, read_image

_SHOWN = 3  # answers


def predict(options: Namespace, console: Any) -> None:
    """Print what a network in a file reads in each picture.

    Args:
        options: the parsed words.
        console: of rich, to print on.

    Raises:
        ChalkgradError: if network or picture cannot be had.
    """
    net = load(options.network)
    count = len(net.layers[0].neurons[0].weights)
    is_linear = net.layers[-1].neurons[0].activation == LINEAR
    for path in options.images:
        with no_grad():
            outputs = [output.data for output in net(read_image(path, count))]
        console.print(f"{path}: {answer(outputs, is_linear=is_linear)}")


def answer(outputs: list[float], *, is_linear: bool) -> str:
    """Say which class has the largest output, and how sure that is.

    Args:
        outputs: one for each class.
        is_linear: whether their softmax is what was trained; otherwise they are shown as they are.
    """
    shares = softmax(outputs) if is_linear else outputs
    ranked = sorted(range(len(shares)), key=lambda label: -shares[label])
    shown = ", ".join(f"{label}: {shares[label]:.1%}" for label in ranked[:_SHOWN])
    return f"{ranked[0]}   ({shown})"
