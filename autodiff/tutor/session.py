"""`practice(loss)`: a session that asks for the values and gradients of a graph, one by one."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from autodiff.display import Table, digits
from autodiff.display import given as written
from autodiff.errors import ChalkgradError, OptionError, WrongTypeError, described
from autodiff.explain.chain_rule.why import node_of
from autodiff.explain.trace import expression_of
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node

from .by_hand import judged_gradient, judged_value
from .hints import of_gradient, of_value
from .verdict.answers import Answer, read_answer
from .verdict.diagnosis import Judgement, Verdict
from .verdict.problem import Circumstances

_TRIES = 3
_MOST_LINES = 30  # for one question, whatever they say
_HELP = "A number such as 0.84, -1.3e-3 or 1/3; ? for a hint, s to skip, q to quit."


class _Outcome(Enum):
    """How a question ended."""

    RIGHT = "right"
    SKIPPED = "skipped"
    WRONG = "not found"


class _Asked(NamedTuple):
    """A question that was answered: its name, how it ended, tries and hints."""

    name: str
    outcome: _Outcome
    tries: int
    hints: int


class _Quit(Exception):  # noqa: N818 the end of a session, not a failure
    """The person has had enough."""


def practice(
    loss: Node,
    *,
    read: Callable[[str], str] | None = None,
    write: Callable[[str], object] | None = None,
) -> None:
    """Ask for the values of a graph, then for its gradients in reverse order, and judge each.

    A wrong answer is met with the likely mistake and may be given again, twice. `?` asks for a
    hint, first the rule, then the numbers filled in; `s` skips a question, `q` or the end of the
    input quits. A summary follows at the end.

    Args:
        loss: the end of a graph. Nothing in it is changed.
        read: shows a prompt and returns a line; by default `input`.
        write: shows a line; by default `print`.

    Raises:
        WrongTypeError: if `loss` is not a Value, or `read` or `write` does not take a text.
        OptionError: if `loss` was not computed from anything.
    """
    node_of(loss, "loss")
    if not loss.parents:
        remedy = "pass the result of a computation"
        raise OptionError("a Value that was computed", described(loss), remedy)
    _Session(loss, _of_text(read, _input), _of_text(write, builtins.print)).run()


def _input(prompt: str) -> str:
    try:
        return builtins.input(prompt)  # a notebook has its own, which needs no stdin
    except RuntimeError as error:
        if sys.stdin is None:  # closed before Python started
            raise EOFError from error
        raise


def _of_text(function: Any, usual: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return the function of one text that was given, or the usual one."""
    if function is None:
        return usual

    def call(text: str) -> Any:
        try:
            return function(text)
        except TypeError as error:
            name = usual.__name__.strip("_")
            expected, remedy = "a function of one text", f"pass one such as {name}"
            raise WrongTypeError(expected, described(function), remedy) from error

    return call


