"""Damaged pictures of digits: inputs in [0, 1], or an error of ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from nn.extend import read_image

from .calls import verdict
from .damage import DAMAGES
from .outcome import Outcome

_MODES = {  # that each format can hold
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "GIF": ("L", "P"),
    "BMP": ("1", "L", "P", "RGB"),
    "WEBP": ("RGB", "RGBA"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"),
}
_SIZES = ((1, 1), (28, 28), (40, 30), (300, 200))


def _picture(kind: str, random: Random) -> bytes:
    """Return the bytes of a picture with a stroke on white paper."""
    width, height = random.choice(_SIZES)
    grey = np.full((height, width), 255, "uint8")
    grey[height // 5 : 4 * height // 5, 2 * width // 5 : 3 * width // 5] = 0
    content = BytesIO()
    Image.fromarray(grey).convert(random.choice(_MODES[kind])).save(content, kind)
    return content.getvalue()


def _read(path: Path) -> None:
    inputs = read_image(path, 784)
    if len(inputs) != 784 or not all(0 <= x <= 1 for x in inputs):
        raise AssertionError("numbers outside [0, 1]")


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each format."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as place:
        for kind in _MODES:
            path = Path(place) / f"a.{kind.lower()}"
            failures: list[str] = []
            for case in range(cases):
                path.write_bytes(random.choice(DAMAGES)(_picture(kind, random), random))
                trouble = verdict(_read, [path], {})
                if trouble:
                    failures.append(f"case {case} of seed {seed}: {trouble}")
            yield Outcome(f"a damaged {kind}", cases, failures, [])
