"""Derivatives as functions and as graphs: grad, value_and_grad, jacobian, hessian, jvp, vjp.

No `.grad` is touched. The results are Values, computed from the derivative formulas of the table,
so they can be differentiated and drawn again, to any order:

    adjoint of a parent = sum over its children of adjoint * derivative, with Values for floats

Inside `no_grad` the results are leaves. What was computed there has no graph, so differentiating
it is refused rather than answered with 0.

>>> from autodiff import Value
>>> x = Value(2.0)
>>> first = grad(x**3, x)
>>> first, grad(first, x)
(Value(data=12.0, grad=0.0), Value(data=12.0, grad=0.0))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from autodiff.errors import (
    LostDerivativeError,
    OptionError,
    ShapeError,
    WrongTypeError,
    described,
)
from autodiff.graph.grad_mode import is_recording, recording
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node, number
from autodiff.graph.pytree import is_structure, parts, rebuilt

from .derivative_graph import derivatives, new_values, pullback, times, total
from .functions import Operand
from .value import Value

Argnums: TypeAlias = "int | Sequence[int] | None"  # positions of the arguments to differentiate by


def grad(y: Value, xs: Any) -> Any:
    """Return dy/dx for each x.

    It is the sum over all paths from x to y of the product of the local derivatives along each,
    computed by one reverse sweep (reverse mode: Linnainmaa 1970).

    Args:
        y: the Value to differentiate.
        xs: a Value that `y` was computed from, or a list, tuple or dict of them, nested or not.

    Returns:
        Values, in the structure of `xs`; 0 for an x that `y` does not depend on.

    Raises:
        WrongTypeError: if `y` or an element of `xs` is not a Value.
        LostDerivativeError: inside `no_grad`, if `y` was computed without recording.
    """
    if not isinstance(y, Value):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        remedy = "of a function: value_and_grad(f)(...); of several results: jacobian"
        raise WrongTypeError("a Value to differentiate", described(y), remedy)
    return vjp([y], xs, [1.0])


def vjp(ys: Any, xs: Any, seeds: Any) -> Any:
    """Return sum_i seed_i * dy_i/dx for each x: one row vector times the Jacobian.

    One reverse sweep that starts with the seeds (reverse mode: Linnainmaa 1970).

    Args:
        ys: the Values to differentiate: a list, tuple or dict, nested or not.
        xs: Values, as for `grad`.
        seeds: a Value or number for each y, in a structure of as many parts.

    Returns:
        Values, in the structure of `xs`.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
        OperandError: if a seed is neither a Value nor a real number.
        ShapeError: if there are not as many seeds as results.
        LostDerivativeError: inside `no_grad`, if a y was computed without recording.
    """
    roots, wanted = _values_in(ys), _values_in(xs)
    _require_graphs(roots, wanted)
    checked = _as_many("seeds", seeds, "results", roots)
    return rebuilt(xs, iter(pullback(Graph(roots), checked, wanted)))


def _gradient(y: Value, xs: Any) -> Any:
    return rebuilt(xs, iter(pullback(Graph([y]), [1.0], _values_in(xs))))


def jvp(ys: Any, xs: Any, directions: Any) -> Any:
    """Return sum_j dy/dx_j * direction_j for each y: the Jacobian times one column vector.

    The sweep runs forward and carries the tangent of every node (forward mode: Wengert 1964).
    The derivatives dy/dx_j are those of `grad`: an x that depends on another x passes the
    movement of both on, and the directions of an x given twice add up.

    Args:
        ys: a Value, or a list, tuple or dict of them, nested or not.
        xs: the Values to move, likewise; leaves or computed.
        directions: a Value or number for each x, in a structure of as many parts.

    Returns:
        Values, in the structure of `ys`.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
        OperandError: if a direction is neither a Value nor a real number.
        ShapeError: if there are not as many directions as `xs`.
        LostDerivativeError: inside `no_grad`, if a y was computed without recording.
    """
    roots, inputs = _values_in(ys), _values_in(xs)
    _require_graphs(roots, inputs)
    moved: dict[Node, list[Operand]] = {}
    for x, direction in zip(inputs, _as_many("directions", directions, "xs", inputs), strict=True):
        moved.setdefault(x, []).append(direction)
    tangents: dict[Node, Operand] = {x: total(terms) for x, terms in moved.items()}
    graph = Graph(roots)
    for node in graph.interior:
        terms = [tangents[node]] if node in moved else []
        for parent, derivative in derivatives(node, tangents):
            terms.append(times(tangents[parent], derivative))
        if terms:
            tangents[node] = total(terms)
    return rebuilt(ys, new_values([tangents.get(root, 0.0) for root in roots], graph))


def jacobian(ys: Any, xs: Any) -> Any:
    """Return dy_i/dx_j for each y and x, by one reverse sweep for each y.

    Args:
        ys: the Values to differentiate: one, or a list, tuple or dict of them, nested or not.
        xs: the Values to differentiate by, likewise.

    Returns:
        The structure of `ys` with that of `xs` in the place of each Value: for two lists the
        matrix, row by row.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
        LostDerivativeError: inside `no_grad`, if a y was computed without recording.
    """
    roots = _values_in(ys)
    _require_graphs(roots, _values_in(xs))
    return rebuilt(ys, iter([_gradient(y, xs) for y in roots]))


def hessian(y: Value, xs: Any) -> Any:
    """Return d2y/dx_i dx_j for each pair of xs.

    Args:
        y: the Value to differentiate.
        xs: the Values to differentiate by: one, or a list, tuple or dict of them, nested or not.

    Returns:
        The structure of `xs` twice: for a list the matrix, row by row.

    Raises:
        WrongTypeError: if `y` or an element of `xs` is not a Value.
        LostDerivativeError: inside `no_grad`, if `y` was computed without recording.
    """
    _require_graphs(_values_in(y), _values_in(xs))
    with recording():
        first = grad(y, xs)
    return rebuilt(xs, iter([_gradient(slope, xs) for slope in parts(first)]))


def value_and_grad(
    f: Callable[..., Operand], argnums: Argnums = None
) -> Callable[..., tuple[Value, Any]]:
    """Return a function that gives f(...) and its derivatives by its arguments.

    Args:
        f: a function of numbers, Values, or lists, tuples and dicts of them, nested or not.
        argnums: the position of the argument to differentiate by, counted from 0 (from the end
            if negative), or a list or tuple of positions; None for every positional argument.

    Returns:
        A function of the same arguments. It passes those that it does not differentiate by, and
        keyword arguments, on to `f` as they are. It returns the value and the derivatives: in the
        structure of the argument for one position or a single argument (a list for an array),
        else a tuple with one entry for each. Inside `no_grad` it records `f` all the same, and
        returns leaves.

    >>> value_and_grad(lambda x, y: x * y)(2.0, 3.0)
    (Value(data=6.0, grad=0.0), (Value(data=3.0, grad=0.0), Value(data=2.0, grad=0.0)))
    >>> value_and_grad(lambda p, x: p["w"] * x, argnums=0)({"w": 2.0}, 3.0)
    (Value(data=6.0, grad=0.0), {'w': Value(data=3.0, grad=0.0)})

    Raises:
        WrongTypeError: if `f` is not a function; when called, if `argnums` is none of these.
        OperandError: when called, if `f` returns something other than a Value or number.
        OptionError: when called, if there is no argument at a position, or a position twice.
    """
    if not callable(f):
        raise WrongTypeError("a function", described(f), "of a Value: grad(y, xs)")

    def evaluate_both(*xs: Any, **options: Any) -> tuple[Value, Any]:
        given = list(xs)
        positions = _positions(argnums, len(given))
        for position in positions:
            x = given[position]
            given[position] = rebuilt(x, iter([_as_value(part) for part in parts(x)]))
        by: Any = tuple(given[position] for position in positions)
        if isinstance(argnums, int) or (argnums is None and len(by) == 1):
            by = by[0]
        with recording():
            y = _as_value(f(*given, **options))
        return (y if is_recording() else y.detach()), _gradient(y, by)

    return evaluate_both


# -- arguments --------------------------------------------------------------------------------


def _positions(argnums: Argnums, count: int) -> list[int]:
    """Return the positions that `argnums` names among `count` arguments."""
    if argnums is None:
        return list(range(count))
    named: Any = argnums if isinstance(argnums, list | tuple) else [argnums]
    for position in named:
        if not isinstance(position, int) or isinstance(position, bool):
            remedy = "write argnums=0 or argnums=(0, 1)"
            raise WrongTypeError("positions of arguments as argnums", described(argnums), remedy)
    found = [position % count for position in named if -count <= position < count]
    if len(set(found)) < len(named):
        raise OptionError(
            f"different positions from 0 to {count - 1} as argnums",
            f"{argnums!r} for {count} positional arguments",
            "keyword arguments are passed on, never differentiated by",
        )
    return found


def _require_graphs(roots: Sequence[Value], by: Sequence[Value]) -> None:
    """Refuse results without a graph inside `no_grad`, where a derivative of 0 would be false."""
    if is_recording():
        return
    for root in roots:
        if not root.parents and root not in by:
            raise LostDerivativeError(
                "a result that was recorded",
                f"{root!r}, which is a leaf inside no_grad",
                "compute it outside the block, or use value_and_grad",
            )


def _values_in(structure: Any) -> list[Value]:
    found = list(parts(structure))
    for x in found:
        if not isinstance(x, Value):
            raise WrongTypeError(
                "a Value, or a list, tuple or dict of Values",
                described(x),
                "wrap numbers: Value(x)",
            )
    return found


def _as_value(x: Any) -> Value:
    return x if isinstance(x, Value) else Value(x)


def _as_many(name: str, xs: Any, other: str, ys: Sequence[object]) -> list[Operand]:
    """Check that there is one Value or number for each y."""
    if not is_structure(xs) and len(ys) != 1:
        raise WrongTypeError(f"a list of {name}", described(xs), f"write [{name}]")
    given = list(parts(xs))
    if len(given) != len(ys):
        raise ShapeError(
            f"as many {name} as {other} ({len(ys)})", f"{len(given)}", f"pass {len(ys)} {name}"
        )
    return [x if isinstance(x, Value) else number(x) for x in given]
