"""Forged and damaged files of networks and trainings: an error of ours, or what the file says."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import nn
from nn.extend import read_arrays, read_state, state_writer, write_arrays

from .calls import verdict
from .damage import DAMAGES
from .outcome import Outcome

_EXAMPLES = nn.data.xor(4)
_SETTINGS: dict[str, Any] = {"batch_size": 2, "engine": "eager", "progress": False}
_LENGTHS = (0, 1, 2, 7, 2**31, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
_NUMBERS: tuple[Any, ...] = (
    0,
    1,
    2,
    3,
    -1,
    8,
    16,
    10**9,
    2**31,
    2**63,
    10**30,
    1.5,
    "1",
    None,
    True,
)
_KINDS = ("F32", "F64", "F16", "BF16", "I64", "U8", "BOOL", "F8_E4M3", "C64", "x", "", None, 8)
_TEXTS = (
    *("", "x", "null", "true", "-1", "0", "1.5", "1e400", "NaN", "{}", "[]", "[[]]", '"a"', "[1]"),
    *('["relu"]', '["relu", "linear"]', '["tanh", "relu"]', '["relu", 1]', '["relu", null]'),
    *('["max", "linear"]', '{"a": 1}', "[1, 2, 3]", "[null, null]", "[0.5, 1, 1]", "9" * 5000),
    *('["finished", 1]', '["finished", "a"]', "[[], 1]", "[" * 100_000, '{"a":' * 100_000),
    *("[3, [1, 2], null]", "[0.5, -1, 1]", '["a", 1, 2]', "[1e999, 1, 1]", "18446744073709551616"),
)


def _train(epochs: int, **places: Path) -> tuple[nn.MLP, nn.History]:
    net = nn.MLP(2, [2, 2], seed=1)
    optimizer = nn.Adam(net, 0.1)
    options: dict[str, Any] = {**_SETTINGS, **places}
    history = nn.fit(net, _EXAMPLES, epochs=epochs, optimizer=optimizer, **options)
    return net, history


def _save_network(path: Path) -> None:
    net = nn.MLP(2, [2, 2], seed=1)
    net.layers[1].neurons[1].weights = net.layers[1].neurons[0].weights  # tied
    net.save(path)


def _save_training(path: Path) -> None:
    _train(1, checkpoint=path)


def _load_network(path: Path) -> None:
    """Load, save again, and compare both files."""
    copy = path.with_name("copy.safetensors")
    nn.load(path).save(copy)
    _demand_same(path, copy)


def _load_training(path: Path) -> None:
    """Read the state, write it again, compare both files, and go on."""
    copy = path.with_name("copy.safetensors")
    state_writer(copy, _settings())(read_state(path, _settings()))
    _demand_same(path, copy)
    _train(2, resume=path)


@cache
def _settings() -> dict[str, Any]:
    """Return the settings that a training is saved with."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.safetensors"
        _save_training(path)
        return json.loads(read_arrays(path)[1]["settings"])


def _demand_same(first: Path, second: Path) -> None:
    arrays, words = read_arrays(first)
    others, other_words = read_arrays(second)
    others |= dict.fromkeys(arrays.keys() - others.keys())
    wrong = [name for name in others if not _are_equal(arrays.get(name), others[name])]
    wrong += [
        key
        for key in {*words, *other_words}
        if json.loads(words.get(key, "0")) != json.loads(other_words.get(key, "0"))
    ]
    if wrong:
        raise AssertionError(f"other contents than those of the file: {', '.join(wrong)}")


def _are_equal(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return False
    return first.shape == second.shape and np.array_equal(
        first.astype(float), second.astype(float), equal_nan=True
    )


SAVED: dict[str, tuple[Callable[[Path], None], Callable[[Path], None]]] = {
    "network": (_save_network, _load_network),
    "training": (_save_training, _load_training),
}


def _damaged(path: Path, random: Random) -> None:
    path.write_bytes(random.choice(DAMAGES)(path.read_bytes(), random))


def _forged_length(path: Path, random: Random) -> None:
    """Change the length of the head."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    near = tuple(max(0, length + random.randint(-9, 9)) for _ in range(9))
    path.write_bytes(random.choice(_LENGTHS + near).to_bytes(8, "little") + content[8:])


def _forged_head(path: Path, random: Random) -> None:
    """Change offsets, shapes, types, names and words in the head."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + length])
    for _ in range(random.randint(1, 3)):
        _forge_entry(head, random.choice(list(head)), random)
    text = json.dumps(head)
    if random.random() < 0.2:
        text = text[:-1] + ", " + text[1:]  # every key twice
    if random.random() < 0.1:
        text = '{"a": ' + "[" * 100_000 + text
    encoded = text.encode()
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + content[8 + length :])


