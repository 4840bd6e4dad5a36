"""Small models and training loops that the programs of the corpus share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import nn
from autodiff import Findings, Value, dot, lint, mean, tanh

POINTS = [(0.5, 1.0), (-1.0, 0.2), (2.0, 3.1), (1.5, 2.2)]
MOONS = nn.data.moons(12, seed=1)
Batch = Sequence[tuple[float, float]]


class Line:
    """y = w x + b, parameters with labels."""

    def __init__(self, w: float = 0.4, b: float = 0.1) -> None:
        self.w = Value(w, label="w")
        self.b = Value(b, label="b")

    def parameters(self) -> list[Value]:
        return [self.w, self.b]

    def loss(self, batch: Batch = POINTS) -> Value:
        return mean([(self.w * x + self.b - y) ** 2 for x, y in batch])


class Curve:
    """y = v . tanh(w x + b), parameters without labels."""

    def __init__(self, width: int = 3) -> None:
        self.w = [Value(0.3 + 0.2 * i) for i in range(width)]
        self.b = [Value(0.1 * i) for i in range(width)]
        self.v = [Value(0.5 - 0.3 * i) for i in range(width)]

    def parameters(self) -> list[Value]:
        return [*self.w, *self.b, *self.v]

    def loss(self, batch: Batch = POINTS) -> Value:
        outputs = [
            dot(self.v, [tanh(w * x + b) for w, b in zip(self.w, self.b, strict=True)])
            for x, _ in batch
        ]
        return mean([(out - y) ** 2 for out, (_, y) in zip(outputs, batch, strict=True)])


class Table(nn.Module):
    """An embedding: a row of numbers for each word, and a linear layer."""

    def __init__(self, words: int = 6, width: int = 2) -> None:
        self.rows = [[Value(0.1 * i - 0.2 * j + 0.05) for j in range(width)] for i in range(words)]
        self.out = nn.Layer(width, 1, seed=1)

    def __call__(self, word: Sequence[float]) -> list[Value]:
        return self.out(self.rows[int(word[0])])


def zero(parameters: Sequence[Value]) -> None:
    for p in parameters:
        p.grad = 0.0


def descend(parameters: Sequence[Value], rate: float = 0.05) -> None:
    for p in parameters:
        p.data -= rate * p.grad


def trained(
    model: Line | Curve,
    change: Callable[[list[Value]], None] = lambda _: None,
    steps: int = 3,
    *,
    look: Callable[[Value], Findings] = lint,
    forget: bool = False,
) -> Findings:
    """Train for some steps, and look at the last one after its gradients were changed."""
    parameters = model.parameters()
    for step in range(steps):
        if not forget:
            zero(parameters)
        loss = model.loss()
        loss.backward()
        change(parameters)
        if step == steps - 1:
            return look(loss)
        descend(parameters)
    raise AssertionError(steps)


def network(activation: str = "tanh", **options: int) -> nn.MLP:
    return nn.MLP(2, [4, 2], activation=activation, seed=options.get("seed", 1))


def loss_of(net: nn.Network, examples: Sequence[tuple[Sequence[float], Sequence[float]]] = MOONS):
    return mean([nn.mean_squared_error(net(x), y) for x, y in examples])


def net_trained(
    net: nn.MLP,
    change: Callable[[list[Value]], None] = lambda _: None,
    steps: int = 3,
    optimiser: nn.Optimiser | None = None,
    *,
    forget: bool = False,
) -> Findings:
    """Train a network for some steps, and look at the last one."""
    rule = optimiser or nn.SGD(net.parameters(), 0.05)
    for step in range(steps):
        if not forget:
            net.zero_grad()
        loss = loss_of(net)
        loss.backward()
        change(net.parameters())
        if step == steps - 1:
            return nn.lint(net, loss)
        rule.step()
    raise AssertionError(steps)
