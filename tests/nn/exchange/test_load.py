"""Networks in files: every bit comes back, and a damaged file is an error."""

from __future__ import annotations

import json
import os
import sys
from random import Random

import numpy as np
import pytest

import nn
from autodiff import FileError
from autodiff.errors import MissingPackageError, OptionError, WrongTypeError
from nn.errors import DataError
from nn.extend import read_arrays, write_arrays

pytest.importorskip("safetensors")


def small(seed: int = 1) -> nn.MLP:
    return nn.MLP(2, [3, 4, 1], activation=["tanh", "softplus", "linear"], seed=seed)


@pytest.fixture
def path(tmp_path):
    small().save(tmp_path / "net.safetensors")
    return tmp_path / "net.safetensors"


def test_every_bit_comes_back(tmp_path) -> None:
    net = nn.MLP(5, [4, 3], activation="gelu", output_activation="sigmoid", seed=7)
    for parameter, x in zip(net.parameters(), [0.1, -0.0, 1e-310, np.pi, np.inf], strict=False):
        parameter.data = float(x)
    net.save(str(tmp_path / "net.safetensors"))
    again = nn.load(str(tmp_path / "net.safetensors"))
    assert [p.data.hex() for p in again.parameters()] == [p.data.hex() for p in net.parameters()]
    assert repr(again) == repr(net)
    assert again.seed == 7
    assert again.state_dict() == net.state_dict()


def test_what_is_written_can_be_read_by_others(path) -> None:
    safetensors = pytest.importorskip("safetensors")
    with safetensors.safe_open(path, framework="numpy") as file:
        words = file.metadata()
        assert file.get_tensor("layers.1.weights").shape == (4, 3)
        assert file.get_tensor("layers.1.biases").dtype == np.float64
    assert json.loads(words["sizes"]) == [2, 3, 4, 1]
    assert json.loads(words["activations"]) == ["tanh", "softplus", "linear"]
    assert json.loads(words["seed"]) == 1


def test_the_file_of_a_network_without_a_seed_says_so(tmp_path) -> None:
    nn.MLP(1, [1], seed=Random(1)).save(tmp_path / "net")
    assert nn.load(tmp_path / "net").seed is None


def test_a_changed_byte_anywhere_is_noticed(path) -> None:
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x40
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=str(path)):
            nn.load(path)


def test_a_file_that_is_cut_off_is_noticed(path) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole), 13):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=str(path)):
            nn.load(path)


@pytest.mark.parametrize(
    ("arrays", "words", "message"),
    [
        ({}, {}, "a network that nn saved, got .*: no 'activations'"),
        ({}, {"activations": "[]", "seed": "1"}, "layers that follow each other"),
        ({}, {"activations": '["relu"]', "seed": "1"}, "no 'layers.0.weights'"),
        ({}, {"activations": "{", "seed": "1"}, "check that it is the right file"),
        ({"layers.0.weights": (2, 3), "layers.0.biases": (3,)}, None, r"\(2, 3\), \(3,\)"),
        ({"layers.0.weights": (2,), "layers.0.biases": (2,)}, None, r"follow each other"),
        ({"layers.0.weights": (0, 3), "layers.0.biases": (0,)}, None, "the number of neurons"),
        (
            {"layers.0.weights": (2, 3), "layers.0.biases": (2,), "more": (1,)},
            None,
            "a network and nothing else, got .* with more",
        ),
        (
            {"layers.0.weights": (2, 3), "layers.0.biases": (2,)},
            {"activations": '["rleu"]', "seed": "1"},
            "did you mean 'relu'",
        ),
        (
            {"layers.0.weights": (2, 3), "layers.0.biases": (2,)},
            {"activations": '["relu"]', "seed": '"a"'},
            "nothing else, got .* with str 'a'",
        ),
    ],
)
def test_files_of_something_else_are_refused(arrays, words, message, tmp_path) -> None:
    given = {name: np.zeros(shape) for name, shape in arrays.items()}
    default = {"activations": '["relu"]', "seed": "1"}
    write_arrays(tmp_path / "a", given, default if words is None else words)
    with pytest.raises(DataError, match=message):
        nn.load(tmp_path / "a")


