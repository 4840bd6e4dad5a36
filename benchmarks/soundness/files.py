"""Files under faults: kills, full disks and threads never leave a part of a file."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import nn
import viz
from autodiff import FileError, Value
from chalkgrad.__main__ import main

from .outcome import Outcome

_NETS = [nn.MLP(20, [20, 10], seed=seed) for seed in (1, 2)]
_THREADS = 4


def _drawn(number: float) -> viz.Drawing:
    x = Value(number, label="x")
    return viz.draw(x * x + number)


_DRAWINGS = [_drawn(2.0), _drawn(3.0)]
_STEPS = [viz.steps(Value(number) * 2.0) for number in (2.0, 3.0)]
WRITERS: dict[str, Callable[[int, Path], object]] = {  # either of two contents, by file name
    "net.safetensors": lambda which, path: _NETS[which].save(path),
    "graph.svg": lambda which, path: _DRAWINGS[which].save(path),
    "graph.png": lambda which, path: _DRAWINGS[which].save(path),
    "steps.gif": lambda which, path: _STEPS[which].save(path),
}


def contents(folder: Path) -> dict[str, list[bytes]]:
    """Return both contents of each file."""
    found: dict[str, list[bytes]] = {}
    for name, write in WRITERS.items():
        found[name] = []
        for which in (0, 1):
            write(which, folder / name)
            found[name].append((folder / name).read_bytes())
    return found


def kills(cases: int, random: Random) -> Outcome:
    """Kill a process that saves again and again; the file must be one of the two, and whole."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        whole = contents(Path(place))
        for case in range(cases):
            name = random.choice(list(WRITERS))
            path = Path(place) / name
            child = os.fork()
            if not child:
                for turn in range(1 << 30):
                    WRITERS[name](turn % 2, path)
            time.sleep(random.uniform(0, 0.03))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            if not _is_whole(path, whole[name]):
                failures.append(f"{name} after kill {case} is neither file")
    return Outcome("a kill while saving", cases, failures, [])


def _is_whole(path: Path, either: list[bytes]) -> bool:
    """Tell whether a file is one of two; a network may name its arrays in any order."""
    if path.suffix != ".safetensors":
        return path.read_bytes() in either
    try:
        return nn.load(path).state_dict() in [net.state_dict() for net in _NETS]
    except nn.DataError:
        return False


def full_disks(cases: int, random: Random) -> Outcome:
    """Save where a file may not grow beyond a few bytes: the old one stays, and nothing else."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        whole = contents(Path(place))
        before = sorted(Path(place).iterdir())
        for case in range(cases):
            name = random.choice(list(WRITERS))
            room = random.randrange(len(whole[name][0]))
            code = in_child(lambda name=name: WRITERS[name](0, Path(place) / name), room)
            if code != 1:
                failures.append(f"{name} with room for {room} bytes: no FileError")
            if (Path(place) / name).read_bytes() != whole[name][1]:
                failures.append(f"{name} with room for {room} bytes is changed (case {case})")
        if sorted(Path(place).iterdir()) != before:
            failures.append(f"files are left behind: {sorted(Path(place).iterdir())}")
    return Outcome("a full disk", cases, failures, [])


def in_child(work: Callable[[], object], room: int) -> int:
    """Run in another process whose files cannot exceed `room` bytes.

    Returns:
        0 if nothing was raised, 1 for a FileError, 2 for anything else.
    """
    child = os.fork()
    if not child:
        code = 2
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            work()
            code = 0
        except FileError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def threads(cases: int) -> Outcome:
    """Save and load one file from four threads; every load must find a whole network."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "net.safetensors"
        _NETS[0].save(path)

        def save_and_load(case: int) -> str:
            try:
                _NETS[case % 2].save(path)
                nn.load(path)
            except (FileError, nn.DataError) as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(_THREADS) as pool:
            failures = [text for text in pool.map(save_and_load, range(cases)) if text]
    return Outcome("four threads that save and load", cases, failures, [])


def commands(cases: int, random: Random) -> Outcome:
    """Train where files cannot grow: old files stay, and the results are shown all the same."""
    failures: list[str] = []
    flags: dict[str, Any] = {"--save": "a.safetensors", "--plot": "a.png", "--pictures": "pictures"}
    for case in range(cases):
        with tempfile.TemporaryDirectory() as place:
            flag, name = random.choice(list(flags.items()))
            path = Path(place) / name
            victim = path / "training.png" if flag == "--pictures" else path
            victim.parent.mkdir(exist_ok=True)
            victim.write_bytes(b"old")
            room = random.randrange(500)
            code = in_child(lambda flag=flag, path=path: _train(flag, path), room)
            if code != 1 or victim.read_bytes() != b"old":
                failures.append(f"train {flag} with room for {room} bytes (case {case}): {code}")
    return Outcome("train on a full disk", cases, failures, [])


def _train(flag: str, path: Path) -> None:
    """Train, and raise FileError if the command fails as it should: the accuracy shown, code 2."""
    text = StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        code = main(["train", "xor", "--layers", "2", "--epochs", "1", flag, str(path)])
    if code == 2 and "accuracy" in text.getvalue().partition("chalkgrad: expected")[0]:
        raise FileError("a full disk", "one", "none")


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield the outcomes, with `cases` cases of each kind; a tenth of them for commands."""
    random = Random(seed)
    yield kills(cases, random)
    yield full_disks(cases, random)
    yield threads(cases)
    yield commands(max(1, cases // 10), random)
