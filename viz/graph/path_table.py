"""The chain rule below a graph: for each path its nodes, its factors and its product, then the sum.

The column adds up: a row has the sum of the paths that are not written out. A folded picture has
no single paths, so its table has the sum alone.

>>> from autodiff import Value
>>> a = Value(3.0, label="a")
>>> graph = Graph([a * a])
>>> "the sum over 2 paths" in sum_over_paths(paths_from(a, graph), graph, Look())
True
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autodiff import OptionError
from autodiff.extend import Graph, Node, Path, Paths, counted, paths_between, paths_text, remainder
from autodiff.extend import digits as significant
from viz.options import Look
from viz.render.html import RULE, Html, bold, cell, font, table
from viz.render.html import row as table_row

_MOST = 12  # paths that are written out: a column that one still reads
_ENDS = 3  # nodes or factors of a long path that are written out at each end
_LONGEST_NAME = 24


def paths_from(start: Node, graph: Graph, most: int = _MOST) -> Paths:
    """Find the paths from a node to the end of a graph.

    Args:
        start: where they start.
        graph: of one root, where they end.
        most: how many of the largest to write out.

    Raises:
        OptionError: if the root was not computed from `start`.
    """
    found = paths_between(start, graph, most)
    if not found.number:
        raise OptionError(
            "highlight as a Value that the drawn one was computed from",
            repr(start),
            "pass one of the Values in its expression, the object itself and not a copy",
        )
    return found


def sum_over_paths(paths: Paths, graph: Graph, look: Look, folded_in: str | None = None) -> Html:
    """Return a table of the largest paths: where each goes, its factors, and their product.

    Args:
        paths: from one Value to another.
        graph: what they are in, which names the nodes.
        look: digits and theme.
        folded_in: in a folded graph, where the table has the sum alone: the name of the box that
            holds the start among others, or "" if its box holds nothing else.
    """
    names = graph.names
    start, end = paths.largest[0].nodes[0], paths.largest[0].nodes[-1]
    heading = f"derivative of {_named(end, names)} by {_named(start, names)}: {_how(paths.number)}"
    rows = [_wide(bold(heading))]
    if folded_in is None:
        rows += _products(paths, names, look)
        rows += [RULE, _row(bold("sum"), "", paths.total, look)] if paths.number > 1 else []
    else:
        place = f"{_named(start, names)} is one of {folded_in}" if folded_in else ""
        rows.append(_row(place, "", paths.total, look))
    if _is_other(start, end, paths.total):
        rows.append(_wide(_muted(_remark(start, names, look), look)))
    return table(*rows, cellpadding=4, color=look.theme.muted)


def _products(paths: Paths, names: Mapping[Node, str], look: Look) -> list[Html]:
    """Return a row for each of the largest paths, and one for the sum of all others."""
    rows: list[Html] = []
    for path in paths.largest:
        way = _shortened([_named(node, names) for node in path.nodes], " → ")
        rows.append(_row(way, _factors(path, look.digits), path.product, look))
    others = paths.number - len(paths.largest)
    if others:
        text = f"... and {counted(others)} more, none with a larger product"
        rest = remainder(paths).rest
        is_known = not math.isnan(rest) or math.isnan(paths.total)
        muted = _muted(text, look)
        rows.append(_row(muted, "", rest, look) if is_known else _wide(muted))
    return rows


def _is_other(start: Node, end: Node, total: float) -> bool:
    """Tell whether the gradient on the picture is not that of one backward pass from the end."""
    was_swept = end.grad != 0.0 and math.isfinite(total) and math.isfinite(start.grad)
    return was_swept and not math.isclose(start.grad, total, rel_tol=1e-9, abs_tol=1e-300)


def _remark(start: Node, names: Mapping[Node, str], look: Look) -> str:
    return (
        f"the grad of {_named(start, names)}, {significant(start.grad, look.digits)}, differs: "
        "it comes from several backward passes, from another Value, or from a seed"
    )


def _shortened(texts: Sequence[str], joint: str) -> str:
    """Join texts, and leave out the middle where there are many."""
    if len(texts) > 2 * _ENDS + 1:
        left_out = f"… {len(texts) - 2 * _ENDS} more …"
        texts = [*texts[:_ENDS], left_out, *texts[-_ENDS:]]
    return joint.join(texts)


def _wide(text: Html) -> Html:
    return table_row(cell(text, align="LEFT", colspan=3))


def _muted(text: str, look: Look) -> Html:
    return font(text, color=look.theme.muted)


def _row(way: str, factors: str, product: float, look: Look) -> Html:
    number = font(significant(product, look.digits), color=look.theme.gradient)
    middle = font(factors, color=look.theme.local_derivative) if factors else ""
    return table_row(
        cell(way, align="LEFT"), cell(middle, align="RIGHT"), cell("= ", number, align="LEFT")
    )


def _factors(path: Path, digits: int) -> str:
    texts = [significant(factor, digits) for factor in path.factors]
    return _shortened([f"({text})" if text.startswith("-") else text for text in texts], " · ")


def _named(node: Node, names: Mapping[Node, str]) -> str:
    name = " ".join(names[node].split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _how(count: int) -> str:
    if count == 1:
        return "the product along the only path"
    return f"the sum over {paths_text(count)}"
