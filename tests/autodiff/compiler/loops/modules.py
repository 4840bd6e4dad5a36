"""Runs programs printed as JavaScript under node; numbers go in and out by their bits."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.autodiff.formula.other_languages import NODE
from tests.autodiff.formula.ulps import bits, of_bits

_RUN = """
import { readFileSync } from "node:fs";
const view = new DataView(new ArrayBuffer(8));
function read(texts) {
  return Float64Array.from(texts, (text) => {
    view.setBigUint64(0, BigInt("0x" + text));
    return view.getFloat64(0);
  });
}
function written(numbers) {
  return Array.from(numbers, (x) => {
    view.setFloat64(0, x);
    return view.getBigUint64(0).toString(16).padStart(16, "0");
  });
}
const found = [];
for (const [file, parameters, batches] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const program = await import(file);
  const p = read(parameters);
  for (const texts of batches) {
    try {
      const given = texts.map(read);
      const outputs = written(program.value(p, ...given));
      const gradient = new Float64Array(program.parameters);
      const mean = program.valueAndGrad && program.valueAndGrad(p, gradient, ...given);
      const means = mean === undefined ? [] : written([mean]);
      found.push({ outputs, mean: means, gradient: written(gradient) });
    } catch (error) {
      found.push({ error: error.message });
    }
  }
}
console.log(JSON.stringify(found));
"""


class Result(NamedTuple):
    """What a module gives for a batch; `error` alone if it throws."""

    outputs: list[float]
    mean: float
    gradient: list[float]
    error: str = ""


def run_modules(
    folder: Path, programs: Sequence[tuple[Any, Sequence[Sequence[Any]]]]
) -> list[Result]:
    """Run programs, each with its present parameters, on batches.

    Args:
        folder: for files.
        programs: each with the batches it is given, lists of arguments.

    Returns:
        What each batch gives, program by program.
    """
    jobs: list[Any] = []
    for number, (program, batches) in enumerate(programs):
        file = folder / f"program{number}.mjs"
        file.write_text(program.to_js(), encoding="utf-8")
        given = [[_bits_of(argument) for argument in batch] for batch in batches]
        jobs.append([str(file), _bits_of(program.parameters), given])
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    (folder / "run.mjs").write_text(_RUN, encoding="utf-8")
    command = [str(NODE), str(folder / "run.mjs"), str(folder / "jobs.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return [_result(each) for each in json.loads(done.stdout)]


def _bits_of(numbers: Any) -> list[str]:
    return [bits(x) for x in np.asarray(numbers, float).ravel().tolist()]


def _result(found: dict[str, Any]) -> Result:
    if "error" in found:
        return Result([], 0.0, [], found["error"])
    outputs, mean, gradient = ([*map(of_bits, found[k])] for k in ("outputs", "mean", "gradient"))
    return Result(outputs, mean[0] if mean else 0.0, gradient)
