"""Operations that only programs have: nothing that a user writes is one of them."""

from __future__ import annotations

from autodiff.table.operation import Operation

# A number that was computed and then cut off: no derivative flows.
DETACH = Operation("detach", "x", "x", "0")

# A static number as one of each example.
BROADCAST = Operation("broadcast", "x", "x", "1")
