"""A model of ONNX under construction: its nodes and its constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autodiff.system import numpy, package

if TYPE_CHECKING:
    from autodiff.system import Array

_VERSION = 17  # of the operators: the oldest with all of these
_FORMAT = 8  # of the file, which goes with it

Shape = Sequence["int | str"]  # an axis is a length, or the name of one that is not fixed


class OnnxModel:
    """Collects nodes and constants; every number has one type.

    Args:
        kind: "float32" or "float64".

    Attributes:
        kind: of every number.
        type: the same, as ONNX counts its types.
        types: the types of ONNX by name.

    Raises:
        MissingPackageError: if onnx is not installed.
    """

    def __init__(self, kind: str = "float64") -> None:
        self._onnx: Any = package("onnx")
        self.kind: str = kind
        self.types: Any = self._onnx.TensorProto
        self.type: int = self.types.FLOAT if kind == "float32" else self.types.DOUBLE
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._known: dict[object, str] = {}

    def node(
        self, operator: str, operands: Sequence[str], *, output: str = "", **settings: Any
    ) -> str:
        """Add a node; return the name of its result.

        Args:
            operator: of ONNX, such as "MatMul".
            operands: the names of what it reads.
            output: the name of the result; a new one by default, which no argument can have.
            settings: the attributes of the operator.
        """
        key = operator, tuple(operands), repr(settings)
        if not output and key in self._known:
            return self._known[key]
        name = output or f"{operator}/{len(self._nodes)}"
        make = self._onnx.helper.make_node
        self._nodes.append(make(operator, list(operands), [name], name=name, **settings))
        self._known.setdefault(key, name)
        return name

    def constant(self, array: Any, name: str = "") -> str:
        """Add an array; whole numbers become int64, others the type of the model.

        Args:
            array: of whole or real numbers.
            name: of the array; by default equal arrays have one.
        """
        given = numpy().asarray(array)
        stored: Array = given.astype("int64" if given.dtype.kind in "iu" else self.kind)
        key = stored.tobytes(), stored.shape, stored.dtype.name
        if name or key not in self._known:
            name = name or f"constant/{len(self._constants)}"
            self._constants[name] = self._onnx.numpy_helper.from_array(stored, name)
            self._known.setdefault(key, name)
            return name
        return self._known[key]

    def reshaped(self, name: str, shape: Sequence[int]) -> str:
        """Add a reshape; 0 keeps an axis, -1 takes what is left."""
        return self.node("Reshape", [name, self.constant(list(shape))])

    def cast(self, name: str, kind: int | None = None) -> str:
        """Add a conversion to a type of ONNX, by default to that of the model."""
        return self.node("Cast", [name], to=self.type if kind is None else kind)

    def content(
        self, inputs: Sequence[tuple[str, Shape]], outputs: Sequence[tuple[str, Shape]]
    ) -> bytes:
        """Return the content of the file, checked by onnx itself.

        Args:
            inputs: their names and shapes.
            outputs: likewise.
        """
        helper = self._onnx.helper

        def described(given: Sequence[tuple[str, Shape]]) -> list[Any]:
            return [helper.make_tensor_value_info(x, self.type, list(shape)) for x, shape in given]

        graph = helper.make_graph(
            self._nodes,
            "chalkgrad",
            described(inputs),
            described(outputs),
            list(self._constants.values()),
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _VERSION)],
            ir_version=_FORMAT,
            producer_name="chalkgrad",
        )
        self._onnx.checker.check_model(model)
        return model.SerializeToString()
