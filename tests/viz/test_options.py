"""Directions, themes, and the tints that a legend explains."""

import math
import re

import pytest

from autodiff import Value
from autodiff.errors import ChalkgradError
from tests.viz.graph.folded import layer
from viz import OptionError, draw
from viz.graph.tint import Scale
from viz.themes import THEMES, blend


def neuron():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    return (x * w + 7).tanh()


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_the_direction_is_that_of_the_picture(direction):
    source = draw(neuron(), direction=direction).source
    assert f"rankdir={direction}]" in source.replace(" ranksep=0.45", "")


def size(drawing):
    width, height = re.search(
        r'width="(\d+)pt" height="(\d+)pt"', drawing.render().decode()
    ).groups()
    return int(width), int(height)


def test_a_graph_runs_to_the_right_and_a_folded_one_down():
    loss = layer()
    assert "rankdir=LR" in draw(loss).source
    assert "rankdir=TB" in draw(loss, limit=5).source
    assert "rankdir=TB" in draw(loss, unfold="loss").source
    assert "rankdir=RL" in draw(loss, limit=5, direction="RL").source


def test_a_chain_is_wide_or_high():
    wide, high = size(draw(neuron())), size(draw(neuron(), direction="TB"))
    assert wide[0] > wide[1]
    assert high[0] < high[1]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("direction", "left", r"direction as one of 'LR', 'RL', 'TB', 'BT', got str 'left': write"),
        ("direction", 3, r"got int 3: write direction='LR'"),
        (
            "theme",
            "neon",
            r"theme as one of 'auto', 'light', 'dark', 'print', got str 'neon': write theme=",
        ),
        ("theme", ["dark"], r"got list \['dark'\]: write theme='auto'"),
    ],
)
def test_a_bad_option_is_an_error_that_names_the_known_ones(option, value, message):
    with pytest.raises(ValueError, match=message) as caught:
        draw(Value(1.0), **{option: value})
    assert isinstance(caught.value, OptionError)
    assert isinstance(caught.value, ChalkgradError)


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_has_only_colours_of_its_theme(theme):
    source = draw(neuron(), theme=theme).source
    known = {*THEMES[theme]}
    assert set(re.findall(r"#[0-9a-f]{6}", source)) <= known
    assert f"bgcolor={THEMES[theme].background}".replace('"', "") in source.replace('"', "")


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_stands_out_from_everything_behind_it(theme):
    tints = theme.positive, theme.negative, theme.mixed, theme.unsettled
    for inside in (theme.computed, theme.leaf, *tints):
        for text in (theme.ink, theme.gradient, theme.muted):
            assert contrast(text, inside) > 4.5
    for band in (theme.leaf_band, theme.computed_band):
        assert contrast(theme.on_band, band) > 4.5


def test_before_a_backward_pass_there_is_neither_gradient_nor_legend():
    source = draw(neuron()).source
    assert "grad" not in source
    assert "label=<<TABLE" not in source.splitlines()[1]


def test_after_it_a_legend_says_which_tint_is_which_gradient():
    y = neuron()
    y.backward()
    legend = draw(y).source.splitlines()[1]
    swatches = re.findall(r'BGCOLOR="(#\w+)">([^<]+)<', legend)
    assert [text for _, text in swatches] == ["-10", "-1", "-0.1", "0", "0.1", "1", "10"]
    theme = THEMES["light"]
    assert swatches[0][0] == theme.negative
    assert swatches[3][0] == theme.computed
    assert swatches[-1][0] == theme.positive


def test_the_box_of_a_node_has_the_tint_of_its_gradient():
    x = Value(2.0, label="x")
    y = x * -10
    y.backward()
    fills = re.findall(r'fillcolor="(#\w+)"', draw(y).source)
    theme = THEMES["light"]
    assert fills == [theme.negative, blend(theme.computed, theme.positive, 2 / 3)]


@pytest.mark.parametrize(
    ("gradients", "exponent"),
    [
        ([0.0], 0),
        ([], 0),
        ([1.0], 0),
        ([1.001], 1),
        ([-0.2, 0.1], 0),
        ([math.inf, 30.0], 2),
        ([math.nan], 0),
        ([1.7e308], 308),
        ([5e-324], -300),
    ],
)
def test_the_scale_ends_at_a_power_of_ten(gradients, exponent):
    scale = Scale.of(gradients)
    assert scale.exponent == exponent
    assert scale.has_nan == any(map(math.isnan, gradients))
    assert all(map(math.isfinite, scale.marks()))


def test_what_has_no_place_on_the_scale_has_a_colour_of_its_own():
    theme = THEMES["light"]
    scale = Scale.of([1.0, math.nan])
    assert scale.color(math.nan, theme) == theme.unsettled
    assert scale.color(math.inf, theme) == theme.positive
    assert scale.color(-math.inf, theme) == theme.negative
    x = Value(-1.0)
    y = x**0.5
    y.backward()
    assert ">nan</TD>" in draw(y).source.splitlines()[1]
