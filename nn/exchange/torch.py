"""`to_torch` and `from_torch`: networks to and from PyTorch.

>>> to_torch(MLP(2, [3, 1]))  # doctest: +SKIP
Sequential(
  (0): Linear(in_features=2, out_features=3, bias=True)
  (1): ReLU()
  (2): Linear(in_features=3, out_features=1, bias=True)
)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from autodiff import OptionError, Value, WrongTypeError
from autodiff.extend import described, numpy, package
from nn.model.activations import LINEAR
from nn.model.activations import activation as find_activation
from nn.model.layers import Layer
from nn.model.mlp import MLP, layer_activations
from nn.model.ties import values_of

from .load import mlp_from_arrays

# for each activation, PyTorch's class and the settings that make it the same function
_CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "elu": ("ELU", {"alpha": 1.0}),
    "gelu": ("GELU", {"approximate": "none"}),
    "gelu_tanh": ("GELU", {"approximate": "tanh"}),
    "hardtanh": ("Hardtanh", {"min_val": -1.0, "max_val": 1.0}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.01}),
    "logsigmoid": ("LogSigmoid", {}),
    "mish": ("Mish", {}),
    "relu": ("ReLU", {}),
    "selu": ("SELU", {}),
    "sigmoid": ("Sigmoid", {}),
    "silu": ("SiLU", {}),
    "softplus": ("Softplus", {"beta": 1.0, "threshold": 1000.0}),
    "tanh": ("Tanh", {}),
}
# PyTorch's softplus is linear beyond its threshold, which is wrong by e^-threshold: from 37 on,
# by less than half an ulp of a float64
_LEAST_THRESHOLD = 37.0


def to_torch(net: MLP) -> Any:
    """Return the same network as a `torch.nn.Sequential` in double precision.

    Args:
        net: the network; no memory is shared with it.

    Returns:
        A module that takes a float64 tensor of shape (examples, inputs).

    Raises:
        WrongTypeError: if `net` is not an MLP, or a subclass that computes anything but layers one
            after another.
        OptionError: if PyTorch has no module for an activation, the neurons of a layer differ in
            theirs, or layers share a part of their parameters; all of them may be shared.
        MissingPackageError: if PyTorch is not installed.
    """
    if not isinstance(net, MLP):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an nn.MLP", described(net), "write nn.to_torch(net)")
    names = layer_activations(net)
    torch = package("torch")
    modules: list[Any] = []
    made: dict[tuple[Value, ...], Any] = {}  # tied layers become one module
    for layer, name in zip(net.layers, names, strict=True):
        values = tuple(values_of(layer))
        if values not in made:
            made[values] = _linear(torch, layer)
        modules.append(made[values])
        if name != LINEAR:
            modules.append(_module(torch, name))
    if len(net.parameters()) < sum(map(len, made)):
        remedy = "tie all parameters of two layers, or none"
        raise OptionError("layers that share all parameters or none", "a few shared ones", remedy)
    return torch.nn.Sequential(*modules)


def _linear(torch: Any, layer: Layer) -> Any:
    weights, biases = layer.arrays()
    linear = torch.nn.utils.skip_init(
        torch.nn.Linear, weights.shape[1], weights.shape[0], dtype=torch.float64
    )
    linear.load_state_dict({"weight": torch.tensor(weights), "bias": torch.tensor(biases)})
    return linear


def from_torch(
    module: Any,
    *,
    activation: str | Sequence[str] = "relu",
    output_activation: str | None = None,
) -> MLP:
    """Return a network of PyTorch as an MLP.

    Args:
        module: a `torch.nn.Sequential` of Linear modules, each with at most one activation; or the
            state dict of one, which does not tell the activations.
        activation: for a state dict, the activation of every layer but the last, by name, "relu"
            by default; or a list of names, one for each layer and the last.
        output_activation: for a state dict, the activation of the last layer, by name; "linear" by
            default.

    Returns:
        The same network in float64, which shares no memory with the module. Parameters that the
        module uses twice are tied.

    Raises:
        WrongTypeError: if it is neither, holds another kind of module, or one that computes
            something else than its class in PyTorch does: with a `forward` or hooks of its own.
        OptionError: if an activation is unknown, or a Softplus has a threshold below 37; PyTorch's
            default is 20.
        ShapeError: if the shapes do not fit together.
        MissingPackageError: if PyTorch is not installed.
    """
    torch = package("torch")
    if isinstance(module, Mapping):
        state: dict[str, Any] = dict(module)  # pyright: ignore[reportUnknownArgumentType]
        parts = _layers_of(state)
        if isinstance(activation, str):
            find_activation(activation)  # one layer has none but the last
            names = [activation] * (len(parts) - 1) + [output_activation or LINEAR]
        else:
            names = list(activation)
    else:
        parts, names = _parts(torch, module)
    return mlp_from_arrays(map(_arrays, parts), names, ties=_ties(parts))


def _layers_of(state: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return weight and bias of each Linear module in a state dict."""
    stems = [name.removesuffix(".weight") for name in state if name.endswith(".weight")]
    known = {f"{stem}.{kind}" for stem in stems for kind in ("weight", "bias")}
    others = [name for name in state if name not in known]
    if others:
        remedy = "pass that of a Sequential of Linear modules and activations"
        raise WrongTypeError("a state dict of Linear modules", f"{', '.join(others)}", remedy)
    return [(state[f"{stem}.weight"], state.get(f"{stem}.bias")) for stem in stems]


