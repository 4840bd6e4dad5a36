"""`lint(net, loss)`: mistakes in a network, in its losses and in its inputs.

>>> from nn import MLP, mean_squared_error
>>> net = MLP(2, [3, 1], seed=1)
>>> loss = mean_squared_error(net([0.5, -1.0]), [1.0])
>>> lint(net, loss).ok
True
>>> [finding] = lint(net, examples=[([0.0, 255.0], [1.0]), ([128.0, 3.0], [0.0])]).rows
>>> finding.name, finding.text
('inputs', 'the largest of its inputs is 255, far from 1')
"""

from __future__ import annotations

from collections.abc import Iterable

import autodiff
from autodiff import Findings, Mistake, Value, WrongTypeError
from autodiff.extend import (
    Finding,
    Node,
    ReluActivity,
    data_of,
    dead_units,
    described,
    digits,
    sequence,
)
from nn.data import Data, Example, examples_of
from nn.engines.protocols import Network

from .parameter_names import parameter_names

_FEW = 4  # with fewer examples, a unit that is off may be needed for others
# Beyond these the largest input is far from 1. The guess is kept, for sigmoid and tanh saturate
# there, whatever weights an initialiser draws.
_LARGE, _LITTLE = 20.0, 1e-3


def lint(net: Network | Value, *losses: Value, examples: Data = ()) -> Findings:
    """Find mistakes in a network, its losses and its inputs that raise no error.

    Args:
        net: a network; or a loss, as for `autodiff.lint`.
        losses: the roots of graphs built with the network whose gradients add up, after
            `backward()` and before the step.
        examples: as `fit` takes them: pairs (inputs, targets), two arrays, or a data frame and
            labels; none by default. Every unit should fire for one of them: with 4 or more, a unit
            that is off for all is reported as dead.

    Returns:
        The findings, with parameters named by label or path.

    Raises:
        WrongTypeError: if `net` is neither a network nor a Value, a loss is not a Value, or the
            examples are not pairs.
        DataError: if the inputs are an array of bytes, or the network has no output for a class.
    """
    if isinstance(net, Value):
        return autodiff.lint(net, *losses)
    if not callable(getattr(net, "parameters", None)) or not callable(net):
        raise WrongTypeError(
            "a network, or a loss", described(net), "write lint(net, loss) or lint(loss)"
        )
    is_none = isinstance(examples, (tuple, list)) and not examples
    given = () if is_none else examples_of(examples, net)
    named = parameter_names(net)
    found = list(autodiff.lint(*losses, parameters=named).rows)
    if any(row.mistake is Mistake.ACCUMULATED for row in found) and not _add_up(losses):
        found = [row for row in found if row.mistake is not Mistake.ACCUMULATED]
    met = {(finding.mistake, finding.node) for finding in found}
    if not any(finding.mistake is Mistake.REPLACED for finding in found):
        more = _of_examples(net, given, {value: name for name, value in named.items()})
        found += [finding for finding in more if (finding.mistake, finding.node) not in met]
    return Findings(found)


def _add_up(losses: Iterable[Value]) -> bool:
    """Tell whether gradients add up in all leaves: if not, some other leaf is what is trained."""
    return any(row.mistake is Mistake.ACCUMULATED for row in autodiff.lint(*losses).rows)


def _of_examples(
    net: Network, examples: Iterable[Example], names: dict[Node, str]
) -> Iterable[Finding]:
    """Yield what is wrong with inputs, and the units that fire for none of them."""
    activity, largest = ReluActivity(), 0.0
    for inputs, _ in examples:
        numbers = list(sequence(inputs, "a flat list of inputs"))
        largest = max([largest, *(abs(data_of(x)) for x in numbers)])
        activity.count(net(numbers))
    if largest > _LARGE or 0.0 < largest < _LITTLE:
        text = f"the largest of its inputs is {digits(largest)}, far from 1"
        remedy = "scale them: x / 255 for pixels, (x - mean) / deviation in general"
        yield Finding(Mistake.SCALE, None, "inputs", text, remedy)
    yield from dead_units(activity, _FEW, list(names), names)
