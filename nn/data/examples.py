"""`Examples`: inputs and targets side by side, as pairs and as arrays.

>>> examples = Examples([[0, 0], [0, 1], [1, 1]], [[1, 0], [0, 1], [1, 0]])
>>> examples[1]
([0, 1], [0, 1])
>>> len(examples[1:]), examples.labels
(2, [0, 1, 0])
>>> Examples([[0, 0], [0, 1]], [2, 0]).targets
[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, overload

from autodiff import OptionError, ShapeError, WrongTypeError
from autodiff.extend import Operand, described, is_array, numpy, sequence, whole
from nn.validation import generator_of

from .columns import array_of, is_foreign, labels_of, one_hot

if TYPE_CHECKING:
    from autodiff.extend import Array

Example: TypeAlias = tuple[Iterable[Operand], Iterable[float]]

BRIGHTEST = 255  # of a pixel in one byte


class Examples(Sequence[Example]):
    """Inputs and targets, row by row: a sequence of pairs, and two arrays.

    Args:
        inputs: the inputs of each example: n lists of numbers; or an array, tensor or data frame
            with n rows. Bytes (uint8) are images, and read as 0 to 1.
        targets: the wanted outputs of each, in the same forms, with bytes as plain numbers; or n
            ints, the class of each from 0, which become rows with a 1 at the class.
        classes: the number of classes of such ints, at least 1; by default one more than the
            largest of them.

    Attributes:
        inputs: lists stay lists, anything else becomes an array.
        targets: likewise.

    Raises:
        ShapeError: if there are not as many rows of targets as of inputs.
        WrongTypeError: if one is neither a list of rows nor an array of two axes, or an array
            holds anything but real numbers.
        DataError: if a class is negative or not below `classes`, or numbers are masked.
    """

    def __init__(self, inputs: Any, targets: Any, classes: int | None = None) -> None:
        self.inputs: Any = _rows(inputs, "inputs")
        labels = labels_of(targets)
        if labels is None:
            self.targets: Any = _rows(targets, "targets")
        else:
            rows = one_hot(labels, classes)
            self.targets = numpy().array(rows) if is_array(self.inputs) else rows
        if len(self.inputs) != len(self.targets):
            raise ShapeError(
                f"targets for each of {len(self.inputs)} examples",
                f"{len(self.targets)}",
                "pass as many rows of targets as of inputs",
            )

    @property
    def labels(self) -> list[int]:
        """The class of each example: the index of its largest target; of one, whether it is > 0."""
        rows = self.targets.tolist() if is_array(self.targets) else map(list, self.targets)
        return [row.index(max(row)) if len(row) > 1 else int(row[0] > 0) for row in rows]

    def arrays(self) -> tuple[Array, Array]:
        """Return inputs and targets as float64 arrays, one row for each example.

        Raises:
            WrongTypeError: if a row is not a list of numbers, or not as long as the first.
        """
        return _array(self.inputs, "inputs"), self.target_array()

    def as_arrays(self) -> Examples:
        """Return the same examples as arrays; bytes stay bytes. Errors are those of `arrays`."""
        if is_array(self.inputs) and is_array(self.targets):
            return self
        is_image = is_array(self.inputs)
        inputs = self.inputs if is_image else _array(self.inputs, "inputs")
        return Examples(inputs, self.target_array())

    def target_array(self) -> Array:
        """Return the targets alone as a float64 array; errors are those of `arrays`."""
        return _array(self.targets, "targets")

    def take(self, indices: Sequence[int] | Array) -> Examples:
        """Return the examples at some indices, in that order.

        Args:
            indices: ints from 0, as a list or an array of one axis.

        Raises:
            WrongTypeError: if they are not ints in a list or an array of one axis.
            OptionError: if there are not so many examples.
        """
        return rows_at(self, _indices(indices, len(self)))

    def split(self, held_out: int, seed: int | Random = 0) -> Split:
        """Shuffle, and hold some examples out of training.

        Args:
            held_out: the number of examples to hold out, at least 1 and fewer than there are.
            seed: of the shuffle, an int or a `random.Random`; 0 by default. The same int makes the
                same split.

        Raises:
            ShapeError: if so many cannot be held out.
            WrongTypeError: if the number is not whole, or the seed is of another type.
        """
        count = whole(held_out, 1, "the number of examples held out", ShapeError)
        if count >= len(self):
            raise ShapeError(
                f"fewer than {len(self)} examples held out", f"{count}", "leave some to learn from"
            )
        order = list(range(len(self)))
        generator_of(seed).shuffle(order)
        return Split(self.take(order[count:]), self.take(order[:count]))

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Examples: ...
    def __getitem__(self, index: int | slice) -> Example | Examples:
        """Return one pair of inputs and targets, or the examples of a slice."""
        if isinstance(index, slice):
            return Examples(self.inputs[index], self.targets[index])
        return _row(self.inputs, index, is_image=True), _row(self.targets, index, is_image=False)

    def __len__(self) -> int:
        return len(self.inputs)

    def __iter__(self) -> Iterator[Example]:
        for index in range(len(self)):
            yield self[index]

    def __repr__(self) -> str:
        return f"Examples({len(self)} of them)"


class Split(NamedTuple):
    """Examples to learn from, and others held out to evaluate what was learnt.

    Args:
        train: the examples to learn from.
        held_out: the others.
    """

    train: Examples
    held_out: Examples


def _rows(rows: Any, what: str) -> Any:
    if not is_array(rows) and not is_foreign(rows):
        return sequence(rows, f"a list of rows as {what}")
    array = array_of(rows, what)
    if array.ndim != 2:
        remedy = "give every example one row: images.reshape(len(images), -1)"
        if what == "targets":
            remedy = "give every example one row: np.eye(10)[labels], or values[:, None]"
        raise WrongTypeError(
            f"an array of two axes as {what}", f"an array of shape {array.shape}", remedy
        )
    return array


def _array(rows: Any, what: str) -> Any:
    if not is_array(rows):
        array = _numbers(rows)
        if array is not None and (array.ndim == 2 or not len(array)):
            return array
        first = rows[0]
        raise WrongTypeError(
            f"lists of numbers, all of one length, as {what}",
            described(next((row for row in rows if not _is_like(row, first)), first)),
            "write each example as ([0.5, -1.0], [1.0])",
        )
    numbers = rows.astype(float, copy=False)
    if rows.dtype == numpy().uint8 and what == "inputs":
        numbers /= BRIGHTEST  # in two thirds of the time of dividing the bytes
    return numbers


def _numbers(rows: Any) -> Any:
    """Return rows as an array; None if they differ in length, or hold anything but numbers."""
    try:
        found = numpy().array([list(row) for row in rows])
    except (TypeError, ValueError):
        return None
    return found.astype(float) if found.dtype.kind in "fiub" else None  # no texts, no objects


def _is_like(row: Any, first: Any) -> bool:
    """Return whether a row is a list of numbers as long as the first."""
    numbers = _numbers([row])
    return numbers is not None and numbers.ndim == 2 and len(row) == len(first)


def rows_at(examples: Examples, indices: Sequence[int] | Array) -> Examples:
    """Return the examples at some indices, which are not checked."""
    taken = Examples.__new__(Examples)  # without checks: the rows fit
    taken.inputs = _taken(examples.inputs, indices)
    taken.targets = _taken(examples.targets, indices)
    return taken


def _indices(given: Any, count: int) -> Any:
    """Return indices as a list, or as an array of one axis."""
    if is_array(given) and given.ndim == 1 and given.dtype.kind in "iu":
        indices, ends = given, [given.min(), given.max()] if len(given) else []
    else:
        given = sequence(given, "a list of indices of examples")
        indices = ends = [whole(x, -count, "an index", most=count - 1) for x in given]
    if any(not -count <= index < count for index in ends):
        raise OptionError(f"indices below {count}", described(given), "count examples from 0")
    return indices


def _taken(rows: Any, indices: Any) -> Any:
    return rows[indices] if is_array(rows) else [rows[index] for index in indices]


def _row(rows: Any, index: int, *, is_image: bool) -> Any:
    if not is_array(rows):
        return rows[index]
    row = rows[index]
    is_bytes = is_image and row.dtype == numpy().uint8
    return (row / BRIGHTEST if is_bytes else row).tolist()