def test_arrays_of_other_numbers_are_refused(tmp_path) -> None:
    write_arrays(tmp_path / "a", {"x": np.arange(3)}, {})
    with pytest.raises(DataError, match="arrays of floats, got int64 x in"):
        read_arrays(tmp_path / "a")


def test_saving_replaces_all_of_a_file_or_nothing(path, monkeypatch) -> None:
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=rf"written, got '{path}' \(No space left on device\)"):
        small(seed=2).save(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    monkeypatch.undo()
    small(seed=2).save(path)
    assert nn.load(path).seed == 2


def test_files_that_cannot_be_reached_are_errors(tmp_path) -> None:
    with pytest.raises(DataError, match=r"a readable file .*none, got No such file"):
        nn.load(tmp_path / "none")
    with pytest.raises(FileError, match=r"written, got '.*/no/net' \(No such file"):
        small().save(tmp_path / "no" / "net")


class Doubled(nn.MLP):
    """Computes more than its layers."""

    def __call__(self, inputs):
        return [2 * output for output in super().__call__(inputs)]


class DoubledLayer(nn.Layer):
    def __call__(self, inputs):
        return [2 * output for output in super().__call__(inputs)]


class DoubledNeuron(nn.Neuron):
    def fire(self, inputs):
        return 2 * super().fire(inputs)


def mixed() -> nn.MLP:
    net = small()
    net.layers[1].neurons[2].activation = "tanh"
    return net


def with_layer() -> nn.MLP:
    net = small()
    net.layers[1] = DoubledLayer(3, 4, "softplus")
    return net


def with_neuron() -> nn.MLP:
    net = small()
    net.layers[0].neurons[1] = DoubledNeuron(2, "tanh")
    return net


@pytest.mark.parametrize(
    "write",
    [
        lambda net, path: net.save(path),
        lambda net, _: nn.to_torch(net),
        nn.to_onnx,
    ],
    ids=["save", "torch", "onnx"],
)
@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (mixed, OptionError, r"one activation .* got softplus, tanh in layers\[1\]: set"),
        (lambda: Doubled(2, [1]), WrongTypeError, "MLP.__call__, got Doubled, which has its own"),
        (with_layer, WrongTypeError, "Layer.__call__, got DoubledLayer, which has its own: keep"),
        (with_neuron, WrongTypeError, "Neuron.fire, got DoubledNeuron, which has its own: keep"),
    ],
)
def test_what_would_come_back_as_another_network_is_refused(
    write, make, error, message, tmp_path
) -> None:
    with pytest.raises(error, match=message):
        write(make(), tmp_path / "net")
    assert not list(tmp_path.iterdir())


def test_a_layer_whose_neurons_all_changed_alike_is_kept(tmp_path) -> None:
    net = small()
    for neuron in net.layers[1].neurons:
        neuron.activation = "gelu"
    net.save(tmp_path / "net")
    assert repr(nn.load(tmp_path / "net")) == repr(net)


def test_a_seed_of_numpy_is_kept_as_the_int_it_is(tmp_path) -> None:
    net = nn.MLP(2, [1], seed=np.int64(3))
    assert type(net.seed) is int
    net.save(tmp_path / "net")
    assert nn.load(tmp_path / "net").seed == 3


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("safetensors", lambda path: small().save(path)),
        ("torch", lambda _: nn.to_torch(small())),
        ("onnx", lambda path: nn.to_onnx(small(), path)),
    ],
)
def test_without_its_package_each_says_so(package, call, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, f"{package}.numpy", None)
    with pytest.raises(MissingPackageError, match='pip install "chalkgrad'):
        call(tmp_path / "net")
