"""`playground`: a page that trains a network before one's eyes, number by number.

>>> from nn import MLP
>>> from nn.data import moons
>>> playground(MLP(2, [8, 8, 1], seed=1), moons(100, seed=1, sides=True))
Playground('2 -> 8 relu -> 8 relu -> 1 linear'; .save('name.html'), .show(), .html)
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from autodiff import ShapeError, WrongTypeError
from autodiff.extend import demand_function, described
from nn import MLP, SGD, mean_squared_error
from nn.extend import Examples, Loss, demand_targets, examples_of, layer_sizes
from viz.pages.page import Page

from .facts import Settings, facts_of
from .programs import script_of

if TYPE_CHECKING:
    import nn

_HERE = Path(__file__).parent / "page"
_BATCH_SIZE = 10
_RATE = 0.03


class Playground(Page):
    """A page that trains a network; `playground` makes it.

    Attributes:
        html: the content of the file.
        data: what its script is told, as JSON.
    """


def playground(  # noqa: PLR0913 each is a setting of its own, by keyword
    net: MLP,
    data: nn.data.Data,
    *,
    loss: Loss = mean_squared_error,
    learning_rate: float = _RATE,
    batch_size: int | None = _BATCH_SIZE,
    seed: int = 0,
) -> Playground:
    """Make a page that shows a network and trains it: run, pause, single steps.

    The page runs the compiled programs of network and loss, printed as JavaScript. With the
    settings given here it takes the steps of `fit` with plain gradient descent: the same
    mini-batches in the same order, and the same losses up to rounding. It is one file, which holds
    all examples and asks no server for anything.

    Of two inputs it shows the plane with the class of each point, of a square image a field to draw
    a digit on. A network of at most 16 inputs can be exchanged there for others of the same inputs
    and outputs, with other hidden layers or activations.

    Args:
        net: the network, which stays as it is; its numbers are the first ones of the page.
        data: at least one example, as `fit` takes them: Examples, pairs (inputs, targets), or two
            arrays. An int as target is the class of the example.
        loss: the loss of one example, from outputs and targets; `mean_squared_error` by default.
        learning_rate: of plain gradient descent, positive; 0.03 by default. The page can change it.
        batch_size: the examples of a step, at least 1; 10 by default, None for all. The page can
            change it.
        seed: of the order of the examples, an int; 0 by default.

    Returns:
        The page; it has `save` and `show`, and shows itself in a notebook.

    Raises:
        WrongTypeError: if `net` is not an MLP or computes otherwise than one, the data, the loss or
            the seed is of another type.
        ShapeError: if there are no examples, or they do not fit the network.
        OptionError: if a setting is out of range, parameters are tied, or the neurons of a layer
            differ in their activation.
        DataError: if the loss refuses a target.
    """
    if not isinstance(net, MLP):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an nn.MLP", described(net), "write viz.playground(net, data)")
    remedy = "pass a function, such as loss=nn.mean_squared_error"
    demand_function(loss, "a loss that can be called", remedy)
    if type(seed) is not int:
        raise WrongTypeError("an int as seed", described(seed), "write seed=0")
    examples = examples_of(data, net)
    _demand_fitting(net, examples)
    demand_targets(loss, examples.target_array())
    rate = SGD(net, learning_rate).rate
    facts, programs = facts_of(net, examples, Settings(loss, rate, batch_size, seed))
    return Playground(
        repr(net).removeprefix("MLP of ").rsplit(",", 1)[0],
        _body(),
        facts,
        _HERE / "playground.js",
        script=f"{script_of(programs)}\nstartPlayground(programs);",
        styles=[_HERE / "playground.css"],
    )


def _demand_fitting(net: MLP, examples: Examples) -> None:
    inputs, targets = examples.arrays()
    sizes = layer_sizes(net)
    found, needed = (inputs.shape[1], targets.shape[1]), (sizes[0], sizes[-1])
    if found != needed:
        raise ShapeError(
            f"examples of {needed[0]} inputs and {needed[1]} targets",
            f"{found[0]} inputs and {found[1]} targets",
            "pass the examples that the network is for",
        )


@cache
def _body() -> str:
    return (_HERE / "playground.html").read_text(encoding="utf-8")
