"""`chalkgrad play`: open a page that trains a network, of a data set or of a file.

>>> dataset_of("networks/moons.safetensors", 2), dataset_of("net.safetensors", 64)
('moons', 'digits')
"""

from __future__ import annotations

from argparse import Namespace
from itertools import chain
from pathlib import Path

import chalkgrad
from autodiff import OptionError
from autodiff.extend import whole
from nn import (
    MLP,
    DataError,
    binary_cross_entropy,
    cross_entropy,
    fit,
    load,
    mean_squared_error,
)
from nn.extend import LINEAR, Examples, Loss, layer_sizes

from .choices import DATASETS, load_data
from .console import has_escapes, say
from .paths import demand_page
from .suggestions import meant

_INPUTS = {2: "moons", 64: "digits", 784: "mnist"}  # the data set of a network of so many
_HIDDEN = {2: [8, 8]}  # neurons of the hidden layers, by inputs
_HIDDEN_OF_IMAGES = [16, 16]
_EPOCHS_OF_IMAGES = 5
_INITIALISER = "xavier_uniform"


def play(options: Namespace) -> int:
    """Open the playground of a network.

    Args:
        options: those of `network_parser`, as parsed.

    Returns:
        0.

    Raises:
        ChalkgradError: if an option, the data or the network is wrong, the page cannot be written,
            or no browser starts.
    """
    if options.save is not None:
        demand_page(options.save)
    net, data = _given(options)
    loss = _loss(net)
    epochs = _EPOCHS_OF_IMAGES if options.epochs is None and _is_new_image(options, net) else 0
    epochs = whole(options.epochs or epochs, 0, "the number of epochs")
    if epochs:
        say(f"training {net} for {epochs} epochs")
        fit(
            net,
            data,
            epochs=epochs,
            batch_size=options.batch_size,
            loss=loss,
            learning_rate=options.learning_rate,
            seed=options.seed,
            progress=has_escapes(),
        )
    page = chalkgrad.playground(
        net,
        data[: options.limit],
        loss=loss,
        learning_rate=options.learning_rate,
        batch_size=options.batch_size,
        seed=options.seed,
    )
    say(f"wrote {page.save(options.save)}" if options.save else f"opened {page.show()}")
    return 0


def dataset_of(path: str, inputs: int) -> str:
    """Return the data set that a network in a file is for: by the name of the file, or its inputs.

    Raises:
        DataError: if neither tells.
    """
    name = Path(path).stem
    if name in DATASETS:
        return name
    if inputs not in _INPUTS:
        known = ", ".join(map(str, _INPUTS))
        remedy = "name its data set, such as --on moons"
        raise DataError(f"a network of {known} inputs", f"{inputs} in {path}", remedy)
    return _INPUTS[inputs]


def _given(options: Namespace) -> tuple[MLP, Examples]:
    """Return the network to play with, and its examples."""
    if options.what not in DATASETS:
        _demand_file(options.what)
        net = load(options.what)
        sizes = layer_sizes(net)
        name = options.on or dataset_of(options.what, sizes[0])
        return net, load_data(name, options.data, is_one_sided=sizes[-1] == 1).train
    data = load_data(options.what, options.data, is_one_sided=True).train
    inputs, targets = (len(list(part)) for part in data[0])
    hidden = _HIDDEN.get(inputs, _HIDDEN_OF_IMAGES)
    if options.layers is not None:
        hidden = list(chain.from_iterable(options.layers))
    net = MLP(
        inputs,
        [*hidden, targets],
        activation=options.activation,
        initialiser=_INITIALISER,
        seed=options.seed,
    )
    return net, data


def _demand_file(what: str) -> None:
    """Raise an error for a mistyped data set, which no file has as its name."""
    if not Path(what).suffix and not Path(what).exists():
        remedy = f"write one of {', '.join(DATASETS)}{meant(what, DATASETS)}"
        raise OptionError("a data set or a file of a network", repr(what), remedy)


def _is_new_image(options: Namespace, net: MLP) -> bool:
    return options.what in DATASETS and layer_sizes(net)[0] not in _HIDDEN


def _loss(net: MLP) -> Loss:
    """Return the loss that the outputs of a network are made for."""
    last = net.layers[-1].neurons
    if len(last) == 1:
        return mean_squared_error
    if last[0].activation == LINEAR:
        return cross_entropy
    return binary_cross_entropy if last[0].activation == "sigmoid" else mean_squared_error
