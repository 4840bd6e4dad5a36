"""Training curves: the records, their means, several runs, and runs that diverged."""

import math

import pytest
from plotted import history, lines

import viz
from nn import MLP, Record, fit


def test_training_curves_have_the_records_and_their_means():
    ax = viz.training_curves(history(), smoothing=3)
    faint, smooth = ax.get_lines()
    assert list(faint.get_ydata()) == [1 / (k + 1) for k in range(100)]
    assert smooth.get_label() == "loss"
    assert smooth.get_ydata()[1] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert list(smooth.get_xdata()[[0, 9, 99]]) == [0.1, 1.0, 10.0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    right = ax.figure.axes[-1]
    assert right.get_ylabel() == "accuracy"
    assert set(lines(right)["accuracy"].get_ydata()) == {0.5}


def test_no_accuracy_no_second_scale():
    ax = viz.training_curves(history(accuracy=None))
    assert ax.figure.axes == [ax]


def test_several_runs_share_a_picture():
    examples = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
    runs = {
        f"batch size {size}": fit(
            MLP(1, [1]), examples, epochs=3, batch_size=size, learning_rate=0.1
        )
        for size in (1, 2, 4)
    }
    ax = viz.training_curves(runs)
    assert list(lines(ax)) == list(runs)
    assert [line.get_xdata()[-1] for line in lines(ax).values()] == [3.0, 3.0, 3.0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(runs)


def test_a_run_that_diverged_is_shown_as_far_as_it_goes():
    records = [*history(5), Record(1, 6, 7, math.inf, 0.0), Record(1, 7, 7, math.nan, 0.0)]
    assert viz.training_curves(records).get_ylim()[1] == pytest.approx(1.25)


def test_of_the_accuracy_there_is_only_a_mean_over_half_an_epoch():
    records = [Record(1 + k // 10, k + 1, 40, 1.0, float(k % 2)) for k in range(40)]
    [line] = viz.training_curves(records).figure.axes[-1].get_lines()
    assert line.get_label() == "accuracy"
    assert set(line.get_ydata()[2:-2]) == {2 / 5, 3 / 5}
