"""Losses, optimisers and schedules against PyTorch in double precision, over 100 steps."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import nn
from autodiff import Value, mean, sigmoid
from nn.optim.schedules import Cosine, Exponential, StepDecay, WarmUp

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch, or a skip that says how to get it."""
    return pytest.importorskip(
        "torch", reason="PyTorch is not installed: pip install torch==2.13.0"
    )


STEPS = 100
# ours, of a network; PyTorch's, of its weights and biases apart, because biases do not decay
OPTIMISERS = {
    "sgd": (lambda net: nn.SGD(net, 0.1), "SGD", {"lr": 0.1}),
    "momentum": (
        lambda net: nn.SGD(net, 0.05, momentum=0.9, weight_decay=0.01),
        "SGD",
        {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01},
    ),
    "nesterov": (
        lambda net: nn.SGD(net, 0.05, momentum=0.8, nesterov=True, weight_decay=0.01),
        "SGD",
        {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01},
    ),
    "rms_prop": (
        lambda net: nn.RMSProp(net, 0.01, weight_decay=0.02),
        "RMSprop",
        {"lr": 0.01, "weight_decay": 0.02},
    ),
    "adam": (
        lambda net: nn.Adam(net, 0.02, betas=(0.8, 0.99), weight_decay=0.02),
        "Adam",
        {"lr": 0.02, "betas": (0.8, 0.99), "weight_decay": 0.02},
    ),
    "adam_w": (
        lambda net: nn.AdamW(net, 0.02, weight_decay=0.1),
        "AdamW",
        {"lr": 0.02, "weight_decay": 0.1},
    ),
}
SCHEDULES = {
    "step": (
        StepDecay(0.1, every=30, factor=0.3),
        lambda s, o: s.StepLR(o, step_size=30, gamma=0.3),
    ),
    "exponential": (Exponential(0.1, 0.97), lambda s, o: s.ExponentialLR(o, 0.97)),
    "cosine": (Cosine(0.1, STEPS, end=0.01), lambda s, o: s.CosineAnnealingLR(o, STEPS, 0.01)),
    "warm up": (
        WarmUp(9, then=Exponential(0.1, 0.97)),
        lambda s, o: s.SequentialLR(
            o,
            [s.LinearLR(o, start_factor=0.1, total_iters=9), s.ExponentialLR(o, 0.97)],
            milestones=[9],
        ),
    ),
}
LOSSES = {
    "half_squared_error": lambda t, a, y: 0.5 * t.nn.functional.mse_loss(a, y, reduction="sum"),
    "squared_error": lambda t, a, y: t.nn.functional.mse_loss(a, y, reduction="sum"),
    "mean_squared_error": lambda t, a, y: t.nn.functional.mse_loss(a, y),
    "cross_entropy": lambda t, a, y: t.nn.functional.cross_entropy(a, y),
    "hinge": lambda _t, a, y: (1 - (2 * y - 1) * a).relu().sum(),
    "binary_cross_entropy": lambda t, a, y: t.nn.functional.binary_cross_entropy_with_logits(
        a, y, reduction="sum"
    ),
}
EXAMPLES = [
    ([draw.gauss(0, 1) for _ in range(3)], [float(k == number % 2) for k in range(2)])
    for draw in [Random(1)]
    for number in range(8)
]


def our_steps(net: nn.MLP, optimiser: nn.Optimiser) -> list[list[float]]:
    path = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        mean([nn.cross_entropy(net(x), y) for x, y in EXAMPLES]).backward()
        optimiser.step()
        path.append([p.data for p in net.parameters()])
    return path


def their_steps(torch: Any, net: nn.MLP, make: Any, schedule: Any = None) -> list[list[float]]:
    """Take the same steps from the same start; parameters in the order of ours."""
    layers = []
    for layer in net.layers:
        rows = [[w.data for w in neuron.weights] for neuron in layer.neurons]
        biases = [neuron.bias.data for neuron in layer.neurons]
        layers.append(
            [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (rows, biases)]
        )
    optimiser = make([weights for weights, _ in layers], [biases for _, biases in layers])
    scheduler = schedule(torch.optim.lr_scheduler, optimiser) if schedule else None
    inputs, targets = (
        torch.tensor(part, dtype=torch.float64) for part in zip(*EXAMPLES, strict=True)
    )
    path = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        a = torch.tanh(inputs @ layers[0][0].T + layers[0][1]) @ layers[1][0].T + layers[1][1]
        torch.nn.functional.cross_entropy(a, targets).backward()
        optimiser.step()
        if scheduler:
            scheduler.step()
        joined = [torch.hstack([w, b[:, None]]).flatten() for w, b in layers]
        path.append(torch.cat(joined).detach().tolist())
    return path


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_take_the_steps_of_pytorch(name: str, torch: Any) -> None:
    ours, kind, settings = OPTIMISERS[name]
    net = nn.MLP(3, [4, 2], activation="tanh", seed=3)

    def make(weights: Any, biases: Any) -> Any:
        groups = [{"params": weights}, {"params": biases, "weight_decay": 0.0}]
        return getattr(torch.optim, kind)(groups, **settings)

    theirs = their_steps(torch, net, make)
    for mine, other in zip(our_steps(net, ours(net)), theirs, strict=True):
        assert mine == pytest.approx(other, rel=0, abs=1e-10)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_schedules_give_the_rates_of_pytorch(name: str, torch: Any) -> None:
    schedule, theirs = SCHEDULES[name]
    net = nn.MLP(3, [4, 2], activation="tanh", seed=3)
    expected = their_steps(torch, net, lambda *p: torch.optim.SGD([*p[0], *p[1]], lr=0.1), theirs)
    for mine, other in zip(our_steps(net, nn.SGD(net, schedule)), expected, strict=True):
        assert mine == pytest.approx(other, rel=0, abs=1e-10)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("targets", [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
def test_losses_and_their_derivatives_are_those_of_pytorch(name, targets, torch: Any) -> None:
    zs = [Value(x) for x in (0.3, -1.2, 2.0)]
    outputs = [sigmoid(z) for z in zs] if name == "binary_cross_entropy" else zs
    wanted = [2 * y - 1 for y in targets] if name == "hinge" else targets
    ours = getattr(nn, name)(outputs, wanted)
    ours.backward()
    ts = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64, requires_grad=True)
    theirs = LOSSES[name](torch, ts, torch.tensor(targets, dtype=torch.float64))
    theirs.backward()
    assert ours.data == pytest.approx(theirs.item(), rel=1e-14)
    assert [z.grad for z in zs] == pytest.approx(ts.grad.tolist(), rel=1e-14)
