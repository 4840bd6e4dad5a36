"""`by_hand(loss, {w: 0.84})`: gradients worked out by hand, judged, and the mistake named.

>>> from autodiff import Value, label
>>> w, x, y = Value(3.0), Value(2.0), Value(1.0)
>>> e = w * x - y
>>> C = e**2
>>> label(w=w, x=x, y=y, e=e, C=C)
>>> print(by_hand(C, w=10, x=30, y="-10"))
C by hand: 2 of 3 right
quantity  answer  true value  verdict
────────  ──────  ──────────  ───────
∂C/∂w     10      20          wrong
∂C/∂x     30      30          right
∂C/∂y     -10     -10         right
∂C/∂w: either the local derivative ∂v1/∂w = 2 is missing
∂C/∂w: or the rule at C = e ** 2: e instead of 2 * e; the factor 2 is missing
∂C/∂w: or this is the gradient of v1, e
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from autodiff.display import Table, Tabular, digits
from autodiff.errors import OptionError, WrongTypeError, described
from autodiff.explain.chain_rule.why import node_of
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.value.value import Value

from .asked import found, node_named, pairs_of
from .verdict.answers import Answer, read_answer
from .verdict.diagnosis import Judgement, Verdict, judge, tried
from .verdict.forward import second_problem, tried_second, tried_values
from .verdict.problem import Circumstances, Problem, name_in


class ByHand(Tabular):
    """Answers that were judged; prints as a table, with the likely mistakes below it.

    Attributes:
        name: of the loss.
        verdicts: one for each answer, in the order of the answers: values, gradients, second
            derivatives. Each has `name`, `answer`, `truth`, `judgement`, `digits` and `diagnoses`,
            the mistakes that give exactly this answer, each with `kind` and `text`.
    """

    def __init__(self, name: str, verdicts: tuple[Verdict, ...]) -> None:
        self.name: str = name
        self.verdicts: tuple[Verdict, ...] = verdicts

    @property
    def ok(self) -> bool:
        """Whether every answer is right."""
        return all(each.judgement is Judgement.RIGHT for each in self.verdicts)

    def table(self) -> Table:
        """Return the verdicts as a table of text."""
        right = sum(each.judgement is Judgement.RIGHT for each in self.verdicts)
        notes = [f"{each.name}: {line}" for each in self.verdicts for line in each.lines()]
        return Table(
            title=f"{self.name} by hand: {right} of {len(self.verdicts)} right",
            columns=("quantity", "answer", "true value", "verdict"),
            rows=[
                (each.name, each.answer, digits(each.truth), each.describe())
                for each in self.verdicts
            ],
            notes=tuple(notes),
            styles={"right": "green", "wrong": "bold red"},
        )


def by_hand(
    loss: Value,
    answers: Any = None,
    /,
    *,
    values: Any = None,
    second: Any = None,
    **by_label: Any,
) -> ByHand:
    """Judge gradients that were worked out by hand, and name the likely mistake in each wrong one.

    The mistakes that people make are tried at every place of the graph; those that give exactly
    the answer, to its digits, are named: a sign, one of several paths, paths multiplied, an
    upstream gradient or a local derivative forgotten, operands swapped, a rule slightly wrong,
    another Value's gradient, a gradient accumulated twice, a wrong value before, a finite
    difference with too large a step, or a wrong answer upstream that was carried on.

    Args:
        loss: the end of a graph. No `.grad` is read or changed.
        answers: for each Value, or its label, the derivative of the loss by it: a dict, or a list
            of pairs. For a tuple of Values, or the label "delta" of delta1, delta2, ..., a list of
            as many numbers. An answer is a number or a text such as "0.84", "-1.3e-3" or "1/3". It
            is right if the derivative rounds to it, up or down, at the digits given.
        values: likewise, the data of Values. What follows from a wrong one is recognised.
        second: for each Value the second derivative by it; for a pair (w, x) the mixed one.
        by_label: answers by label, as in w=0.84.

    Returns:
        The verdicts. `ok` tells whether all are right.

    Raises:
        WrongTypeError: if `loss` is not a Value, a key is neither a Value nor a label, or an
            answer is neither a number nor a text.
        OptionError: if a label is unknown, a Value is answered twice, a text is not a number, or
            there is no answer at all.
        ShapeError: if there are not as many answers as Values.
    """
    node_of(loss, "loss")
    graph = Graph([loss])
    listed = [*pairs_of(answers, "answers"), *by_label.items()]
    gradients = _read(graph, listed, "answers", "the gradient of {}")
    data = _read(graph, values, "values", "the value of {}")
    shared = Circumstances(graph, gradients, data)
    verdicts = [
        *(judged_value(shared, node, answer) for node, answer in data.items()),
        *(judged_gradient(shared, node, answer) for node, answer in gradients.items()),
        *_seconds(loss, graph, second),
    ]
    if not verdicts:
        raise OptionError("at least one answer", "none", "write for example by_hand(loss, w=0.84)")
    return ByHand(graph.names[loss], tuple(verdicts))


def judged_value(shared: Circumstances, node: Node, answer: Answer) -> Verdict:
    """Judge an answer for the data of a node."""
    name = _name(shared.graph, node)
    if node not in shared.adjoint:
        raise OptionError("a Value of the graph", name, "give values of what the loss is made of")
    nearby = (replay.data[node] for replay in shared.rounded())
    return judge(name, answer, node.data, abs(node.data), tried_values(shared, node), nearby)


def judged_gradient(shared: Circumstances, node: Node, answer: Answer) -> Verdict:
    """Judge an answer for the adjoint of a node."""
    problem = Problem(shared, node)
    size = shared.size.get(node, 0.0)
    return judge(
        shared.symbol(node), answer, problem.gradient, size, tried(problem), problem.nearby()
    )


def _read(graph: Graph, answers: Any, what: str, of: str) -> dict[Node, Answer]:
    return {
        node: read_answer(answer, of.format(_name(graph, node)))
        for node, answer in found(graph, answers, what)
    }


def _seconds(loss: Value, graph: Graph, second: Any) -> Iterator[Verdict]:
    for key, given in pairs_of(second, "second"):
        pair = cast("tuple[Any, ...]", key) if isinstance(key, tuple) else (key, key)
        if len(pair) != 2:
            raise WrongTypeError("a Value or a pair of Values", described(pair), "write (w, x)")
        one, other = (_value(graph, each) for each in pair)
        names = [_name(graph, each) for each in (one, other)]
        below = f"∂{names[0]}²" if one is other else f"∂{names[0]}∂{names[1]}"
        symbol = f"∂²{graph.names[loss]}/{below}"
        answer = read_answer(given, symbol)
        first, problem = second_problem(loss, (one, other))
        size = problem.shared.size.get(other, 0.0)
        mistakes = tried_second(first, problem, symbol)
        yield judge(symbol, answer, problem.gradient, size, mistakes, problem.nearby())


def _value(graph: Graph, key: object) -> Value:
    node = node_named(graph, key)
    if not isinstance(node, Value):
        raise WrongTypeError("a Value", described(node), "differentiate by Values")
    return node


def _name(graph: Graph, node: Node) -> str:
    return name_in(graph.names, node)
