"""8 x 8 images of handwritten digits, without a download: they come with scikit-learn.

What is not here: drawing them (`viz`), the 28 x 28 images of MNIST (`mnist`).

>>> train, held_out = digits()
>>> len(train), len(held_out), len(train.inputs[0])
(1437, 360, 64)
>>> train.labels[0], train.targets[0].index(1.0)
(6, 6)
"""

from __future__ import annotations

from autodiff.extend import package

from .examples import Examples, Split

_HELD_OUT = 360  # a fifth of the 1,797 images


def digits(seed: int = 0) -> Split:
    """Return the 1,797 images of the optical recognition data set, shuffled and split.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998 (its test part, as scikit-learn bundles it).

    Args:
        seed: of the shuffle; the same seed makes the same split.

    Returns:
        1,437 examples to learn from and 360 others. The inputs of each are 64 numbers in [0, 1],
        row by row, 0 is paper and 1 is ink; its targets are 10 numbers, 1 at the digit it shows
        and 0 elsewhere.

    Raises:
        MissingPackageError: if scikit-learn is not installed.
    """
    bundle = package("sklearn.datasets").load_digits()
    images: list[list[float]] = (bundle.data / 16.0).tolist()
    targets = [[float(digit == label) for digit in range(10)] for label in bundle.target.tolist()]
    return Examples(images, targets).split(_HELD_OUT, seed)
