"""Engines by name.

>>> list(ENGINES)
['compiled', 'eager', 'c', 'jax']
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from autodiff import OptionError
from autodiff.extend import described
from nn.data import Examples

from .compiled import CompiledEngine
from .eager import EagerEngine
from .protocols import Loss, Network, TrainingEngine


def _on_jax(net: Network, loss: Loss, examples: Examples) -> TrainingEngine:
    # its module imports NumPy, which takes most of the time of an import
    return import_module("nn.engines.jax").JaxEngine(net, loss, examples)


# each is made of a network, a loss and at least one example
ENGINES: dict[str, Callable[[Network, Loss, Examples], TrainingEngine]] = {
    "compiled": CompiledEngine,
    "eager": lambda net, loss, _: EagerEngine(net, loss),
    "c": lambda net, loss, examples: CompiledEngine(net, loss, examples, native="c"),
    "jax": _on_jax,
}


def make_engine(name: str, net: Network, loss: Loss, examples: Examples) -> TrainingEngine:
    """Make an engine.

    Args:
        name: "compiled", "eager", "c" for the compiled engine in C, or "jax".
        net: the network.
        loss: of one example, from outputs and targets.
        examples: at least one.

    Raises:
        OptionError: if there is none of that name, it cannot compile network and loss, or "c"
            finds no C compiler.
        MissingPackageError: for "jax", if it is not installed.
    """
    if not isinstance(name, str) or name not in ENGINES:  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        known = " or ".join(map(repr, ENGINES))
        raise OptionError("the name of an engine", described(name), f"write {known}")
    return ENGINES[name](net, loss, examples)
