"""The fields of a node: slots in Python, or numbers in C where the native engine was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodiff.native.choice import engine

from .source_lines import Place


class Slots:
    """The fields in Python."""

    line: Place
    __slots__: dict[str, str] = {
        "_adjoint": "float: the adjoint, while a sweep runs; not set before the first.",
        "_by_first": "float | tuple | None: the derivative by `_first`; by all of the parents.",
        "_by_second": "float | None: the derivative by `_second`.",
        "_data": "float: what `data` returns; the engine's own loops read and write it unchecked.",
        "_first": "Node | float | tuple | None: an operand, or the tuple of more than two.",
        "_grad": "float: what `grad` returns.",
        "_second": "Node | float | tuple | None: an operand, or the parents among more than two.",
        "label": "str | None: a name to show in tables and pictures.",
        "line": "Where the node was made; set inside `with lines():` only.",
        "operation": "Operation | None: the row of the derivative table; None for a leaf.",
    }


if TYPE_CHECKING or engine is None:  # noqa: SIM108 a type checker reads the first branch
    Fields = Slots
else:
    Fields = engine.Storage
