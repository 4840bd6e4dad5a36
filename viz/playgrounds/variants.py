"""The networks that a page offers: the given one, and others of the same inputs and outputs.

>>> net = MLP(2, [8, 8, 1], activation="tanh", seed=1)
>>> [layer_sizes(each) for each in variants(net)][:3]
[[2, 8, 8, 1], [2, 8, 8, 1], [2, 8, 8, 1]]
"""

from __future__ import annotations

from itertools import pairwise

from autodiff import OptionError
from autodiff.extend import described
from nn import MLP
from nn.extend import layer_activations, layer_sizes

_HIDDEN: tuple[tuple[int, ...], ...] = ((), (2,), (4,), (8,), (4, 4), (8, 8), (8, 8, 8))
_ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
_INITIALISER = "xavier_uniform"  # of the networks that are not the given one
_FEW = 16  # inputs: a compiled program of more takes too long to make so many


def variants(net: MLP) -> list[MLP]:
    """Return the network, then others of other hidden layers and activations.

    They have random weights of the network's own seed, or 0. A network of more than 16 inputs stays
    alone.

    Raises:
        OptionError: if some of its parameters are tied.
        WrongTypeError: if a subclass computes anything but layers one after another.
    """
    sizes, names = layer_sizes(net), layer_activations(net)
    _demand_untied(net, sizes)
    if sizes[0] > _FEW:
        return [net]
    own = (tuple(sizes[1:-1]), tuple(names[:-1]))
    hidden = dict.fromkeys([own[0], *_HIDDEN])
    activations = dict.fromkeys([*dict.fromkeys(own[1]), *_ACTIVATIONS])
    others = {
        (widths, (name,) * len(widths)): None
        for widths in hidden
        for name in activations
        if widths or name == next(iter(activations))
    }
    others.pop(own, None)
    return [net, *(_network(sizes, widths, chosen, names[-1], net) for widths, chosen in others)]


def _network(
    sizes: list[int], hidden: tuple[int, ...], names: tuple[str, ...], last: str, net: MLP
) -> MLP:
    return MLP(
        sizes[0],
        [*hidden, sizes[-1]],
        activation=[*names, last],
        initialiser=_INITIALISER,
        seed=net.seed or 0,
    )


def _demand_untied(net: MLP, sizes: list[int]) -> None:
    wanted = sum(after * (before + 1) for before, after in pairwise(sizes))
    found = len(net.parameters())
    if found != wanted:
        raise OptionError(
            f"a network of {wanted} parameters, none of them tied",
            f"{found} in {described(net)}",
            "load its numbers into a network without ties",
        )
