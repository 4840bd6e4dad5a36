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
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from autodiff.errors import ChalkgradError, ShapeError
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
    given = list(rows) if is_array(rows) else sequence(rows, "a list of sequences")
    lengths, items = _joined(given)
    longest = max(lengths)
    width = longest if length is None else whole(length, 0, "the length of a row", most=MOST)
    if longest > width:
        place = next(place for place, own in enumerate(lengths) if own > width)
        raise ShapeError(
            f"rows of at most {width} places", f"{lengths[place]} in row {place}", "cut it"
        )
    np = numpy()
    is_given = np.arange(width) < np.array(lengths)[:, None]
    numbers = np.full((len(lengths), width, *items.shape[1:]), number(fill))
    numbers[is_given] = items
    return numbers, is_given.astype(float)


def _joined(rows: Sequence[Any]) -> tuple[list[int], Array]:
    """Return the length of every row, and the items of all rows in one array."""
    # NumPy takes most of the time of an import.
    from .runtime.inputs import array_of  # noqa: PLC0415

    if rows and all(row.__class__ is list for row in rows):
        with suppress(ChalkgradError):  # found again below, with the number of its row
            items = array_of(list(chain.from_iterable(rows)), "rows", float)
            return list(map(len, rows)), items
    expected = "sequences whose items are numbers, or arrays of one shape"
    if not rows:
        raise ShapeError(expected, "none", "pass a list that is not empty")
    arrays = [array_of(row, f"row {place}", float) for place, row in enumerate(rows)]
    for place, array in enumerate(arrays):
        if not array.ndim:
            raise ShapeError(expected, f"a single number as row {place}", "write [x] for one item")
    filled = [array for array in arrays if len(array)] or arrays[:1]
    for array in filled:
        if array.shape[1:] != filled[0].shape[1:]:
            arrived = f"shapes {filled[0].shape[1:]} and {array.shape[1:]}"
            raise ShapeError(expected, arrived, "pad or cut the items first")
    return list(map(len, arrays)), numpy().concatenate(filled)
