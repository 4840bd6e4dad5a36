"""Data as users have it: labels, tensors, data frames and bytes, read right or refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import ChalkgradError, Value, WrongTypeError
from nn import MLP, accuracy, confusion, cross_entropy, fit
from nn.data import Examples, examples_of
from nn.data.given import inputs_of

INPUTS = [[0.5, -1.0], [2.0, 0.25], [1.0, 1.0]]


class Foreign:
    """What NumPy reads by `__array__`: a tensor or a data frame, with or without `dtype`."""

    def __init__(self, numbers, dtype=None, error=None) -> None:
        self._array = np.array(numbers, dtype)
        self._error = error
        self.shape = self._array.shape

    def __len__(self) -> int:
        return len(self._array)

    def __array__(self, dtype=None, copy=None):
        if self._error is not None:
            raise self._error
        return self._array


class Tensor(Foreign):
    def __init__(self, numbers, dtype=None, error=None) -> None:
        super().__init__(numbers, dtype, error)
        self.dtype = "torch.float64"


KINDS = {
    "array": np.array,
    "float32": lambda rows: np.array(rows, np.float32),
    "frame": Foreign,
    "objects": lambda rows: Foreign(rows, object),
    "tensor": Tensor,
    "array of objects": lambda rows: np.array(rows, object),
    "column order": np.asfortranarray,
}
LABELS = {
    "list": list,
    "tuple": tuple,
    "int64": np.array,
    "uint8": lambda labels: np.array(labels, np.uint8),
    "series": Foreign,
    "tensor": lambda labels: Tensor(labels, np.int64),
    "numpy ints": lambda labels: [np.int16(label) for label in labels],
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=3, max_size=3), st.integers(1, 5))
def test_labels_become_one_target_for_each_output(kind, labels, classes, outputs) -> None:
    data = KINDS[kind](INPUTS), LABELS[labels](classes)
    net = MLP(2, [outputs])
    if outputs > 1 and max(classes) >= outputs:
        with pytest.raises(ChalkgradError, match=rf"from 0 to {outputs - 1}, got the class"):
            examples_of(data, net)
        return
    found = examples_of(data, net)
    expected = np.array(classes)[:, None] if outputs == 1 else np.eye(outputs)[classes]
    assert found.target_array().tolist() == expected.tolist()
    assert found.arrays()[0].tolist() == INPUTS
    pairs = examples_of(list(zip(INPUTS, LABELS["list"](classes), strict=True)), net)
    assert pairs.target_array().tolist() == expected.tolist()


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data_trains_alike(kind, engine) -> None:
    labels, states = [0, 2, 1], []
    targets = np.eye(3)[labels].tolist()
    for data in (
        Examples(INPUTS, targets),
        (KINDS[kind](INPUTS), np.array(labels)),
        (KINDS[kind](INPUTS), labels),
        (KINDS[kind](INPUTS), KINDS[kind](targets)),
        [(KINDS[kind](row), label) for row, label in zip(INPUTS, labels, strict=True)],
        [(KINDS[kind](row), Tensor(label)) for row, label in zip(INPUTS, labels, strict=True)],
    ):
        net = MLP(2, [3, 3], seed=1)
        settings = {"epochs": 3, "batch_size": 2, "learning_rate": 0.1, "engine": engine}
        fit(net, data, loss=cross_entropy, validation=data, **settings)
        states.append((net.state_dict(), accuracy(net, data), confusion(net, data).counts))
        assert net.predict(KINDS[kind](INPUTS)).tolist() == [
            [out.data for out in net(row)] for row in INPUTS
        ]
    assert all(state == states[0] for state in states)


BAD = {
    "texts": np.array([["1", "2"], ["3", "4"]]),
    "complex numbers": np.array([[1j, 2], [3, 4]]),
    "dates": np.array([["2020-01-01"] * 2] * 2, "datetime64[D]"),
    "a missing value": Foreign([[1, None], [2, 3]], object),
    "mixed texts": Foreign([[1, "a"], [2, "b"]], object),
    "a tensor with a gradient": Tensor([[1.0]], error=RuntimeError("requires grad")),
    "a tensor of another device": Tensor([[1.0]], error=TypeError("cuda")),
    "masked numbers": np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], [[0, 1], [0, 0]]),
    "bytes": np.array([[1, 2], [3, 4]], np.uint8),
    "foreign bytes": Foreign([[1, 2], [3, 4]], np.uint8),
    "one axis": np.array([1.0, 2.0]),
    "three axes": np.zeros((2, 2, 2)),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_not_rows_of_numbers_is_refused(kind) -> None:
    with pytest.raises(ChalkgradError, match="expected"):
        examples_of((BAD[kind], [0, 1]))
    with pytest.raises(ChalkgradError, match="expected"):
        inputs_of(BAD[kind])
    if "bytes" not in kind:
        with pytest.raises(ChalkgradError, match="expected"):
            examples_of((np.zeros((2, 1)), BAD[kind] if kind != "one axis" else np.zeros(2)))


def test_bytes_are_pixels_in_examples_alone() -> None:
    pixels = np.array([[0, 255]], np.uint8)
    with pytest.raises(ChalkgradError, match=r"X / 255 for pixels, X.astype\(float\) for numbers"):
        fit(MLP(2, [1]), (pixels, [[1.0]]), epochs=1, batch_size=1, learning_rate=0.1)
    assert Examples(pixels, [[1.0]]).arrays()[0].tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Examples(INPUTS, [0, -1, 0]), "classes from 0 to 0, got the class -1"),
        (lambda: Examples(INPUTS, [0, 3, 0], classes=3), "from 0 to 2, got the class 3: count"),
        (lambda: Examples(INPUTS, [0, 10**12, 0]), "from 0 to 9999, got the class 10000000"),
        (lambda: Examples(INPUTS, [0, 1, 0], classes=0), "the number of classes, got int 0"),
        (lambda: Examples(INPUTS, [0, 1]), "targets for each of 3 examples, got 2"),
    ],
)
def test_classes_that_do_not_exist_are_errors(make, message) -> None:
    with pytest.raises(ChalkgradError, match=message):
        make()


@pytest.mark.parametrize("count", [3, 150])
@pytest.mark.parametrize("last", ["linear", "sigmoid"])
def test_probabilities_are_those_of_the_losses(last, count) -> None:
    net = MLP(2, [4, 3], activation="tanh", output_activation=last, seed=2)
    rows = np.random.default_rng(1).normal(0, 3, (count, 2))
    found = net.probabilities(rows)
    outputs = np.array([[out.data for out in net(row)] for row in rows.tolist()])
    expected = outputs
    if last == "linear":
        expected = np.exp(outputs) / np.exp(outputs).sum(1, keepdims=True)
        costs = [cross_entropy(out, np.eye(3)[0]).data for out in outputs.tolist()]
        np.testing.assert_allclose(-np.log(found[:, 0]), costs, rtol=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(net.predict(rows), outputs, rtol=1e-12)


def test_probabilities_of_large_outputs_do_not_overflow() -> None:
    net = MLP(1, [2], seed=1)
    for neuron, weight in zip(net.layers[0].neurons, (1000.0, -1000.0), strict=True):
        neuron.weights[0].data, neuron.bias.data = weight, 0.0
    assert net.probabilities([[1.0], [-1.0]]).tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("shape", [([1], "linear"), ([2], "relu"), ([1], "tanh")])
def test_other_outputs_have_no_probabilities(shape) -> None:
    sizes, last = shape
    with pytest.raises(ChalkgradError, match="two or more linear outputs, or sigmoid outputs"):
        MLP(2, sizes, output_activation=last).probabilities(INPUTS)


@pytest.mark.parametrize("inputs", [[], 5, "ab", [1.0, 2.0], [["a", "b"]], [[1.0], [2.0]]])
def test_inputs_that_a_network_does_not_take_are_errors(inputs) -> None:
    with pytest.raises(ChalkgradError, match="expected"):
        MLP(2, [1]).predict(inputs)


def test_layers_and_neurons_predict_too() -> None:
    layer = MLP(2, [3]).layers[0]
    for count in (3, 120):
        rows = INPUTS * (count // 3)
        whole = layer.predict(rows)
        assert whole.shape == (count, 3)
        np.testing.assert_allclose(layer.neurons[1].predict(rows), whole[:, 1:2], rtol=1e-12)


def test_a_split_knows_all_classes() -> None:
    data = Examples(np.zeros((20, 1)), [0] * 19 + [4])
    parts = data.split(10, seed=1)
    assert {part.target_array().shape[1] for part in parts} == {5}
    assert Counter(label for part in parts for label in part.labels) == {0: 19, 4: 1}


def test_a_network_that_returns_one_value_cannot_take_classes() -> None:
    with pytest.raises(WrongTypeError, match="a flat list of outputs, got Value"):
        examples_of([([1.0, 2.0], 0), ([0.0, 1.0], 1)], lambda _: Value(1.0))
