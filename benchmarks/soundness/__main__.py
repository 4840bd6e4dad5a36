"""`python -m benchmarks.soundness [HUNT ...] [--cases N]`: hunts, and what they found."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from importlib import import_module

from autodiff.extend import Table

HUNTS = (
    "gradcheck",
    "derivatives",
    "programs",
    "training",
    "calls",
    "files",
    "idx",
    "safetensors",
    "saved_programs",
    "pictures",
    "photographs",
    "exactness",
    "by_hand",
    "native",
)
_SHOWN = 5


def main() -> int:
    """Run the hunts that the command line names, all by default; 1 if anything failed."""
    parser = ArgumentParser(prog="python -m benchmarks.soundness", description=__doc__)
    parser.add_argument("hunts", nargs="*", choices=[[], *HUNTS], default=[], metavar="HUNT")
    parser.add_argument("--cases", type=int, default=1000, help="of each kind (default: 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", default=[], metavar="ROW", help="of the table")
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    failures: list[str] = []
    for name in options.hunts or HUNTS:
        start = time.perf_counter()
        only = {"rows": options.only} if options.only and name == "derivatives" else {}
        hunt = import_module(f"benchmarks.soundness.{name}").hunt
        for outcome in hunt(options.cases, options.seed, **only):
            spent = time.perf_counter() - start
            counts = outcome.tried, len(outcome.failures), len(outcome.known)
            rows.append((name, outcome.subject, *(f"{n:,}" for n in counts), f"{spent:.0f} s"))
            failures += [f"{outcome.subject}: {line}" for line in outcome.failures[:_SHOWN]]
            start = time.perf_counter()
    print(Table("", ("hunt", "what", "tried", "failed", "known", "time"), rows))
    for line in failures:
        print(f"failed: {line}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
