"""`compile`: trace a function of one example and make a program over whole batches of it.

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
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from autodiff.errors import OptionError, WrongTypeError, described
from autodiff.graph.node import Node

if TYPE_CHECKING:
    from os import PathLike

    from .program import Program

_DTYPES = ("float64", "float32")
_ON_BRANCH = ("error", "split")


def compile(  # noqa: A001, PLR0913 the name that other engines use, and its options
    function: Callable[..., Any],
    *,
    parameters: Iterable[Node],
    example: tuple[Any, ...],
    dtype: str = "float64",
    on_branch: str = "error",
    strict: bool = False,
    exact: bool = False,
    native: str | None = None,
) -> Program:
    """Trace a function of one example and make a program that runs on batches.

    The function is called once, with the numbers of the example as Values. Its graph is rewritten
    as array equations: sums of products become matrix products, the neurons of a layer one
    equation. The graph may depend on arguments and parameters only, not on random numbers or
    globals. Where the function reads `.data`, or asks whether an argument *is* another (`==`, `in`,
    a look-up in a dict), the program repeats what came of it: a `TracingWarning` names the line.

    Args:
        function: takes the arguments of one example and returns a Value or a structure of Values.
        parameters: the leaves to differentiate by; their order is that of `program.parameters` and
            of gradients.
        example: a tuple with one example of every argument: numbers, nested lists or arrays. All
            later examples have its shapes.
        dtype: "float64" (default), or "float32": half the memory, about seven digits.
        on_branch: what to do with an example for which a comparison has another outcome than in
            the traced example: "error" (default) raises `BranchError`, "split" traces it too and
            merges the results.
        strict: whether to raise `ReplayError` instead of such a warning, and to trace the function
            again, on the same and on nearby numbers, and compare the graphs. False by default.
        exact: whether to run the traced graph itself, example by example: bit for bit what
            the eager engine gives, and about as fast. False by default.
        native: "c" to print the equations as C and compile them. The system's C compiler (CC, or
            cc, gcc or clang on the PATH) takes a moment the first time; the result is kept in the
            user's cache folder. None (default) for the engine in C that walks the equations, where
            it was built, and else for NumPy.

    Returns:
        A program: `program(X, Y)`, `program.value_and_grad(X, Y)`, `print(program)`.

    Raises:
        WrongTypeError: if `function` is not a function, `parameters` not a list of Values, the
            example not a tuple, or the result not a structure of Values.
        OperandError: if the example holds anything but real numbers.
        ShapeError: if a structure is ragged, or the example empty.
        ReplayError: if `strict` finds that the graph depends on something else.
        OptionError: for an unknown option, `exact` with float32 or `native`, a parameter that is
            not a leaf, or `native` without a C compiler.
    """
    if not callable(function):
        remedy = "pass the function itself, such as lambda x: w * x"
        raise WrongTypeError("a function of one example", described(function), remedy)
    options = (("dtype", dtype, _DTYPES), ("on_branch", on_branch, _ON_BRANCH))
    for name, given, known in options:
        if not isinstance(given, str) or given not in known:  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            shown = repr(given) if isinstance(given, str) else described(given)  # pyright: ignore[reportUnnecessaryIsInstance]
            arrived = f"{name}={shown}"
            raise OptionError(" or ".join(map(repr, known)), arrived, "choose one")
    if exact and dtype != "float64":
        raise OptionError("float64 for an exact program", f"dtype={dtype!r}", "leave it out")
    _check_native(native, exact=exact)
    if isinstance(parameters, Node) or not hasattr(parameters, "__iter__"):
        raise WrongTypeError("a list of parameters", described(parameters), "write parameters=[w]")
    if isinstance(parameters, AbstractSet):
        raise WrongTypeError(
            "parameters in an order", described(parameters), "pass a list: gradients have its order"
        )
    # NumPy takes most of the time of an import: it is imported when something is compiled.
    from .pipeline import build  # noqa: PLC0415

    return build(
        function,
        tuple(parameters),
        example,
        dtype=dtype,
        on_branch=on_branch,
        strict=strict,
        exact=exact,
        native=native,
    )


def _check_native(native: object, *, exact: bool) -> None:
    if native is None:
        return
    if native != "c":
        shown = repr(native) if isinstance(native, str) else described(native)
        raise OptionError("'c' or None", f"native={shown}", "choose one")
    if exact:
        raise OptionError(
            "array equations for native='c'", "exact=True", "leave one of the options out"
        )


def load_program(path: str | PathLike[str]) -> Program:
    """Load a program that `program.save` wrote.

    It gives what the saved program gave, bit for bit. Nothing of the file is executed: the
    source is generated from the equations again, and every operation must be one of the table,
    defined as it was.

    A loaded program has no function. An example that takes a way through the comparisons which
    was not traced before, and derivatives other than `value_and_grad`, are refused. Its parameters
    are new Values, `program.leaves`.

    Args:
        path: of the file.

    Returns:
        The program.

    Raises:
        WrongTypeError: if the path is neither a str nor a `pathlib` path.
        FileError: if the file is missing, damaged, of another form or version, or uses an
            operation that is not in the table, or is defined otherwise there.
        MissingPackageError: if safetensors is not installed.
    """
    # NumPy takes most of the time of an import: it is imported when a program is loaded.
    from .loading import load  # noqa: PLC0415

    return load(path)
