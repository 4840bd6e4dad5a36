"""What `nn`, `viz` and `chalkgrad` build on, beside what users import from `autodiff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .collector import paused_collector
from .errors import described
from .formula.interpret import evaluate
from .graph.backprop import adjoints, sweep
from .graph.grad_mode import recording
from .graph.graph import Graph
from .graph.node import Node, data_of, fill, is_array, number, refresh, unary, variadic
from .graph.pytree import MOST, demand_short
from .graph.traversal import topological_order
from .native.choice import in_use as engine_in_use
from .renamed import Renamed
from .system import numpy, on_first_use, own_package, package
from .table.operation import Operation
from .validation import demand_function, not_negative, sequence, truth, whole
from .value.function_types import Operand

if TYPE_CHECKING:
    from .compiler.onnx.formulas import OnnxTensor, onnx_operation
    from .compiler.onnx.model import OnnxModel
    from .display import Table, Tabular, digits, given, mime_bundle
    from .explain.chain_rule.general import derivative_texts
    from .explain.chain_rule.notation import counted, paths_text
    from .explain.chain_rule.path_sums import remainder
    from .explain.chain_rule.paths import Path, Paths, paths_between
    from .explain.linting.computation import ReluActivity, dead_units
    from .explain.linting.findings import Finding
    from .explain.trace import expression_of
    from .files import checked_path, file_error, write_whole
    from .formula.emit_javascript import emit_javascript, javascript_runtime
    from .from_text import named_values, read
    from .storage import path_to_read, read_arrays, write_arrays
    from .structure.groups import Group, Grouping, count_edges, group
    from .structure.units import Unit
    from .system import Array as Array  # noqa: PLC0414
    from .tutor.foreseen import foreseen_mistakes

__all__ = [
    "MOST",
    "Finding",
    "Graph",
    "Group",
    "Grouping",
    "Node",
    "OnnxModel",
    "OnnxTensor",
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
    "derivative_texts",
    "described",
    "digits",
    "emit_javascript",
    "engine_in_use",
    "evaluate",
    "expression_of",
    "file_error",
    "fill",
    "foreseen_mistakes",
    "given",
    "group",
    "is_array",
    "javascript_runtime",
    "mime_bundle",
    "named_values",
    "not_negative",
    "number",
    "numpy",
    "on_first_use",
    "onnx_operation",
    "own_package",
    "package",
    "path_to_read",
    "paths_between",
    "paths_text",
    "paused_collector",
    "read",
    "read_arrays",
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
    "write_arrays",
    "write_whole",
]

_LATER = {  # explanations, reading and writing: where each is, imported on first use
    "Finding": ".explain.linting.findings",
    "Group": ".structure.groups",
    "Grouping": ".structure.groups",
    "OnnxModel": ".compiler.onnx.model",
    "OnnxTensor": ".compiler.onnx.formulas",
    "Path": ".explain.chain_rule.paths",
    "Paths": ".explain.chain_rule.paths",
    "ReluActivity": ".explain.linting.computation",
    "Table": ".display",
    "Tabular": ".display",
    "Unit": ".structure.units",
    "checked_path": ".files",
    "count_edges": ".structure.groups",
    "counted": ".explain.chain_rule.notation",
    "dead_units": ".explain.linting.computation",
    "derivative_texts": ".explain.chain_rule.general",
    "digits": ".display",
    "emit_javascript": ".formula.emit_javascript",
    "foreseen_mistakes": ".tutor.foreseen",
    "given": ".display",
    "expression_of": ".explain.trace",
    "file_error": ".files",
    "group": ".structure.groups",
    "javascript_runtime": ".formula.emit_javascript",
    "mime_bundle": ".display",
    "named_values": ".from_text",
    "onnx_operation": ".compiler.onnx.formulas",
    "path_to_read": ".storage",
    "paths_between": ".explain.chain_rule.paths",
    "paths_text": ".explain.chain_rule.notation",
    "read": ".from_text",
    "read_arrays": ".storage",
    "remainder": ".explain.chain_rule.path_sums",
    "write_arrays": ".storage",
    "write_whole": ".files",
}

__getattr__, __dir__ = on_first_use(globals(), _LATER)
