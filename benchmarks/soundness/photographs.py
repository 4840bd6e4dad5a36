"""Photographs of handwritten digits, made from MNIST: how many are read as the clean images are.

`python -m benchmarks.soundness.photographs [CASES]` prints the table.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import nn
from autodiff.extend import Table
from nn.extend import read_image

from .outcome import Outcome

SHARE = 0.95  # of what the clean images reach
_TRAINED_ON = 10_000
_PLACES = (None, Path(__file__).parents[2] / "../shared/data/mnist")

Picture = Any  # grey levels, 0 black and 1 white
Make = Callable[[Picture, Any], Picture]  # from a picture and a NumPy generator


def paper(level: float, ink: float = 0.1) -> Make:
    """Return what prints dark ink on paper of a brightness."""
    return lambda picture, _: ink * level + (1 - ink) * level * picture


def noise(deviation: float) -> Make:
    """Return what adds the noise of a sensor."""
    return lambda picture, random: picture + random.normal(0, deviation, picture.shape)


def light(lowest: float) -> Make:
    """Return what lights a picture from one side, by a random direction."""

    def lit(picture: Picture, random: Any) -> Picture:
        angle = random.uniform(0, 2 * np.pi)
        y, x = np.indices(picture.shape)
        along = x * np.cos(angle) + y * np.sin(angle)
        return picture * np.interp(along, (along.min(), along.max()), (lowest, 1.0))

    return lit


def inverted(picture: Picture, _: Any) -> Picture:
    """Write light ink on dark paper."""
    return 0.15 + 0.7 * (1 - picture)


CONDITIONS: dict[str, list[Make]] = {
    "white paper": [],
    **{f"paper at {level}": [paper(level)] for level in (0.9, 0.8, 0.7, 0.6)},
    "pale ink on paper at 0.8": [paper(0.8, ink=0.6)],
    "noise of 0.02": [noise(0.02)],
    "noise of 0.05": [noise(0.05)],
    "light from one side, down to 0.5": [light(0.5)],
    "light ink on dark paper": [inverted],
    "light ink on dark paper, noise of 0.05": [inverted, noise(0.05)],
    "paper at 0.6, light to 0.6, noise of 0.05": [paper(0.6), light(0.6), noise(0.05)],
}


def photograph(digit: Any, makes: list[Make], random: Any) -> Picture:
    """Return a digit of 28 x 28 on a larger sheet, somewhere near the middle."""
    size = int(random.integers(90, 200))
    large = Image.fromarray(digit.astype("uint8")).resize((size, size), Image.Resampling.BICUBIC)
    height, width = (int(size * random.uniform(1.0, 1.8)) for _ in "hw")
    sheet = np.ones((height, width))
    top, left = (int(random.integers(0, length - size + 1)) for length in (height, width))
    sheet[top : top + size, left : left + size] = 1 - np.asarray(large, float) / 255
    for make in makes:
        sheet = make(sheet, random)
    return sheet.clip(0, 1)


@cache
def _network() -> tuple[Any, Any, Any]:
    """Train a network; return it with the held-out images and their labels."""
    folder = next((place for place in _PLACES if nn.data.has_mnist(place)), None)
    data, held_out = nn.data.mnist(folder)
    net = nn.MLP(784, [24, 10], activation="tanh", seed=0)
    usual: dict[str, Any] = {"batch_size": 32, "progress": False}
    nn.fit(net, data[:_TRAINED_ON], epochs=5, optimizer=nn.Adam(net, 0.005), **usual)
    images = np.array([list(inputs) for inputs, _ in (held_out[i] for i in range(2000))]) * 255
    return net, images.reshape(-1, 28, 28), held_out.labels[:2000]


def _read(paths: list[Path], net: Any) -> list[int]:
    inputs = np.array([read_image(path, 784) for path in paths])
    (first, second) = net.layers
    weights = [np.array([[w.data for w in n.weights] for n in layer.neurons]) for layer in net.layers]
    biases = [np.array([n.bias.data for n in layer.neurons]) for layer in (first, second)]
    hidden = np.tanh(inputs @ weights[0].T + biases[0])
    return (hidden @ weights[1].T + biases[1]).argmax(1).tolist()


def rights(cases: int, seed: int) -> Iterator[tuple[str, int]]:
    """Yield each condition and how many of its photographs are read rightly; first the clean ones."""
    net, images, labels = _network()
    cases = min(cases, len(images))
    with tempfile.TemporaryDirectory() as folder:
        path = [Path(folder) / f"{index}.png" for index in range(cases)]
        pictures: dict[str, Callable[[int], Any]] = {
            "clean": lambda index: Image.fromarray(255 - images[index].astype("uint8"))
        }
        for name, makes in CONDITIONS.items():
            pictures[name] = lambda index, makes=makes: _saved(images[index], makes, seed + index)
        for name, picture in pictures.items():
            for index in range(cases):
                picture(index).save(path[index])
            yield name, sum(a == b for a, b in zip(_read(path, net), labels, strict=False))
        jpegs = [Path(folder) / f"{index}.jpg" for index in range(cases)]
        for index in range(cases):
            _held(_saved(images[index], [paper(0.8), noise(0.02)], seed + index), jpegs[index], index)
        yield "a camera held in any way", sum(
            a == b for a, b in zip(_read(jpegs, net), labels, strict=False)
        )


def _saved(digit: Any, makes: list[Make], seed: int) -> Any:
    sheet = photograph(digit, makes, np.random.default_rng(seed))
    return Image.fromarray((sheet * 255).round().astype("uint8"))


def _held(picture: Any, path: Path, index: int) -> None:
    """Save a picture as a camera would that was held upright, sideways or upside down."""
    turns, orientation = ((0, 1), (90, 6), (180, 3), (270, 8))[index % 4]
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.rotate(turns, expand=True).save(path, exif=exif, quality=90)


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each condition: a failure if too few of its photographs are read."""
    found = rights(cases, seed)
    _, clean = next(found)
    for name, right in found:
        failures = [f"{right} right instead of {clean}"] if right < SHARE * clean else []
        yield Outcome(f"{name}: {right / clean:.1%} of the clean", cases, failures, [])


def main() -> None:
    """Print how many photographs are read rightly."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    found = list(rights(cases, 0))
    rows = [(name, f"{right}", f"{right / found[0][1]:.1%}") for name, right in found]
    print(Table("", ("photographs", f"right of {cases}", "of the clean"), rows))


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
