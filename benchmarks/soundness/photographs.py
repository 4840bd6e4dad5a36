"""Photographs of handwritten digits, made from MNIST: how many are read as the clean images are.

`python -m benchmarks.soundness photographs` prints the table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

import nn
from nn.extend import read_image

from .outcome import Outcome

SHARE = 0.95  # of what the clean images reach
_TRAINED_ON = 10_000
_SOFT = 0.1  # of the longer side: the edge of a shadow
_HELD = "JPEG, a camera held in any way, noise of 0.02"
_PLACES = (None, Path(__file__).parents[2] / "../shared/data/mnist")

Picture = Any  # grey levels, 0 black and 1 white
Make = Callable[[Picture, Any], Picture]  # from a picture and a NumPy generator
Save = Callable[[Any, Path, int], Path]


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


def lamp(lowest: float) -> Make:
    """Return what lights a picture from above one of its points, and less away from it."""

    def lit(picture: Picture, random: Any) -> Picture:
        y, x = np.indices(picture.shape) / max(picture.shape)
        distance = (y - random.uniform(0, 1)) ** 2 + (x - random.uniform(0, 1)) ** 2
        return picture * (1 - (1 - lowest) * distance / distance.max())

    return lit


def shadow(darkness: float) -> Make:
    """Return what casts a shadow with a soft edge over a part of a picture."""

    def shaded(picture: Picture, random: Any) -> Picture:
        angle = random.uniform(0, 2 * np.pi)
        y, x = np.indices(picture.shape) / max(picture.shape) - 0.5
        along = x * np.cos(angle) + y * np.sin(angle) - random.uniform(-0.3, 0.3)
        return picture * (1 - darkness / (1 + np.exp(along / _SOFT)))

    return shaded


def pen(narrower: int = 0, wider: int = 0) -> Make:
    """Return what makes strokes narrower or wider by an even number of pixels."""
    chosen = ImageFilter.MaxFilter(narrower + 1) if narrower else ImageFilter.MinFilter(wider + 1)

    def drawn(picture: Picture, _: Any) -> Picture:
        levels = Image.fromarray((picture * 255).round().astype("uint8"))
        return np.asarray(levels.filter(chosen), float) / 255

    return drawn


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
    "light from a lamp, down to 0.5": [lamp(0.5)],
    "a soft shadow of 0.3": [shadow(0.3)],
    "a thin pen, noise of 0.02": [pen(narrower=4), noise(0.02)],
    "a thick pen, noise of 0.02": [pen(wider=4), noise(0.02)],
    "light ink on dark paper": [inverted],
    "light ink on dark paper, noise of 0.05": [inverted, noise(0.05)],
    _HELD: [paper(0.8), noise(0.02)],
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
    net = nn.MLP(784, [24, 10], activation="tanh", initialiser="xavier_uniform", seed=0)
    usual: dict[str, Any] = {"loss": nn.cross_entropy, "batch_size": 10, "progress": False}
    nn.fit(net, data[:_TRAINED_ON], epochs=3, optimizer=nn.SGD(net, 0.3), **usual)
    images = np.array([list(inputs) for inputs, _ in (held_out[i] for i in range(2000))]) * 255
    return net, images.reshape(-1, 28, 28), held_out.labels[:2000]


def _read(paths: list[Path], net: Any) -> list[int]:
    inputs = np.array([read_image(path, 784) for path in paths])
    return net.predict(inputs).argmax(1).tolist()


def rights(cases: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """Yield each condition, how many of its photographs are read rightly, and of how many.

    The clean images come first.
    """
    net, images, labels = _network()
    cases = min(cases, len(images))
    with tempfile.TemporaryDirectory() as folder:

        def right(picture: Callable[[int], Any], save: Save) -> int:
            paths = [save(picture(i), Path(folder) / f"{i}", i) for i in range(cases)]
            return sum(a == b for a, b in zip(_read(paths, net), labels[:cases], strict=True))

        yield (
            "clean",
            right(lambda i: Image.fromarray(255 - images[i].astype("uint8")), _plain),
            cases,
        )
        for name, makes in CONDITIONS.items():
            save = _jpeg if name == _HELD else _plain
            pictures = partial(_printed, images, makes, seed)
            yield name, right(pictures, save), cases


def _printed(images: Any, makes: list[Make], seed: int, index: int) -> Any:
    sheet = photograph(images[index], makes, np.random.default_rng(seed + index))
    return Image.fromarray((sheet * 255).round().astype("uint8"))


def _plain(picture: Any, path: Path, _: int) -> Path:
    picture.save(path, format="BMP")  # faster than PNG, whose noise does not compress
    return path


def _jpeg(picture: Any, path: Path, index: int) -> Path:
    """Save a picture as a camera would that was held upright, sideways or upside down."""
    turns, orientation = ((0, 1), (90, 6), (180, 3), (270, 8))[index % 4]
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = picture.rotate(turns, expand=True)
    turned.save(path, format="JPEG", exif=exif, quality=80)
    return path


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each condition: a failure if too few of its photographs are read."""
    found = rights(cases, seed)
    _, clean, _ = next(found)
    for name, right, tried in found:
        failures = [f"{right} right instead of {clean}"] if right < SHARE * clean else []
        yield Outcome(f"{name}: {right / clean:.1%} of the clean", tried, failures, [])
