"""`compile`: from a function over Values, recorded once, to a program over whole batches.

NumPy, and all that is made with it, is imported when something is compiled: it would be most of
the time that `import autodiff` takes. What is not here: the passes (`program`).

>>> from autodiff import Value, compile
>>> w, b = Value(2.0), Value(1.0)
>>> program = compile(lambda x, y: (w * x + b - y) ** 2, parameters=[w, b], example=(1.0, 1.0))
>>> program([1.0, 2.0, 3.0], [3.0, 3.0, 3.0])
array([ 0.,  4., 16.])
>>> program.value_and_grad([1.0, 2.0, 3.0], [3.0, 3.0, 3.0])
(6.666666666666667, array([10.66666667,  4.        ]))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from autodiff.errors import OperandError, OptionError, described
from autodiff.graph.node import Node

if TYPE_CHECKING:
    from .program import Program

_KINDS = ("float64", "float32")
_WAYS = ("error", "split")


def compile(  # noqa: A001, PLR0913 what other engines call it, and its options
    function: Callable[..., Any],
    *,
    parameters: Iterable[Node],
    example: tuple[Any, ...],
    dtype: str = "float64",
    on_branch: str = "error",
    strict: bool = False,
    exact: bool = False,
) -> Program:
    """Record a function of one example, and make a program that runs on batches.

    The function is called once with the numbers of the example as Values; what it computes is
    rewritten as array equations: sums of products become products of matrices, the neurons of a
    layer one equation. Its graph must depend on nothing but arguments and parameters: not on
    `.data`, random numbers or the world outside (`strict=True` looks for that).

    Args:
        function: takes the arguments of one example, returns a Value or a structure of Values.
        parameters: the leaves that it is differentiated by; their order is that of
            `program.parameters` and of gradients.
        example: a tuple with one example of every argument: numbers, nested lists or arrays.
            Its shapes are those of every example to come.
        dtype: "float64", or "float32": half the memory, about seven digits.
        on_branch: what happens to an example for which a comparison goes another way than it
            was recorded: "error", or "split" to record it anew and merge the results.
        strict: record again, on this and on a nearby example, and compare the graphs.
        exact: run the recorded graph itself, example by example: the bits of the eager engine,
            at about its speed.

    Returns:
        A program: `program(X, Y)`, `program.value_and_grad(X, Y)`, `print(program)`.

    Raises:
        WrongTypeError: if the example is no tuple, or the result holds no Value.
        OperandError: if a parameter is no Value, or the example holds anything but numbers.
        ShapeError: if a structure is not regular.
        ReplayError: if `strict` finds that the graph depends on something unseen.
        OptionError: for an option that is not known.
    """
    for name, given, known in (("dtype", dtype, _KINDS), ("on_branch", on_branch, _WAYS)):
        if given not in known:
            raise OptionError(" or ".join(map(repr, known)), f"{name}={given!r}", "choose one")
    if exact and dtype != "float64":
        raise OptionError("float64 for an exact program", f"dtype={dtype!r}", "leave it out")
    if isinstance(parameters, Node) or not hasattr(parameters, "__iter__"):
        raise OperandError("a list of parameters", described(parameters), "write parameters=[w]")
    from .pipeline import build  # noqa: PLC0415 heavy, see above

    return build(
        function,
        tuple(parameters),
        example,
        kind=dtype,
        on_branch=on_branch,
        strict=strict,
        exact=exact,
    )
