"""The fields of a node: slots in Python, or numbers in C where the native engine was built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autodiff.native.choice import engine
from autodiff.table.operation import Operation

from .source_lines import Place


class Slots:
    """The fields in Python."""

    operation: Operation | None
    line: Place
    _first: Any
    _second: Any
    _by_first: Any
    _by_second: float | None
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

    @property
    def operands(self) -> tuple[Self | float, ...]:
        """What the operation was applied to, in order: nodes and floats; empty for a leaf."""
        if self.operation is None:
            return ()
        first, second = self._first, self._second
        if first.__class__ is tuple:
            return first
        return (first,) if second is None else (first, second)

    @property
    def parents(self) -> tuple[Self, ...]:
        """The operands that are nodes, in order; one that occurs twice is here twice."""
        if self.operation is None:
            return ()
        if self._first.__class__ is tuple:
            return self._second
        if self._by_second is None:
            return (self._first,)
        return (self._second,) if self._by_first is None else (self._first, self._second)


if TYPE_CHECKING or engine is None:  # noqa: SIM108 a type checker reads the first branch
    Fields = Slots
else:
    Fields = engine.Storage
