"""`python -m benchmarks.training FOLDER`: real training runs against PyTorch and micrograd.

FOLDER holds the four files of MNIST. PyTorch runs the same recipe in the same process, on one
thread, with the same initial weights and order of examples, in double and in single precision;
ours is double. Memory is measured in separate processes. A full run takes about a quarter of an
hour, most of it PyTorch's; `--quick` takes a few minutes and shows the ratios, not the accuracies.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

import nn
from nn.extend import Split

from .duel import Duel
from .moons import show_moons
from .recipes import BEST
from .torch_loop import TorchLoop, has_torch, plain

KINDS = ("float64", "float32")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ROWS = ("moons", "nielsen", "small", "best", "memory")
RATE = 3.0
BATCH = 10


def main(arguments: list[str] | None = None) -> int:
    """Print the rows that `--rows` names."""
    parser = ArgumentParser("python -m benchmarks.training", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="with the four files of MNIST")
    parser.add_argument("--rows", default=",".join(ROWS), help=f"some of {','.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="3 epochs each, one seed")
    parser.add_argument("--history", type=Path, help="write the best run as a table (.csv)")
    options = parser.parse_args(arguments)
    rows = options.rows.split(",")
    peers = KINDS if has_torch() else ()
    if not peers:
        print("PyTorch is missing: pip install torch, or make bench\n")
    if "moons" in rows:
        show_moons(3 if options.quick else 30)
    if set(rows) - {"moons"}:
        split = nn.data.mnist(options.folder)
        if "nielsen" in rows:
            show_nielsen([30, 10], split, peers, options, "target: best at least 94.5%, 2.5 x")
        if "small" in rows:
            show_nielsen([16, 16, 10], split, peers, options, "target: best at least 93%, 2.5 x")
        if "best" in rows:
            show_best(split, peers, options)
        if "memory" in rows:
            show_memory(peers, options)
    return 0


def show_nielsen(
    sizes: list[int], split: Split, peers: tuple[str, ...], options: Namespace, targets: str
) -> None:
    """Train by the recipe of Nielsen 2015, chapter 1, and print both sides."""
    epochs = 3 if options.quick else 30
    names = "-".join(map(str, [784, *sizes]))
    print(f"{names}, sigmoid, quadratic cost, {epochs} epochs, batch 10, eta 3, N(0, 1)")
    net = nn.MLP(
        784,
        sizes,
        activation="sigmoid",
        output_activation="sigmoid",
        initialiser="gaussian",
        seed=1,
    )
    settings: dict[str, Any] = {"loss": "quadratic", "optimiser": plain, "batch_size": BATCH}
    loops = {kind: TorchLoop(net, split, kind=kind, **settings) for kind in peers}
    duel = Duel(loops, len(split.train), seed=1)
    duel.start()
    nn.fit(
        net,
        split.train,
        epochs=epochs,
        batch_size=BATCH,
        loss=nn.half_squared_error,
        learning_rate=RATE,
        seed=1,
        validation=split.held_out,
        callbacks=[nn.each_epoch(duel)],
        progress=False,
    )
    duel.report(targets)


def show_best(split: Split, peers: tuple[str, ...], options: Namespace) -> None:
    """Train by the best recipe from three seeds; the first against PyTorch."""
    recipe = BEST._replace(epochs=2) if options.quick else BEST
    print(f"784-16-16-10, {recipe}")
    shares: list[float] = []
    for seed in (1,) if options.quick else (1, 2, 3):
        net = recipe.network(seed)
        rule = recipe.optimiser(net, len(split.train))
        loops = {
            kind: TorchLoop(
                net,
                split,
                loss="cross_entropy",
                optimiser=recipe.torch_optimiser,
                batch_size=recipe.batch_size,
                kind=kind,
                schedule=rule.learning_rate,
            )
            for kind in (peers if seed == 1 else ())
        }
        duel = Duel(loops, len(split.train), seed)
        duel.start()
        history = recipe.train(net, split, seed, [duel])
        shares.append(duel.ours.shares[-1])
        print(f"  seed {seed}")
        duel.report(f"last {shares[-1]:.2%}")
        if options.history is not None and seed == 1:
            write_history(history, options.history)
    print(f"  mean of {len(shares)} at the end: {fmean(shares):.2%} (target: at least 96.0%)\n")


def write_history(history: nn.History, path: Path) -> None:
    """Write the means of each epoch as a table."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(nn.Record._fields)
        for epoch, group in groupby(history, lambda record: record.epoch):
            records = list(group)
            last = records[-1]
            seen = [record.accuracy for record in records if record.accuracy is not None]
            numbers = (
                fmean(record.loss for record in records),
                fmean(seen),
                last.learning_rate,
                last.validation_loss,
                last.validation_accuracy,
            )
            writer.writerow([epoch, last.step, last.steps, *(f"{x:.5g}" for x in numbers)])
    print(f"  wrote {path}")


def show_memory(peers: tuple[str, ...], options: Namespace) -> None:
    """Print the peak of resident memory of whole runs, each in a process of its own."""
    epochs = "2" if options.quick else "30"
    print(f"784-30-10 by Nielsen's recipe, {epochs} epochs: peak of resident memory")
    ours = peak("benchmarks.our_loop", str(options.folder), epochs)
    print(f"  chalkgrad        {ours / 1e6:6.0f} MB")
    for kind in peers:
        theirs = peak("benchmarks.torch_loop", str(options.folder), "1", kind)
        print(f"  PyTorch {kind}  {theirs / 1e6:6.0f} MB, ours is {ours / theirs:.2f} of it")
    print("  target: below PyTorch's\n", flush=True)


def peak(module: str, *arguments: str) -> int:
    """Run a module and return the number that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(result.stdout)


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # libraries read them when they are loaded
        os.execve(  # noqa: S606 this program again, with other variables
            sys.executable,
            [sys.executable, "-m", "benchmarks.training", *sys.argv[1:]],
            {**os.environ, **ONE_THREAD},
        )
    sys.exit(main())
