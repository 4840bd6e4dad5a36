"""The outputs of a network for many examples at once. What is not here: which of them are right.

>>> from nn.model.mlp import MLP
>>> net = MLP(1, [1], seed=1)
>>> outputs_of(net, Examples([[2.0]], [[0.0]])).tolist() == [[net([2.0])[0].data]]
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodiff import ChalkgradError, no_grad
from autodiff.extend import numpy
from nn.data import Examples
from nn.engines.compiled import Replay, blocks
from nn.engines.eager import numbers_of
from nn.engines.protocols import Network

if TYPE_CHECKING:
    from autodiff.extend import Array

_FEW = 100  # of MNIST: so many are answered one by one in the time of a compilation


def outputs_of(net: Network, examples: Examples) -> Array:
    """Return the outputs, one row for each example; no graph is kept.

    Many examples are answered by a compiled program, if the network is one that can be compiled.
    """
    if len(examples) >= _FEW:
        try:
            return _compiled(net, examples.as_arrays())
        except ChalkgradError:  # it reads its inputs as numbers, or they are not of one length
            pass
    with no_grad():
        return numbers_of([net(inputs) for inputs, _ in examples])


def _compiled(net: Network, examples: Examples) -> Any:
    inputs, _ = examples[0]
    program = Replay(net, net.parameters(), (inputs,))
    return numpy().concatenate([program(block.arrays()[0]) for block in blocks(examples)])
