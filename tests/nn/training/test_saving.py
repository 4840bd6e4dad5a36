"""When checkpoints are written, and what is left of a run whose process dies or whose file rots."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest

import nn
from nn import Checkpoint
from nn.data import moons
from nn.extend import read_arrays

pytest.importorskip("safetensors")

ROOT = Path(__file__).parents[3]
TRAIN = moons(25, noise=0.2, seed=1)  # 7 steps of 4 examples


def trained(epochs, rule=nn.Adam, **more):
    """Return the parameters and the records of a training, which is always the same."""
    net = nn.MLP(2, [3, 2], activation="tanh", seed=1)
    optimizer = rule(net, nn.schedules.Cosine(0.05, 400))
    given = {"batch_size": 4, "loss": nn.cross_entropy, "seed": 3, **more}
    history = nn.fit(net, TRAIN, epochs=epochs, optimizer=optimizer, **given)
    return net.state_dict(), list(history)


def steps_in(path) -> int:
    return len(read_arrays(path)[0]["records"]) if path.exists() else 0


def before(path) -> Path:
    return path.with_name(f"{path.name}.before")


@pytest.mark.parametrize("engine", ["compiled", "eager"])
@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ({}, [7, 14]),
        ({"steps": 5}, [5, 10, 14]),
        ({"steps": 100}, [14]),
        ({"minutes": 1e-12}, list(range(1, 15))),
        ({"minutes": 1e6}, [14]),
        ({"minutes": 1e6, "steps": 6}, [6, 12, 14]),
    ],
)
def test_a_checkpoint_is_written_when_it_is_due(tmp_path, rule, written, engine) -> None:
    path, seen = tmp_path / "run", []
    trained(
        2,
        checkpoint=Checkpoint(path, **rule),
        engine=engine,
        callbacks=[lambda _: seen.append(steps_in(path))],
    )
    seen.append(steps_in(path))
    assert sorted({*seen} - {0}) == written
    assert steps_in(before(path)) == (written[-2] if len(written) > 1 else 0)


@pytest.mark.parametrize("rule", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("steps", [7, 100, 1000])
def test_checkpoints_change_nothing(tmp_path, rule, steps) -> None:
    """Plain gradient descent takes many steps at once, and stops where a checkpoint is due."""
    many = nn.data.moons(3000, seed=1)  # so that the accuracy of most steps is not measured

    def learnt(**files):
        net = nn.MLP(2, [3, 2], activation="tanh", seed=1)
        history = nn.fit(
            net,
            many,
            epochs=1,
            batch_size=2,
            loss=nn.cross_entropy,
            optimizer=rule(net, 0.05),
            **files,
        )
        return net.state_dict(), list(history)

    path = tmp_path / "run"
    whole = learnt()
    assert learnt(checkpoint=Checkpoint(path, steps=steps)) == whole
    assert steps_in(before(path)) == 1500 - (1500 % steps or steps)
    path.unlink()
    with pytest.warns(UserWarning, match="No such file"):
        assert learnt(resume=path) == whole


@pytest.mark.parametrize("cut", [1, 5, 7, 9])
@pytest.mark.parametrize("engine", ["compiled", "eager"])
def test_a_run_goes_on_in_the_middle_of_an_epoch(tmp_path, cut, engine) -> None:
    path, kept = tmp_path / "run", tmp_path / "kept"

    def keep(record):
        if record.step == cut + 1:
            kept.write_bytes(path.read_bytes())

    whole = trained(3, engine=engine)
    rule = Checkpoint(path, steps=1)
    assert trained(3, checkpoint=rule, engine=engine, callbacks=[keep]) == whole
    assert steps_in(kept) == cut
    assert trained(3, resume=kept, engine=engine) == whole


def truncated(content: bytes, draw: Random) -> bytes:
    return content[: draw.randrange(len(content))]


def flipped(content: bytes, draw: Random) -> bytes:
    damaged = bytearray(content)
    damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    return bytes(damaged)


@pytest.mark.parametrize("damaged", [truncated, flipped])
def test_a_damaged_checkpoint_is_refused_in_favour_of_the_one_before(tmp_path, damaged) -> None:
    path, draw = tmp_path / "run", Random(2)
    trained(2, checkpoint=Checkpoint(path, steps=5))
    whole, content, earlier = trained(4), path.read_bytes(), before(path).read_bytes()
    for _ in range(20):
        path.write_bytes(damaged(content, draw))
        with pytest.warns(UserWarning, match=r"goes on from .*run\.before") as warned:
            resumed = trained(4, resume=path)
        assert len(warned) == 1
        assert warned[0].filename == __file__
        assert resumed == whole
    assert before(path).read_bytes() == earlier


def test_a_missing_checkpoint_has_one_before_too(tmp_path) -> None:
    path = tmp_path / "run"
    trained(2, checkpoint=path)
    path.unlink()
    with pytest.warns(UserWarning, match="No such file"):
        assert trained(3, resume=path) == trained(3)


def test_a_damaged_checkpoint_never_replaces_the_one_before(tmp_path) -> None:
    path = tmp_path / "run"
    trained(2, checkpoint=path)
    earlier = before(path).read_bytes()
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.warns(UserWarning, match="the checkpoint before"):
        trained(2, resume=path, checkpoint=path)
    assert before(path).read_bytes() == earlier
    assert steps_in(path) == 14


def test_two_damaged_checkpoints_are_an_error(tmp_path) -> None:
    path = tmp_path / "run"
    trained(2, checkpoint=path)
    for file in (path, before(path)):
        file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(nn.DataError, match="a whole safetensors file"):
        trained(2, resume=path)


def test_the_one_before_with_other_settings_is_refused(tmp_path) -> None:
    path = tmp_path / "run"
    trained(2, checkpoint=path, batch_size=5)
    path.write_bytes(b"")
    with (
        pytest.warns(UserWarning, match="the checkpoint before"),
        pytest.raises(nn.DataError, match="the batch size"),
    ):
        trained(2, resume=path)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (Checkpoint("run", steps=0), nn.OptionError),
        (Checkpoint("run", steps=1.5), nn.WrongTypeError),
        (Checkpoint("run", minutes=0), nn.OptionError),
        (Checkpoint("run", minutes="5"), nn.OperandError),
        (Checkpoint(None), nn.WrongTypeError),
        (Checkpoint("no such folder/run"), nn.FileError),
        (Checkpoint("x" * 250), nn.FileError),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_first_step(rule, error, tmp_path) -> None:
    if rule.path == "run":
        rule = rule._replace(path=tmp_path / "run")
    with pytest.raises(error):
        trained(1, checkpoint=rule, callbacks=[pytest.fail])


def in_a_process(path, engine, rule) -> subprocess.Popen[str]:
    """Start a slow training that goes on from its own checkpoint, and prints what it reaches."""
    program = f"""
