"""Programs of derivatives: the function's derivative is traced and compiled as the function was.

>>> from autodiff import Value, compile
>>> w = Value(3.0)
>>> program = compile(lambda x: w * x**2, parameters=[w], example=(1.0,))
>>> program.argument_gradients([1.0, 2.0])
[array([ 6., 12.])]
>>> program.example_gradients([1.0, 2.0]).tolist()
[[1.0], [4.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from autodiff.graph.node import Node
from autodiff.graph.pytree import parts
from autodiff.value.sequences import dot
from autodiff.value.transforms import grad
from autodiff.value.value import Value

Compile = Callable[[Callable[..., Any], Sequence[Node]], Any]


class Derived(Protocol):
    """What a program asks for: the programs of derivatives of its function."""

    def by_arguments(self) -> Any:
        """Return the program of the gradient by the arguments, flat."""
        ...

    def by_parameters(self) -> Any:
        """Return the program of the gradient by the parameters."""
        ...

    def along_a_direction(self) -> Any:
        """Return the program of gradient * direction; the direction follows the parameters."""
        ...


class Derivatives:
    """Compiles derivatives of a function when they are first wanted.

    Args:
        function: of one example.
        parameters: the leaves to differentiate by.
        compiled: compiles another function of the same arguments, given its parameters.
    """

    def __init__(
        self, function: Callable[..., Any], parameters: Sequence[Node], compiled: Compile
    ) -> None:
        self._function: Callable[..., Any] = function
        self._parameters: list[Any] = list(parameters)
        self._compiled: Compile = compiled
        self._programs: dict[str, Any] = {}

    def by_arguments(self) -> Any:
        """Return the program of the gradient by the arguments, flat."""
        return self._program("arguments", lambda y, xs: _gradient(y, list(parts(xs))), [])

    def by_parameters(self) -> Any:
        """Return the program of the gradient by the parameters."""
        return self._program("parameters", lambda y, _: _gradient(y, self._parameters), [])

    def along_a_direction(self) -> Any:
        """Return the program of gradient * direction; the direction follows the parameters."""
        direction = [Value(0.0) for _ in self._parameters]
        return self._program(
            "direction",
            lambda y, _: dot(_gradient(y, self._parameters), direction),
            direction,
        )

    def _program(self, name: str, of: Callable[[Any, Any], Any], more: Sequence[Node]) -> Any:
        if name not in self._programs:

            def derived(*xs: Any) -> Any:
                return of(self._function(*xs), xs)

            self._programs[name] = self._compiled(derived, [*self._parameters, *more])
        return self._programs[name]


def _gradient(y: Any, xs: list[Any]) -> list[Any]:
    """Return the derivatives of the only result: 0 for a number."""
    [result] = parts(y)
    return grad(result, xs) if isinstance(result, Value) else [0.0] * len(xs)
