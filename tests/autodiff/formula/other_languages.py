"""Runs emitted JavaScript under node; numbers go in and out by their bits."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autodiff.formula.emit_javascript import javascript_runtime
from tests.autodiff.formula.ulps import bits, of_bits

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")

_READ_AND_WRITE = """
const view = new DataView(new ArrayBuffer(8));
function read(x) {
  if (Array.isArray(x)) return x.map(read);
  view.setBigUint64(0, BigInt("0x" + x));
  return view.getFloat64(0);
}
function written(x) {
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
const calls = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const found = calls.map(([number, operands]) => {
  const [out, derivatives] = functions[number](...operands.map(read));
  return [out, ...derivatives].map(written);
});
console.log(JSON.stringify(found));
"""


def run_node(folder: Path, text: str, *arguments: str) -> str:
    """What a script prints."""
    script = folder / "script.cjs"
    script.write_text(text, encoding="utf-8")
    command = [str(NODE), str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def javascript_results(
    folder: Path, functions: Sequence[str], calls: Sequence[tuple[int, Sequence[Any]]]
) -> list[list[float]]:
    """Call functions named f0, f1, ...; return the value and the derivatives of each call.

    Args:
        folder: for files.
        functions: their text.
        calls: the number of a function and its operands, a list for a starred one.
    """
    texts = "\n".join(functions)
    named = f"const functions = [{', '.join(f'f{n}' for n in range(len(functions)))}];"
    given = [
        (number, [[*map(bits, x)] if isinstance(x, list) else bits(x) for x in operands])
        for number, operands in calls
    ]
    (folder / "calls.json").write_text(json.dumps(given), encoding="utf-8")
    program = "\n".join([javascript_runtime(texts), texts, named, _READ_AND_WRITE])
    found = json.loads(run_node(folder, program, str(folder / "calls.json")))
    return [[*map(of_bits, row)] for row in found]