import json, os, sys, time
sys.path.insert(0, {str(ROOT)!r})
import nn
from nn import Checkpoint
from tests.nn.training.test_saving import trained
path = {str(path)!r}
resume = path if os.path.exists(path) else None
slow = nn.each_epoch(lambda record: time.sleep(0.014))
given = dict(checkpoint=Checkpoint(path, steps=3), engine={engine!r}, callbacks=[slow])
print(json.dumps(trained(40, nn.{rule}, resume=resume, **given)))
"""
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("engine", "rule"), [("compiled", "Adam"), ("compiled", "SGD"), ("eager", "Adam")]
)
def test_a_process_that_is_killed_three_times_reaches_the_same(tmp_path, engine, rule) -> None:
    path, draw = tmp_path / "run", Random(8)
    for _ in range(3):
        done, start = steps_in(path), monotonic()
        with in_a_process(path, engine, rule) as process:
            while steps_in(path) <= done:  # until it has learnt something
                assert process.poll() is None
                assert monotonic() - start < 60
                sleep(0.01)
            sleep(draw.uniform(0.0, 0.15))
            process.kill()
            assert process.wait() != 0
        assert done < steps_in(path) < 280
    with in_a_process(path, engine, rule) as process:
        reached, records = json.loads(process.communicate()[0])
    whole, history = trained(40, getattr(nn, rule), engine=engine)
    assert reached == whole
    assert [tuple(record) for record in records] == [tuple(record) for record in history]