def _parts(torch: Any, module: Any) -> tuple[list[tuple[Any, Any]], list[str]]:
    """Return weight, bias and activation of each layer of a Sequential."""
    if not isinstance(module, torch.nn.Sequential):
        remedy = "pass a Sequential, or its state_dict()"
        raise WrongTypeError("a torch.nn.Sequential", described(module), remedy)
    _demand_own(module, torch.nn.Sequential)
    parts: list[tuple[Any, Any]] = []
    activations: list[str] = []
    for part in module:
        if isinstance(part, torch.nn.Linear):
            _demand_own(part, torch.nn.Linear)
            parts.append((part.weight, part.bias))
            activations.append(LINEAR)
        elif parts and activations[-1] == LINEAR:
            activations[-1] = _name(part)
            _demand_own(part, getattr(torch.nn, type(part).__name__))
        else:
            remedy = "one activation may follow each Linear module"
            raise WrongTypeError("a Linear module", described(part), remedy)
    return parts, activations


def _demand_own(part: Any, kind: Any) -> None:
    """Refuse a module that does not compute what its class of PyTorch computes."""
    own: Any = cast("Any", type(part))
    is_plain = own.forward is kind.forward and own.__call__ is kind.__call__
    hooks = [*getattr(part, "_forward_hooks", ()), *getattr(part, "_forward_pre_hooks", ())]
    if not is_plain or "forward" in vars(part) or hooks:
        raise WrongTypeError(
            f"a module that computes as torch.nn.{kind.__name__} does",
            f"{own.__name__} with {'hooks' if is_plain and hooks else 'a forward'} of its own",
            "write the network with nn.Module, and load its numbers with load_state_dict",
        )


def _ties(parts: Sequence[tuple[Any, Any]]) -> list[int]:
    """Return for each number the first position that holds the same one of a shared tensor."""
    starts: dict[tuple[Any, ...], int] = {}
    ties: list[int] = []
    for weights, biases in parts:
        for tensor, count in ((weights, weights.numel()), (biases, len(weights))):
            place = len(ties)
            if tensor is not None:
                place = starts.setdefault((tensor.data_ptr(), *tensor.shape), place)
            ties += range(place, place + count)
    return ties


def _module(torch: Any, name: str) -> Any:
    if name not in _CLASSES:
        remedy = f"PyTorch has modules for {', '.join(_CLASSES)}"
        raise OptionError("an activation of torch.nn", name, remedy)
    kind, settings = _CLASSES[name]
    return getattr(torch.nn, kind)(**settings)


def _name(part: Any) -> str:
    for name, (kind, settings) in _CLASSES.items():
        if type(part).__name__ == kind and all(
            getattr(part, key) == x for key, x in settings.items() if key != "threshold"
        ):
            _demand_uncut(part)
            return name
    if type(part).__name__ == "Identity":
        return LINEAR
    remedy = "the table has no such operation; write it with autodiff.operation"
    raise WrongTypeError(f"one of {', '.join(_CLASSES)}", described(part), remedy)


def _demand_uncut(part: Any) -> None:
    """Refuse a Softplus that is linear where the difference still shows in a float64."""
    threshold = getattr(part, "threshold", _LEAST_THRESHOLD)
    if not threshold >= _LEAST_THRESHOLD:
        raise OptionError(
            f"a Softplus with a threshold of at least {_LEAST_THRESHOLD:g}",
            f"{threshold:g}, where it is another function than softplus",
            "set threshold = 1000 on the module if the difference does not matter to you",
        )


def _arrays(layer: tuple[Any, Any]) -> tuple[Any, Any]:
    weights, biases = layer
    rows = weights.detach().cpu().double().numpy()
    if biases is None:
        return rows, numpy().zeros(len(rows))
    return rows, biases.detach().cpu().double().numpy()