def _forge_entry(head: dict[str, Any], key: str, random: Random) -> None:
    """Change one entry of a head: of an array, or the words."""
    entry = head[key]
    odd: dict[str, Any] = {
        "data_offsets": random.choices(_NUMBERS, k=2),
        "shape": random.choices(_NUMBERS, k=random.randint(0, 3)),
        "dtype": random.choice(_KINDS),
    }
    match random.randrange(5) if isinstance(entry, dict) else 4:
        case 0 | 1:
            field = random.choice(list(odd))
            entry[field] = odd[field]
        case 2:
            other = head[random.choice(list(head))]
            entry["data_offsets"] = other.get("data_offsets") if isinstance(other, dict) else 0
        case 3 if entry:
            entry.pop(random.choice(list(entry)))
        case 4:
            head[key] = random.choice((None, 1, "a", [], {}))
        case _:
            head[random.choice((key + "x", "", "layers.9.weights"))] = head.pop(key)


def _forged_words(path: Path, random: Random) -> None:
    """Change what nn has written beside the arrays, with the digest that goes with it."""
    arrays, words = read_arrays(path)
    for _ in range(random.randint(1, 2)):
        key = random.choice(list(words))
        match random.randrange(4):
            case 0:
                words[key + random.choice(("", "x"))] = words.pop(key)
                words.pop(random.choice(list(words)))
            case 1:
                words[key] = changed_json(words[key], random)
            case _:
                words[key] = random.choice(_TEXTS)
        if not words:
            break
    write_arrays(path, arrays, words)


def changed_json(text: str, random: Random) -> str:
    """Replace one part of a JSON text by an odd one."""
    try:
        root = [json.loads(text)]
    except (ValueError, RecursionError):  # changed before
        return text
    inner: Any = root
    while True:
        keys = list(inner) if isinstance(inner, dict) else range(len(inner))
        if not keys:
            return text
        key = random.choice(keys)
        if not isinstance(inner[key], (dict, list)) or random.random() < 0.3:
            inner[key] = random.choice((*_NUMBERS, "relu", "tanh", [], {}, [1, 2], float("nan")))
            return json.dumps(root[0])
        inner = inner[key]


def _forged_arrays(path: Path, random: Random) -> None:
    """Change arrays, with the digest that goes with them."""
    arrays, words = read_arrays(path)
    for _ in range(random.randint(1, 2)):
        key = random.choice(list(arrays))
        array = arrays[key]
        match random.randrange(6):
            case 0:
                arrays[random.choice((key + "x", "memory.x", "best", "ties"))] = array
            case 1:
                arrays.pop(key)
            case 2:
                shape = random.choice(((0,), (0, 2), (2, 0), (1,), (2, 2, 2), (), (3, 3), (99,)))
                arrays[key] = np.ones(shape)
            case 3:
                arrays[key] = array.astype("float32")
            case 4 if array.size:
                odd = (-1.0, 0.5, 3.0, 1e30, float("nan"), float("inf"), -0.0)
                array = array.copy()
                array.flat[random.randrange(array.size)] = random.choice(odd)
                arrays[key] = array
            case _:
                arrays[key] = np.concatenate([array, array])
        if not arrays:
            break
    write_arrays(path, arrays, words)


KINDS: dict[str, Callable[[Path, Random], None]] = {
    "damaged": _damaged,
    "forged length": _forged_length,
    "forged head": _forged_head,
    "forged words": _forged_words,
    "forged arrays": _forged_arrays,
}


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each kind of file and damage."""
    random = Random(seed)
    for what, (save, load) in SAVED.items():
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "a.safetensors"
            save(path)
            whole = path.read_bytes()
            load(path)
            for kind, damage in KINDS.items():
                failures: list[str] = []
                for case in range(cases):
                    path.write_bytes(whole)
                    damage(path, random)
                    trouble = verdict(load, [path], {})
                    if trouble:
                        failures.append(f"case {case} of seed {seed}: {trouble}")
                yield Outcome(f"{what}: {kind}", cases, failures, [])
