"""`lint(loss)`: silent mistakes, with the node and the code to write instead.

A sound program has no finding, except relu units that are truly dead. Call it after `backward()`
and before the step: a step changes the data of parameters, which leaves the loss out of date.

>>> from autodiff import Value
>>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
>>> loss = (w * x - 1)**2
>>> loss.backward()
>>> lint(loss).ok
True
>>> loss.backward()
>>> lint(loss).rows[0].text
'its gradient is 2 times that of the loss'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from autodiff.errors import WrongTypeError, described
from autodiff.explain.chain_rule.why import node_of
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .computation import BY_CHANCE, ReluActivity, dead_units
from .findings import Finding, Findings, Mistake
from .gradients import accumulated
from .logarithms import unstable_logs
from .state import changed, not_connected, not_finite, replaced


def lint(*losses: Node, parameters: Mapping[str, Node] | Iterable[Node] = ()) -> Findings:
    """Look for silent mistakes in graphs.

    Args:
        losses: the ends of graphs whose gradients are added; as a rule one.
        parameters: the leaves that are trained, by name or in a list; none by default. With
            them, parameters that are not connected, or were replaced by an expression, are found
            too.

    Returns:
        The findings. A relu unit is dead if it is off in all of 1,000 uses or more: in a small
        batch it may be off by chance, so `nn.lint` takes all examples.

    Raises:
        WrongTypeError: if a loss is not a Value, or `parameters` is not iterable.
    """
    graph = Graph([node_of(loss, "a loss") for loss in losses])
    given, places, found = _named(parameters, graph.names)
    names = graph.names | given
    found += not_connected(graph, given, places)
    found += replaced(given)
    met = {finding.node for finding in found}
    gone = [node for node in given if node.parents]
    if gone:
        met.update(Graph(gone).leaves)  # the leaves that were replaced
    trained = [leaf for leaf in graph.leaves if leaf in given or not given]
    found += (row for row in accumulated(graph, trained, names) if row.node not in met)
    found += changed(graph, names)
    found += unstable_logs(graph, names)
    activity = ReluActivity()
    activity.count(graph)
    found += dead_units(activity, BY_CHANCE, trained if given else None, names)
    found += not_finite(graph, given)
    return Findings(found)


def _named(
    parameters: Mapping[str, Node] | Iterable[Node], names: Mapping[Node, str]
) -> tuple[dict[Node, str], dict[Node, str], list[Finding]]:
    """Return the parameters by what they are called, and by name or place as they were given.

    Those that are not Values are findings.
    """
    if not isinstance(parameters, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        remedy = "write parameters=[w], or parameters=net.parameters()"
        raise WrongTypeError("parameters by name, or in a list", described(parameters), remedy)
    pairs: list[tuple[str, object]] = (
        list(cast("Mapping[str, object]", parameters).items())
        if isinstance(parameters, Mapping)
        else [("", parameter) for parameter in parameters]
    )
    named: dict[Node, str] = {}
    places: dict[Node, str] = {}
    found: list[Finding] = []
    for index, (name, parameter) in enumerate(pairs):
        place = name or f"parameters[{index}]"
        if isinstance(parameter, Node):
            named[parameter] = name or parameter.label or names.get(parameter, place)
            places[parameter] = name or parameter.label or place
        else:
            text = f"it is not a Value but {type(parameter).__name__} {parameter!r}"
            remedy = "change its data: p.data -= rate * p.grad"
            found.append(Finding(Mistake.REPLACED, None, place, text, remedy))
    return named, places, found
