"""Convert pairs, arrays, tensors, data frames and class labels to Examples.

>>> examples_of([([0.5, 1.0], 1), ([0.0, 2.0], 0)]).targets
[[0.0, 1.0], [1.0, 0.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, cast

from autodiff import ShapeError, WrongTypeError, no_grad
from autodiff.extend import described, is_array, sequence
from nn.errors import DataError

from .columns import array_of, is_foreign, labels_of
from .examples import Example, Examples

Data: TypeAlias = "Examples | Iterable[Example] | tuple[Any, Any]"  # what `examples_of` takes


def examples_of(data: Any, net: Callable[[Any], Sequence[Any]] | None = None) -> Examples:
    """Return data as Examples.

    Args:
        data: Examples; or pairs (inputs, targets); or two arrays, inputs and targets, with a row
            for each example. An int as target is the class of an example.
        net: the network that the examples are for. Classes become as many targets as it has
            outputs; for one output, the class itself is the target. None, the default, takes one
            target more than the largest class.

    Raises:
        ShapeError: if there are no examples, or not as many targets as inputs.
        WrongTypeError: if it is something else.
        DataError: if the inputs are an array of bytes, which may be pixels or numbers, or the
            network has no output for a class.
    """
    if isinstance(data, Examples):
        return _some(data)
    if _are_arrays(data):
        inputs, targets = array_of(data[0], "inputs"), data[1]
        _demand_no_bytes(inputs)
    else:
        pairs = [_pair(x) for x in sequence(data, "a list of pairs (inputs, targets) as data")]
        inputs, targets = [inputs for inputs, _ in pairs], [targets for _, targets in pairs]
    labels = labels_of(targets)
    if labels is None or net is None or not labels or len(inputs) == 0:
        return _some(Examples(inputs, targets))
    with no_grad():
        outputs = net(Examples(inputs, [[0.0]] * len(inputs))[0][0])
        classes = len(sequence(outputs, "a flat list of outputs"))
    if classes == 1:
        return Examples(inputs, [[float(label)] for label in labels])
    return Examples(inputs, labels, classes)


def inputs_of(data: Any) -> Examples:
    """Return inputs alone as Examples without targets.

    Args:
        data: Examples; or a row for each example, as a list, an array, a tensor or a data frame.

    Raises:
        ShapeError: if there are no examples.
        WrongTypeError: if it is something else.
        DataError: if it is an array of bytes, which may be pixels or numbers.
    """
    if isinstance(data, Examples):
        return _some(data)
    if is_array(data) or is_foreign(data):
        data = array_of(data, "inputs")
        _demand_no_bytes(data)
        if not data.ndim:
            expected = "a row of numbers for each example"
            raise WrongTypeError(expected, "a single number", "write [[x]]")
    else:
        data = [_plain(row) for row in sequence(data, "a list of rows as inputs")]
    return _some(Examples(data, [[]] * len(data)))


def _demand_no_bytes(inputs: Any) -> None:
    if inputs.dtype.name == "uint8":
        raise DataError(
            "floats as inputs",
            "bytes (uint8), which may be pixels or numbers",
            "write X / 255 for pixels, X.astype(float) for numbers",
        )


def _some(examples: Examples) -> Examples:
    if not len(examples):
        raise ShapeError("at least one example", "none", "pass pairs (inputs, targets)")
    return examples


def _are_arrays(data: Any) -> bool:
    """Return whether data is a pair of arrays, or of an array and a list."""
    if not isinstance(data, tuple) or not _is_pair(data):
        return False
    first, _ = cast("tuple[Any, Any]", data)
    return is_array(first) or is_foreign(first)


def _is_pair(x: Any) -> bool:
    return isinstance(x, (tuple, list)) and len(cast("Sequence[Any]", x)) == 2


def _pair(x: Any) -> tuple[Any, Any]:
    if not _is_pair(x):
        raise WrongTypeError(
            "a pair (inputs, targets) as every example", described(x), "write ([0.5, -1.0], [1.0])"
        )
    return _plain(x[0]), _plain(x[1])


def _plain(part: Any) -> Any:
    """Return the inputs or targets of one example; tensors as lists and numbers."""
    return array_of(part, "an example").tolist() if is_foreign(part) else part
