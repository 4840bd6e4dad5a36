"""Names of activations are judged where a network is made, whatever makes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import TABLE, ChalkgradError
from nn import MLP, Layer, Neuron
from nn.exchange.load import mlp_from_arrays
from nn.model.activations import LINEAR

MAKERS = {
    "neuron": lambda name: Neuron(2, name),
    "neuron later": lambda name: setattr(Neuron(2), "activation", name),
    "layer": lambda name: Layer(2, 1, name),
    "mlp of one layer": lambda name: MLP(2, [1], activation=name),
    "mlp of two layers": lambda name: MLP(2, [2, 1], activation=name),
    "output": lambda name: MLP(2, [1], output_activation=name),
    "list of one": lambda name: MLP(2, [1], activation=[name]),
    "list": lambda name: MLP(2, [2, 1], activation=["relu", name]),
    "arrays": lambda name: mlp_from_arrays([(NUMBERS, NUMBERS[0])], [name]),
}
NUMBERS = pytest.importorskip("numpy").zeros((1, 1))
KNOWN = {
    LINEAR,
    *(n for n, r in TABLE.items() if not r.starred and len(r.operands) - len(r.defaults) == 1),
}
names = st.one_of(
    st.sampled_from([*KNOWN, *TABLE, "rleu", "RELU", "relu ", "", "softmax", "None"]),
    st.text(max_size=6),
    st.sampled_from([5, 1.0, True, b"relu", ("relu", "tanh", "sin"), object()]),
)


@pytest.mark.parametrize("maker", MAKERS)
@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_is_known_or_refused_at_once(maker, name) -> None:
    if isinstance(name, str) and name in KNOWN:
        MAKERS[maker](name)
        return
    with pytest.raises(ChalkgradError):
        MAKERS[maker](name)
