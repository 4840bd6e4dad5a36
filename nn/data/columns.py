"""Convert arrays, tensors, data frames and class labels to NumPy arrays of real numbers.

`numpy.asarray` reads whatever has `__array__`: tensors of PyTorch, data frames and series of pandas
and polars. None of these packages is imported.

>>> labels_of([2, 0]), labels_of([[1.0], [0.0]])
([2, 0], None)
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, cast

from autodiff import OperandError, OptionError, WrongTypeError
from autodiff.extend import described, is_array, number, numpy, whole
from nn.errors import DataError

_REAL = "fiub"  # kinds of NumPy types
_WHOLE = "iub"
_LARGEST = 1_000_000_000  # numbers of an array, of which float64 copies are made
_MOST = 10_000  # classes that are counted by the largest label


def is_foreign(x: object) -> bool:
    """Return whether `x` is an array of another package, or a NumPy array of no axis."""
    return hasattr(x, "__array__") and not (is_array(x) and type(x).__module__ == "numpy")


def array_of(x: Any, what: str) -> Any:
    """Return an array, tensor or data frame as a NumPy array of real numbers.

    Args:
        x: anything that `numpy.asarray` reads; it is copied only if necessary.
        what: what the numbers mean, for the error.

    Raises:
        WrongTypeError: if it cannot be read, or holds anything but real numbers.
        DataError: if numbers are masked.
        OptionError: if there are more than 1,000,000,000.
    """
    if numpy().ma.is_masked(x):
        remedy = "fill them, or drop their rows"
        raise DataError(f"numbers without a mask as {what}", "masked numbers", remedy)
    try:
        array = numpy().asarray(x)
    except (TypeError, ValueError, RuntimeError) as error:
        raise WrongTypeError(
            f"an array of numbers as {what}",
            f"{type(x).__name__} that NumPy cannot read ({error})",
            "for a tensor, pass x.detach().cpu().double()",
        ) from error
    if array.size > _LARGEST:
        remedy = "take a part of it"
        raise OptionError(f"at most {_LARGEST:,} numbers as {what}", f"{array.size:,}", remedy)
    if array.dtype.kind == "O":  # a data frame whose columns differ in type
        return _from_objects(array, what)
    if array.dtype.kind not in _REAL:
        raise _not_real(what, f"an array of {array.dtype}")
    return array


def labels_of(targets: Any) -> list[int] | None:
    """Return targets as ints if they are a flat sequence of ints, the classes of examples."""
    if is_array(targets) or is_foreign(targets):
        array = numpy().asarray(array_of(targets, "targets"))
        is_flat = array.ndim == 1 and array.dtype.kind in _WHOLE
        return [int(label) for label in array.tolist()] if is_flat else None
    if not isinstance(targets, (list, tuple)) or not targets:
        return None
    given = cast("Sequence[Any]", targets)
    return [int(label) for label in given] if all(map(_is_whole, given)) else None


def one_hot(labels: Sequence[int], classes: int | None) -> list[list[float]]:
    """Return a row for each label: 1 at the class, 0 elsewhere.

    Args:
        labels: ints from 0.
        classes: the length of a row; None for one more than the largest label.

    Raises:
        DataError: if a label is negative or not below `classes`.
        OptionError: if `classes` is less than 1.
        WrongTypeError: if `classes` is not a whole number.
    """
    largest = max(labels, default=0)
    counted = min(largest + 1, _MOST)
    count = counted if classes is None else whole(classes, 1, "the number of classes")
    for label in (min(labels, default=0), largest):
        if not 0 <= label < count:
            raise DataError(
                f"classes from 0 to {max(count - 1, 0)}",
                f"the class {label}",
                "count classes from 0, and give the network one output for each",
            )
    return [[float(label == index) for index in range(count)] for label in labels]


def _is_whole(label: Any) -> bool:
    return isinstance(label, Integral)


def _from_objects(array: Any, what: str) -> Any:
    numbers: list[float] = []
    for x in array.ravel().tolist():
        try:
            numbers.append(number(x))
        except OperandError:
            raise _not_real(what, described(x)) from None
    return numpy().array(numbers, float).reshape(array.shape)


def _not_real(what: str, arrived: str) -> WrongTypeError:
    remedy = "leave out or encode columns of texts, dates and missing values"
    return WrongTypeError(f"real numbers as {what}", arrived, remedy)
