"""What `from_torch` takes and refuses, by a stand-in; tests/peers has the real PyTorch."""

from __future__ import annotations

import sys
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

import nn
from autodiff import ChalkgradError

ADDRESSES = count(1)


class Tensor:
    def __init__(self, numbers) -> None:
        self._numbers = np.array(numbers, float)
        self.shape = self._numbers.shape
        self._address = next(ADDRESSES)

    def __len__(self) -> int:
        return len(self._numbers)

    def numel(self) -> int:
        return self._numbers.size

    def data_ptr(self) -> int:
        return self._address

    def detach(self):
        return self

    cpu = double = detach

    def numpy(self):
        return self._numbers


class Module:
    def __init__(self) -> None:
        self._forward_hooks, self._forward_pre_hooks = {}, {}

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError


class Linear(Module):
    def __init__(self, inputs, outputs) -> None:
        super().__init__()
        self.weight = Tensor(np.arange(inputs * outputs).reshape(outputs, inputs))
        self.bias = Tensor(np.ones(outputs))

    def forward(self, x):
        return x


class ReLU(Module):
    def forward(self, x):
        return x


class Sequential(Module):
    def __init__(self, *parts) -> None:
        super().__init__()
        self.parts = parts

    def __iter__(self):
        return iter(self.parts)

    def forward(self, x):
        return x


KINDS = {"Linear": Linear, "ReLU": ReLU, "Sequential": Sequential}


@pytest.fixture(autouse=True)
def torch(monkeypatch):
    fake = SimpleNamespace(nn=SimpleNamespace(Module=Module, **KINDS), Tensor=Tensor)
    monkeypatch.setitem(sys.modules, "torch", fake)


def made(kind):
    return {"Linear": lambda: Linear(2, 2), "ReLU": ReLU, "Sequential": Sequential}[kind]()


def subclass(kind, **methods):
    part = made(kind)
    part.__class__ = type(kind, (KINDS[kind],), methods)
    return part


def with_attribute(kind):
    part = made(kind)
    part.forward = lambda x: 2 * x
    return part


def with_hook(kind, hooks):
    part = made(kind)
    getattr(part, hooks)[0] = lambda *_: None
    return part


CHANGES = {
    "forward": lambda kind: subclass(kind, forward=lambda self, x: 2 * x),
    "call": lambda kind: subclass(kind, __call__=lambda self, x: 2 * x),
    "attribute": with_attribute,
    "hook": lambda kind: with_hook(kind, "_forward_hooks"),
    "hook before": lambda kind: with_hook(kind, "_forward_pre_hooks"),
}


def network(kind, part):
    linear, relu = Linear(2, 2), ReLU()
    if kind == "Sequential":
        part.parts = (linear, relu)
        return part
    return Sequential(part, relu) if kind == "Linear" else Sequential(linear, part)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", CHANGES)
def test_what_computes_something_of_its_own_is_refused(change, kind) -> None:
    assert repr(nn.from_torch(network(kind, made(kind)))).startswith("MLP of 2 -> 2 relu")
    with pytest.raises(ChalkgradError, match=r"of its own: write the network with nn\.Module"):
        nn.from_torch(network(kind, CHANGES[change](kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_subclasses_that_compute_the_same_are_taken(kind) -> None:
    net = nn.from_torch(network(kind, subclass(kind, extra=lambda self: 5)))
    assert repr(net).startswith("MLP of 2 -> 2 relu")


def test_a_module_that_is_used_twice_is_tied() -> None:
    shared = Linear(2, 2)
    net = nn.from_torch(Sequential(shared, ReLU(), Linear(2, 2), shared))
    assert len(net.parameters()) == 12
    assert net.layers[0].neurons[1].weights[0] is net.layers[2].neurons[1].weights[0]
    assert net.layers[0].neurons[1].bias is net.layers[2].neurons[1].bias
    assert net.layers[0].neurons[1].bias is not net.layers[1].neurons[1].bias
    state = {
        "0.weight": shared.weight,
        "0.bias": shared.bias,
        "2.weight": shared.weight,
        "2.bias": Tensor([0.0, 0.0]),
    }
    assert len(nn.from_torch(state).parameters()) == 8


@pytest.mark.parametrize("name", ["1.running_mean", "scale", "1.weight_g", "bias"])
def test_a_state_dict_with_more_than_linear_modules_is_refused(name) -> None:
    linear = Linear(2, 2)
    state = {"0.weight": linear.weight, "0.bias": linear.bias, name: Tensor([1.0])}
    with pytest.raises(ChalkgradError, match=f"a state dict of Linear modules, got {name}"):
        nn.from_torch(state)


def test_a_state_dict_of_one_layer_names_its_activations_too() -> None:
    state = {"0.weight": Linear(2, 2).weight}
    with pytest.raises(ChalkgradError, match="did you mean 'relu'"):
        nn.from_torch(state, activation="rleu")
    assert repr(nn.from_torch(state, output_activation="tanh")).startswith("MLP of 2 -> 2 tanh")
