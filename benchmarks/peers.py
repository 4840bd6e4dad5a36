"""The networks of `networks` in other libraries, each written in its usual way.

Each maker returns a step, which returns the value and the gradient: weights and bias of every layer
in turn. It raises ImportError where the library is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from math import exp
from shutil import which
from typing import Any

import numpy as np

from .networks import Network, Step, scalars


def torch_eager(work: Network, kind: str) -> Step:
    """Return PyTorch's eager forward and backward pass."""
    return _torch_step(work, kind, lambda loss: loss)


def torch_compiled(work: Network, kind: str) -> Step:
    """Return the same by torch.compile, which needs a C++ compiler."""
    if which("g++") is None and which("clang++") is None:
        raise ImportError("a C++ compiler")
    torch = import_module("torch")
    step = _torch_step(work, kind, lambda loss: torch.compile(loss, fullgraph=True))
    step()
    return step


def _torch_step(work: Network, kind: str, prepared: Callable[[Any], Any]) -> Step:
    torch = import_module("torch")
    torch.set_num_threads(1)
    parameters = [torch.tensor(a.astype(kind), requires_grad=True) for a in work.arrays()]
    x, y = torch.tensor(work.inputs.astype(kind)), torch.tensor(work.targets.astype(kind))

    def loss_of_batch(x: Any, y: Any) -> Any:
        for number in range(len(work.weights)):
            x = torch.nn.functional.linear(x, parameters[2 * number], parameters[2 * number + 1])
            if work.is_activated(number):
                x = torch.sigmoid(x) if work.activation == "sigmoid" else torch.relu(x)
        if work.loss == "squares":
            return ((x - y) ** 2).sum() / work.batch
        return torch.relu(1.0 - y * x).sum() / work.batch

    loss_of_batch = prepared(loss_of_batch)

    def step() -> tuple[Any, Any]:
        for parameter in parameters:
            parameter.grad = None
        loss = loss_of_batch(x, y)
        loss.backward()
        return loss.detach(), [parameter.grad for parameter in parameters]

    return step


def jax_jit(work: Network, kind: str) -> Step:
    """Return JAX's value_and_grad under jit; every call waits for its result."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 its signature
    jnp = jax.numpy
    x, y = jnp.asarray(work.inputs.astype(kind)), jnp.asarray(work.targets.astype(kind))
    parameters = [jnp.asarray(array.astype(kind)) for array in work.arrays()]

    def loss_of_batch(parameters: Any, x: Any, y: Any) -> Any:
        for number in range(len(work.weights)):
            x = x @ parameters[2 * number].T + parameters[2 * number + 1]
            if work.is_activated(number):
                x = jax.nn.sigmoid(x) if work.activation == "sigmoid" else jax.nn.relu(x)
        if work.loss == "squares":
            return ((x - y) ** 2).sum() / work.batch
        return jax.nn.relu(1.0 - y * x).sum() / work.batch

    step = jax.jit(jax.value_and_grad(loss_of_batch))
    return lambda: jax.block_until_ready(step(parameters, x, y))


def micrograd(work: Network, kind: str) -> Step:
    """Return micrograd's forward and backward pass over the whole batch."""
    scalar = import_module("micrograd.engine").Value
    del kind  # Python's floats

    def sigmoid(z: Any) -> Any:  # in one node, as micrograd writes its own operations
        out = scalar(1.0 / (1.0 + exp(-z.data)), (z,), "sigmoid")

        def backward() -> None:
            z.grad += out.data * (1.0 - out.data) * out.grad

        out._backward = backward  # noqa: SLF001 the only way
        return out

    activation = sigmoid if work.activation == "sigmoid" else lambda z: z.relu()
    loss, parameters = scalars(work, scalar, activation)
    x, y = work.inputs.tolist(), work.targets.tolist()

    def step() -> tuple[Any, Any]:
        for parameter in parameters:
            parameter.grad = 0.0
        total = sum(loss(a, b) for a, b in zip(x, y, strict=True)) * (1.0 / work.batch)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(100_000)  # its walk is recursive, and 784 inputs make it deep
        total.backward()
        sys.setrecursionlimit(limit)
        return total.data, [np.array([parameter.grad for parameter in parameters])]

    return step


PEERS: dict[str, Callable[[Network, str], Step]] = {
    "PyTorch eager": torch_eager,
    "torch.compile": torch_compiled,
    "JAX jit": jax_jit,
    "micrograd": micrograd,
}
