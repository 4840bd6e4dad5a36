"""`load`: networks from the files that `MLP.save` writes, and from arrays.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     MLP(2, [3, 1], seed=1).save(f"{folder}/net.safetensors")
...     load(f"{folder}/net.safetensors")
MLP of 2 -> 3 relu -> 1 linear, 13 parameters
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodiff import OptionError, ShapeError
from autodiff.extend import described
from nn.errors import DataError
from nn.model.mlp import MLP, layer_sizes
from nn.model.ties import tie
from nn.storage import exact_int, path_to_read, read_arrays

if TYPE_CHECKING:
    from autodiff.extend import Array

_WORDS = {"sizes", "activations", "seed"}


def load(path: str | Path) -> MLP:
    """Return the network in a file, with its numbers, activations and seed.

    Args:
        path: of a safetensors file that `MLP.save` wrote.

    Raises:
        DataError: if the file is missing, cut off, changed, or does not hold a network.
        WrongTypeError: if `path` is not a path.
        MissingPackageError: if safetensors is not installed.
    """
    arrays, words = read_arrays(path_to_read(path, "net.safetensors"))
    try:
        activations: list[str] = json.loads(words["activations"])
        seed: int | None = json.loads(words["seed"])
        names = [f"layers.{index}" for index in range(len(activations))]
        pairs = [(arrays.pop(f"{name}.weights"), arrays.pop(f"{name}.biases")) for name in names]
        ties = arrays.pop("ties", None)
        others = [*arrays, *(words.keys() - _WORDS)]
        if others or not isinstance(seed, int | None):  # pyright: ignore[reportUnnecessaryIsInstance] a file may hold anything
            found = f"{path} with {', '.join(others) or described(seed)}"
            raise DataError("a network and nothing else", found, "check that it is the right file")
        net = mlp_from_arrays(pairs, activations, seed, None if ties is None else ties.tolist())
        if layer_sizes(net) != json.loads(words["sizes"]):
            raise ValueError(f"arrays of other sizes than {words['sizes']:.40}")
        return net  # noqa: TRY300 whatever is raised above, the file is at fault
    except (
        *(KeyError, TypeError, ValueError, AttributeError),
        *(ArithmeticError, RecursionError, OptionError, ShapeError),
    ) as error:
        if isinstance(error, DataError):
            raise
        why = f"no {error}" if isinstance(error, KeyError) else f"{error}"
        raise DataError(
            "a network that nn saved", f"{path}: {why}", "check that it is the right file"
        ) from error


def mlp_from_arrays(
    layers: Iterable[tuple[Array, Array]],
    activations: Sequence[str],
    seed: int | None = None,
    ties: Sequence[float] | None = None,
) -> MLP:
    """Return a network with given numbers.

    Args:
        layers: weights of shape (neurons, inputs) and biases of shape (neurons,), layer by layer.
        activations: the name of one for each layer.
        seed: the seed that its first weights came from, if that is known.
        ties: the first position with the same Value for each number, if some are tied.

    Raises:
        ShapeError: if the shapes do not fit together.
        DataError: if the ties do not.
        OptionError: if an activation is unknown.
    """
    pairs: list[tuple[Any, Any]] = list(layers)
    shapes = [(weights.shape, biases.shape) for weights, biases in pairs]
    fits = all(len(rows) == 2 and columns == rows[:1] for rows, columns in shapes)
    fits = fits and all(after[0][1:] == before[1] for before, after in pairwise(shapes))
    if not fits or not shapes:
        remedy = "give each layer weights of (neurons, inputs) and biases of (neurons,)"
        raise ShapeError("weights and biases of layers that follow each other", f"{shapes}", remedy)
    net = MLP(
        shapes[0][0][1], [biases for _, (biases,) in shapes], activation=list(activations), seed=0
    )
    net.seed = seed
    for layer, (weights, biases) in zip(net.layers, pairs, strict=True):
        rows = zip(layer.neurons, weights.tolist(), biases.tolist(), strict=True)
        for neuron, row, bias in rows:
            neuron.bias.data = bias
            for weight, data in zip(neuron.weights, row, strict=True):
                weight.data = data
    if ties is not None:
        tie(net.layers, [exact_int(place) for place in ties])
    return net
