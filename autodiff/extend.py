"""What `nn`, `viz` and `chalkgrad` build on, beside what users import from `autodiff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .display import Table, Tabular, digits, given, mime_bundle
from .errors import described
from .explain.chain_rule.notation import counted, paths_text
from .explain.chain_rule.path_sums import remainder
from .explain.chain_rule.paths import Path, Paths, paths_between
from .explain.linting.computation import ReluActivity, dead_units
from .explain.linting.findings import Finding
from .explain.trace import expression_of
from .files import checked_path, file_error, write_whole
from .formula.interpret import evaluate
from .from_text import named_values, read
from .graph.backprop import adjoints, sweep
from .graph.grad_mode import recording
from .graph.graph import Graph
from .graph.node import Node, data_of, fill, is_array, number, refresh, unary, variadic
from .graph.pytree import MOST, demand_short
from .graph.traversal import topological_order
from .renamed import Renamed
from .structure.groups import Group, Grouping, count_edges, group
from .structure.units import Unit
from .system import numpy, own_package, package
from .table.operation import Operation
from .validation import demand_function, not_negative, sequence, truth, whole
from .value.function_types import Operand

if TYPE_CHECKING:
    from .system import Array as Array  # noqa: PLC0414

__all__ = [
    "MOST",
    "Finding",
    "Graph",
    "Group",
    "Grouping",
    "Node",
    "Operand",
    "Operation",
    "Path",
    "Paths",
    "ReluActivity",
    "Renamed",
    "Table",
    "Tabular",
    "Unit",
    "adjoints",
    "checked_path",
    "count_edges",
    "counted",
    "data_of",
    "dead_units",
    "demand_function",
    "demand_short",
    "described",
    "digits",
    "evaluate",
    "expression_of",
    "file_error",
    "fill",
    "given",
    "group",
    "is_array",
    "mime_bundle",
    "named_values",
    "not_negative",
    "number",
    "numpy",
    "own_package",
    "package",
    "paths_between",
    "paths_text",
    "read",
    "recording",
    "refresh",
    "remainder",
    "sequence",
    "sweep",
    "topological_order",
    "truth",
    "unary",
    "variadic",
    "whole",
    "write_whole",
]
