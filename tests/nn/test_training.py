"""Steps and the loop: by hand, the same for the same seed, and better at the end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autodiff import Value
from nn import MLP, Record, accuracy, cross_entropy, fit, mean_squared_error
from nn.errors import NetworkTypeError, SettingError, SizeError

CORNERS = [([a, b], [float(a == b), float(a != b)]) for a in (0.0, 1.0) for b in (0.0, 1.0)]


def test_one_step_of_fit_is_one_step_by_hand() -> None:
    net = MLP(1, [1])
    net.layers[0].neurons[0].weights[0].data = 0.5
    [record] = fit(net, [([2.0], [0.0]), ([1.0], [1.0])], epochs=1, batch_size=2, learning_rate=0.1)
    # outputs 1 and 0.5; loss (1 + 0.25) / 2; by w (2*1*2 - 2*0.5*1) / 2, by b (2*1 - 2*0.5) / 2
    assert record == Record(epoch=1, step=1, steps=1, loss=0.625, accuracy=None)
    assert [p.data for p in net.parameters()] == pytest.approx([0.5 - 0.1 * 1.5, -0.1 * 0.5])


def test_fit_learns_exclusive_or() -> None:
    net = MLP(2, [8, 2], activation="tanh", seed=1)
    history = fit(net, CORNERS, epochs=200, batch_size=2, learning_rate=0.5, loss=cross_entropy)
    assert history[0].loss > 0.4
    assert history[-1].loss < 0.05
    assert accuracy(net, CORNERS) == 1.0


def test_records_say_where_the_run_is() -> None:
    seen: list[Record] = []
    history = fit(
        MLP(2, [2]), CORNERS, epochs=2, batch_size=3, learning_rate=0.1, on_step=seen.append
    )
    assert seen == history
    assert [(r.epoch, r.step, r.steps) for r in history] == [
        (1, 1, 4),
        (1, 2, 4),
        (2, 3, 4),
        (2, 4, 4),
    ]
    assert history[0].accuracy in {float(Fraction(k, 3)) for k in range(4)}
    assert history[1].accuracy in {0.0, 1.0}  # one example is left for the second step


def test_the_same_seed_gives_the_same_bits_and_another_another_order() -> None:
    def run(seed: int) -> list[Record]:
        return fit(MLP(2, [4, 2]), CORNERS, epochs=3, batch_size=1, learning_rate=0.1, seed=seed)

    assert run(0) == run(0)
    assert run(0) != run(1)


def test_fit_leaves_the_order_of_the_callers_examples_alone() -> None:
    examples = list(CORNERS)
    fit(MLP(2, [2]), examples, epochs=1, batch_size=1, learning_rate=0.1)
    assert examples == CORNERS


def test_accuracy_is_the_share_of_right_answers_and_records_no_graph() -> None:
    class Inverter:
        """A network that swaps its two inputs."""

        def parameters(self):
            return []

        def __call__(self, inputs):
            a, b = inputs
            doubled = Value(a) * 2
            assert doubled.parents == ()
            return [Value(b), doubled]

    examples = [([1.0, 0.0], [0, 1]), ([0.0, 1.0], [1, 0]), ([1.0, 0.0], [1, 0])]
    assert accuracy(Inverter(), examples) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"examples": []}, SizeError, r"at least one example, got none: pass pairs"),
        ({"epochs": 0}, SizeError, "at least 1 as the number of epochs, got int 0"),
        ({"batch_size": 0}, SizeError, "at least 1 as the batch size, got int 0"),
        ({"batch_size": 1.5}, SizeError, "the batch size, got float 1.5"),
        ({"learning_rate": 0.0}, SettingError, "the learning rate, got float 0.0"),
        ({"seed": "a"}, NetworkTypeError, "as seed, got str 'a'"),
        ({"examples": [([1.0], [1.0, 0.0])]}, SizeError, "expected 2 inputs, got 1"),
        ({"examples": [([1.0, 2.0], [1.0])]}, SizeError, "one target for each of 2 outputs"),
    ],
)
def test_settings_out_of_range_are_errors(changes, error, message) -> None:
    settings = {"examples": CORNERS, "epochs": 1, "batch_size": 2, "learning_rate": 0.1} | changes
    with pytest.raises(error, match=message):
        fit(MLP(2, [2]), loss=mean_squared_error, **settings)


def test_accuracy_of_nothing_is_an_error() -> None:
    with pytest.raises(SizeError, match="at least one example, got none"):
        accuracy(MLP(2, [2]), [])
