"""`why(loss, w)`: a gradient as on paper, as a sum over paths of products of factors.

The largest paths are written out factor by factor, each with its formula from the table and the
numbers filled in; the rest is counted and summed exactly.

>>> from autodiff import Value
>>> w, x, y = Value(3.0, label="w"), Value(2.0, label="x"), Value(1.0, label="y")
>>> cost = (w * x - y)**2
>>> cost.label = "C"
>>> print(why(cost, w))
∂C/∂w = 20, the product along the only path
path  factor   formula  numbers  value
────  ───────  ───────  ───────  ─────
1     ∂C/∂v2   2 * v2   2 * 5    10
      ∂v2/∂v1  1                 1
      ∂v1/∂w   x        2        2
      product                    20
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from html import escape
from math import fsum, isfinite

from autodiff.display import Table, Tabular, digits, mime_bundle
from autodiff.errors import WrongTypeError, described
from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.validation import truth, whole

from .derivation import path_name, path_text, sum_text
from .factor_text import Step, left_out, step_of, steps_of
from .factors import DerivativeCache, is_stale
from .latex import aligned, document, lines_of_path, lines_of_sum
from .notation import latex_name, paths_text
from .path_sums import remainder
from .paths import Path, paths_between

_CLOSE = 1e-12
_STALE = (
    "Data was changed after the forward pass: the derivatives belong to the old data, the numbers "
    "beside them to the new. loss.recompute() makes them agree."
)

Row = tuple[str, str, str, str, str]


class Why(Tabular):
    """A derivative as a sum over paths; prints as a derivation does.

    Attributes:
        loss: the end of the graph.
        node: the Value that the derivative is by.
        total: the derivative, bit for bit the one that a backward pass computes.
        number: how many paths there are.
        paths: the largest, in falling order of size.
        rest_number: how many paths are not among them.
        rest: the sum of the products of those, added exactly and then rounded once.
        rounding: the rounding error of `total`: `total` less the exact sum of all products.
        size: the sum of the sizes of all products, the scale of rounding errors.
    """

    def __init__(
        self, loss: Node, node: Node, most: int, names: Mapping[str, object] | None = None
    ) -> None:
        graph = Graph([loss], names)
        found = paths_between(node, graph, most)
        self.loss: Node = loss
        self.node: Node = node
        self.total: float = found.total
        self.number: int = found.number
        self.paths: tuple[Path, ...] = found.largest
        self.rest_number: int = found.number - len(found.largest)
        self.rest, self.rounding, self.size = remainder(found)
        inner = (x for x in found.nodes if x.operation is not None and x is not node)
        self._stale: bool = any(map(is_stale, inner))
        self._names: dict[Node, str] = graph.names
        self._names.setdefault(node, graph.name_of(node))

    @property
    def name(self) -> str:
        """The derivative, as "∂C/∂w"."""
        return f"∂{self._names[self.loss]}/∂{self._names[self.node]}"

    def steps(self, path: Path) -> list[Step]:
        """Return the factors of a path, from the loss down, with their formulas and numbers.

        Args:
            path: one of `paths`.

        Raises:
            WrongTypeError: if it is not a path.
        """
        if not isinstance(path, Path):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
            raise WrongTypeError("one of the paths", described(path), "write found.paths[0]")
        cache: DerivativeCache = {}
        return [
            step_of(path, index, self._names, cache) for index in reversed(range(len(path.factors)))
        ]

    def table(self) -> Table:
        """Return the paths as a table of text."""
        rows: list[Row] = []
        cache: DerivativeCache = {}
        for index, path in enumerate(self.paths, 1):
            rows += self._rows(path, str(index), cache)
        if self.rest_number:
            rows.append(("rest", paths_text(self.rest_number), "", "", digits(self.rest)))
        if self.number > 1:
            rows.append(("sum", self.name, "", "", digits(self.total)))
        return Table(
            title=f"{self.name} = {digits(self.total)}, {self._how()}",
            columns=("path", "factor", "formula", "numbers", "value"),
            rows=rows,
            notes=self._notes(),
            styles={"product": "bold", "sum": "bold", "rest": "dim"},
        )

    def latex(self, *, standalone: bool = False) -> str:
        """Return the derivation in LaTeX, for math mode; it needs the package amsmath.

        Args:
            standalone: whether to return a whole document instead; False by default.

        Raises:
            WrongTypeError: if `standalone` is neither true nor false.
        """
        is_whole = truth(standalone, "standalone")
        above, below = latex_name(self._names[self.loss]), latex_name(self._names[self.node])
        name = rf"\frac{{\partial {above}}}{{\partial {below}}}"
        cache: DerivativeCache = {}
        is_sum = len(self.paths) != 1 or self.rest_number
        lines = [
            lines_of_path(
                f"P_{{{index}}}" if is_sum else name,
                steps_of(path, self._names, cache),
                left_out(path),
                path.product,
            )
            for index, path in enumerate(self.paths, 1)
        ]
        if is_sum:
            products = [path.product for path in self.paths]
            rest = (self.rest_number, self.rest)
            lines.append(lines_of_sum(name, products, rest, self.total))
        body = " \\\\\n".join(lines)
        return document(body) if is_whole else aligned(body)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show as a derivation and a table in a notebook, as text elsewhere."""
        makers = {"text/html": self._html, "text/plain": self.__str__}
        return mime_bundle(makers, include, exclude)

    def _html(self) -> str:
        return self.table().html(above=f"<pre>{escape(self._derivation())}</pre>")

    def _derivation(self) -> str:
        """Return the derivation as lines of text."""
        cache: DerivativeCache = {}
        is_sum = len(self.paths) != 1 or self.rest_number
        lines = [
            path_text(
                path_name(index) if is_sum else self.name,
                steps_of(path, self._names, cache),
                left_out(path),
                path.product,
            )
            for index, path in enumerate(self.paths, 1)
        ]
        if is_sum:
            products = [path.product for path in self.paths]
            rest = (self.rest_number, self.rest)
            lines.append(sum_text(self.name, products, rest, self.total))
        return "\n".join(lines)

    def _rows(self, path: Path, number: str, cache: DerivativeCache) -> list[Row]:
        shown = steps_of(path, self._names, cache)
        rows = [("", s.name, s.formula, s.numbers, digits(s.value)) for s in shown]
        if left_out(path):
            rows.insert(len(rows) // 2, ("", f"... {left_out(path):,} more", "", "", ""))
        rows.append(("", "product", "", "", digits(path.product)))
        return [(number, *rows[0][1:]), *rows[1:]]

    def _how(self) -> str:
        if not self.number:
            return "a sum over no path: they are not connected"
        one = "the product along the only path"
        return one if self.number == 1 else f"a sum over {paths_text(self.number)}"

    def _notes(self) -> tuple[str, ...]:
        notes = [_STALE] if self._stale else []
        if not isfinite(self.total):
            notes.append("A factor or a sum is not finite: why_nan finds where that began.")
        elif abs(self.rounding) > _CLOSE * abs(self.total):
            notes.append(self._off())
        return tuple(notes)

    def _off(self) -> str:
        """Return a note on the rounding error of the sum, and its reason."""
        exact = fsum((self.total, -self.rounding))
        error, shown = digits(self.rounding, 2), digits(exact, 17)
        if abs(exact) > self.size / 2:  # little cancels
            return (
                f"A product on the way is too small for a float, which leaves an error of {error}; "
                f"the exact sum is {shown}."
            )
        size = digits(self.size)
        return (
            f"The paths cancel: rounding of products of size {size} leaves an error of {error}; "
            f"their exact sum is {shown}."
        )


def why(loss: Node, node: Node, top: int = 5, *, names: Mapping[str, object] | None = None) -> Why:
    """Explain a derivative as a sum over paths.

    d loss / d node = sum over paths of the product of the local derivatives along each
    (Bauer 1974, Computational graphs and rounding error).

    Args:
        loss: the end of a graph.
        node: the Value to differentiate by; any node of the graph.
        top: how many of the largest paths to write out, 0 or more; 5 by default.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The paths, their factors and the rest. The largest are found by the size of their products,
        to 2**-52 for each factor; closer ones may change places.

    Raises:
        WrongTypeError: if `loss` or `node` is not a Value, `top` is not an int, or `names` not a
            mapping.
        OptionError: if `top` is below 0.
    """
    top = whole(top, 0, "the number of paths")
    return Why(node_of(loss, "loss"), node_of(node, "node"), top, names)


def node_of(x: object, what: str) -> Node:
    """Return `x` if it is a Value.

    Args:
        x: an argument.
        what: the name of the argument, for the error.

    Raises:
        WrongTypeError: if `x` is not a Value.
    """
    if not isinstance(x, Node):
        raise WrongTypeError(f"a Value for {what}", described(x), "pass the Value itself")
    return x
