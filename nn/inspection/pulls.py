"""`pulls`: which way each example pulls at one weight, and the mean that training follows.

>>> from nn import MLP, mean_squared_error
>>> net = MLP(1, [1], seed=0)
>>> w = net.layers[0].neurons[0].weights[0]
>>> w.data, w.label = 0.5, "w"
>>> print(pulls(net, mean_squared_error, [([1.0], [2.0]), ([2.0], [-3.0])], w))
how each example pulls at w = 0.5
example  wanted  output  loss  gradient  wants
───────  ──────  ──────  ────  ────────  ─────────
1        2       0.5     2.25  -3        more: 3
2        -3      1       16    16        less: 16
mean                           6.5       less: 6.5
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum
from typing import NamedTuple

from autodiff import Value, WrongTypeError
from autodiff.extend import (
    Operand,
    Table,
    Tabular,
    adjoints,
    data_of,
    demand_function,
    described,
    digits,
    recording,
    sequence,
)
from nn.data import Data, examples_of
from nn.engines.protocols import Loss, Network

from .parameter_names import parameter_names

_SHOWN = 20  # examples that are listed
_OUTPUTS = 3


class Pull(NamedTuple):
    """How one example pulls at a weight.

    Args:
        example: its number, from 1.
        outputs: of the network.
        targets: the outputs that are wanted.
        loss: of this example.
        gradient: the derivative of its loss by the weight.
    """

    example: int
    outputs: tuple[float, ...]
    targets: tuple[float, ...]
    loss: float
    gradient: float

    @property
    def nudge(self) -> float:
        """The change that lowers its loss fastest: minus the gradient."""
        return -self.gradient


class Pulls(Tabular):
    """How every example pulls at a weight; prints as a table, and `viz.pulls` draws it.

    Args:
        rows: one for each example, in order.
        name: of the weight.
        value: of the weight.
        connected: whether the loss of any example depends on it; True by default.

    Each is kept as an attribute.
    """

    def __init__(
        self, rows: Sequence[Pull], name: str, value: float, *, connected: bool = True
    ) -> None:
        self.rows: tuple[Pull, ...] = tuple(rows)
        self.name: str = name
        self.value: float = value
        self.connected: bool = connected

    @property
    def mean(self) -> float:
        """The mean of the nudges: minus the gradient of the mean loss."""
        return fsum(row.nudge for row in self.rows) / len(self.rows)

    def table(self) -> Table:
        """Return the pulls as a table of text."""
        rows = [
            (
                str(row.example),
                _listed(row.targets),
                _listed(row.outputs),
                digits(row.loss),
                digits(row.gradient),
                _pull_text(row.nudge),
            )
            for row in self.rows[:_SHOWN]
        ]
        more = len(self.rows) - len(rows)
        if more:
            rows.append((f"... {more:,} more", "", "", "", "", ""))
        rows.append(("mean", "", "", "", digits(-self.mean), _pull_text(self.mean)))
        return Table(
            title=f"how each example pulls at {self.name} = {digits(self.value)}",
            columns=("example", "wanted", "output", "loss", "gradient", "wants"),
            rows=rows,
            notes=() if self.connected else (f"not connected: no loss depends on {self.name}",),
            styles={"mean": "bold"},
        )


def pulls(net: Network, loss: Loss, examples: Data, weight: Value) -> Pulls:
    """Find how each example pulls at one weight; no gradient of the network is changed.

    Each example pulls the weight against its own gradient, and a step of gradient descent follows
    the mean (Nielsen 2015, equation 19).

    Args:
        net: the network.
        loss: the loss of one example, from outputs and targets.
        examples: at least one, as `fit` takes them: pairs (inputs, targets), two arrays, or a data
            frame and labels; an int as target is a class.
        weight: a weight or bias of the network, or any Value that the loss depends on.

    Returns:
        The loss and the gradient of each example, and the mean of their pulls.

    Raises:
        WrongTypeError: if `weight` is not a Value, `net` not a network, or an example not a pair;
            or if `net` does not return a list or `loss` a Value.
        ShapeError: if there are no examples.
        DataError: if the inputs are an array of bytes, or the network has no output for a class.
    """
    if not isinstance(weight, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        remedy = "pass a weight itself: net.layers[0].neurons[0].weights[0]"
        raise WrongTypeError("a Value as weight", described(weight), remedy)
    remedy = "pass a function, such as nn.mean_squared_error"
    demand_function(loss, "a loss that can be called", remedy)
    places = {parameter: name for name, parameter in parameter_names(net).items()}
    rows: list[Pull] = []
    connected = False
    for inputs, given in examples_of(examples, net):
        targets = list(sequence(given, "a list of targets, of one too: [1.0]"))
        outputs, cost = _run(net, loss, inputs, targets)
        swept = adjoints([cost], [1.0])
        connected |= weight in swept
        reached, wanted = tuple(map(data_of, outputs)), tuple(map(data_of, targets))
        rows.append(Pull(len(rows) + 1, reached, wanted, cost.data, swept.get(weight, 0.0)))
    name = weight.label or places.get(weight, "w")
    return Pulls(rows, name, weight.data, connected=connected)


def _run(
    net: Network, loss: Loss, inputs: Iterable[Operand], targets: list[float]
) -> tuple[list[Value], Value]:
    """Return the outputs and the loss of one example, recorded even inside `no_grad`."""
    with recording():
        outputs = net(inputs)
        if isinstance(outputs, Value):  # users are not checked
            remedy = "let the network return [output]"
            raise WrongTypeError("a list of outputs", described(outputs), remedy)
        cost = loss(outputs, targets)
    if not isinstance(cost, Value):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        remedy = "compute the loss from the outputs themselves, not from their data"
        raise WrongTypeError("a Value as the loss of an example", described(cost), remedy)
    return outputs, cost


def _pull_text(nudge: float) -> str:
    direction = "more: " if nudge > 0 else "less: " if nudge < 0 else ""
    return f"{direction}{digits(abs(nudge))}" if nudge else "nothing"


def _listed(numbers: Sequence[float]) -> str:
    shown = [digits(number, 3) for number in numbers[:_OUTPUTS]]
    return ", ".join([*shown, *(["..."] if len(numbers) > _OUTPUTS else [])])
