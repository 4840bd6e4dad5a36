"""`draw`: a computation graph as a picture to look at, save and show in a notebook.

>>> from autodiff import Value
>>> x, w = Value(2.0, label="x"), Value(-3.0, label="w")
>>> draw(x * w)
Drawing(3 values, 2 edges; .save('name.svg'), .save('name.png'), .save('name.pdf'), .source)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodiff import WrongTypeError
from autodiff.extend import Graph, Node
from viz.options import checked_limit, checked_root, checked_roots, drawing, looks
from viz.render.drawing import Drawing

from .dot import to_dot
from .folded_dot import to_folded_dot
from .folding import fold
from .path_table import paths_from


def draw(  # noqa: PLR0913 each is an option of its own, by keyword
    root: Node | Sequence[Node],
    *,
    digits: int = 6,
    direction: str | None = None,
    theme: str = "auto",
    highlight: Node | None = None,
    limit: int = 300,
    unfold: Node | str | None = None,
    names: Mapping[str, object] | None = None,
) -> Drawing:
    """Draw the computation graph of a Value, from its leaves to itself.

    Each box shows the label of a Value, the sign of its operation, its data and, after a
    backward pass from the root, its gradient, which also tints the box; each edge shows the
    local derivative. A large graph is folded: Values of the same role are one box, with their
    count and the range of their numbers. A neuron is one box if its activation is one operation,
    such as `tanh(z)`; an activation written by hand, such as `1 / (1 + (-z).exp())`, takes a box
    for each operation.

    Args:
        root: a Value, or a list or tuple of Values that share a picture.
        digits: the number of significant digits of every number, from 1 to 17; 6 by default.
        direction: where the computation goes: "LR" to the right, "RL" to the left, "TB" down,
            "BT" up; by default to the right, or down if the graph is folded.
        theme: "auto" (the default) for an SVG that follows light and dark, and a light PNG or PDF;
            "light", "dark" or "print".
        highlight: a Value that the root was computed from. Every path from it to the root is
            marked, and a caption shows the chain rule: the product along each path (of many, the
            twelve largest), and the sum over all, which is the derivative of the root by this
            Value. In a folded graph every box with a Value on such a path is marked.
        limit: the most Values, at least 1, that are drawn one by one; a larger graph is folded.
            300 by default.
        unfold: a box of the folded picture to open, by its name, or a Value to show together with
            its neuron or sum; all else is folded.
        names: the variables that Values without a label are called after, such as `locals()`; by
            default those of the notebook or session, if there is one.

    Returns:
        The picture of the numbers as they are now; later changes do not show in it. Gradients
        are shown below each root whose own is not 0: 0 says that no backward pass began there.

    Raises:
        WrongTypeError: if `root` is neither a Value nor a list or tuple of Values, `highlight` is
            not a Value, `names` is not a mapping, or paths are highlighted to several roots.
        OptionError: if `digits` is not an int from 1 to 17, `limit` not an int of at least 1, the
            direction or the theme unknown, the root not computed from `highlight`, or `unfold`
            neither a Value of the graph nor the name of a box.
    """
    graph = Graph(checked_roots(root), names)
    is_folded = unfold is not None or len(graph.order) > checked_limit(limit)
    usual = "TB" if is_folded else "LR"
    chosen = looks(digits, usual if direction is None else direction, theme)
    paths = None
    if highlight is not None:
        paths = paths_from(checked_root(highlight), _of_one_root(graph))
    if is_folded:
        boxes = fold(graph, unfold)
        summary = f"{len(graph.order)} values in {len(boxes)} boxes"
        return drawing(chosen, lambda look: to_folded_dot(graph, boxes, look, paths), summary)
    return drawing(chosen, lambda look: to_dot(graph, look, paths), _summary(graph))


def _of_one_root(graph: Graph) -> Graph:
    if len(graph.roots) == 1:
        return graph
    raise WrongTypeError(
        "one Value where paths to it are highlighted",
        f"{len(graph.roots)} Values",
        "draw one at a time, or their sum",
    )


def _summary(graph: Graph) -> str:
    edges = sum(len(node.parents) for node in graph.order)
    constants = sum(len(node.operands) - len(node.parents) for node in graph.order)
    counts = {"value": len(graph.order), "constant": constants, "edge": edges}
    return ", ".join(
        f"{count} {word}{'' if count == 1 else 's'}"
        for word, count in counts.items()
        if count or word == "value"
    )
