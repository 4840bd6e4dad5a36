"""Weights without a seed: parts made one after another differ, and a program repeats itself."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest

import nn
from nn import MLP, Layer, Neuron, WrongTypeError


def _numbers(part: nn.Module) -> list[float]:
    return [value.data for value in part.parameters()]


@pytest.mark.parametrize(
    "make", [lambda: Neuron(2), lambda: Layer(2, 3), lambda: MLP(2, [3, 1])], ids=["n", "l", "m"]
)
def test_parts_made_one_after_another_differ_and_seed_repeats_them(make) -> None:
    nn.seed(5)
    first, second = _numbers(make()), _numbers(make())
    assert first != second
    nn.seed(5)
    assert [_numbers(make()), _numbers(make())] == [first, second]
    nn.seed(6)
    assert _numbers(make()) != first


def test_the_first_network_without_a_seed_is_that_of_seed_0() -> None:
    nn.seed()
    assert _numbers(MLP(2, [3, 1])) == _numbers(MLP(2, [3, 1], seed=0))


def test_an_explicit_seed_and_loading_leave_the_generator_alone(tmp_path) -> None:
    nn.seed()
    Neuron(2, seed=3), Neuron(2, seed=Random(3)), nn.data.moons(4, seed=1)
    MLP(2, [1], seed=4).save(tmp_path / "net.safetensors")
    nn.load(tmp_path / "net.safetensors")
    assert _numbers(Neuron(2)) == _numbers(Neuron(2, seed=0))


def test_two_runs_of_a_program_have_the_same_weights() -> None:
    program = "import random, nn; random.seed(); print([nn.Neuron(2).weights for _ in range(3)])"
    runs = {subprocess.check_output([sys.executable, "-c", program]) for _ in range(2)}
    assert len(runs) == 1


@pytest.mark.parametrize("wrong", ["1", None, 1.5])
def test_a_seed_is_an_int(wrong) -> None:
    with pytest.raises(WrongTypeError, match="expected an int or a random"):
        nn.seed(wrong)


class LectureLayer(nn.Module):
    """A list of neurons, each made by itself, as the lecture writes it."""

    def __init__(self, inputs: int, outputs: int, activation: str = "relu") -> None:
        self.neurons = [Neuron(inputs, activation) for _ in range(outputs)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]


class LectureNetwork(nn.Module):
    def __init__(self) -> None:
        self.hidden = [LectureLayer(2, 16), LectureLayer(16, 16)]
        self.output = LectureLayer(16, 1, "linear")

    def __call__(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.output(x)


def test_a_layer_of_neurons_made_one_by_one_learns_two_moons() -> None:
    """With equal neurons it could not: they would stay equal and act as one."""
    nn.seed(0)
    net, examples = LectureNetwork(), nn.data.moons(60, noise=0.1, seed=1, sides=True)
    nn.fit(
        net, examples, loss=nn.hinge, epochs=60, batch_size=10, learning_rate=0.1, progress=False
    )
    assert nn.accuracy(net, examples) == 1.0
    for layer in net.hidden:
        assert len({tuple(x.data for x in neuron.weights) for neuron in layer.neurons}) == 16
