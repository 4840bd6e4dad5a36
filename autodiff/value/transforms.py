"""Derivatives as functions and as graphs: grad, value_and_grad, jacobian, hessian, jvp, vjp.

No `.grad` is touched. The results are Values, computed from the derivative formulas of the table,
so they can be differentiated and drawn again, to any order:

    adjoint of a parent = sum over its children of adjoint * derivative, with Values for floats

>>> from autodiff import Value
>>> x = Value(2.0)
>>> first = grad(x**3, x)
>>> first, grad(first, x)
(Value(data=12.0, grad=0.0), Value(data=12.0, grad=0.0))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autodiff.errors import ShapeError, WrongTypeError, described
from autodiff.formula.interpret import evaluate, is_list
from autodiff.formula.simplify import simpler
from autodiff.formula.words import REDUCTIONS
from autodiff.graph.backprop import sweep
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node, number, use_floats, variadic
from autodiff.graph.pytree import is_structure, parts, rebuilt
from autodiff.operations import TABLE

from .functions import Operand
from .functions import sum as sum_of
from .value import Value

_WHERE = TABLE["where"]


def grad(y: Value, xs: Any) -> Any:
    """Return dy/dx for each x.

    Args:
        y: the Value to differentiate.
        xs: a Value that `y` was computed from, or a list or tuple of them, nested or not.

    Returns:
        Values, in the structure of `xs`; 0 for an x that `y` does not depend on.

    Raises:
        WrongTypeError: if `y` or an element of `xs` is not a Value.
    """
    if not isinstance(y, Value):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
        remedy = "of a function: value_and_grad(f)(...); of several results: jacobian"
        raise WrongTypeError("a Value to differentiate", described(y), remedy)
    return vjp([y], xs, [1.0])


def vjp(ys: Sequence[Value], xs: Any, seeds: Sequence[Operand]) -> Any:
    """Return sum_i seed_i * dy_i/dx for each x: one row vector times the Jacobian.

    Args:
        ys: the Values to differentiate.
        xs: Values, as for `grad`.
        seeds: a Value or number for each y.

    Returns:
        Values, in the structure of `xs`.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
        ShapeError: if there are not as many seeds as results.
    """
    roots, wanted = _values_in(ys), _values_in(xs)
    checked = _as_many("seeds", seeds, "results", roots)
    return rebuilt(xs, iter(pullback(_graph(roots), checked, wanted)))


def pullback(graph: Graph, seeds: Sequence[Operand], wanted: Sequence[Value]) -> list[Value]:
    """Return sum_i seed_i * droot_i/dx for each wanted x, over a graph that was walked already."""
    adjoint = _adjoints(graph, seeds, wanted)
    return list(_results([adjoint.get(x, 0.0) for x in wanted], graph))


def jvp(ys: Any, xs: Sequence[Value], directions: Sequence[Operand]) -> Any:
    """Return sum_j dy/dx_j * direction_j for each y: the Jacobian times one column vector.

    The sweep runs forward and carries the tangent of every node (forward mode).

    Args:
        ys: a Value, or a list or tuple of them, nested or not.
        xs: the Values to move.
        directions: a Value or number for each x.

    Returns:
        Values, in the structure of `ys`.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
        ShapeError: if there are not as many directions as `xs`.
    """
    roots, inputs = _values_in(ys), _values_in(xs)
    moved = dict(zip(inputs, _as_many("directions", directions, "xs", inputs), strict=True))
    tangents: dict[Node, Operand] = {**moved}
    graph = _graph(roots)
    for node in graph.interior:
        if node in moved:
            continue
        terms: list[Operand] = []
        for parent, derivative in _derivatives(node, tangents):
            terms.append(_times(tangents[parent], derivative))
        if terms:
            tangents[node] = _total(terms)
    return rebuilt(ys, _results([tangents.get(root, 0.0) for root in roots], graph))


def jacobian(ys: Sequence[Value], xs: Sequence[Value]) -> list[list[Value]]:
    """Return the matrix dy_i/dx_j, of shape (ys, xs), by one reverse sweep for each row.

    Args:
        ys: the Values to differentiate.
        xs: the Values to differentiate by.

    Raises:
        WrongTypeError: if `ys` or `xs` holds something other than Values.
    """
    inputs = _values_in(xs)
    return [grad(y, inputs) for y in _values_in(ys)]


def hessian(y: Value, xs: Sequence[Value]) -> list[list[Value]]:
    """Return the matrix d2y/dx_i dx_j, of shape (xs, xs).

    Args:
        y: the Value to differentiate.
        xs: the Values to differentiate by.

    Raises:
        WrongTypeError: if `y` or an element of `xs` is not a Value.
    """
    return jacobian(grad(y, _values_in(xs)), xs)


def value_and_grad(f: Callable[..., Operand]) -> Callable[..., tuple[Value, Any]]:
    """Return a function that gives f(*xs) and its derivatives by every argument.

    Args:
        f: a function of numbers, Values, or lists and tuples of them, nested or not.

    Returns:
        A function of the same arguments. It returns f(*xs) and the derivatives: in the structure
        of the argument if there is one (a list for an array), else a tuple with one entry for each.

    >>> value_and_grad(lambda x, y: x * y)(2.0, 3.0)
    (Value(data=6.0, grad=0.0), (Value(data=3.0, grad=0.0), Value(data=2.0, grad=0.0)))

    Raises:
        WrongTypeError: when called, if `f` returns something other than a Value or number.
    """

    def evaluate_both(*xs: Any) -> tuple[Value, Any]:
        arguments = rebuilt(xs, iter([_as_value(x) for x in parts(xs)]))
        y = _as_value(f(*arguments))
        return y, grad(y, arguments if len(arguments) != 1 else arguments[0])

    return evaluate_both


# -- the sweep --------------------------------------------------------------------------------


def _adjoints(
    graph: Graph, seeds: Sequence[Operand], wanted: Sequence[Value]
) -> dict[Node, Operand]:
    """Sweep backwards along the paths that lead to the wanted nodes, and no others."""
    relevant: set[Node] = set(wanted)
    for node in graph.interior:
        if not relevant.isdisjoint(node.parents):
            relevant.add(node)
    adjoint: dict[Node, Operand] = {}

    def through(node: Node, _: list[Operand]) -> Iterator[tuple[Node, list[Operand]]]:
        if node.parents:
            for parent, derivative in _derivatives(node, relevant):
                yield parent, [_times(adjoint[node], derivative)]

    def plus(terms: list[Operand], more: list[Operand]) -> list[Operand]:
        terms += more
        return terms

    order = [node for node in graph.order if node in relevant]
    ends = [(root, [seed]) for root, seed in zip(graph.roots, seeds, strict=True)]
    for node, terms in sweep(order, ends, through, plus):
        adjoint[node] = _total(terms)
    return adjoint


def _derivatives(
    node: Node, among: set[Node] | dict[Node, Operand]
) -> Iterator[tuple[Node, Operand]]:
    """Yield the derivatives of a node by those of its operands that are `among` the given nodes.

    A derivative whose formula is 0 is left out.
    """
    operation = node.operation
    assert operation is not None
    grouped = operation.group(node.operands)
    _, derivatives = operation.parsed
    environment: dict[str, Any] = dict(zip(operation.operands, grouped, strict=True)) | {
        "out": node
    }
    outside = not operation.contains(grouped)
    for operands, derivative in zip(grouped, derivatives, strict=True):
        several = operands if is_list(operands) else [operands]
        if not any(operand in among for operand in several if isinstance(operand, Node)):
            continue
        local = dict(environment)
        for name, expression in derivative.bindings:
            local[name] = evaluate(expression, local, apply, _reduces)
        result: Any = evaluate(derivative.result, local, apply, _reduces)
        results = result if is_list(result) else [result] * len(several)
        if outside:  # the node is nan; so are its derivatives, which must depend on the operands
            results = [apply("mul", [value, float("nan")]) for value in results]
        for operand, value in zip(several, results, strict=True):
            is_zero = value.__class__ is float and value == 0.0
            if isinstance(operand, Node) and operand in among and not is_zero:
                yield operand, value


def _graph(roots: Sequence[Value]) -> Graph:
    graph = Graph(roots)
    if {type(leaf.data) for leaf in graph.leaves} - {float}:
        use_floats(graph.interior)
    return graph


def _reduces(name: str) -> bool:
    return name in REDUCTIONS or bool(TABLE[name].starred)


def _times(adjoint: Operand, derivative: Operand) -> Operand:
    """Multiply; by a choice of 1 or 0, choose instead: a branch not taken gets 0, even of inf."""
    if isinstance(derivative, Value) and derivative.operation is _WHERE:
        operands: tuple[Any, ...] = derivative.operands
        if operands[1:] == (1.0, 0.0):
            return apply("where", [operands[0], adjoint, 0.0])
        if operands[1:] == (0.0, 1.0):
            return apply("where", [operands[0], 0.0, adjoint])
    return apply("mul", [adjoint, derivative])


def apply(name: str, operands: Sequence[Operand]) -> Operand:
    """Apply an operation, leaving out what changes nothing: times 1, plus 0, to the power 1."""
    row = TABLE[name]
    if not any(isinstance(operand, Node) for operand in operands):
        return row.function(*row.group([number(x) for x in operands]))[0]
    name, operands = simpler(name, operands, loosely=True)
    return variadic(TABLE[name], operands) if name else operands[0]


def _total(terms: Sequence[Operand]) -> Operand:
    if len(terms) <= 2:
        return terms[0] if len(terms) == 1 else apply("add", terms)
    return sum_of(terms)


# -- arguments --------------------------------------------------------------------------------


def _values_in(structure: Any) -> list[Value]:
    found = list(parts(structure))
    for x in found:
        if not isinstance(x, Value):
            raise WrongTypeError(
                "a Value, or a list or tuple of Values", described(x), "wrap numbers: Value(x)"
            )
    return found


def _as_value(x: Any) -> Value:
    return x if isinstance(x, Value) else Value(x)


def _results(found: Iterable[Operand], graph: Graph) -> Iterator[Value]:
    """Make every result a new Value, which the caller may label.

    d(x*y)/dx is y: a result that is a node of the graph itself becomes 1 * y.
    """
    of_the_graph = set(graph.order)
    for result in found:
        if result in of_the_graph:
            yield variadic(TABLE["mul"], [1.0, result])
        else:
            yield _as_value(result)


def _as_many(name: str, xs: Any, other: str, ys: Sequence[object]) -> list[Operand]:
    """Check that there is one Value or number for each y."""
    if not is_structure(xs):
        raise WrongTypeError(f"a list of {name}", described(xs), f"write [{name}]")
    if len(xs) != len(ys):
        raise ShapeError(
            f"as many {name} as {other} ({len(ys)})", f"{len(xs)}", f"pass {len(ys)} {name}"
        )
    return [x if isinstance(x, Value) else number(x) for x in xs]
