"""`lint(loss)`: mistakes that fail silently elsewhere, with the node and what to write instead.

A sound program has no finding, but for units of relu that are truly dead. It is asked after
`backward()` and before the step: a step changes the data of parameters, and the loss is then an old
one. What is not here: the single checks (`state_faults`, `form_faults`), networks and their inputs
(`nn.lint`).

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
from autodiff.graph.naming import names_of
from autodiff.graph.node import Node
from autodiff.graph.traversal import leaves

from .computation import BY_CHANCE, Units, dead_units, scales, softmax_logs
from .findings import Finding, Findings, Mistake
from .state import accumulated, changed, not_connected, not_finite, replaced


def lint(*losses: Node, parameters: Mapping[str, Node] | Iterable[Node] = ()) -> Findings:
    """Look for mistakes in graphs.

    Args:
        losses: the ends of graphs whose gradients were, or are to be, added: one as a rule.
        parameters: the leaves that are trained, by name or in a list; with them more is found:
            those that are not connected, or replaced by an expression. Without them the latter
            is guessed, from gradients that are left and a learning rate that is a short number.

    Returns:
        The findings. Inputs are far from 1 if the largest is above 20 or below 0.001; a unit of
        relu is dead if it is off in all of 1,000 uses or more: on a small batch it may be off by
        chance, so `nn.lint` takes all examples.

    Raises:
        WrongTypeError: if a loss is not a Value, or `parameters` is one.
    """
    roots = [node_of(loss, "a loss") for loss in losses]
    names = names_of(roots)
    given, found = _named(parameters, names)
    names |= given
    found += not_connected(roots, given)
    found += replaced(roots, given, names)
    met = {finding.node for finding in found}
    found += (finding for finding in accumulated(roots, names) if finding.node not in met)
    found += changed(roots, names)
    found += scales(roots, given, names)
    found += softmax_logs(roots, names)
    units = Units()
    units.count(roots)
    trained = [leaf for leaf in leaves(roots) if leaf in given] if given else None
    found += dead_units(units, BY_CHANCE, trained, names)
    found += not_finite(roots, given)
    return Findings(found)


def _named(
    parameters: Mapping[str, Node] | Iterable[Node], names: Mapping[Node, str]
) -> tuple[dict[Node, str], list[Finding]]:
    """Return the parameters with their names, and a finding for each that is no Value."""
    if not isinstance(parameters, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        remedy = "write parameters=[w], or parameters=net.parameters()"
        raise WrongTypeError("parameters by name, or in a list", described(parameters), remedy)
    pairs: list[tuple[str, object]] = (
        list(cast("Mapping[str, object]", parameters).items())
        if isinstance(parameters, Mapping)
        else [("", parameter) for parameter in parameters]
    )
    named: dict[Node, str] = {}
    found: list[Finding] = []
    for index, (name, parameter) in enumerate(pairs):
        place = name or f"parameters[{index}]"
        if isinstance(parameter, Node):
            named[parameter] = name or parameter.label or names.get(parameter, place)
        else:
            text = f"it is no Value but {type(parameter).__name__} {parameter!r}"
            remedy = "change its data: p.data -= rate * p.grad"
            found.append(Finding(Mistake.REPLACED, None, place, text, remedy))
    return named, found
