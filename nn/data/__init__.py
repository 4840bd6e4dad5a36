"""Data to learn from: small problems in the plane, and handwritten digits.

>>> train, held_out = digits()
>>> len(train), len(held_out), len(train.inputs[0])
(1437, 360, 64)
"""

from __future__ import annotations

from .digits import digits
from .examples import Example, Examples, Split
from .given import Data, examples_of
from .mnist import has_mnist, mnist
from .toy import circles, moons, spirals, xor

__all__ = [
    "Data",
    "Example",
    "Examples",
    "Split",
    "circles",
    "digits",
    "examples_of",
    "has_mnist",
    "mnist",
    "moons",
    "spirals",
    "xor",
]
