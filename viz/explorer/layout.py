"""Where Graphviz puts the boxes and edges of a graph, for a page that draws them itself.

Boxes are as wide as their names and as the longest numbers, so that nothing moves when a number
changes. The graph is that of `draw`: a box for each Value, or, folded, for each group, and one
view for each group that can be opened.

>>> from autodiff import Value
>>> view = plain_view(Graph([Value(2.0, label="x") * 3]), Look(digits=4))
>>> [box["nodes"] for box in view["boxes"]], len(view["edges"]), len(view["constants"])
([[0], [1]], 2, 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from unicodedata import east_asian_width

from autodiff.extend import Graph, Node, count_edges, group
from autodiff.extend import digits as significant
from viz.graph.dot import STRAIGHT, empty_graph, is_tangled
from viz.graph.folding import Box, fold
from viz.graph.group_card import note_of
from viz.options import Look
from viz.render.graphviz import positions

View: TypeAlias = dict[str, Any]

_INCH = 72.0  # points
_LETTER, _WIDE = 7.8, 15.0  # points of a letter of a name, of an East Asian one
_DIGIT = 7.6  # points of a digit of a number
_CAPTION = 42  # points of the word beside a number
_SPACE = 34  # points around a name, and for the sign of the operation
_LONGEST_NAME = 22  # letters of a name that a box shows
_HEIGHT = 62  # points of a box of one Value
_NOTE = 16  # more where a box says what it folds
_MEMBER = (116, 46)  # points of a member inside an opened box
_ACROSS = 4
_EDGE = (58, 26)  # points of the numbers at an edge
_MORE = 6  # letters of a number beside its digits: sign, point and exponent


def plain_view(graph: Graph, look: Look) -> View:
    """Return the layout of a graph with a box for each Value.

    Args:
        graph: the graph.
        look: digits and direction.

    Returns:
        `width` and `height`; `boxes` with their middle, size and nodes; `edges` with their path,
        the place of their numbers and the uses that they stand for, as [node, position of the
        operand]; `constants`, plain numbers, with their place.
    """
    place = {node: index for index, node in enumerate(graph.order)}
    names = graph.names
    writer = _Writer(look)
    if is_tangled(graph.order):
        writer.graph.graph_attr.update(STRAIGHT)
    for node, index in place.items():
        sign = node.operation.sign if node.operation else ""
        size = _width(names[node], sign, look.digits), _HEIGHT
        writer.add_box(size, {"nodes": [index], "single": True, "title": names[node]})
    for node, index in place.items():
        for position, operand in enumerate(node.operands):
            if isinstance(operand, Node):
                writer.add_edge(place[operand], index, [[index, position]], _EDGE)
            else:
                writer.add_constant(index, operand)
    return writer.view()


class FoldedViews:
    """The layouts of a folded graph: the whole, then one for each box that can be opened.

    Args:
        graph: the graph.
        look: digits and direction.

    Attributes:
        views: as of `plain_view`, but the nodes of a box are the place of their list in `sets`. A
            box that can be opened has the number of the view as `opens`.
        sets: lists of nodes, each once.
    """

    def __init__(self, graph: Graph, look: Look) -> None:
        self._look: Look = look
        self._place: dict[Node, int] = {node: index for index, node in enumerate(graph.order)}
        self._known: dict[tuple[int, ...], int] = {}
        grouping = group(graph)
        self.views: list[View] = [self._view(fold(graph, None, grouping))]
        for box in self.views[0]["boxes"]:
            if not box["single"]:
                box["opens"] = len(self.views)
                opened = self._view(fold(graph, box["title"], grouping))
                self.views.append({**opened, "opened": box["title"]})
        self.sets: list[tuple[int, ...]] = list(self._known)

    def _view(self, boxes: Sequence[Box]) -> View:
        writer = _Writer(self._look)
        writer.graph.graph_attr.update(ranksep="0.3", ordering="")
        for box in boxes:
            writer.add_box(_size(box, self._look.digits), self._described(box))
        inside = {node: index for index, box in enumerate(boxes) for node in box.nodes}
        for (source, target), count in count_edges(inside).items():
            one, other = boxes[source], boxes[target]
            if one.single and other.single:
                for position, operand in enumerate(other.nodes[0].operands):
                    if operand is one.nodes[0]:
                        use = [self._place[other.nodes[0]], position]
                        writer.add_edge(source, target, [use], _EDGE)
            else:
                writer.add_edge(source, target, count, _EDGE if count > 1 else (0, 0))
        return writer.view()

    def _described(self, box: Box) -> dict[str, Any]:
        found: dict[str, Any] = {
            "title": box.title,
            "single": box.single,
            "nodes": self._set(box.nodes),
            "values": self._set(box.values),
        }
        note = note_of(box)
        if note and not box.single:
            found["note"] = note
        if box.members:
            found["members"] = [self._described(member) for member in box.members]
        return found

    def _set(self, nodes: Iterable[Node]) -> int:
        places = tuple([self._place[node] for node in nodes])
        return self._known.setdefault(places, len(self._known))


def _size(box: Box, digits: int) -> tuple[float, float]:
    first = box.values[0].operation
    if box.single:
        return _width(box.title, first.sign if first else "", digits), _HEIGHT
    if box.members:
        rows = -(-len(box.members) // _ACROSS)
        across = min(_ACROSS, len(box.members))
        return across * (_MEMBER[0] + 6) + 10, 34 + rows * (_MEMBER[1] + 6)
    widest = _CAPTION + (2 * (digits + _MORE) + 3) * _DIGIT
    return max(widest, _letters(box.title) + 30), _HEIGHT + _NOTE


def _width(name: str, sign: str, digits: int) -> float:
    widest = _CAPTION + (digits + _MORE) * _DIGIT
    return max(widest, _letters(name) + (_letters(sign) + _SPACE if sign else 20))


def _letters(text: str) -> float:
    shown = text[:_LONGEST_NAME]
    return sum(_WIDE if east_asian_width(letter) in "WF" else _LETTER for letter in shown)


class _Writer:
    """Writes DOT text of boxes of fixed sizes, and reads where Graphviz put them."""

    def __init__(self, look: Look) -> None:
        self.look: Look = look
        self.graph: Any = empty_graph(look)
        self.graph.graph_attr.update(nodesep="0.3", pad="0")
        self.boxes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.constants: list[dict[str, Any]] = []

    def add_box(self, size: tuple[float, float], about: dict[str, Any]) -> None:
        """Add a box with what is to be known about it."""
        self._node(f"box{len(self.boxes)}", size)
        self.boxes.append({**about, "size": [round(x) for x in size]})

    def add_edge(self, source: int, target: int, uses: object, size: tuple[float, float]) -> None:
        """Add an edge between two boxes, with room for numbers."""
        ends = f"box{source}", f"box{target}"
        width, height = size
        room = f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}">'
        label = f"{room}<TR><TD></TD></TR></TABLE>>" if width else ""
        self.graph.edge(*ends, label=label, id=str(len(self.edges)))
        self.edges.append({"from": source, "to": target, "uses": uses})

    def add_constant(self, target: int, number: float) -> None:
        """Add a plain number among the operands of a box."""
        text, name = significant(number, self.look.digits), f"constant{len(self.constants)}"
        self._node(name, (12 + _DIGIT * len(text), 20))
        self.graph.edge(name, f"box{target}", id=str(len(self.edges)))
        self.edges.append({"to": target, "constant": True})
        self.constants.append({"text": text})

    def view(self) -> View:
        """Return everything with its place."""
        found = positions(self.graph.source)
        left, bottom, right, top = map(float, found["bb"].split(","))

        def point(text: str) -> tuple[float, float]:
            x, y = text.split(",")
            return round(float(x) - left, 1), round(top - float(y), 1)

        for node in found["objects"]:
            name = node["name"]
            kind = self.boxes if name.startswith("box") else self.constants
            kind[int(name.removeprefix("box").removeprefix("constant"))]["at"] = point(node["pos"])
        for edge in found.get("edges", ()):
            about = self.edges[int(edge["id"])]
            about["path"] = _path(edge["pos"].split(" "), point)
            if edge.get("lp"):
                about["label"] = point(edge["lp"])
        return {
            "width": round(right - left),
            "height": round(top - bottom),
            "boxes": self.boxes,
            "edges": self.edges,
            "constants": self.constants,
        }

    def _node(self, name: str, size: tuple[float, float]) -> None:
        width, height = (f"{x / _INCH:.3f}" for x in size)
        look = {"label": "", "fixedsize": "true", "style": ""}
        self.graph.node(name, width=width, height=height, **look)


def _path(parts: Iterable[str], point: Any) -> str:
    """Return a spline of Graphviz as the path of an SVG; it ends where the arrow does."""
    tip, points = "", list[tuple[float, float]]()
    for part in parts:
        if part.startswith("e,"):
            tip = part.removeprefix("e,")
        elif part.startswith("s,"):
            continue
        else:
            points.append(point(part))
    first, *others = [f"{x:g} {y:g}" for x, y in points]
    end = " L{:g} {:g}".format(*point(tip)) if tip else ""
    return f"M{first} C{' '.join(others)}{end}"
