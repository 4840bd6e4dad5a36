"""Ways to damage the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random


def flipped(content: bytes, random: Random) -> bytes:
    """Change one to eight bytes, half of the time near the start."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        end = len(content) if random.random() < 0.5 else min(len(content), 64)
        changed[random.randrange(end)] = random.randrange(256)
    return bytes(changed)


def cut(content: bytes, random: Random) -> bytes:
    """Keep a part of the start."""
    return content[: random.randrange(len(content))]


def extended(content: bytes, random: Random) -> bytes:
    """Append some bytes."""
    return content + random.randbytes(random.choice((1, 2, 100, 5000)))


def torn(content: bytes, random: Random) -> bytes:
    """Leave a part out, or repeat it."""
    start, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    middle = b"" if random.random() < 0.5 else content[start:end] * 2
    return content[:start] + middle + content[end:]


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (flipped, cut, extended, torn)
