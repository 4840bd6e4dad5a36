"""Module: the base class that finds the parameters in its attributes and names them by path.

>>> class Line(Module):
...     def __init__(self):
...         self.slopes = [Value(2.0), Value(3.0)]
...         self.bias = Value(1.0)
>>> Line().named_parameters()
[('slopes.0', Value(data=2.0, grad=0.0)), ('slopes.1', Value(data=3.0, grad=0.0)),
 ('bias', Value(data=1.0, grad=0.0))]
>>> Line().state_dict()
{'slopes.0': 2.0, 'slopes.1': 3.0, 'bias': 1.0}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from autodiff import OperandError, Value, WrongTypeError
from autodiff.extend import described, number
from nn.data.given import inputs_of
from nn.errors import DataError
from nn.evaluation.accuracy import outputs_of

if TYPE_CHECKING:
    from autodiff.extend import Array

_BIASES = frozenset({"bias", "biases"})
_NAMED = 3  # parameters that an error lists


class Module:
    """The base class of everything with parameters.

    A parameter is a Value in an attribute, or in a Module or list that an attribute holds, however
    deep. Attributes whose name starts with an underscore are left out.

    Attributes:
        is_frozen: whether the parameters of this module, but not of the modules below it, are
            frozen; `freeze` and `unfreeze` set it for all of them.
    """

    is_frozen: bool = False

    def parameters(self) -> list[Value]:
        """Return every weight and bias, each once, always in the same order."""
        return list(dict.fromkeys(value for _, value in _walk(self)))

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return every parameter with its path, such as `layers.0.neurons.3.weights.7`.

        Returns:
            Pairs (path, parameter) in the order of `parameters`; a parameter that two parts share
            appears once, with its first path.
        """
        paths: dict[Value, str] = {}
        for path, value in _walk(self):
            paths.setdefault(value, ".".join(path))
        return [(path, value) for value, path in paths.items()]

    def decayed_parameters(self) -> list[Value]:
        """Return the parameters that weight decay acts on: all but the biases.

        A bias is what an attribute named `bias` or `biases` holds.
        """
        pairs = _walk(self)
        return list(dict.fromkeys(value for path, value in pairs if _BIASES.isdisjoint(path)))

    def predict(self, inputs: Any) -> Array:
        """Return the outputs for many examples; of a classifier, `.argmax(1)` gives the classes.

        Args:
            inputs: a row of numbers for each example: a list of rows, an array, a tensor, a data
                frame, or Examples. Bytes (uint8) are accepted in Examples only, as pixels.

        Returns:
            A float64 array of shape (examples, outputs). A hundred examples or more run through a
            compiled program, which agrees up to rounding.

        Raises:
            ShapeError: if there are no examples, or inputs that the network does not take.
            WrongTypeError: if the inputs are not rows of numbers, or the module is not callable.
            DataError: if they are an array of bytes.
        """
        if not callable(self):
            raise WrongTypeError(
                "a module with a __call__ method", described(self), "define __call__(self, inputs)"
            )
        return outputs_of(self, inputs_of(inputs))

    def freeze(self) -> None:
        """Freeze all parameters below: optimisers and `fit` leave them as they are.

        They still get gradients, and stay in `parameters` and `state_dict`. An optimiser honours
        this if it was made for the network rather than for a list of parameters; `fit` always does.
        """
        for part in _modules(self):
            part.is_frozen = True

    def unfreeze(self) -> None:
        """Let all parameters below learn again."""
        for part in _modules(self):
            part.is_frozen = False

    def frozen_parameters(self) -> list[Value]:
        """Return the frozen parameters; a shared parameter is frozen if any of its owners is."""
        frozen = [part for part in _modules(self) if part.is_frozen]
        return list(dict.fromkeys(value for part in frozen for value in _own_values(part)))

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, float]:
        """Return the number in every parameter, by path."""
        return {path: value.data for path, value in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Put numbers into all parameters; after an error, none is changed.

        Args:
            state: a number for each path, as `state_dict` returns them.

        Raises:
            WrongTypeError: if `state` is not a mapping.
            DataError: if a path is missing or unknown, or does not hold a single number.
        """
        if not isinstance(state, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise WrongTypeError(
                "a dict of numbers by path", described(state), "pass what state_dict() returned"
            )
        named = dict(self.named_parameters())
        _compare(named.keys(), state.keys())
        numbers = {path: _single(path, state[path]) for path in named}
        for path, value in named.items():
            value.data = numbers[path]


def _walk(root: Module) -> Iterator[tuple[tuple[str, ...], Value]]:
    """Yield every Value below a module with its path, in the order of the attributes."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), root)]
    entered: set[int] = set()
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, Value):
            yield path, part
            continue
        if id(part) in entered:  # shared by two parts, or a reference back to the owner
            continue
        inner = parts_of(part)
        if inner:
            entered.add(id(part))
            waiting.extend(((*path, name), child) for name, child in reversed(inner))


