"""`to_onnx`: networks as ONNX files, written by the package `onnx`.

An activation becomes its formula from the derivative table, in ONNX's own operators.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autodiff import OptionError, WrongTypeError
from autodiff.extend import Operation, described, evaluate, package, write_whole
from nn.model.activations import activation
from nn.model.mlp import MLP, layer_activations

_VERSION = 17  # of the operators: the oldest with all of these
_FORMAT = 8  # of the file, which goes with it
_NATIVE = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}
_SAME_NAME = (
    "add sub mul div pow less greater equal where neg abs exp log sqrt sin cos tanh round floor"
)
_OPERATORS = {
    **{name: name.capitalize() for name in _SAME_NAME.split()},
    "less_equal": "LessOrEqual",
    "greater_equal": "GreaterOrEqual",
    "maximum": "Max",
    "minimum": "Min",
}
_COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal"}
# onnxruntime has these for float32 only
_SINGLE = {"erf", "tan", "sinh", "cosh", "asinh", "acosh", "atanh", "asin", "acos", "atan"}


def to_onnx(net: MLP, path: str | Path) -> None:
    """Write a network to an ONNX file.

    Its input is named `inputs`, of shape (examples, inputs), its output `outputs`, of shape
    (examples, outputs). Numbers stay float64, but onnxruntime computes the error function and some
    trigonometry in float32: with these, outputs agree to seven digits.

    Args:
        net: the network.
        path: of the file, by convention `*.onnx`; an older file stays in place until all is
            written.

    Raises:
        WrongTypeError: if `net` is not an MLP, or a subclass that computes anything but layers one
            after another.
        OptionError: if ONNX has no operators for an activation, or the neurons of a layer differ
            in theirs.
        FileError: if the file cannot be written.
        MissingPackageError: if onnx is not installed.
    """
    if not isinstance(net, MLP):  # pyright: ignore[reportUnnecessaryIsInstance] users are not checked
        raise WrongTypeError("an nn.MLP", described(net), "write nn.to_onnx(net, path)")
    names = layer_activations(net)
    writer = _Writer(package("onnx"))
    name = "inputs"
    for index, layer in enumerate(net.layers):
        weights, biases = layer.arrays()
        operands = [
            name,
            writer.constant(weights, f"layers.{index}.weights"),
            writer.constant(biases, f"layers.{index}.biases"),
        ]
        name = writer.node("Gemm", operands, transB=1)
        row = activation(names[index])
        if row is not None:
            name = writer.activated(row, name)
    writer.node("Identity", [name], output="outputs")
    sizes = len(net.layers[0].neurons[0].weights), len(net.layers[-1].neurons)
    write_whole(Path(path), writer.model(*sizes))


class _Writer:
    """Collects the nodes and constants of a model."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: Any, name: str) -> str:
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, operands: list[str], *, output: str = "", **settings: Any) -> str:
        name = output or f"{operator}_{len(self._nodes)}"
        made = self._onnx.helper.make_node(operator, operands, [name], name=name, **settings)
        self._nodes.append(made)
        return name

    def activated(self, row: Operation, name: str) -> str:
        """Write the formula of an activation."""
        if row.name in _NATIVE:
            return self.node(_NATIVE[row.name], [name])
        first, *rest = row.operands
        environment: dict[str, Any] = {first: name, **dict(zip(rest, row.defaults, strict=True))}

        def apply(function: str, operands: list[Any]) -> str:
            return self._applied(row, function, [self._operand(x) for x in operands])

        return self._operand(evaluate(row.expanded()[0], environment, apply))

    def model(self, input_count: int, output_count: int) -> bytes:
        """Return the content of the file, checked by onnx itself."""
        helper, kind = self._onnx.helper, self._onnx.TensorProto.DOUBLE
        graph = helper.make_graph(
            self._nodes,
            "chalkgrad",
            [helper.make_tensor_value_info("inputs", kind, ["examples", input_count])],
            [helper.make_tensor_value_info("outputs", kind, ["examples", output_count])],
            self._constants,
        )
        operators = [helper.make_opsetid("", _VERSION)]
        model = helper.make_model(
            graph, opset_imports=operators, ir_version=_FORMAT, producer_name="chalkgrad"
        )
        self._onnx.checker.check_model(model)
        return model.SerializeToString()

    def _operand(self, x: str | float) -> str:
        if isinstance(x, str):
            return x
        name = f"number_{len(self._constants)}"
        self._constants.append(
            self._onnx.helper.make_tensor(name, self._onnx.TensorProto.DOUBLE, [], [float(x)])
        )
        return name

    def _applied(self, row: Operation, function: str, operands: list[str]) -> str:
        """Write one function of the formula language."""
        types = self._onnx.TensorProto
        if function == "where":
            operands = [self.node("Cast", operands[:1], to=types.BOOL), *operands[1:]]
        if function in _OPERATORS:
            name = self.node(_OPERATORS[function], operands)
            is_truth = function in _COMPARISONS
            return self.node("Cast", [name], to=types.DOUBLE) if is_truth else name
        if function in _SINGLE:
            single = self.node("Cast", operands, to=types.FLOAT)
            return self.node("Cast", [self.node(function.capitalize(), [single])], to=types.DOUBLE)
        one = self._operand(1.0)
        if function == "erfc":
            return self.node("Sub", [one, self._applied(row, "erf", operands)])
        if function == "normal_cdf":
            scaled = self.node("Div", [*operands, self._operand(2.0**0.5)])
            doubled = self.node("Add", [one, self._applied(row, "erf", [scaled])])
            return self.node("Div", [doubled, self._operand(2.0)])
        if function == "log1p":
            return self.node("Log", [self.node("Add", [one, *operands])])
        if function == "expm1":
            return self.node("Sub", [self.node("Exp", operands), one])
        raise OptionError(
            "an activation that ONNX can express",
            f"{row.name}, which needs {function}",
            "export another activation",
        )
