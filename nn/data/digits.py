"""`digits`: 8 x 8 images of handwritten digits, which come with scikit-learn.

>>> train, held_out = digits()
>>> len(train), len(held_out), len(train.inputs[0])
(1437, 360, 64)
>>> train.labels[0], train.targets[0].index(1.0)
(6, 6)
"""

from __future__ import annotations

from random import Random

from autodiff.extend import package

from .examples import Examples, Split

_HELD_OUT = 360  # a fifth of the 1,797 images


def digits(seed: int | Random = 0) -> Split:
    """Return 1,797 images of handwritten digits, shuffled and split.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998 (its test part, which scikit-learn brings).

    Args:
        seed: of the shuffle, an int or a `random.Random`; 0 by default. The same int makes the
            same split.

    Returns:
        1,437 examples to learn from and 360 held out. The inputs of each are 64 grey levels from
        0, paper, to 1, ink, row by row; its 10 targets are 1 at the digit that it shows and 0
        elsewhere.

    Raises:
        MissingPackageError: if scikit-learn is not installed.
        WrongTypeError: if the seed is of another type.
    """
    bundle = package("sklearn.datasets").load_digits()
    images: list[list[float]] = (bundle.data / 16.0).tolist()
    targets = [[float(digit == label) for digit in range(10)] for label in bundle.target.tolist()]
    return Examples(images, targets).split(_HELD_OUT, seed)
