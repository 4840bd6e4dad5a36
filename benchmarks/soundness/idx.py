"""Forged and damaged files of MNIST: an error of ours, or exactly what the file says."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import nn

from .calls import verdict
from .damage import DAMAGES
from .outcome import Outcome

_COUNT = 20
_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
_OTHERS = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_ABSURD = (0, 1, 19, 21, 27, 28, 29, 784, 10**6, 2**28, 2**31 - 1, 2**31, 2**32 - 1)
_BOMB = 300 << 20  # bytes that a file of less than a megabyte unpacks to


def _files(random: Random) -> tuple[bytes, bytes]:
    """Return images and their labels."""
    head = b"\0\0\x08"
    sizes = b"".join(size.to_bytes(4, "big") for size in (_COUNT, 28, 28))
    images = head + b"\3" + sizes + random.randbytes(_COUNT * 784)
    labels = head + b"\1" + sizes[:4] + bytes(random.randrange(10) for _ in range(_COUNT))
    return images, labels


def _damaged(content: bytes, random: Random) -> bytes:
    return random.choice(DAMAGES)(content, random)


def _forged(content: bytes, random: Random) -> bytes:
    """Change the number of axes, or their sizes."""
    axes = random.choice((0, 1, 2, 3, 4, 33, 65, 255, content[3], content[3], content[3]))
    sizes = [random.choice(_ABSURD) for _ in range(axes)]
    if axes == 3 and random.random() < 0.5:
        sizes[1:] = [28, 28]
    kind = random.choice((8, 8, 8, 9, 11, 13, 0, 255))
    head = bytes([0, 0, kind, axes]) + b"".join(size.to_bytes(4, "big") for size in sizes)
    return head + content[4 + 4 * content[3] :]


def _gzip_damaged(content: bytes, random: Random) -> bytes:
    return _damaged(gzip.compress(content), random)


def _gzip_of_damaged(content: bytes, random: Random) -> bytes:
    return gzip.compress(random.choice((_damaged, _forged))(content, random))


def _members(content: bytes, random: Random) -> bytes:
    """Gzip in two parts, which is one file; or with another file behind."""
    at = random.randrange(len(content))
    rest = content[at:] if random.random() < 0.5 else content
    return gzip.compress(content[:at]) + gzip.compress(rest)


def _bomb(content: bytes, random: Random) -> bytes:
    """Unpack to far more than the labels beside it fit, or than the head says."""
    count = random.choice((_COUNT, _BOMB // 784, 2**31 // 784))
    head = content[:4] + (count * (1 if content[3] == 3 else 784)).to_bytes(4, "big")
    return gzip.compress(head + content[8 : 4 + 4 * content[3]]) + _zeros()


@cache
def _zeros() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(_BOMB >> 20)]
    return b"".join((*parts, packer.flush()))


KINDS: dict[str, Callable[[bytes, Random], bytes]] = {
    "damaged": _damaged,
    "forged heads": _forged,
    "damaged gzip": _gzip_damaged,
    "gzip of damaged files": _gzip_of_damaged,
    "gzip in parts": _members,
    "bombs": _bomb,
}


def _loaded(folder: Path) -> None:
    """Load, and compare with the files."""
    split = nn.data.mnist(folder)
    parts = ((split.train, _NAMES), (split.held_out, _OTHERS))
    for part, (images, labels) in parts:
        pixels, digits = (_unpacked(folder / name) for name in (images, labels))
        if part.inputs.tobytes() != pixels[16:] or bytes(part.labels) != digits[8:]:
            raise AssertionError("other examples than in the files")


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Yield an outcome for each kind of damage; a tenth of the cases for bombs."""
    random = Random(seed)
    for kind, damage in KINDS.items():
        failures: list[str] = []
        count = max(1, cases // 10) if kind == "bombs" else cases
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            for case in range(count):
                files = _files(random)
                for name, content in zip((*_NAMES, *_OTHERS), files * 2, strict=True):
                    (folder / name).write_bytes(content)
                which = random.randrange(2)
                (folder / _NAMES[which]).write_bytes(damage(files[which], random))
                trouble = verdict(_loaded, [folder], {})
                if trouble:
                    failures.append(f"case {case} of seed {seed}, {_NAMES[which]}: {trouble}")
        yield Outcome(f"idx: {kind}", count, failures, [])
