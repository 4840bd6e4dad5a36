"""The operators + - * of a Value, in Python or in C."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from autodiff.graph.node import IN_PYTHON, finish, with_number
from autodiff.native.choice import engine
from autodiff.operations import TABLE

from .value_methods import Elementary

if TYPE_CHECKING or engine is None:
    from .operators import Arithmetic as Arithmetic  # noqa: PLC0414 imported from here
else:
    Arithmetic = Elementary  # C adds, subtracts and multiplies the fields
    engine.connect(TABLE, partial(with_number, depth=3), finish, *IN_PYTHON)
