"""A step happens whole or not at all, wherever it is interrupted; frozen, clipped, decayed."""

from __future__ import annotations

import sys
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff import ChalkgradError, Value
from nn import MLP, SGD, Adam, AdamW, Optimiser, RMSProp, squared_error
from nn.optim import base, rules

MAKERS = {
    "sgd": lambda net, **more: SGD(net, 0.1, **more),
    "momentum": lambda net, **more: SGD(net, 0.1, momentum=0.9, **more),
    "nesterov": lambda net, **more: SGD(net, 0.1, momentum=0.9, nesterov=True, **more),
    "rms_prop": lambda net, **more: RMSProp(net, 0.1, **more),
    "adam": lambda net, **more: Adam(net, 0.1, **more),
    "adam_w": lambda net, **more: AdamW(net, 0.1, **more),
}
every_rule = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


def small() -> MLP:
    net = MLP(2, [2, 1], activation="tanh", seed=1)
    squared_error(net([0.5, -1.0]), [3.0]).backward()
    return net


def state(net, optimiser) -> tuple:
    memory = {name: array.tolist() for name, array in optimiser.memory.items()}
    return list(net.state_dict().values()), memory, optimiser.steps


def interrupted(act, place: int) -> bool:
    """Raise KeyboardInterrupt at the given line of the optimisers that `act` reaches."""
    lines = count()

    def trace(frame, event, _):
        if frame.f_code.co_filename not in {base.__file__, rules.__file__}:
            return None
        if event == "line" and next(lines) == place:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@every_rule
@pytest.mark.parametrize("taken", [0, 2])
def test_a_step_that_is_interrupted_anywhere_is_whole_or_none(make, taken) -> None:
    for place in count():
        net = small()
        optimiser = make(net, weight_decay=0.1, max_norm=1.0)
        for _ in range(taken):
            optimiser.step()
        before = state(net, optimiser)
        was_interrupted = interrupted(optimiser.step, place)
        found = state(net, optimiser)
        if found == before:
            optimiser.step()
        twin = small()
        other = make(twin, weight_decay=0.1, max_norm=1.0)
        for _ in range(taken + 1):
            other.step()
        parameters, memory, steps = state(twin, other)
        again, remembered, taken_steps = state(net, optimiser)
        assert (again, steps) == (parameters, taken_steps), place
        assert remembered == memory
        if not was_interrupted:
            assert place > 15
            break


class Failing(Optimiser):
    """A rule that fails after it has changed its memory."""

    def direction(self, gradient):
        self._remembered("mean", gradient)[:] += 1
        if self.steps == 2:
            raise ZeroDivisionError
        return gradient


def test_a_rule_that_fails_leaves_all_as_it_was() -> None:
    net = small()
    optimiser = Failing(net, 0.1, weight_decay=0.1)
    optimiser.step()
    optimiser.step()
    before = state(net, optimiser)
    with pytest.raises(ZeroDivisionError):
        optimiser.step()
    assert state(net, optimiser) == before


@every_rule
@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from(["layers.0", "layers.1", "layers.0.neurons.1"]), min_size=1))
def test_frozen_parts_stay_and_the_others_take_the_steps_of_a_network_of_their_own(
    make, paths
) -> None:
    net, twin = small(), small()
    for path in paths:
        part = net
        for name in path.split("."):
            part = part[int(name)] if name.isdigit() else getattr(part, name)
        part.freeze()
    frozen = {
        name
        for name, _ in net.named_parameters()
        if any(name.startswith(f"{path}.") for path in paths)
    }
    assert [name for name, value in net.named_parameters() if value in net.frozen_parameters()] == [
        name for name, _ in net.named_parameters() if name in frozen
    ]
    before = net.state_dict()
    moving = [value for name, value in twin.named_parameters() if name not in frozen]
    decayed = [value for value in twin.decayed_parameters() if value in moving]
    optimiser = make(net, weight_decay=0.1, max_norm=2.0)
    others = make(moving, weight_decay=0.1, decayed=decayed, max_norm=2.0) if decayed else None
    for _ in range(3):
        optimiser.step()
        if others is not None:
            others.step()
    after = net.state_dict()
    assert {name for name in after if after[name] == before[name]} == frozen
    if others is not None:
        assert list(after.values()) == pytest.approx(list(twin.state_dict().values()), rel=1e-12)
    net.unfreeze()
    optimiser.step()
    assert all(net.state_dict()[name] != before[name] for name in frozen)


def test_freezing_after_the_optimiser_was_made_counts() -> None:
    net = small()
    optimiser = Adam(net, 0.1)
    optimiser.step()
    net.layers[0].freeze()
    before = net.layers[0].state_dict()
    optimiser.step()
    assert net.layers[0].state_dict() == before


def test_a_shared_parameter_is_frozen_with_one_of_its_owners() -> None:
    net = MLP(2, [2, 2], seed=1)
    net.layers[1] = net.layers[0]
    net.layers[0].freeze()
    assert set(net.frozen_parameters()) == set(net.parameters())


scales = st.sampled_from([1e-300, 1e-200, 1e-3, 1.0, 1e3, 1e200, 1e308])
floats = st.floats(-1, 1, allow_nan=False)


@settings(deadline=None)
@given(st.lists(floats, min_size=2, max_size=2), scales, st.sampled_from([1e-3, 1.0, 5.0, 1e250]))
def test_a_long_gradient_is_shortened_to_the_norm(gradient, scale, largest) -> None:
    leaves = [Value(0.0), Value(0.0)]
    for leaf, slope in zip(leaves, gradient, strict=True):
        leaf.grad = slope * scale
    SGD(leaves, 1.0, max_norm=largest).step()
    moved = [-leaf.data for leaf in leaves]
    norm = float(np.hypot(*np.array(gradient))) * scale
    expected = [slope * scale for slope in gradient]
    if norm > largest:
        expected = [slope / np.hypot(*gradient) * largest for slope in gradient]
    assert moved == pytest.approx(expected, rel=1e-12, abs=0 if largest < norm else 1e-320)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_gradient_that_is_not_finite_is_not_hidden_by_its_norm(bad) -> None:
    leaf = Value(1.0)
    leaf.grad = bad
    SGD([leaf], 1.0, max_norm=1.0).step()
    assert not np.isfinite(leaf.data)


LEAF = Value(1.0)
DECAYED = {
    "a name": ["weights"],
    "a path": "layers.0.neurons.0.weights.0",
    "a number": [1.0],
    "not a list": 5,
    "a foreign Value": [Value(2.0)],
    "one of two foreign": [LEAF, Value(2.0)],
    "none": [],
    "None in a list": [None],
}


@pytest.mark.parametrize("kind", DECAYED)
@every_rule
@pytest.mark.parametrize("strength", [0.0, 0.1])
def test_what_does_not_name_parameters_cannot_decay(make, kind, strength) -> None:
    if kind == "none" and not strength:
        make([LEAF], weight_decay=strength, decayed=[])
        return
    with pytest.raises(ChalkgradError, match="as decayed"):
        make([LEAF], weight_decay=strength, decayed=DECAYED[kind])


@pytest.mark.parametrize("largest", [0, -1.0, float("inf"), float("nan")])
def test_the_largest_norm_is_positive(largest) -> None:
    with pytest.raises(ChalkgradError, match="the largest norm of the gradient"):
        SGD([LEAF], 0.1, max_norm=largest)
