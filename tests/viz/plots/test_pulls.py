"""Pulls as bars: one for each example, and their mean as a line."""

from __future__ import annotations

import pytest

pytest.importorskip("matplotlib")

import nn
import viz

XOR = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]


def pulls(count=1):
    net = nn.MLP(2, [4, 1], activation="tanh", seed=3)
    return nn.pulls(net, nn.mean_squared_error, XOR * count, net.layers[1].neurons[0].bias)


def test_there_is_a_bar_for_each_example_and_a_line_for_the_mean():
    found = pulls()
    ax = viz.pulls(found)
    assert [bar.get_height() for bar in ax.patches] == [row.nudge for row in found.rows]
    mean = next(line for line in ax.get_lines() if line.get_label() == "mean: 1.26")
    assert list(mean.get_ydata()) == [found.mean, found.mean]
    assert list(ax.get_xticks()) == [1, 2, 3, 4]
    colors = [bar.get_facecolor() for bar in ax.patches]
    assert colors[1] == colors[2] == colors[3]


def test_many_bars_share_fewer_numbers():
    assert len(viz.pulls(pulls(40)).get_xticks()) < 20


def test_what_is_not_finite_has_no_bar():
    net = nn.MLP(1, [1], seed=0)
    examples = [([1.0], [0.0]), ([1e200], [0.0])]
    ax = viz.pulls(nn.pulls(net, nn.mean_squared_error, examples, net.parameters()[0]))
    assert len(ax.patches) == 1


def test_a_weight_may_have_any_name(tmp_path):
    net = nn.MLP(2, [1], seed=0)
    [weight, *_] = net.parameters()
    weight.label = "$x_{$"
    ax = viz.pulls(nn.pulls(net, nn.mean_squared_error, XOR, weight))
    assert ax.get_title() == "how each example pulls at $x_{$"
    ax.figure.savefig(tmp_path / "pulls.png")  # which reads formulas, were there any


def test_the_legend_covers_no_bar():
    ax = viz.pulls(pulls())
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1


def test_only_pulls_can_be_drawn():
    with pytest.raises(TypeError, match=r"expected what nn\.pulls returned, got list"):
        viz.pulls([1.0])
