"""`to_onnx`: networks as ONNX files, written by the package `onnx`.

An activation becomes its formula from the derivative table, in ONNX's own operators. Any other
function is compiled first: `autodiff.compile(f, ...).to_onnx()`.
"""

from __future__ import annotations

from pathlib import Path

from autodiff import WrongTypeError
from autodiff.extend import OnnxModel, OnnxTensor, Operation, described, onnx_operation, write_whole
from nn.model.activations import activation
from nn.model.mlp import MLP, layer_activations


def to_onnx(net: MLP, path: str | Path) -> None:
    """Write a network to an ONNX file.

    Its input is named `inputs`, of shape (examples, inputs), its output `outputs`, of shape
    (examples, outputs). Numbers stay float64, but onnxruntime computes the error function in
    float32: with gelu and erf, outputs agree to seven digits.

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
    model = OnnxModel()
    name = "inputs"
    for index, layer in enumerate(net.layers):
        weights, biases = layer.arrays()
        operands = [
            name,
            model.constant(weights, f"layers.{index}.weights"),
            model.constant(biases, f"layers.{index}.biases"),
        ]
        name = model.node("Gemm", operands, transB=1)
        row = activation(names[index])
        if row is not None:
            name = _activated(model, row, name)
    model.node("Identity", [name], output="outputs")
    sizes = len(net.layers[0].neurons[0].weights), len(net.layers[-1].neurons)
    shapes = [("examples", size) for size in sizes]
    content = model.content([("inputs", shapes[0])], [("outputs", shapes[1])])
    write_whole(Path(path), content)


def _activated(model: OnnxModel, row: Operation, name: str) -> str:
    given = (OnnxTensor(name, is_batched=True), *row.defaults)
    result = onnx_operation(model, row, given)
    if isinstance(result, OnnxTensor):
        return result.name
    return model.node("Expand", [model.constant(result), model.node("Shape", [name])])
