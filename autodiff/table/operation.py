"""A row of the derivative table: texts, and the float functions compiled from them.

The texts are read and compiled on first use, so that the table costs nothing at import.

>>> cube = Operation("cube", "x", "x**3", "3*x**2")
>>> cube.function(2.0)
(8.0, (12.0,))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from autodiff.errors import OperandError, OperationError, ShapeError, WrongTypeError, described
from autodiff.formula.emit_python import emit
from autodiff.formula.ieee import FAST, IEEE
from autodiff.formula.interpret import evaluate
from autodiff.formula.parse import ANY_NUMBER, parse
from autodiff.formula.tree import Call, Expression, Formula, Name, Number, replace_equal, substitute
from autodiff.formula.words import COMPARISONS, CONSTANTS

from .operands import program_names, read_operands
from .registry import expand, known_functions, lookup

FloatFunction: TypeAlias = Callable[..., tuple[float, tuple[float, ...]]]


class Operation:
    """One row of the derivative table.

    Args:
        name: an identifier, unique in the table.
        operands: their names, separated by spaces; `x*` stands for any number of operands,
            `slope=0.01` has a default. Starred operands of one operation have equal lengths.
        formula: the value, in the language of formulas.
        derivatives: by each operand in turn, separated by `;`, in terms of the operands and
            `out`. By a starred operand: in terms of one of its elements.
        domain: a comparison that holds where the operation is defined; elsewhere the value and
            the derivatives are nan.
        sign: what pictures and tables write instead of the name.
        note: a convention or a numerical reason.
        about: what the operation returns, in words: "the square of x".

    Attributes:
        function: floats in, `(value, local derivatives)` out; IEEE results, never an exception.
            A starred operand is passed as one sequence; the local derivatives are flat.

    Raises:
        OperationError: if the number of derivatives is not the number of operands.
    """

    __slots__: tuple[str, ...] = (
        "_expanded",
        "_parsed",
        "_partial",
        "about",
        "defaults",
        "derivatives",
        "domain",
        "formula",
        "function",
        "name",
        "note",
        "operands",
        "sign",
        "starred",
    )

    def __init__(  # noqa: PLR0913 the fields of a row of the table
        self,
        name: str,
        operands: str,
        formula: str,
        derivatives: str,
        *,
        domain: str = "",
        sign: str = "",
        note: str = "",
        about: str = "",
    ) -> None:
        for text in (name, operands, formula, derivatives, domain, sign, note, about):
            if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] at run time
                raise WrongTypeError("texts", described(text), 'write for example "x**2"')
        self.name: str = name
        self.operands, self.starred, self.defaults = read_operands(operands)
        self.formula: str = formula
        self.derivatives: tuple[str, ...] = tuple(text.strip() for text in derivatives.split(";"))
        self.domain: str = domain
        self.sign: str = sign or name
        self.note: str = note
        self.about: str = about
        self._parsed: tuple[Formula, tuple[Formula, ...]] | None = None
        self._expanded: tuple[Expression, dict[str, Expression]] | None = None
        self._partial: dict[tuple[bool, ...], FloatFunction] = {}
        self.function: FloatFunction = self._compile_and_call
        if len(self.derivatives) != len(self.operands):
            raise OperationError(
                f"one derivative for each operand of {name} ({', '.join(self.operands)})",
                f"{len(self.derivatives)}: {derivatives!r}",
                "separate them by `;`",
            )

    @property
    def signature(self) -> str:
        """How it is called: `leaky_relu(x, slope=0.01)`, `maximum(*x)`."""
        first = len(self.operands) - len(self.defaults)
        required = [f"*{x}" if x in self.starred else x for x in self.operands[:first]]
        optional = [f"{x}={d:g}" for x, d in zip(self.operands[first:], self.defaults, strict=True)]
        return f"{self.name}({', '.join(required + optional)})"

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(self.operands)}) = {self.formula}"

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return lookup, (self.name,)

    @property
    def source(self) -> tuple[object, ...]:
        """The texts that define this operation: equal sources are equal operations."""
        return (
            self.name,
            self.operands,
            self.starred,
            self.defaults,
            self.formula,
            *self.derivatives,
            self.domain,
        )

    # -- reading ------------------------------------------------------------------------------

    @property
    def parsed(self) -> tuple[Formula, tuple[Formula, ...]]:
        """The formula and the derivatives as trees.

        Raises:
            FormulaError: if a text cannot be read; it points at the place.
        """
        if self._parsed is None:
            functions = known_functions()
            formula = parse(self.formula, self.operands, functions)
            names = (*self.operands, "out")
            count = len(self.operands)
            own = (
                {ANY_NUMBER} if self.starred else set(range(count - len(self.defaults), count + 1))
            )
            derivatives = tuple(
                parse(text, names, functions | {self.name: own}) for text in self.derivatives
            )
            self._parsed = formula, derivatives
        return self._parsed

    @property
    def inside(self) -> Call:
        """The condition of the domain, which must not be empty, as a tree."""
        condition = parse(self.domain, self.operands, known_functions()).resolved()
        if not isinstance(condition, Call) or condition.function not in COMPARISONS:
            raise OperationError("a comparison as domain", repr(self.domain), 'write "x >= 0"')
        inside = expand(condition)
        assert isinstance(inside, Call)
        return inside

    def expanded(self) -> tuple[Expression, dict[str, Expression]]:
        """Return formula and derivatives with bindings and other operations written out.

        Outside the domain the derivatives are nan.
        """
        if self._expanded is not None:
            return self._expanded
        value = expand(self.parsed[0].resolved())
        trees = {name: expand(tree, {self.name: self}) for name, tree in self.slopes().items()}
        if isinstance(value, Call):
            trees = {name: replace_equal(x, value, Name("out")) for name, x in trees.items()}
        self._expanded = value, trees
        return self._expanded

    def slopes(self) -> dict[str, Expression]:
        """Return the derivative by each operand, in calls of other operations.

        Outside the domain they are nan.
        """
        trees = [derivative.resolved() for derivative in self.parsed[1]]
        if self.domain:
            inside, nan = self.inside, Number(CONSTANTS["nan"])
            trees = [Call("where", (inside, tree, nan)) for tree in trees]
        return dict(zip(self.operands, trees, strict=True))

    # -- compiling ----------------------------------------------------------------------------

    def emit(self, wanted: Sequence[bool] | None = None, *, ieee: bool = False) -> str:
        """Print this operation as a Python function `forward`.

        Args:
            wanted: for each operand, whether its derivative is returned; all by default.
            ieee: whether divisions never raise.
        """
        formula, derivatives = self.expanded()
        chosen = [True] * len(self.operands) if wanted is None else wanted
        safe = program_names(self.operands)
        renamed = {name: Name(safe[name]) for name in self.operands if safe[name] != name}
        kept = {
            safe[name]: substitute(tree, renamed)
            for (name, tree), keep in zip(derivatives.items(), chosen, strict=True)
            if keep
        }
        starred = frozenset(safe[name] for name in self.starred)
        lines = emit(substitute(formula, renamed), kept, starred, ieee=ieee)
        return f"def forward({', '.join(safe.values())}):\n    " + "\n    ".join(lines) + "\n"

    def partial(self, wanted: tuple[bool, ...]) -> FloatFunction:
        """Return `function` with the derivatives by some operands only.

        Constants need none, and some cost much (the logarithm in the derivative of a power).
        """
        if wanted not in self._partial:
            self._partial[wanted] = self._compile(wanted)
        return self._partial[wanted]

    def contains(self, operands: Sequence[Any]) -> bool:
        """Tell whether operands, Values or numbers as `group` sorts them, lie in the domain."""
        if not self.domain:
            return True
        floats = [getattr(operand, "data", operand) for operand in operands]
        inside = evaluate(
            self.inside,
            dict(zip(self.operands, floats, strict=True)),
            lambda name, xs: lookup(name).function(*xs)[0],
        )
        return bool(inside)

    def compile(self) -> None:
        """Read and compile every text now, so that errors show."""
        self.function = self._compile((True,) * len(self.operands))

    def forget(self) -> None:
        """Drop the compiled functions; the next use compiles them again."""
        self._parsed, self._expanded, self._partial = None, None, {}
        self.function = self._compile_and_call

    def _compile_and_call(self, *operands: Any) -> tuple[float, tuple[float, ...]]:
        self.function = self._compile((True,) * len(self.operands))
        return self.function(*operands)

    def _compile(self, wanted: tuple[bool, ...]) -> FloatFunction:
        """Compile the fast function; where Python raises, the IEEE one answers."""
        exact = self._execute(self.emit(wanted, ieee=True), IEEE)
        names = ", ".join(program_names(self.operands).values())
        body = self.emit(wanted).split("\n", 1)[1].replace("\n    ", "\n        ").rstrip()
        source = (
            f"def forward({names}):\n    try:\n    {body}\n"
            f"    except (ArithmeticError, ValueError):\n        return exact({names})\n"
            f"    except TypeError:\n        raise refused([{names}]) from None\n"
        )
        return self._execute(source, {**FAST, "exact": exact, "refused": _refused})

    def _execute(self, source: str, words: Mapping[str, Callable[..., Any]]) -> FloatFunction:
        namespace: dict[str, Any] = {**words, "inf": CONSTANTS["inf"], "nan": CONSTANTS["nan"]}
        exec(compile(source, f"<operation {self.name}>", "exec"), namespace)  # noqa: S102 our own text
        return namespace["forward"]

    # -- operands -----------------------------------------------------------------------------

    def group(self, flat: Sequence[Any]) -> list[Any]:
        """Group a flat list of operands: one entry per operand of the row, a list if starred.

        Raises:
            ShapeError: if the number of operands does not fit.
        """
        if not self.starred:
            wanted = len(self.operands)
            if not wanted - len(self.defaults) <= len(flat) <= wanted:
                some = "1 operand" if wanted == 1 else f"{wanted} operands"
                raise ShapeError(
                    f"{some} for {self.name}", f"{len(flat)}", f"call {self.signature}"
                )
            return [*flat, *self.defaults[len(self.defaults) - wanted + len(flat) :]]
        plain = len(self.operands) - len(self.starred)
        if not flat:
            raise ShapeError(
                f"at least one operand for {self.name}", "none", "pass numbers, or a list"
            )
        length, rest = divmod(len(flat) - plain, len(self.starred))
        if length < 1 or rest:
            raise ShapeError(
                f"one element or more for each of {', '.join(sorted(self.starred))} in {self.name}",
                f"{len(flat)} operands",
                "pass sequences of equal length that are not empty",
            )
        groups: list[Any] = []
        start = 0
        for name in self.operands:
            end = start + (length if name in self.starred else 1)
            groups.append(list(flat[start:end]) if name in self.starred else flat[start])
            start = end
        return groups


def _refused(operands: Sequence[Any]) -> OperandError:
    """Return the error for operands that are not floats: something else was assigned to `data`."""
    flat: list[Any] = []
    for each in operands:
        flat += each if isinstance(each, list) else [each]
    wrong: list[Any] = [x for x in flat if not isinstance(x, float | int)]
    arrived = described(wrong[0]) if wrong else f"{flat!r}"
    return OperandError("a float as data of every operand", arrived, "assign floats to .data")
