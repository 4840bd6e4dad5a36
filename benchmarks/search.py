"""`python -m benchmarks.search FOLDER`: the search for the recipe `benchmarks.recipes.BEST`.

The last 10,000 of the 60,000 training images of MNIST are held out to choose by; the test images
are never used. Random recipes get a short run each, the best of them a full one from three seeds.
`benchmarks.training` measures the winner on the test images.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from random import Random
from statistics import fmean

import nn
from nn.extend import Examples

from .recipes import Recipe, drawn

KEPT_OUT = 10_000


def main(arguments: list[str] | None = None) -> int:
    """Print every recipe with its validation accuracy, and the best in full."""
    parser = ArgumentParser("python -m benchmarks.search", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="with the four files of MNIST")
    parser.add_argument("--draws", type=int, default=36, help="recipes in a short run")
    parser.add_argument("--short", type=int, default=10, help="epochs of a short run")
    parser.add_argument("--finalists", type=int, default=4, help="recipes in full")
    parser.add_argument("--epochs", type=int, default=60, help="epochs in full")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    options = parser.parse_args(arguments)
    images = nn.data.mnist(options.folder).train
    parts = images[:-KEPT_OUT], images[-KEPT_OUT:]
    generator = Random(options.seed)
    tried: list[tuple[float, Recipe]] = []
    for _ in range(options.draws):
        recipe = drawn(generator, options.short)
        tried.append((judged(recipe, parts, seed=1), recipe))
        print(f"{tried[-1][0]:.2%}  {recipe}", flush=True)
    tried.sort(reverse=True)
    print("\nin full, three seeds each")
    for _, recipe in tried[: options.finalists]:
        whole = recipe._replace(epochs=options.epochs)
        shares = [judged(whole, parts, seed) for seed in (1, 2, 3)]
        print(f"{fmean(shares):.2%}  {whole}", flush=True)
    return 0


def judged(recipe: Recipe, parts: tuple[Examples, Examples], seed: int) -> float:
    """Return the validation accuracy at the end of a run."""
    history = recipe.train(recipe.network(seed), parts, seed)
    return history[-1].validation_accuracy or 0.0


if __name__ == "__main__":
    sys.exit(main())
