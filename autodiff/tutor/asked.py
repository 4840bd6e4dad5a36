"""What an answer is about: Values by themselves, by their labels, or in lists.

>>> from autodiff import Value, label
>>> w, x = Value(3.0), Value(2.0)
>>> label(w=w, x=x)
>>> loss = w * x
>>> graph = Graph([loss])
>>> [(graph.names[node], answer) for node, answer in found(graph, {"w": 2, x: 3}, "answers")]
[('w', 2), ('x', 3)]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

from autodiff.errors import OptionError, ShapeError, WrongTypeError, described
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.graph.pytree import is_structure

_SHOWN = 8  # names that an error lists


def pairs_of(answers: Any, what: str) -> list[tuple[Any, Any]]:
    """Return a mapping, or a list of pairs, as pairs.

    Raises:
        WrongTypeError: if it is neither.
    """
    if answers is None:
        return []
    if isinstance(answers, Mapping):
        return list(cast("Mapping[Any, Any]", answers).items())
    if isinstance(answers, list | tuple):
        pairs = cast("list[Any]", answers)
        if all(isinstance(pair, list | tuple) and len(cast("Any", pair)) == 2 for pair in pairs):
            return [(key, answer) for key, answer in pairs]
    arrived, remedy = described(cast("Any", answers)), 'write {w: 0.84, "x": -1.26}'
    raise WrongTypeError(f"a dict of Values and numbers for {what}", arrived, remedy)


def found(graph: Graph, answers: object, what: str) -> Iterator[tuple[Node, Any]]:
    """Yield each node that is answered for, with its answer.

    Args:
        graph: where labels are looked up.
        answers: a mapping, or a list of pairs, from Values, labels, or lists of them, to numbers
            or lists of as many. A label such as "delta" with a list stands for delta1, delta2, ...
            or delta[0], delta[1], ...
        what: the name of the argument, for errors.

    Raises:
        WrongTypeError: if a key is neither a Value nor a label.
        OptionError: if a label is unknown, or a Value is answered twice.
        ShapeError: if a list has another length than the Values.
    """
    seen: set[Node] = set()
    for key, answer in pairs_of(answers, what):
        for node, each in _matched(graph, key, answer):
            if node in seen:
                name = graph.names.get(node, node.label or "a Value")
                raise OptionError("one answer for each Value", f"two for {name}", "leave one out")
            seen.add(node)
            yield node, each


def _matched(graph: Graph, key: Any, answer: Any) -> Iterator[tuple[Node, Any]]:
    pending: list[tuple[Any, Any]] = [(key, answer)]
    while pending:
        key, answer = pending.pop(0)
        if is_structure(answer) and not isinstance(answer, dict):
            keys = _family(graph, key) if isinstance(key, str) else key
            if not isinstance(keys, list | tuple):
                remedy = "give the Values as a tuple: {(z1, z2): [0.1, 0.2]}"
                raise ShapeError("one number for one Value", described(answer), remedy)
            several, answers = list(cast("Iterable[Any]", keys)), list(answer)
            if len(several) != len(answers):
                counts = f"{len(answers)} for {len(several)}"
                raise ShapeError("as many numbers as Values", counts, "give one for each")
            pending = [*zip(several, answers, strict=True), *pending]
        elif is_structure(key):
            remedy = "give a list of numbers: {(z1, z2): [0.1, 0.2]}"
            raise ShapeError(
                "a list of as many numbers as Values", described(cast("Any", answer)), remedy
            )
        else:
            yield node_named(graph, key), answer


def node_named(graph: Graph, key: object) -> Node:
    """Return a node, which is given or named.

    Raises:
        WrongTypeError: if it is neither a Value nor a text.
        OptionError: if the graph has no Value of that name.
    """
    if isinstance(key, Node):
        return key
    if not isinstance(key, str):
        raise WrongTypeError("a Value or its label", described(key), "pass the Value itself")
    for node, name in graph.names.items():
        if name == key:
            return node
    raise _unknown(graph, key)


def _family(graph: Graph, label: str) -> list[Node]:
    """Return the nodes label1, label2, ... or label[0], label[1], ... in the order of indices."""
    pattern = re.compile(rf"{re.escape(label)}(?:_?\d+|(?:\[\d+\])+)")
    members = [(name, node) for node, name in graph.names.items() if pattern.fullmatch(name)]
    if not members:
        names = f"{label}1 or {label}[0]"
        raise OptionError(f"Values named {names}, for {label}", "none in the graph", _listed(graph))
    members.sort(
        key=lambda pair: [int(index) for index in re.findall(r"\d+", pair[0][len(label) :])]
    )
    return [node for _, node in members]


def _unknown(graph: Graph, name: str) -> OptionError:
    names = list(graph.names.values())
    near = get_close_matches(name, names, 1)
    remedy = f"did you mean {near[0]}?" if near else _listed(graph)
    return OptionError("the name of a Value in the graph", repr(name), remedy)


def _listed(graph: Graph) -> str:
    names = list(graph.names.values())
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    return f"its names are {shown}"
