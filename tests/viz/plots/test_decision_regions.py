"""Decision regions of networks of two inputs."""

import numpy as np
import pytest

import viz
from autodiff import Value
from nn import MLP
from tests.nn.data.test_given import Foreign
from tests.viz.plots.plotted import CORNERS, lines, trained


def test_regions_are_coloured_as_the_network_answers():
    net = MLP(2, [1])
    weights = net.layers[0].neurons[0].weights
    weights[0].data, weights[1].data = 1.0, 0.0
    ax = viz.decision_regions(net, CORNERS, resolution=21)
    shown = lines(ax)
    assert list(shown) == ["target below 0", "target above 0"]
    assert list(shown["target above 0"].get_xdata()) == [1, 1]
    border = ax.collections[1].get_paths()[0].vertices
    assert border[:, 0] == pytest.approx([0.0] * len(border), abs=1e-12)
    assert ax.get_xlim() == pytest.approx((-1.3, 1.3))


def test_the_threshold_lies_in_the_middle_of_the_targets():
    examples = [([0, 0], [0]), ([1, 1], [1])]
    assert list(lines(viz.decision_regions(trained(), examples, resolution=5))) == [
        "target below 0.5",
        "target above 0.5",
    ]


def test_several_outputs_are_classes_and_any_function_is_a_network():
    examples = [([0, 0], [1, 0, 0]), ([1, 0], [0, 1, 0]), ([0, 1], [0, 0, 1])]
    ax = viz.decision_regions(lambda x: [Value(0.5), x[0], x[1]], examples, resolution=7)
    assert list(lines(ax)) == ["class 0", "class 1", "class 2"]
    assert viz.decision_regions(MLP(2, [3]), resolution=5).get_legend() is None


@pytest.mark.parametrize("form", ["pairs", "arrays", "frame"])
def test_classes_are_targets_as_in_fit(form):
    inputs, labels = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), [0, 1, 1]
    data = {
        "pairs": list(zip(inputs.tolist(), labels, strict=True)),
        "arrays": (inputs, np.array(labels)),
        "frame": (Foreign(inputs), Foreign(labels)),
    }[form]
    shown = lines(viz.decision_regions(MLP(2, [3], seed=1), data, resolution=5))
    assert list(shown["class 1"].get_xdata()) == [1.0, 0.0]
