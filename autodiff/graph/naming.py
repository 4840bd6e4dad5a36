"""Names for the nodes of a graph: the label, else the user's variable, else v1, v2, ...

>>> from autodiff import Value
>>> x, w = Value(2.0), [Value(3.0), Value(4.0)]
>>> order = [x, w[1], x * w[1]]
>>> list(names_in(order, labels_in(order, {"x": x, "w": w})).values())
['x', 'w[1]', 'v1']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from autodiff.errors import WrongTypeError, described

from .node import Node, is_array
from .session import variables

_MOST = 10_000  # elements of one variable of a session: a picture does not wait for a data set


def names_in(order: Sequence[Node], labels: Mapping[Node, str]) -> dict[Node, str]:
    """Give every node of a graph a unique name: what it is called, or v1, v2, ...

    What several nodes are called is numbered: `w`, `w (2)`.

    Args:
        order: the nodes.
        labels: what nodes are called, as `labels_in` returns it.
    """
    used = set(labels.values())
    counts: dict[str, int] = {}
    names: dict[Node, str] = {}
    fresh = 0
    for node in order:
        name = labels.get(node)
        if name is None:
            fresh += 1
            while f"v{fresh}" in used:
                fresh += 1
            names[node] = f"v{fresh}"
            continue
        unique, counts[name] = name, counts.get(name, 0) + 1
        while counts[name] > 1 and unique in used:
            unique = f"{name} ({counts[name]})"
            counts[name] += unique in used
        used.add(unique)
        names[node] = unique
    return names


def labels_in(order: Sequence[Node], names: Mapping[str, object] | None = None) -> dict[Node, str]:
    """Return what the user calls the nodes: by their labels, else by the variables that hold them.

    Args:
        order: the nodes. An empty label does not count.
        names: the variables, such as `locals()`; by default those of the session, if there is one.
    """
    labels = {node: str(node.label) for node in order if node.label}
    if len(labels) < len(order):
        most = _MOST if names is None else None
        found = variable_names(variables() if names is None else names, most)
        labels |= {node: found[node] for node in order if node in found and node not in labels}
    return labels


def variable_names(names: Mapping[str, object], most: int | None = None) -> dict[Node, str]:
    """Find the Values that variables hold, also in lists, tuples, dicts, arrays and networks.

    A Value that several variables lead to is called after the one defined first, so that a loop
    `for x in xs` leaves `xs[3]` its name. Names that begin with an underscore are left out, and so
    are IPython's `In` and `Out`.

    Args:
        names: the variables, such as `locals()`.
        most: how many elements of each variable are looked at; all by default.

    Returns:
        An expression for each Value, such as `w`, `w[0]`, `rates['slow']` or
        `net.layers[0].neurons[1].bias`.
    """
    found: dict[Node, str] = {}
    met: dict[int, object] = {}  # containers; kept alive, so that no other has the same id
    for name, value in list(names.items()):
        is_history = name in {"In", "Out"} and not issubclass(type(value), Node)
        if not name.startswith("_") and not is_history:
            for node, place in islice(_reached(name, value, met), most):
                if node is not None:
                    found.setdefault(node, place)
    return found


def checked_names(names: object) -> Mapping[str, object] | None:
    """Return the argument `names`, which has to be a mapping or None.

    Raises:
        WrongTypeError: if it is anything else, or a key is not a str.
    """
    if names is None:
        return None
    expected, remedy = "variables by name", "write names=locals(), or {'w': w}"
    if not isinstance(names, Mapping):
        raise WrongTypeError(expected, described(names), remedy)
    given = cast("Mapping[object, object]", names)
    wrong = next((key for key in list(given) if not isinstance(key, str)), None)
    if wrong is not None:
        raise WrongTypeError(expected, f"a name {described(wrong)}", remedy)
    return cast("Mapping[str, object]", given)


def _reached(name: str, value: object, met: dict[int, object]) -> Iterator[tuple[Node | None, str]]:
    """Yield the Values below a variable with their places, and None for each other element."""
    suffixes: list[str] = []  # of the containers around, joined only where there is a Value
    waiting: list[Iterator[tuple[object, object]]] = [iter([(_Attribute(name), value)])]
    while waiting:
        for key, element in waiting[-1]:
            if issubclass(type(element), Node):
                yield cast("Node", element), "".join([*suffixes, _suffix(key)]).removeprefix(".")
                continue
            yield None, ""
            inside = None if id(element) in met else _inside(element)
            if inside is not None:
                met[id(element)] = element
                suffixes.append(_suffix(key))
                waiting.append(inside)
                break
        else:
            waiting.pop()
            if suffixes:
                suffixes.pop()


class _Attribute(str):
    """The name of an attribute, where others have an index or a key."""

    __slots__: tuple[str, ...] = ()


def _suffix(key: object) -> str:
    return f".{key}" if isinstance(key, _Attribute) else f"[{key!r}]"


def _inside(x: object) -> Iterator[tuple[object, object]] | None:
    """Return the elements of a container or network, each with its key; None of anything else.

    Only its class decides: a variable of a session may be a proxy that computes its attributes.
    """
    kind: type[object] = type(x)
    if issubclass(kind, (list, tuple)):
        return enumerate(cast("Iterable[object]", x))
    if issubclass(kind, dict):
        items = list(cast("dict[object, object]", x).items())
        return iter([(key, y) for key, y in items if isinstance(key, (str, int))])
    if kind.__module__ == "numpy" and is_array(x):
        array: Any = x
        return enumerate(array.tolist()) if array.dtype.kind == "O" else None
    if callable(getattr(kind, "parameters", None)) and hasattr(x, "__dict__"):
        held = list(vars(x).items())
        return iter([(_Attribute(key), y) for key, y in held if not key.startswith("_")])
    return None
