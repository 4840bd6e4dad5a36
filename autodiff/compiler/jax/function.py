"""`program.to_jax`: the function that users call, with its checks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from autodiff.compiler.ir.equations import Equations, Loop
from autodiff.compiler.tracing.record import Argument
from autodiff.errors import ShapeError, TracingWarning
from autodiff.system import package

from .convert import to_function
from .functions import Traced

_STACKED = "pass examples of the traced shape, stacked along a first axis"
_MANY = 100  # equations: if they are irregular, XLA compiles them for ten seconds or more


def to_jax(
    program: Equations, arguments: Sequence[Argument], shape: Sequence[int]
) -> Callable[..., Traced]:
    """Return a program as a pure function of JAX; see `Program.to_jax`.

    Args:
        program: the equations.
        arguments: of the traced function.
        shape: of the result of one example.
    """
    jnp: Any = package("jax.numpy")
    outputs = to_function(program, shape)
    loops = [each for each in program.equations if isinstance(each, Loop)]
    count = len(program.equations) + sum(len(loop.body) - 1 for loop in loops)
    if count > _MANY:
        warnings.warn(
            f"the program has {count} array equations: XLA may take a tenth of a second and "
            "more to compile each. The program itself starts at once",
            TracingWarning,
            stacklevel=3,
        )

    def function(parameters: Traced, *given: Traced) -> Traced:
        vector = jnp.asarray(parameters)
        kind = jnp.promote_types(vector.dtype, jnp.float32)
        _check("parameters", vector.shape, (program.parameters,), "pass program.parameters")
        if len(given) != len(arguments):
            names = ", ".join(argument.name for argument in arguments)
            expected = f"parameters and {len(arguments)} arguments ({names})"
            raise ShapeError(expected, f"{len(given)} arguments", "pass an array for each")
        arrays: list[Traced] = []
        for argument, x in zip(arguments, given, strict=True):
            array = jnp.asarray(x).astype(kind)
            batch = array.shape[:1] or ("batch",)
            _check(argument.name, array.shape, (*batch, *argument.shape), _STACKED)
            arrays.append(array.reshape(array.shape[0], prod(argument.shape)))
        return outputs(vector.astype(kind), *arrays)

    return function


def _check(name: str, arrived: Sequence[Any], wanted: Sequence[Any], remedy: str) -> None:
    if tuple(arrived) != tuple(wanted):
        raise ShapeError(f"{name} of shape {_shown(wanted)}", _shown(arrived), remedy)


def _shown(shape: Sequence[Any]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
