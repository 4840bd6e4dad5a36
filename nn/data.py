"""Real data to learn from: 8 x 8 images of handwritten digits, without a download.

They come with scikit-learn, which is imported only when they are asked for. What is not here:
drawing them (`viz`), the 28 x 28 images of MNIST.

>>> train, held_out = digits()
>>> len(train.images), len(held_out.images), len(train.images[0])
(1437, 360, 64)
>>> train.labels[0], train.targets[0].index(1.0)
(6, 6)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from .checks import generator_of
from .errors import MissingPackageError

__all__ = ["Digits", "Split", "digits"]

_HELD_OUT = 360  # a fifth of the 1,797 images


class Digits(NamedTuple):
    """Images of handwritten digits and what they show.

    Attributes:
        images: each a list of 64 floats in [0, 1], row by row; 0 is paper, 1 is ink.
        labels: the digit each image shows, 0 to 9.
        targets: each a list of 10 floats, 1 at the label and 0 elsewhere.
    """

    images: list[list[float]]
    labels: list[int]
    targets: list[list[float]]

    @property
    def examples(self) -> list[tuple[list[float], list[float]]]:
        """The pairs of image and target, as `fit` takes them."""
        return list(zip(self.images, self.targets, strict=True))


class Split(NamedTuple):
    """Images to learn from, and others to be judged by, which no training may see.

    Attributes:
        train: 1,437 images.
        held_out: the other 360.
    """

    train: Digits
    held_out: Digits


def digits(seed: int = 0) -> Split:
    """Return the 1,797 images of the optical recognition data set, shuffled and split.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998 (its test part, as scikit-learn bundles it).

    Args:
        seed: of the shuffle; the same seed makes the same split.

    Raises:
        MissingPackageError: if scikit-learn is not installed.
    """
    bundle = _load()
    images: list[list[float]] = (bundle.data / 16.0).tolist()
    labels: list[int] = bundle.target.tolist()
    order = list(range(len(images)))
    generator_of(seed).shuffle(order)
    held_out = order[:_HELD_OUT]
    return Split(_chosen(images, labels, order[_HELD_OUT:]), _chosen(images, labels, held_out))


def _chosen(images: list[list[float]], labels: list[int], indices: list[int]) -> Digits:
    chosen = [labels[index] for index in indices]
    targets = [[float(digit == label) for digit in range(10)] for label in chosen]
    return Digits([images[index] for index in indices], chosen, targets)


def _load() -> Any:
    """Load the data set; scikit-learn has no types, so its module is asked for by name."""
    try:
        datasets = import_module("sklearn.datasets")
    except ImportError as error:
        raise MissingPackageError(
            "scikit-learn, which brings the images", f"{error}", "pip install chalkgrad[data]"
        ) from error
    return datasets.load_digits()