def _modules(root: Module) -> list[Module]:
    """Return a module and all modules below it, each once."""
    found: dict[int, Module | list[object] | tuple[object, ...]] = {}
    waiting: list[Any] = [root]
    while waiting:
        part = waiting.pop()
        if id(part) not in found:
            found[id(part)] = part
            waiting += [
                x  # the first test spares thousands of weights the second
                for x in _children(part)
                if x.__class__ is not Value and isinstance(x, (Module, list, tuple))
            ]
    return [part for part in found.values() if isinstance(part, Module)]


def _own_values(module: Module) -> Iterator[Value]:
    """Yield the Values of a module that are not those of a module below it."""
    waiting: list[Any] = [module]
    entered: set[int] = set()
    while waiting:
        part = waiting.pop()
        entered.add(id(part))
        for child in _children(part):
            if isinstance(child, Value):
                yield child
            elif isinstance(child, (list, tuple)) and id(child) not in entered:  # pyright: ignore[reportUnknownArgumentType]
                waiting.append(child)


def _children(part: Module | Iterable[object]) -> Iterable[object]:
    """Return the parts of a module or a list, without their names."""
    return part if not isinstance(part, Module) else [child for _, child in parts_of(part)]


def parts_of(part: object) -> list[tuple[str, object]]:
    """Return the parts of a module or a list, each with its name in a path."""
    if isinstance(part, Module):
        return [(name, child) for name, child in vars(part).items() if not name.startswith("_")]
    if isinstance(part, (list, tuple)):
        children = cast("Iterable[Any]", part)
        return [(str(index), child) for index, child in enumerate(children)]
    return []


def _compare(named: Iterable[str], given: Iterable[str]) -> None:
    known, arrived = dict.fromkeys(named), dict.fromkeys(given)
    missing = [path for path in known if path not in arrived]
    foreign = [str(path) for path in arrived if path not in known]
    if not missing and not foreign:
        return
    faults = [f"none for {_listed(missing)}"] if missing else []
    faults += [f"unexpected ones for {_listed(foreign)}"] if foreign else []
    close = get_close_matches(foreign[0], missing, 1) if foreign and missing else []
    remedy = f"is {foreign[0]} meant to be {close[0]}? " if close else ""
    remedy += "load what a network of the same layers saved"
    raise DataError(f"a number for each of {len(known)} parameters", ", ".join(faults), remedy)


def _listed(paths: list[str]) -> str:
    shown = ", ".join(paths[:_NAMED])
    return shown if len(paths) <= _NAMED else f"{shown} and {len(paths) - _NAMED} more"


def _single(path: str, x: float) -> float:
    try:
        return number(x)
    except OperandError:
        shape = getattr(x, "shape", None)
        arrived = described(x) if shape is None else f"an array of shape {shape}"
        remedy = "give each path a number; arrays of a layer are split by nn.load and nn.from_torch"
        raise DataError(f"a single number for {path}", arrived, remedy) from None
