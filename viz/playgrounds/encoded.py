"""Arrays of numbers as texts of a page, without loss: floats, or bytes that point to few numbers.

>>> encoded([[0.0, 0.5], [0.5, 0.0]])
{'width': 2, 'levels': [0.0, 0.5], 'bytes': 'AAEBAA=='}
>>> encoded([[x / 7] for x in range(300)])["width"]
1
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from autodiff.extend import numpy

_MOST = 256  # numbers that a byte can point to
_LITTLE = "<f8"  # the order of bytes that a page reads on every machine


def encoded(rows: Any) -> dict[str, object]:
    """Return rows of numbers as data of a page.

    Args:
        rows: an array of two axes, or a list of lists of equal length.

    Returns:
        The width of a row, and `floats`, eight bytes each, in base64; or, where there are at most
        256 different numbers, these `levels`, and `bytes` that point to them.
    """
    np = numpy()
    array = np.asarray(rows, float)
    levels, places = np.unique(array, return_inverse=True)
    width = array.shape[1]
    if len(levels) <= _MOST:
        content = places.astype("u1").tobytes()
        return {"width": width, "levels": levels.tolist(), "bytes": b64encode(content).decode()}
    content = np.ascontiguousarray(array, _LITTLE).tobytes()
    return {"width": width, "floats": b64encode(content).decode()}
