"""Weights as pictures: colours, shapes, grids."""

import math

import pytest

import viz
from nn import Layer, Neuron


@pytest.mark.parametrize(
    ("count", "shape", "expected"),
    [
        (784, None, (28, 28)),
        (64, None, (8, 8)),
        (6, None, (2, 3)),
        (7, None, (1, 7)),
        (64, (4, 16), (4, 16)),
    ],
)
def test_the_shape_is_the_squarest_or_the_one_given(count, shape, expected):
    ax = viz.weights(Layer(count, 3), shape)
    assert [image.get_array().shape for image in ax.images] == [(*expected, 3)] * 3
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2"]


def test_positive_is_green_negative_red_and_weak_dark():
    neuron = Neuron(4)
    for weight, number in zip(neuron.weights, [2.0, -2.0, 0.0, math.nan], strict=True):
        weight.data = number
    [image] = viz.weights(neuron).images
    assert image.get_array().reshape(4, 3).tolist() == [
        [74, 222, 128],
        [248, 70, 70],
        [0, 0, 0],
        [128, 128, 128],
    ]
