"""Training curves: the records, their means, several runs, and runs that diverged."""

import math

import pytest

import viz
from nn import MLP, Record, fit
from tests.viz.plots.plotted import history, lines


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


def test_an_accuracy_that_is_known_of_some_steps_is_drawn_there():
    records = [
        record if index % 10 == 4 else record._replace(accuracy=None)
        for index, record in enumerate(history())
    ]
    right = viz.training_curves(records, smoothing=20).figure.axes[-1]
    smooth = lines(right)["accuracy"]
    assert list(smooth.get_xdata()) == pytest.approx([0.5 + epoch for epoch in range(10)])
    assert set(smooth.get_ydata()) == {0.5}


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


def crosses(ax):
    return [line for line in ax.get_lines() if line.get_label() == "_diverged"]


@pytest.mark.parametrize("worst", [1e6, 1e300, math.inf, math.nan])
def test_a_run_that_diverged_does_not_hide_the_other_and_is_marked(worst):
    bad = [Record(1, k + 1, 9, loss, None) for k, loss in enumerate([1, 0.8, 2, 90, *[worst] * 5])]
    ax = viz.training_curves({"good": history(9), "bad": bad}, smoothing=1)
    assert ax.get_ylim() == pytest.approx((0, 2.5))
    [cross] = crosses(ax)
    assert cross.get_color() == lines(ax)["bad"].get_color()
    assert cross.get_data()[0] == pytest.approx([4 / 9])
    assert [text.get_text() for text in ax.texts] == ["diverged"]


def test_a_run_that_starts_at_infinity_leaves_a_plot():
    ax = viz.training_curves([Record(1, 1, 1, math.inf, None)])
    assert ax.get_ylim() == (0, 1)
    assert len(crosses(ax)) == 1


@pytest.mark.parametrize("losses", [[1, 5, 50, 3], [0, 1, 2], [0.1, 5, 5], [1, math.nan, 0.5]])
def test_a_run_that_only_leaps_is_not_marked(losses):
    records = [Record(1, k + 1, 9, loss, None) for k, loss in enumerate(losses)]
    ax = viz.training_curves(records, smoothing=1)
    assert not crosses(ax)
    assert ax.get_ylim()[1] == pytest.approx(1.25 * max(x for x in losses if x == x))  # noqa: PLR0124 not nan


def test_of_the_accuracy_there_is_only_a_mean_over_half_an_epoch():
    records = [Record(1 + k // 10, k + 1, 40, 1.0, float(k % 2)) for k in range(40)]
    [line] = viz.training_curves(records).figure.axes[-1].get_lines()
    assert line.get_label() == "accuracy"
    assert set(line.get_ydata()[2:-2]) == {2 / 5, 3 / 5}


def validated(losses, shares):
    pairs = zip(losses, shares, strict=True)
    return [
        Record(1 + k, 1 + k, len(losses), 0.5, None, None, loss, share)
        for k, (loss, share) in enumerate(pairs)
    ]


def points(ax, name):
    [line] = [line for line in ax.get_lines() if line.get_label() == name]
    return list(line.get_xdata()), list(line.get_ydata())


def test_validation_is_drawn_after_each_epoch_and_the_scales_say_so():
    data = [([x], [2 * x]) for x in (-1.0, -0.5, 0.5, 1.0)]
    run = fit(MLP(1, [1]), data, epochs=3, batch_size=2, learning_rate=0.1, validation=data)
    ax = viz.training_curves(run)
    wanted = [record.validation_loss for record in run if record.validation_loss is not None]
    assert points(ax, "_validation loss") == ([1.0, 2.0, 3.0], wanted)
    assert ax.get_ylabel() == "loss (circles: validation)"
    ax = viz.training_curves(validated([0.7, 0.9], [0.25, 0.75]))
    right = ax.figure.axes[-1]
    assert points(right, "_validation accuracy") == ([1.0, 2.0], [0.25, 0.75])
    assert right.get_ylabel() == "accuracy (squares: validation)"
    assert ax.get_ylim() == pytest.approx((0, 1.25 * 0.9))


def test_several_runs_have_their_validation_in_their_colours():
    run = validated([0.7, 0.9], [0.25, 0.75])
    ax = viz.training_curves({"a": run, "b": run})
    right = ax.figure.axes[-1]
    colors = [lines(ax)[name].get_color() for name in "ab"]
    for side, kind in ((ax, "loss"), (right, "accuracy")):
        found = {line.get_label(): line.get_color() for line in side.get_lines()}
        assert [found[f"_{name} validation {kind}"] for name in "ab"] == colors
    assert ax.get_ylabel() == "loss (solid; circles: validation)"


@pytest.mark.parametrize("worst", [math.inf, math.nan, 1e9])
def test_a_validation_loss_beyond_the_plot_does_not_stretch_it(worst):
    ax = viz.training_curves(validated([0.7, worst], [0.25, 0.75]))
    assert ax.get_ylim()[1] == pytest.approx(1.25 * 0.7)
