"""The two operations that exist in compiled programs only."""

from __future__ import annotations

from autodiff.table.operation import Operation

# The same number without a derivative; in the user's graph it is a leaf.
DETACH = Operation("detach", "x", "x", "0")

# A static number, repeated for every example of the batch.
BROADCAST = Operation("broadcast", "x", "x", "1")
