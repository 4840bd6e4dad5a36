"""Exercises whose values and gradients a person can compute by hand: whole numbers and halves."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from math import log as natural_log
from random import Random

from autodiff.display import given as written
from autodiff.explain.trace import expression_of
from autodiff.graph.grad_mode import recording
from autodiff.graph.graph import Graph
from autodiff.validation import whole
from autodiff.value.functions import exp, log, relu, square
from autodiff.value.functions import sum as sum_of
from autodiff.value.value import Value, label

_MOST = 50  # exercises at once
_LARGEST = 64.0
_FINEST = 8  # numbers are multiples of 1 / 8


class Exercise:
    """A graph to work through by hand; prints as a task.

    Attributes:
        level: from 1, one product, to 5, softmax with cross-entropy.
        title: what the graph is.
        loss: the end of the graph. Judge answers by `by_hand(exercise.loss, w=...)`, practise by
            `practice(exercise.loss)`, see the solution by `trace(exercise.loss)`.
        leaves: the leaves by label.
    """

    def __init__(self, level: int, title: str, loss: Value) -> None:
        self.level: int = level
        self.title: str = title
        self.loss: Value = loss
        leaves = [leaf for leaf in Graph([loss]).leaves if isinstance(leaf, Value)]
        if all(str(leaf.label).startswith("z") for leaf in leaves):
            leaves.sort(key=lambda leaf: str(leaf.label))
        self.leaves: dict[str, Value] = {str(leaf.label): leaf for leaf in leaves}

    def __str__(self) -> str:
        graph = Graph([self.loss])
        end = graph.names[self.loss]
        given = ", ".join(f"{name} = {written(leaf.data)}" for name, leaf in self.leaves.items())
        steps = [f"    {graph.names[x]} = {expression_of(x, graph.names)}" for x in graph.interior]
        asked = ", ".join(f"∂{end}/∂{name}" for name in self.leaves)
        return "\n".join(
            [
                f"Level {self.level}: {self.title}",
                f"Given {given} and",
                *steps,
                f"compute {end}, then {asked}.",
            ]
        )

    __repr__ = __str__


def exercises(level: int = 1, *, seed: int = 0, count: int = 1) -> list[Exercise]:
    """Make exercises for gradients by hand.

    Every value and gradient is a multiple of 1/8 of at most 64; at level 5, the loss is a logarithm
    and the logits are logarithms of whole numbers.

    Args:
        level: 1 for one product, 2 for a shared node, 3 for a neuron, 4 for two layers, 5 for
            softmax with cross-entropy.
        seed: equal seeds give equal exercises, from 0 to 10**18.
        count: how many, from 1 to 50; they differ.

    Returns:
        The exercises; each prints as a task, and has its graph as `loss`.

    Raises:
        WrongTypeError: if an argument is not an int.
        OptionError: if the level is not from 1 to 5, or another argument out of range.

    >>> print(*exercises(2, seed=1))
    Level 2: a shared node
    Given a = -1, b = -2, c = -1 and
        u = a * b
        v = u - c
        L = u * v
    compute L, then ∂L/∂a, ∂L/∂b, ∂L/∂c.
    """
    level = whole(level, 1, "the level", most=len(_LEVELS))
    seed = whole(seed, 0, "the seed", most=10**18)
    count = whole(count, 1, "the number of exercises", most=_MOST)
    title, make, most_zeros = _LEVELS[level - 1]
    random = Random(f"{level} {seed}")  # noqa: S311 seeded on purpose
    found: dict[str, Exercise] = {}
    with recording():  # even inside the caller's no_grad
        for _ in range(count):
            while True:
                exercise = Exercise(level, title, make(random))
                text = str(exercise)
                if text not in found and _is_easy(exercise.loss, most_zeros):
                    found[text] = exercise
                    break
    return list(found.values())


def _is_easy(loss: Value, most_zeros: int) -> bool:
    """Tell whether a person can compute every number, and few gradients of leaves are 0."""
    graph = Graph([loss])
    adjoint = graph.adjoints()
    irrational = {x for x in graph.order if x.operation and x.operation.name == "log"}
    irrational |= {x for x in graph.leaves if str(x.label).startswith("z")} | {
        x for x in graph.interior if not irrational.isdisjoint(x.parents)
    }
    numbers = [x.data for x in graph.order if x not in irrational] + list(adjoint.values())
    zeros = sum(not adjoint[leaf] for leaf in graph.leaves)
    return all(map(_is_simple, numbers)) and zeros <= most_zeros


def _is_simple(x: float) -> bool:
    return isfinite(x) and abs(x) <= _LARGEST and abs(x * _FINEST - round(x * _FINEST)) < 1e-9


def _whole(random: Random, name: str, largest: int = 4) -> Value:
    return Value(random.choice((-1, 1)) * random.randint(1, largest), label=name)


def _half(random: Random, name: str) -> Value:
    return Value(random.choice((-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2)), label=name)


def _product(random: Random) -> Value:
    loss = _whole(random, "a", 9) * _half(random, "b")
    loss.label = "L"
    return loss


def _shared(random: Random) -> Value:
    a, b, c = _whole(random, "a", 3), _half(random, "b"), _whole(random, "c", 3)
    u = a * b
    v = random.choice((lambda: u + c, lambda: u - c))()
    loss = u * v
    label(u=u, v=v, L=loss)
    return loss


def _neuron(random: Random) -> Value:
    w1, w2, b = _whole(random, "w1", 3), _half(random, "w2"), _whole(random, "b", 3)
    x1, x2, y = _half(random, "x1"), _whole(random, "x2", 3), _whole(random, "y", 2)
    p1, p2 = w1 * x1, w2 * x2
    s = p1 + p2
    z = s + b
    a = relu(z)
    e = a - y
    loss = square(e)
    label(p1=p1, p2=p2, s=s, z=z, a=a, e=e, L=loss)
    return loss


def _two_layers(random: Random) -> Value:
    x, y = _whole(random, "x", 2), _whole(random, "y", 2)
    hidden: list[Value] = []
    for i in "12":
        product = _half(random, f"w{i}") * x
        z = product + _whole(random, f"b{i}", 2)
        a = relu(z)
        product.label, z.label, a.label = f"p{i}", f"z{i}", f"a{i}"
        hidden.append(a)
    u1, u2 = _half(random, "v1") * hidden[0], _whole(random, "v2", 2) * hidden[1]
    out = u1 + u2
    e = out - y
    loss = square(e)
    label(u1=u1, u2=u2, o=out, e=e, L=loss)
    return loss


def _softmax(random: Random) -> Value:
    count = random.choice((2, 3, 3, 4))
    numbers = [random.choice((1, 1, 2, 3, 4)) for _ in range(count)]
    z = [Value(natural_log(number), label=f"z{i}") for i, number in enumerate(numbers, 1)]
    e = [exp(each) for each in z]
    total = sum_of(e)
    target = random.randrange(count)
    p = e[target] / total
    log_p = log(p)
    loss = -log_p
    label(**{f"e{i}": each for i, each in enumerate(e, 1)}, s=total, p=p, L=loss)
    log_p.label = "l"
    return loss


# the title, the maker, and how many leaves may have the gradient 0, where a relu is off
_LEVELS: tuple[tuple[str, Callable[[Random], Value], int], ...] = (
    ("a product", _product, 0),
    ("a shared node", _shared, 0),
    ("a neuron", _neuron, 0),
    ("two layers", _two_layers, 3),
    ("softmax with cross-entropy", _softmax, 0),
)
