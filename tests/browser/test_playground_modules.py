"""The modules of the playground that compute, against Python: random order, images, the curve."""

from __future__ import annotations

import random
from math import pi, sin
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.data.batches import Batches
from nn.data.images import square_inputs
from viz.pages.modules import combined
from viz.playgrounds.encoded import encoded

pytestmark = pytest.mark.browser

HERE = Path(nn.__file__).parents[1] / "viz" / "playgrounds" / "page"


@pytest.fixture(scope="module")
def run(browser):
    """A function that evaluates an expression of JavaScript next to the modules."""
    page = browser.new_page()
    page.add_script_tag(content=combined((HERE / "playground.js").resolve()))
    yield page.evaluate
    page.close()


@pytest.mark.parametrize("seed", [0, 1, 2**70])
def test_examples_come_in_the_order_of_fit(run, seed):
    batches = Batches(37, 3, 10, seed)
    state = list(batches.generator.getstate()[1])
    expected = [indices.tolist() for _, _, indices in batches]
    found = run(
        """([state, steps]) => {
            const rows = new Rows(new Float64Array(37), 1);
            const program = { valueAndGrad: () => 0 };
            const settings = { rate: 1, batchSize: 10, order: state, frozen: [] };
            const training = new Training(program, [0], { inputs: rows, targets: rows }, settings);
            return Array.from({ length: steps }, () => {
                const batch = training.next();
                training.step();
                return batch;
            });
        }""",
        [state, len(expected)],
    )
    assert found == expected


def test_numbers_between_0_and_1_are_those_of_python(run):
    generator = random.Random(5)
    state = list(generator.getstate()[1])
    draw = "state => { const t = new Twister(state); return [0, 1, 2].map(() => t.uniform()); }"
    assert run(draw, state) == [generator.random() for _ in range(3)]


@pytest.mark.parametrize(
    "rows", [[[0.0, 0.5], [1.0, -0.0]], np.random.default_rng(1).normal(size=(300, 3)).tolist()]
)
def test_examples_reach_the_page_bit_for_bit(run, rows):
    decode = "text => Array.from(decoded(text).numbers)"
    assert run(decode, encoded(rows)) == [x for row in rows for x in row]


def drawings():
    """Pictures of ink on white paper: strokes of several sizes and places, faint ones too."""
    plain = np.ones((280, 280))
    plain[60:220, 130:152] = 0
    slanted = np.ones((280, 280))
    for step in range(150):
        slanted[40 + step : 56 + step, 60 + step // 2 : 90 + step // 2] = 0.2
    small = np.ones((96, 140))
    for step in range(60):
        angle = step * 2 * pi / 60
        row, column = 40 + int(14 * sin(angle)), 70 + int(20 * sin(angle + pi / 2))
        small[row : row + 5, column : column + 5] -= 0.5 * (
            small[row : row + 5, column : column + 5] > 0.6
        )
    grid = np.ones((28, 28))
    grid[5:20, 12:15] = 0
    wide = np.ones((280, 280))
    wide[130:150, 20:250] = 0
    return {"plain": plain, "slanted": slanted, "small": small, "of its size": grid, "wide": wide}


@pytest.mark.parametrize("side", [28, 8, 16])
@pytest.mark.parametrize("name", list(drawings()))
def test_a_drawing_is_prepared_as_in_python(run, name, side):
    grey = drawings()[name]
    height, width = grey.shape
    found = run(
        """([levels, height, width, side]) =>
            Array.from(squareInputs({ levels: Float64Array.from(levels), height, width }, side))""",
        [(1 - grey).ravel().tolist(), height, width, side],
    )
    assert found == pytest.approx(square_inputs(grey.tolist(), side), abs=1e-9)
    assert max(found) == 1


def test_paper_without_ink_is_no_input(run):
    blank = "{ levels: new Float64Array(784), height: 28, width: 28 }"
    assert run(f"() => squareInputs({blank}, 28)") is None


def test_the_curve_keeps_every_extreme(run):
    losses = [float(x) for x in np.random.default_rng(2).exponential(size=1000)]
    found = run("([losses, columns]) => summary(losses, columns)", [losses, 100])
    parts = np.array(losses).reshape(100, 10)
    assert found["lows"] == parts.min(1).tolist()
    assert found["highs"] == parts.max(1).tolist()
    assert min(losses) < min(found["means"]) < max(found["means"]) < max(losses)


@pytest.mark.parametrize("most", [0.003, 0.9, 1.0, 7.3, 240.0])
def test_ticks_are_few_and_reach_far(run, most):
    found = run("most => ticks(most)", most)
    assert found[0] == 0
    assert 3 <= len(found) <= 6
    assert most / 2 < found[-1] <= most * (1 + 1e-12)