class _Session:
    """One session."""

    def __init__(
        self, loss: Node, read: Callable[[str], str], write: Callable[[str], object]
    ) -> None:
        self._graph: Graph = Graph([loss])
        self._gradients: dict[Node, Answer] = {}  # what was right, perhaps rounded
        self._values: dict[Node, Answer] = {}
        self._shared: Circumstances = Circumstances(self._graph, self._gradients, self._values)
        self._read: Callable[[str], str] = read
        self._write: Callable[[str], object] = write
        self._asked: list[_Asked] = []

    def run(self) -> None:
        """Ask all questions, and show the summary."""
        names, end = self._graph.names, self._graph.end
        given = [f"{names[leaf]} = {written(leaf.data)}" for leaf in self._graph.leaves]
        self._write(f"Given: {', '.join(given)}")
        self._write(_HELP)
        try:
            self._write("\nForward, the values:")
            for node in self._graph.interior:
                self._ask_value(node)
            self._write(f"\nBackward, the gradients; ∂{names[end]}/∂{names[end]} = 1:")
            for node in self._backward():
                self._ask_gradient(node)
        except _Quit:
            pass
        except (EOFError, KeyboardInterrupt):
            self._write("")  # the line of the prompt ends here
        table = self._summary()
        self._write(f"\n{table if table.rows else table.title}")

    def _backward(self) -> list[Node]:
        """Return the nodes in reverse order, computed ones before the leaves."""
        inner = [node for node in reversed(self._graph.interior) if node is not self._graph.end]
        return [*inner, *self._graph.leaves]

    def _ask_value(self, node: Node) -> None:
        name = self._graph.names[node]
        expression = expression_of(node, self._graph.names)
        answer = self._ask(
            (name, f"{name} = {expression} = ", node.data),
            lambda answer: judged_value(self._shared, node, answer),
            lambda: of_value(self._graph, node),
        )
        if answer:
            self._values[node] = answer

    def _ask_gradient(self, node: Node) -> None:
        name = self._shared.symbol(node)
        answer = self._ask(
            (name, f"{name} = ", self._shared.adjoint[node]),
            lambda answer: judged_gradient(self._shared, node, answer),
            lambda: of_gradient(self._shared, node),
        )
        if answer:
            self._gradients[node] = answer

    def _ask(
        self,
        question: tuple[str, str, float],
        judged: Callable[[Answer], Verdict],
        hints: Callable[[], list[str]],
    ) -> Answer | None:
        """Ask until the answer is right, given up, or wrong too often; return a right one."""
        name, prompt, truth = question
        tries = used = 0
        for _ in range(_MOST_LINES):
            if tries == _TRIES:
                break
            try:
                line = self._line(prompt)
            except (_Quit, EOFError, KeyboardInterrupt):
                if tries or used:
                    self._asked.append(_Asked(name, _Outcome.WRONG, tries, used))
                raise
            if line.lower() in {"s", "skip"}:
                return self._ended(name, _Outcome.SKIPPED, tries, used, truth)
            if line == "?":
                used = self._hint(hints(), used)
            elif answer := self._number(line, name):
                verdict = judged(answer)
                tries += verdict.judgement is not Judgement.COARSE
                self._tell(verdict)
                if verdict.judgement is Judgement.RIGHT:
                    self._asked.append(_Asked(name, _Outcome.RIGHT, tries, used))
                    return answer
        return self._ended(name, _Outcome.WRONG, tries, used, truth)

    def _ended(self, name: str, outcome: _Outcome, tries: int, used: int, truth: float) -> None:
        """Tell the number that was not found."""
        self._write(f"  It is {digits(truth)}.")
        self._asked.append(_Asked(name, outcome, tries, used))

    def _line(self, prompt: str) -> str:
        line = self._read(prompt)
        if isinstance(line, str):  # pyright: ignore[reportUnnecessaryIsInstance] a caller's function
            if line.strip().lower() in {"q", "quit", "exit"}:
                raise _Quit
            return line.strip()
        remedy = "pass a function such as input"
        raise WrongTypeError("a line of text from read", described(line), remedy)

    def _number(self, line: str, name: str) -> Answer | None:
        try:
            if line:
                return read_answer(line, name)
            self._write(f"  {_HELP}")
        except ChalkgradError as error:
            self._write(f"  {error}")
        return None

    def _hint(self, hints: list[str], used: int) -> int:
        """Give the next hint, if there is one; return how many were given."""
        more = "  There is no further hint: s shows the number."
        self._write(f"  {hints[used]}" if used < len(hints) else more)
        return min(used + 1, len(hints))

    def _tell(self, verdict: Verdict) -> None:
        described_as = verdict.describe()
        self._write(f"  {described_as[0].upper()}{described_as[1:]}.")
        for line in verdict.lines():
            self._write(f"    {line}")

    def _summary(self) -> Table:
        right = [each for each in self._asked if each.outcome is _Outcome.RIGHT]
        first = sum(each.tries == 1 and not each.hints for each in right)
        total = len(self._graph.interior) + len(self._backward())
        return Table(
            title=f"{len(right)} of {total} right, {first} at once and without a hint",
            columns=("quantity", "result", "tries", "hints"),
            rows=[
                (each.name, each.outcome.value, str(each.tries), str(each.hints))
                for each in self._asked
            ],
        )
