r"""A PNG without its last row and column, which Graphviz leaves half transparent.

A picture ends somewhere inside its last pixels, and the background with it: on dark ground this
shows as a grey line. Each line of a PNG is coded relative to what is above and to the left, so both
can be cut off without decoding a pixel (Portable Network Graphics, second edition, section 9).

>>> rows = b"".join(b"\0" + bytes([9, 9, 9, 255]) + bytes([9, 9, 9, 100]) for _ in range(2))
>>> header = (2).to_bytes(4) + (2).to_bytes(4) + bytes([8, 6, 0, 0, 0])
>>> made = SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows))
>>> cut = without_last_lines(made + _chunk(b"IEND", b""))
>>> cut[16:24], zlib.decompress(dict(_chunks(cut))[b"IDAT"])
(b'\x00\x00\x00\x01\x00\x00\x00\x01', b'\x00\t\t\t\xff')
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_PIXEL = 4  # bytes: red, green, blue, opacity
_RGBA = bytes([8, 6, 0, 0, 0])  # eight bits of each, in one pass: what Graphviz writes with Cairo
_SMALLER_THAN_FAST = 6


def without_last_lines(content: bytes) -> bytes:
    """Cut the last row and the last column off.

    Args:
        content: a PNG; one whose pixels have no opacity of their own is returned as it is.
    """
    chunks = list(_chunks(content))
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4]) - 1, int.from_bytes(header[4:8]) - 1
    if header[8:] != _RGBA or not width or not height:
        return content
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    stride = 1 + _PIXEL * (width + 1)  # a byte says how the line is coded
    packer = zlib.compressobj(_SMALLER_THAN_FAST)
    view = memoryview(pixels)
    parts = [
        packer.compress(view[start : start + stride - _PIXEL])
        for start in range(0, height * stride, stride)
    ]
    others = [(kind, data) for kind, data in chunks[1:-1] if kind != b"IDAT"]
    size = width.to_bytes(4) + height.to_bytes(4)
    cut = [(b"IHDR", size + _RGBA), *others, (b"IDAT", b"".join([*parts, packer.flush()]))]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in [*cut, chunks[-1]])


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = len(SIGNATURE)
    while start < len(content):
        end = start + 8 + int.from_bytes(content[start : start + 4])
        yield content[start + 4 : start + 8], content[start + 8 : end]
        start = end + 4  # the checksum


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)
