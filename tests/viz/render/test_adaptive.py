"""Pictures that follow light and dark: the light one, and in its style the dark one."""

import re

import pytest

import viz
from autodiff import Value, tanh
from nn import MLP
from viz.plots.darkened import dark_color
from viz.render.adaptive import paired, with_own_ids
from viz.themes import DARK_PLOTS, PLOTS, THEMES, contrast

SHAPE = re.compile(r"<(?:polygon|polyline|path|ellipse|text)\b[^>]*>")
RULE = re.compile(r'\[data-jp-theme-light="false"\] \S+ \.(\w+) \{ (fill|stroke): (#\w+) \}')


def neuron():
    x, w = Value(2.0, label="#ffffff"), Value(-3.0, label='fill="#111827"')
    out = tanh(x * w + 7)
    out.backward()
    return out


def colored():
    return MLP(2, [3, 2], activation="tanh", seed=1)


PICTURES = {
    "draw": lambda theme: viz.draw(neuron(), theme=theme),
    "folded": lambda theme: viz.draw(neuron(), theme=theme, limit=1),
    "highlight": lambda theme: viz.draw(out := neuron(), theme=theme, highlight=out.parents[0]),
    "steps": lambda theme: viz.steps(neuron(), theme=theme)[2],
    "network": lambda theme: viz.network(colored(), [0.4, -0.9], theme=theme),
}


def paints(svg):
    """Return fill and stroke of every shape; Graphviz leaves a black text without a fill."""
    return [
        [re.search(rf'\b{kind}="([^"]*)"', shape) for kind in ("fill", "stroke")]
        for shape in SHAPE.findall(svg)
    ]


def named(svg):
    found = [[match and match[1] for match in pair] for pair in paints(svg)]
    return [["#ffffff" if c == "white" else c or None for c in pair] for pair in found]


def in_dark(svg):
    """Return fill and stroke of every shape as the style for dark says."""
    rules = {name: color for name, _, color in RULE.findall(svg)}
    result = []
    for shape, pair in zip(SHAPE.findall(svg), named(svg), strict=True):
        classes = (re.search(r'class="([^"]*)"', shape) or [None, ""])[1].split()
        for name in classes:
            pair[["fill", "stroke"].index(name.rstrip("0123456789"))] = rules[name]
        result.append(pair)
    return result


def black(pairs):
    return [[color if color != "#000000" else None for color in pair] for pair in pairs]


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_an_adaptive_picture_is_the_light_one_and_the_dark_one(make):
    auto, light, dark = (make(theme).render().decode() for theme in ("auto", "light", "dark"))
    assert black(named(auto)) == black(named(light))
    assert black(in_dark(auto)) == black(named(dark))
    assert "<style>" not in light + dark
    assert make("auto").source == make("light").source


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_the_style_obeys_the_system_where_no_notebook_decides(make):
    svg = make("auto").render().decode()
    style = re.search(r"<style>(.*?)</style>", svg, re.DOTALL)[1]
    name = re.search(r'<svg class="(\S+)"', svg)[1]
    preferred, chosen = style.split("}\n}\n")
    assert preferred.startswith("\n@media (prefers-color-scheme: dark) {")
    assert preferred.count(f'.{name}:not([data-jp-theme-light="true"] *)') == chosen.count("{") > 3


def test_labels_that_look_like_colours_stay():
    svg = viz.draw(neuron()).render().decode()
    assert ">#ffffff<" in svg
    assert ">fill=&quot;#111827&quot;<" in svg


def test_texts_that_differ_in_more_than_colours_are_not_paired():
    with pytest.raises(AssertionError, match="more than colours"):
        paired("a #ffffff", "b #ffffff")


def test_two_pictures_share_neither_an_id_nor_a_class_of_their_style():
    bundles = [
        viz.draw(Value(number) * 2)._repr_mimebundle_()["text/html"] for number in (1.0, 2.0)
    ] + [viz.activations(name)._repr_mimebundle_()["text/html"] for name in ("relu", "tanh")]
    for pattern in (r'\bid="([^"]*)"', r'<svg class="([^"]*)"'):
        sets = [set(re.findall(pattern, bundle)) for bundle in bundles]
        assert all(sets)
        assert sum(map(len, sets)) == len(set.union(*sets))


def test_references_follow_their_ids():
    svg = with_own_ids('<svg ><path id="a"/><use xlink:href="#a" clip-path="url(#a)"/></svg>')
    [name] = set(re.findall(r"chalkgrad-\w+-a", svg))
    assert svg.count(name) == 3


def test_lines_and_letters_of_plots_stand_out_on_dark_ground():
    ground = THEMES["dark"].background
    assert all(contrast(color, ground) > 4.5 for color in DARK_PLOTS.series)
    assert len(set(DARK_PLOTS.series)) == len(PLOTS.series)
    assert contrast(dark_color("#000000"), ground) > 4.5
    assert dark_color("#ffffff") == ground
