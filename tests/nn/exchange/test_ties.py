"""Tied parameters stay tied in files, whatever is tied to whatever."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from nn.extend import read_arrays, write_arrays
from nn.model.ties import values_of

pytest.importorskip("safetensors")


def places(net):
    """Every place that holds a parameter, as a pair of its holder and its key."""
    found = []
    for layer in net.layers:
        for neuron in layer.neurons:
            found += [(neuron.weights, index) for index in range(len(neuron.weights))]
        found += [(vars(neuron), "bias") for neuron in layer.neurons]
    return found


def values(net):
    return [value for layer in net.layers for value in values_of(layer)]


def pattern(net):
    return [first is second for first, second in combinations(values(net), 2)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=6),
    st.sampled_from(["", "layer", "neuron"]),
)
def test_what_is_tied_comes_back_tied(tmp_path_factory, pairs, whole) -> None:
    net = nn.MLP(2, [2, 2, 2, 2], activation="tanh", seed=1)
    if whole == "layer":
        net.layers[2] = net.layers[1]
    if whole == "neuron":
        net.layers[2].neurons[1] = net.layers[0].neurons[0]
    spots = places(net)
    for to, source in pairs:
        holder, key = spots[to % len(spots)]
        other, other_key = spots[source % len(spots)]
        holder[key] = other[other_key]
    path = tmp_path_factory.mktemp("net") / "net"
    net.save(path)
    again = nn.load(path)
    assert pattern(again) == pattern(net)
    assert [p.data for p in values(again)] == [p.data for p in values(net)]
    assert len(again.parameters()) == len(net.parameters())
    data = nn.data.moons(6, seed=1)
    run = {"epochs": 1, "batch_size": 3, "learning_rate": 0.1, "engine": "eager"}
    for each in (net, again):
        nn.fit(each, data, **run)
    assert [p.data for p in values(again)] == pytest.approx([p.data for p in values(net)])


@pytest.mark.parametrize("ties", [[0.0], [0, 1, 5], [0, 1, -1], [1, 1, 2], [0, 0, 1], [np.nan] * 3])
def test_ties_that_lead_nowhere_are_refused(ties, tmp_path) -> None:
    nn.MLP(2, [1]).save(tmp_path / "net")
    arrays, words = read_arrays(tmp_path / "net")
    arrays["ties"] = np.array(ties, float)
    write_arrays(tmp_path / "net", arrays, words)
    with pytest.raises(nn.DataError):
        nn.load(tmp_path / "net")
