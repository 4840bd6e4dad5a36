"""Random programs, and random edits of their nodes, by the engine in C and by the one in Python.

Each engine runs in an interpreter of its own and prints, for each case, a digest of every bit: the
data, gradients and local derivatives of all nodes, and the pickle of the graph; of an error, its
class and text. The lines must be equal.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from copy import copy
from random import Random
from typing import Any

from autodiff import ChalkgradError, Value, no_grad
from autodiff.extend import engine_in_use, topological_order

from .outcome import Outcome
from .programs import SPECIAL, drawn


def hunt(cases: int, seed: int) -> Iterator[Outcome]:
    """Run the cases by both engines, side by side."""
    subject = "programs and edits, native against pure"
    if engine_in_use != "native":
        yield Outcome(subject, 0, [], [f"no native engine: {engine_in_use}"])
        return
    command = [sys.executable, "-m", "benchmarks.soundness.native", str(seed), str(cases)]
    ours, plain = (
        subprocess.run(
            command,
            env={**os.environ, "CHALKGRAD_PURE": pure},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.splitlines()
        for pure in ("0", "1")
    )
    pairs = zip(ours, plain, strict=True)
    yield Outcome(subject, len(ours), [f"{x} and {y}" for x, y in pairs if x != y], [])


def digest(seed: int) -> str:
    """Run one case, and return what it did as a line."""
    program, draw = drawn(seed, branches=True), Random(seed)
    leaves = [Value(x) for x in program.parameters]
    inputs = [Value(draw.choice((*SPECIAL, draw.gauss(0, 1)))) for _ in range(program.inputs)]
    found = hashlib.sha256()
    try:
        result = program.function(leaves)(inputs)
    except ChalkgradError as error:
        return f"{seed} {type(error).__name__} {error}"
    roots = [x for x in (result if isinstance(result, list) else [result]) if isinstance(x, Value)]
    for _ in range(4):
        for root in roots:
            root.backward(draw.choice((1.0, -0.5, 1e300)))
        copied = pickle.loads(pickle.dumps(roots))  # noqa: S301 our own
        graph = topological_order(roots)
        for node in (*graph, *topological_order(copied)):
            numbers = (node.data, node.grad, *node.local_derivatives)
            found.update(struct.pack(f"{len(numbers)}d", *map(_one_nan, numbers)))
            found.update(f"{node.operation} {node.label}".encode())
        roots += _edited(graph, draw)
    return f"{seed} {len(graph)} {found.hexdigest()}"


def _one_nan(x: float) -> float:
    return x if x == x else float("nan")  # noqa: PLR0124 the sign of a nan is the machine's affair


def _edited(graph: list[Any], draw: Random) -> list[Any]:
    """Change some nodes of a graph, and return new roots above it."""
    new: list[Any] = []
    for _ in range(draw.randint(1, 6)):
        node, other = draw.choice(graph), draw.choice(graph)
        number = draw.choice((*SPECIAL, draw.gauss(0, 1)))
        match draw.randrange(9):
            case 0:
                node.data = number
            case 1:
                node.grad = number
            case 2:
                node.label = draw.choice((None, "a", "é" * 40))
            case 3 if node.parents:
                node.local_derivatives = tuple(number for _ in node.parents)
            case 4:
                node.recompute()
            case 5:
                new.append(node * other + number)
            case 6:
                node.zero_grad()
            case 7:
                with no_grad():
                    new.append((node - other).tanh() * number)
            case _:
                new.append(node.detach() / other if draw.random() < 0.5 else copy(node))
    return new


def main() -> None:
    """Print the line of each case."""
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(digest(seed), flush=True)


if __name__ == "__main__":
    main()
