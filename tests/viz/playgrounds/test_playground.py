"""`viz.playground`: what the page is made of, and what is refused."""

from __future__ import annotations

import json
from base64 import b64decode

import numpy as np
import pytest

import nn
import viz
from viz.playgrounds.encoded import encoded
from viz.playgrounds.variants import variants

POINTS = nn.data.moons(20, seed=1, sides=True)


def net(*sizes: int, **options: object) -> nn.MLP:
    return nn.MLP(sizes[0], list(sizes[1:]), activation="tanh", seed=1, **options)


def test_the_page_holds_the_network_and_the_examples() -> None:
    page = viz.playground(net(2, 3, 1), POINTS, learning_rate=0.5, batch_size=None)
    facts = json.loads(page.data)
    first = facts["networks"][0]
    assert first["sizes"] == [2, 3, 1]
    assert first["activations"] == ["tanh", "linear"]
    assert first["parameters"] == [leaf.data for leaf in net(2, 3, 1).parameters()]
    assert (facts["kind"], facts["rate"], facts["batchSize"]) == ("plane", 0.5, 20)
    assert facts["classes"]["labels"] == [int(targets[0] > 0) for _, targets in POINTS]


def decoded(facts: dict) -> np.ndarray:
    if "floats" in facts:
        numbers = np.frombuffer(b64decode(facts["floats"]), "<f8")
    else:
        numbers = np.array(facts["levels"])[np.frombuffer(b64decode(facts["bytes"]), "u1")]
    return numbers.reshape(-1, facts["width"])


@pytest.mark.parametrize("count", [1, 256, 257])
def test_encoding_loses_nothing(count: int) -> None:
    rows = np.random.default_rng(1).normal(size=(count, 1)) * [1.0, 0.0]
    assert ("bytes" in encoded(rows)) == (count < 256)
    assert np.array_equal(decoded(encoded(rows)), rows)


def test_other_networks_have_the_same_inputs_and_outputs() -> None:
    given = net(2, 5, 3)
    found = variants(given)
    assert found[0] is given
    assert {len(each.layers[-1].neurons) for each in found} == {3}
    shapes = [(repr(each)) for each in found]
    assert len(set(shapes)) == len(shapes) > 20


def test_an_image_keeps_its_network() -> None:
    data = [([0.0] * 64, [1.0, 0.0]), ([1.0] * 64, [0.0, 1.0])]
    facts = json.loads(viz.playground(net(64, 3, 2), data).data)
    assert facts["kind"] == "image"
    assert len(facts["networks"]) == 1


def test_numbers_that_are_no_image_are_listed() -> None:
    data = [([0.0, 1.0, 2.0], [0.5]), ([1.0, 0.0, 2.0], [0.1])]
    facts = json.loads(viz.playground(net(3, 2, 1), data).data)
    assert facts["kind"] == "numbers"
    assert not facts["classes"]["counts"]
    assert facts["classes"]["cut"] == pytest.approx(0.3)


def test_frozen_parameters_are_named() -> None:
    given = net(2, 3, 1)
    given.layers[0].freeze()
    assert json.loads(viz.playground(given, POINTS).data)["frozen"] == list(range(9))


def tied() -> nn.MLP:
    given = net(2, 2, 2, 1)
    given.layers[1] = given.layers[0]
    return given


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: viz.playground(POINTS, POINTS), nn.WrongTypeError, "expected an nn.MLP"),
        (lambda: viz.playground(net(2, 3, 1), POINTS, loss=1), nn.WrongTypeError, "a loss"),
        (lambda: viz.playground(net(2, 3, 1), POINTS, seed=1.5), nn.WrongTypeError, "as seed"),
        (lambda: viz.playground(net(2, 3, 1), POINTS, batch_size=0), nn.OptionError, "batch size"),
        (
            lambda: viz.playground(net(2, 3, 1), POINTS, learning_rate=0),
            nn.OptionError,
            "learning rate",
        ),
        (lambda: viz.playground(net(3, 3, 1), POINTS), nn.ShapeError, "3 inputs and 1 targets"),
        (lambda: viz.playground(net(2, 3, 2), POINTS), nn.ShapeError, "2 inputs and 2 targets"),
        (lambda: viz.playground(net(2, 3, 1), []), nn.ShapeError, "at least one example"),
        (lambda: viz.playground(tied(), POINTS), nn.OptionError, "none of them tied"),
        (
            lambda: viz.playground(net(2, 1), POINTS, loss=nn.binary_cross_entropy),
            nn.DataError,
            "from 0 to 1",
        ),
    ],
)
def test_what_cannot_be_played_with_is_refused(call, error, text) -> None:
    with pytest.raises(error, match=text):
        call()


def test_a_file_is_a_page(tmp_path) -> None:
    page = viz.playground(net(2, 2, 1), POINTS)
    path = page.save(tmp_path / "moons.html")
    assert path.read_text(encoding="utf-8") == page.html
    assert "http" not in page.html.replace("http-equiv", "").replace(
        "http://www.w3.org/2000/svg", ""
    )
