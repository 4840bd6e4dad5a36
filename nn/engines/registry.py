"""Engines by name: how the loss and the gradient of a mini-batch are computed.

What is not here: the engines (`compiled`, `eager`), the steps (`optimisers`), their order
(`training`).

>>> list(ENGINES)
['compiled', 'eager']
"""

from __future__ import annotations

from collections.abc import Callable

from autodiff import OptionError
from autodiff.extend import described
from nn.data import Examples

from .compiled import CompiledEngine
from .eager import EagerEngine
from .protocols import Engine, Loss, Network

# each made of a network, a loss and at least one example
ENGINES: dict[str, Callable[[Network, Loss, Examples], Engine]] = {
    "compiled": CompiledEngine,
    "eager": lambda net, loss, _: EagerEngine(net, loss),
}


def engine_by_name(name: str) -> Callable[[Network, Loss, Examples], Engine]:
    """Find how to make an engine.

    Raises:
        OptionError: if there is none of that name.
    """
    if name not in ENGINES:
        known = " or ".join(map(repr, ENGINES))
        raise OptionError("the name of an engine", described(name), f"write {known}")
    return ENGINES[name]
