"""Steps that `fit` takes together are the same steps, with the same records, as one by one."""

import numpy as np
import pytest

import nn
from nn.data import batches
from nn.engines.compiled import CompiledEngine
from nn.training.saving import Saver

RNG = np.random.default_rng(5)
INPUTS = RNG.normal(size=(300, 4))
CLASSES = [int(row[0] > 0) + int(row[1] > 0) for row in INPUTS]
SETTINGS = {"epochs": 3, "batch_size": 7, "progress": False}


@pytest.fixture(autouse=True)
def _measured_twice_an_epoch(monkeypatch):
    """Let most steps of these small data sets be taken together, as of large ones."""
    monkeypatch.setattr(batches, "_MEASURED", 2)


def net():
    return nn.MLP(4, [6, 3], activation="tanh", seed=1)


def both(data=(INPUTS, CLASSES), **options):
    """Train with steps taken together, and one by one because a callback wants to see each."""
    found = []
    for callbacks in ([], [lambda _: None]):
        made = net()
        settings = {**SETTINGS, "loss": nn.cross_entropy, "learning_rate": 0.1, **options}
        history = nn.fit(made, data, callbacks=callbacks, **settings)
        found.append((history, [p.data for p in made.parameters()]))
    return found


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"learning_rate": nn.schedules.Cosine(0.2, steps=100)},
        {"validation": (INPUTS[:20], CLASSES[:20])},
        {"engine": "c"},
        {"data": ((INPUTS * 40).astype(np.uint8) / 255, CLASSES)},
        {"batch_size": None},
        {"weights": {0: 2.0}},
    ],
    ids=str,
)
def test_together_and_one_by_one_are_the_same(options):
    (history, numbers), (wanted, others) = both(**options)
    assert sum(record.accuracy is None for record in history) > len(history) / 2 or len(history) < 9
    assert history == wanted
    assert numbers == others


def test_images_too():
    images = nn.data.Examples(RNG.integers(0, 256, (100, 4)).astype(np.uint8), CLASSES[:100])
    (history, numbers), (wanted, others) = both(images)
    assert history == wanted
    assert numbers == others


def test_a_callback_of_epochs_sees_the_last_records_only():
    seen = []
    nn.fit(
        net(),
        (INPUTS, CLASSES),
        **SETTINGS,
        learning_rate=0.1,
        loss=nn.cross_entropy,
        callbacks=[nn.each_epoch(seen.append)],
    )
    assert [record.step for record in seen] == [43, 86, 129]


def test_a_callback_of_epochs_may_end_the_run():
    ends = nn.each_epoch(lambda record: record.epoch == 2)
    history = nn.fit(net(), (INPUTS, CLASSES), **SETTINGS, learning_rate=0.1, callbacks=[ends])
    assert history.ending == "ended by a callback"
    assert len(history) == 86


def test_ctrl_c_among_steps_taken_together_keeps_those_that_were_taken(monkeypatch):
    wanted = nn.fit(net(), (INPUTS, CLASSES), **SETTINGS, learning_rate=0.1, callbacks=[id])
    whole = CompiledEngine.descend

    def ended(self, examples, order, rates, out):
        whole(self, examples, order[:5], rates[:5], out[:5])
        raise KeyboardInterrupt

    monkeypatch.setattr(CompiledEngine, "descend", ended)
    made = net()
    optimizer = nn.SGD(made, 0.1)
    history = nn.fit(made, (INPUTS, CLASSES), **SETTINGS, optimizer=optimizer)
    assert history.ending == "interrupted"
    assert len(history) == optimizer.steps > 5
    assert [record.loss for record in history] == [r.loss for r in wanted][: len(history)]


def test_what_diverges_among_steps_taken_together_is_explained():
    data = (INPUTS[:, :1], INPUTS[:, :1])
    network = nn.MLP(1, [1], seed=1)

    def loss(outputs, targets):
        return (outputs[0] - targets[0]) ** 4

    with pytest.raises(nn.DivergenceError) as together:
        nn.fit(network, data, epochs=9, batch_size=5, learning_rate=1e3, loss=loss, progress=False)
    again = nn.MLP(1, [1], seed=1)
    with pytest.raises(nn.DivergenceError) as single:
        nn.fit(again, data, epochs=9, batch_size=5, learning_rate=1e3, loss=loss, callbacks=[id])
    assert str(together.value) == str(single.value)


def test_examples_of_another_branch_are_trained_all_the_same():
    data = (INPUTS[:, :1], np.abs(INPUTS[:, :1]))

    def loss(outputs, targets):
        error = outputs[0] - targets[0]
        return error * error if error > 0 else -error

    runs = []
    for callbacks in ([], [id]):
        network = nn.MLP(1, [3, 1], seed=1)
        history = nn.fit(
            network,
            data,
            epochs=2,
            batch_size=5,
            learning_rate=0.1,
            loss=loss,
            callbacks=callbacks,
            progress=False,
        )
        runs.append((history, [p.data for p in network.parameters()]))
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda made: nn.SGD(made, 0.1, momentum=0.9),
        lambda made: nn.SGD(made, 0.1, weight_decay=0.1),
        lambda made: nn.SGD(made, 0.1, max_norm=0.1),
        lambda made: nn.Adam(made, 0.01),
    ],
)
def test_other_rules_go_step_by_step(make):
    assert not make(net()).is_plain
    assert nn.SGD(net(), 0.1).is_plain


def test_frozen_parameters_stay():
    made = net()
    made.layers[0].freeze()
    before = [p.data for p in made.layers[0].parameters()]
    nn.fit(made, (INPUTS, CLASSES), **SETTINGS, learning_rate=0.1, loss=nn.cross_entropy)
    assert [p.data for p in made.layers[0].parameters()] == before


def test_a_checkpoint_that_is_due_comes_at_its_step(tmp_path, monkeypatch):
    lengths = []
    write = Saver.write

    def noted(self, state):
        lengths.append(len(state.history))
        write(self, state)

    monkeypatch.setattr(Saver, "write", noted)
    rule = nn.Checkpoint(tmp_path / "run.safetensors", steps=10)
    nn.fit(net(), (INPUTS, CLASSES), **SETTINGS, learning_rate=0.1, checkpoint=rule)
    assert lengths == [*range(10, 130, 10), 129]
