"""Pictures of networks: every neuron, connection and name is there, and looks as it should."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from autodiff import Value
from autodiff.errors import ChalkgradError
from nn import MLP
from viz import Drawing, OptionError, network
from viz.themes import THEMES, blend, contrast

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing):
    """The titles of nodes and edges of an SVG with their elements, and all its texts."""
    root = ET.fromstring(drawing.render("svg"))  # noqa: S314 our own text
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class") in {"node", "edge"}]
    titled = {group.findtext(f"{SVG}title"): group for group in groups}
    assert len(titled) == len(groups)
    return titled, ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.fixture
def net():
    return MLP(2, [3, 1], activation="tanh", seed=1)


def test_every_neuron_connection_and_name_is_in_the_svg(net):
    titled, texts = parsed(network(net))
    sizes = [2, 3, 1]
    circles = {f"layer{layer}_{i}" for layer, size in enumerate(sizes) for i in range(size)}
    lines = {
        f"layer{layer}_{i}--layer{layer + 1}_{j}"
        for layer in (0, 1)
        for i in range(sizes[layer])
        for j in range(sizes[layer + 1])
    }
    assert {title for title in titled if title.startswith("layer")} == circles | lines
    assert all(titled[circle].find(f".//{SVG}ellipse") is not None for circle in circles)
    assert {"2 inputs", "3 tanh", "1 linear", "x1", "x2", "y"} <= set(texts)


def test_lines_are_green_or_red_and_wider_for_larger_weights(net):
    weights = [1.0, -1.0, 0.5, -0.25, 0.0, float("nan")]
    leaves = [weight for neuron in net.layers[0].neurons for weight in neuron.weights]
    for leaf, weight in zip(leaves, weights, strict=True):
        leaf.data = weight
    titled, _ = parsed(network(net))
    paths = [titled[f"layer0_{k % 2}--layer1_{k // 2}"].find(f".//{SVG}path") for k in range(6)]
    green, red, grey = "#15803d", "#b91c1c", "#94a3b8"
    assert [path.get("stroke") for path in paths] == [green, red, green, red, grey, grey]
    widths = [float(path.get("stroke-width", 1)) for path in paths]
    assert widths == [3.6, 3.6, 2.0, 1.2, 0.4, 0.4]
    opacities = [float(path.get("stroke-opacity", 1)) for path in paths]
    assert opacities[0] == opacities[1] > opacities[2] > opacities[3] > opacities[4]


def test_circles_are_shaded_by_the_activations(net):
    titled, texts = parsed(network(net, [1.0, Value(0.0)]))
    fills = [titled[f"layer0_{k}"].find(f".//{SVG}ellipse").get("fill") for k in (0, 1)]
    assert fills == ["#0c2d57", "#ffffff"]
    hidden = [f"{output.data:.2g}" for output in net.layers[0]([1.0, 0.0])]
    assert set(hidden) <= set(texts)
    assert "negative activation" in texts


def test_the_scale_of_small_activations_is_one(net):
    titled, _ = parsed(network(net, [0.5, 0.0]))
    assert titled["layer0_0"].find(f".//{SVG}ellipse").get("fill") == "#8696ab"


def test_a_wide_layer_is_abbreviated_with_its_true_count():
    titled, texts = parsed(network(MLP(784, [16, 10], activation="sigmoid"), [0.5] * 784))
    shown = [int(title.split("_")[1]) for title in titled if re.fullmatch(r"layer0_\d+", title)]
    assert shown == [*range(8), *range(776, 784)]
    assert {"dots0_0", "dots0_1", "dots0_2"} <= set(titled)
    assert not any(title.startswith("dots1") for title in titled)
    assert sum("--" in title for title in titled) == 16 * 16 + 16 * 10
    assert {"784 inputs", "x1", "x784", "y10"} <= set(texts)


def test_no_two_circles_or_names_overlap():
    source = network(MLP(30, [5, 30, 2]), most=7).source
    places = re.findall(r'(?:layer|dots)\d+_\d+ \[.*?pos="([-\d.]+),([-\d.]+)"', source)
    circles = re.findall(r'layer\d+_\d+ \[.*?pos="([-\d.]+),([-\d.]+)"', source)
    assert len(circles) == 7 + 5 + 7 + 2
    assert len(set(places)) == len(places)
    by_column = {}
    for x, y in circles:
        by_column.setdefault(x, []).append(float(y))
    for heights in by_column.values():
        assert all(a - b >= 38 for a, b in pairwise(heights))


def test_names_are_any_text(net):
    names = ['a <b> & "c"', "zwei\nZeilen"]
    _, texts = parsed(network(net, input_names=names, output_names=[""]))
    assert {names[0], "zwei", "Zeilen"} <= set(texts)
    assert "y" not in texts


def test_of_a_long_name_the_beginning_is_shown_and_all_of_it_below_the_pointer(net):
    name = "the length of the petal in centimetres"
    drawing = network(net, input_names=[name, "b"])
    _, texts = parsed(drawing)
    assert "the length of the petal…" in texts
    assert f'xlink:title="{name}"' in drawing.render("svg").decode()
    width, plain = (
        int(re.search(rb'width="(\d+)pt"', each.render("svg"))[1])
        for each in (drawing, network(net))
    )
    assert width < plain + 200


def test_it_is_a_drawing_that_saves_itself_in_three_formats(net, tmp_path):
    drawing = network(net, [1.0, 2.0])
    assert isinstance(drawing, Drawing)
    assert repr(drawing).startswith("Drawing(network of 2 -> 3 tanh -> 1 linear; ")
    assert drawing.save(tmp_path / "n.svg").read_bytes().startswith(b"<?xml")
    assert drawing.save(tmp_path / "n.pdf").read_bytes().startswith(b"%PDF")
    header = drawing.save(tmp_path / "n.png").read_bytes()[16:24]
    assert int.from_bytes(header[:4]) > int.from_bytes(header[4:]) > 300
    assert "image/svg+xml" in drawing._repr_mimebundle_()
    with pytest.raises(OptionError, match="ends in"):
        drawing.save(tmp_path / "n.gif")


def test_the_same_network_gives_the_same_bytes(net):
    assert network(net, [1, 2]).source == network(net, [1, 2]).source
    assert network(net).render("svg") == network(net).render("svg")


@pytest.mark.parametrize("number", [1e5, -1.2e-123, float("nan"), float("inf"), -0.123])
def test_graphviz_does_not_complain_of_long_numbers(net, number, capfd):
    network(net, [number, number]).render("png")
    assert capfd.readouterr().err == ""


def test_drawing_changes_no_gradient_and_no_graph(net):
    net([1.0, 2.0])[0].backward()
    before = [parameter.grad for parameter in net.parameters()]
    network(net, [1.0, 2.0])
    assert [parameter.grad for parameter in net.parameters()] == before


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_has_only_colours_of_its_theme(net, theme):
    colors, inks = THEMES[theme], THEMES[theme].network
    source = network(net, [1.0, -1.0], theme=theme).source
    found = set(re.findall(r"#[0-9a-f]{6}", source))
    shades = {blend(inks.paper, end, 1.0) for end in (inks.active, inks.inactive)}
    assert {inks.positive, inks.negative, colors.ink, colors.muted, *shades} <= found
    others = {color for theme in THEMES.values() for color in (theme.network.positive,)}
    assert not (others - {*inks, *colors}) & found
    assert f"bgcolor={colors.background}" in source.replace('"', "")


def test_negative_weights_are_dashed_on_paper_and_nowhere_else(net):
    negative = sum(w.data < 0 for layer in net.layers for n in layer.neurons for w in n.weights)
    counts = [network(net, theme=theme).source.count("style=dashed") for theme in THEMES]
    assert dict(zip(THEMES, counts, strict=True)) == {"light": 0, "dark": 0, "print": negative}
    assert "(dashed)" in network(net, theme="print").source


@pytest.mark.parametrize("theme", THEMES)
def test_letters_on_circles_are_legible(net, theme):
    for share in range(-20, 21):
        titled, _ = parsed(network(net, [share / 20, 1.0], theme=theme))
        circle = titled["layer0_0"]
        fill = circle.find(f".//{SVG}ellipse").get("fill")
        letters = circle.find(f".//{SVG}text").get("fill", "#000000")
        assert contrast(letters, fill) > 4.5


def test_where_lines_are_many_weak_ones_nearly_vanish_and_strong_ones_are_on_top():
    lines = re.findall(
        r'layer0_\d+ -- .*color="#\w{6}(\w\w)".*tooltip="?(.*?)"?\]', network(MLP(16, [16])).source
    )
    assert len(lines) == 256
    opacities = [int(opacity, 16) for opacity, _ in lines]
    sizes = [abs(float(weight)) for _, weight in lines]
    assert sizes == sorted(sizes)
    assert opacities == sorted(opacities)
    assert opacities[0] < 20
    assert opacities[128] < 90
    assert opacities[-1] == 242


@pytest.mark.parametrize(
    ("arguments", "options", "kind", "message"),
    [
        ((MLP(2, [1]),), {"theme": "neon"}, ValueError, "theme as one of 'auto', 'light', 'dark'"),
        (("net",), {}, TypeError, r"expected an nn\.MLP, got str 'net'"),
        ((MLP(2, [1]), [1.0]), {}, ValueError, "expected 2 inputs, got 1: pass one input"),
        ((MLP(2, [1]), 3.0), {}, TypeError, "expected a flat list of inputs, got float"),
        ((MLP(2, [1]), ["a", 1]), {}, TypeError, "got str 'a'"),
        ((MLP(2, [1]), {0: 1.0, 1: 2.0}), {}, TypeError, "got dict .* list.inputs.values"),
        ((MLP(2, [1]),), {"input_names": 5}, TypeError, "a list of input_names, got int 5"),
        ((MLP(2, [1]),), {"output_names": "y"}, TypeError, "a list of output_names, got str 'y'"),
        ((MLP(2, [1]),), {"most": 1}, ValueError, "at least 2 as the number of circles"),
        ((MLP(2, [1]),), {"input_names": ["a"]}, ValueError, "2 texts as input_names, got 1"),
        ((MLP(2, [1]),), {"output_names": []}, ValueError, "1 texts as output_names, got 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        network(*arguments, **options)
    assert isinstance(caught.value, ChalkgradError)
