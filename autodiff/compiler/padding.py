"""`padded`: sequences of several lengths as one array, with a weight for every place.

>>> numbers, weights = padded([[5, 6, 7], [8]])
>>> numbers
array([[5., 6., 7.],
       [8., 0., 0.]])
>>> weights
array([[1., 1., 1.],
       [1., 0., 0.]])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autodiff.errors import ShapeError
from autodiff.graph.node import is_array, number
from autodiff.graph.pytree import MOST
from autodiff.system import numpy
from autodiff.validation import sequence, whole

if TYPE_CHECKING:
    from autodiff.system import Array


def padded(
    rows: Iterable[Any], fill: float = 0.0, *, length: int | None = None
) -> tuple[Array, Array]:
    """Return sequences of several lengths as one array, and a weight for every place.

    A program has one shape for all examples. To run it on sequences of any length, let its
    function take the weights as an argument and multiply the loss of each place by its weight:
    what is padded then counts nothing. The loss of a padded place must be finite all the same,
    since 0 * inf is nan: choose `fill` so that it is.

    Args:
        rows: n sequences of numbers, or of arrays of one shape: lists or arrays. One may be empty.
        fill: the number in every padded place; 0 by default.
        length: of a row, at least that of the longest, which is the default.

    Returns:
        The numbers, a float64 array of shape (n, length), or (n, length, ...) for arrays; and the
        weights, of shape (n, length): 1 for what was given, 0 for what was padded.

    Raises:
        ShapeError: if there are no rows, one is longer than `length`, or the arrays in them differ
            in shape.
        OperandError: if a row holds anything but real numbers.
        WrongTypeError: if `rows` is not a sequence, or `length` not a whole number.
        OptionError: if `length` is negative or more than 10,000,000.
    """
    # NumPy takes most of the time of an import.
    from .runtime.inputs import array_of  # noqa: PLC0415

    given = list(rows) if is_array(rows) else sequence(rows, "a list of sequences")
    arrays = [array_of(row, f"row {place}", float) for place, row in enumerate(given)]
    item = _shape_of_items(arrays)
    longest = max(len(array) for array in arrays)
    width = longest if length is None else whole(length, 0, "the length of a row", most=MOST)
    if longest > width:
        place = next(i for i, array in enumerate(arrays) if len(array) > width)
        raise ShapeError(
            f"rows of at most {width} places", f"{len(arrays[place])} in row {place}", "cut it"
        )
    numbers = numpy().full((len(arrays), width, *item), number(fill))
    weights = numpy().zeros((len(arrays), width))
    for place, array in enumerate(arrays):
        if array.size:
            numbers[place, : len(array)] = array
        weights[place, : len(array)] = 1.0
    return numbers, weights


def _shape_of_items(arrays: Sequence[Array]) -> tuple[int, ...]:
    """Return the shape that the items of all rows have in common: () for numbers."""
    expected = "sequences whose items are numbers, or arrays of one shape"
    if not arrays:
        raise ShapeError(expected, "none", "pass a list that is not empty")
    for place, array in enumerate(arrays):
        if not array.ndim:
            raise ShapeError(expected, f"a single number as row {place}", "write [x] for one item")
    shapes = [array.shape[1:] for array in arrays if len(array)]
    for shape in shapes:
        if shape != shapes[0]:
            arrived = f"shapes {shapes[0]} and {shape}"
            raise ShapeError(expected, arrived, "pad or cut the items first")
    return shapes[0] if shapes else ()
