"""Build every picture of the gallery: `make gallery`, or `python docs/gallery/build.py`.

It runs the lines that the README shows under each picture, one block after the other. Everything
that is random is seeded, so the same pictures come out each time.

>>> list(blocks())[:3]
['neuron.svg', 'neuron-highlighted.svg', 'worksheet.svg']
"""

from __future__ import annotations

import re
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HISTORY = "mnist-history.csv"


def blocks() -> dict[str, str]:
    """Return for each picture the lines that make it, in the order of the README."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    parts = re.split(r"!\[[^]]*\]\(([^)]+)\)", text)[1:]
    found: dict[str, str] = {}
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        [found[name]] = re.findall(r"```python\n(.*?)```", part, re.DOTALL)
    return found


def build(folder: Path) -> None:
    """Write all pictures into a folder."""
    if folder != HERE:
        shutil.copy(HERE / HISTORY, folder)
    names: dict[str, Any] = {}
    with chdir(folder):
        for picture, code in blocks().items():
            exec(compile(code, picture, "exec"), names)  # noqa: S102 our own page


if __name__ == "__main__":
    build(HERE)
