"""What the tests of steps share: graphs, random ones too, and what a frame says."""

import re
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

from autodiff import Value

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(7.0, label="b")
    n = x * w + b
    n.label = "n"
    return n.tanh()


def doubled_twice():
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return a, b, c


def texts(frame):
    root = ET.fromstring(frame.render("svg"))  # noqa: S314 our own picture
    lines = ["".join(e.itertext()).strip("\N{NO-BREAK SPACE} ") for e in root.iter(f"{SVG}text")]
    return [line for line in lines if line]


def random_graph(plan):
    values = [Value(1.5)]
    for left, right, sign in plan:
        x, y = values[left % len(values)], values[right % len(values)]
        values.append({"+": x + y, "*": x * y, "-": x - y}[sign])
    return values[-1]


plans = st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from("+*-")), max_size=8)


SIZE = re.compile(rb'width="(\d+)pt" height="(\d+)pt"')


def frame_sizes(found):
    return {SIZE.search(svg).groups() for svg in found.svgs()}


def box_places(frame):
    root = ET.fromstring(frame.render("svg"))  # noqa: S314 our own picture
    nodes = [group for group in root.iter(f"{SVG}g") if group.get("class") == "node"]
    return tuple(node.find(f"{SVG}path").get("d") for node in nodes if len(node) > 2)
