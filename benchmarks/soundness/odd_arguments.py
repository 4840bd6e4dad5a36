"""Arguments that no documentation names, and fitting ones to put beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import autodiff
import nn
import viz
from autodiff import Value


def _nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def _cyclic() -> list[Any]:
    ring: list[Any] = [1.0]
    ring.append(ring)
    return ring


def _structured() -> Any:
    return np.zeros(2, dtype=[("a", float), ("b", int)])


def _why() -> Any:
    x = Value(2.0, label="x")
    return autodiff.why(x * x, x)


def _pulls() -> Any:
    net = nn.MLP(2, [2], seed=0)
    return nn.pulls(net, nn.cross_entropy, nn.data.xor(4), net.layers[0].neurons[0].weights[0])


def _history() -> Any:
    net = nn.MLP(2, [2], seed=0)
    usual: dict[str, Any] = {"batch_size": 2, "learning_rate": 0.1, "progress": False}
    return nn.fit(net, nn.data.xor(4), epochs=1, engine="eager", **usual)


# what stands for each is made anew for each call; its text names it in a report
ODD = {
    **{
        text: (lambda text=text: eval(text))  # noqa: S307 the texts below
        for text in (
            "None", "True", "0", "1", "-1", "2", "3", "17", "10**7", "10**9", "10**18",
            "10**400", "10**5000", "-10**5000", "0.0", "-0.0", "1.5", "-2.5", "1e-320",
            "1e308", "-1e308", "1j", "object()", "object", "type", "lambda:1", "[]", "[[]]",
            "[None]", "[1,2]", "[[1,2],[3]]", "['a']", "[[1j]]", "()", "(1,)", "(1,2,3)", "{}",
            "{1:2}", "{1,2}", "frozenset()", "range(3)", "range(10**12)", "slice(1)",
            "iter([])", "iter([1])", "...", "NotImplemented", "bytearray(2)",
            "memoryview(b'ab')", "ValueError('a')", "print", "int", "lambda*a:1.0",
            "lambda*a:None", "lambda*a:a", "lambda*a:'a'", "lambda*a:[1.0]", "lambda*a:1j",
            "lambda:[]", "{'a':1}", "{'a':None}", "{'x':[1]}", "{'x':'y'}", "[1e400]",
        )
    },
    **{
        repr(text): (lambda text=text: text)
        for text in (
            *("", " ", "a", "\0", "\n", "\ud800", "[red]", "[/]", "$x$", "{}", "%s", "\\N", "-"),
            *("relu", "x", "x y", "svg", "png", ".", "/", "/dev/null", "/no/such/place"),
            *("a.svg", "a.safetensors", "a.onnx", "a.gif", "a" * 300 + ".svg", "\0.svg"),
            *("1", "nan", "x*", "x**y**", "((((", "lambda: 1", "__import__('os')"),
        )
    },
    "'x' * 10**6": lambda: "x" * 10**6,
    "'(' * 10**4": lambda: "(" * 10**4,
    "'-' * 10**5": lambda: "-" * 10**5 + "x",
    "b''": lambda: b"",
    "b'ab'": lambda: b"ab",
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "[nan]": lambda: [float("nan")],
    "[inf, -inf]": lambda: [float("inf"), float("-inf")],
    "10 nested lists": lambda: _nested(10),
    "100,000 nested lists": lambda: _nested(100_000),
    "a list of itself": _cyclic,
    "a generator": lambda: (each for each in (1.0, 2.0)),
    "Fraction(1, 3)": lambda: Fraction(1, 3),
    "Decimal('0.1')": lambda: Decimal("0.1"),
    "Decimal('sNaN')": lambda: Decimal("sNaN"),
    "date": lambda: date(2000, 1, 1),
    "Path('a')": lambda: Path("a"),
    "Random(0)": lambda: Random(0),
    "a module": lambda: np,
    "np.float32(2)": lambda: np.float32(2),
    "np.int64(2)": lambda: np.int64(2),
    "np.bool_(True)": lambda: np.bool_(1),
    "np.complex128(1)": lambda: np.complex128(1),
    "np.str_('a')": lambda: np.str_("a"),
    "np.datetime64": lambda: np.datetime64("2000-01-01"),
    "np.array(2.0)": lambda: np.array(2.0),
    "np.zeros(0)": lambda: np.zeros(0),
    "np.zeros((0, 2))": lambda: np.zeros((0, 2)),
    "np.ones(2)": lambda: np.ones(2),
    "np.ones((2, 2))": lambda: np.ones((2, 2)),
    "np.ones((2, 2, 2))": lambda: np.ones((2, 2, 2)),
    "np.ones(2, int)": lambda: np.ones(2, int),
    "np.ones(2, complex)": lambda: np.ones(2, complex),
    "np.array(['a'])": lambda: np.array(["a"]),
    "np.array([None])": lambda: np.array([None]),
    "np.array([[Value]])": lambda: np.array([[Value(1.0)]]),
    "np.array([nan])": lambda: np.array([np.nan, np.inf]),
    "a structured array": _structured,
    "a masked array": lambda: np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    "an array of 10**12": lambda: np.broadcast_to(np.float64(1), (10**12,)),
    "an array of 10**6 x 10**6": lambda: np.broadcast_to(np.float64(1), (10**6, 10**6)),
    "np.dtype": lambda: np.dtype("float32"),
    "Value": lambda: Value,
    "Value(nan)": lambda: Value(float("nan")),
    "Value(inf)": lambda: Value(float("inf")),
    "Value(0)": lambda: Value(0.0),
    "Value labelled [/]": lambda: Value(2.0, label="[/] \0 $ < \\N"),
    "x * x": lambda: Value(2.0) * 3.0,
    "[Value]": lambda: [Value(1.0)],
    "[Value, None]": lambda: [Value(1.0), None],
    "[Value, 'a']": lambda: [Value(1.0), "a"],
    "{Value: Value}": lambda: {Value(1.0): Value(2.0)},
    "an MLP": lambda: nn.MLP(2, [2], seed=0),
    "an MLP of 1": lambda: nn.MLP(1, [1], seed=0),
    "a class of MLP": lambda: nn.MLP,
    "a Module": nn.Module,
    "a history": nn.History,
    "an optimiser": lambda: nn.SGD(nn.MLP(2, [2], seed=0), 0.1),
    "examples": lambda: nn.data.xor(4),
    "a drawing": lambda: viz.draw(Value(1.0)),
}  # fmt: skip

CALLED: dict[str, Callable[[], Any]] = {  # by the name of a parameter: what fits it
    "a": lambda: Value(2.0) * 3.0,
    "b": lambda: Value(2.0) * 3.0,
    "activation": lambda: "tanh",
    "answers": lambda: {"x": "0.5"},
    "output_activation": lambda: "linear",
    "batch_size": lambda: 2,
    "between": lambda: (-1.0, 1.0),
    "by": lambda: 0.1,
    "count": lambda: 6,
    "data": lambda: nn.data.xor(4),
    "example": lambda: (1.0, 2.0),
    "examples": lambda: nn.data.xor(4),
    "derivatives": lambda: "2*x",
    "digits": lambda: 4,
    "directions": lambda: [1.0],
    "seeds": lambda: [1.0],
    "epochs": lambda: 1,
    "formula": lambda: "x**2",
    "operands": lambda: "x",
    "function": lambda: lambda x, y: x * y + 1.0,
    "found": _pulls,
    "history": _history,
    "input_count": lambda: 2,
    "layer_sizes": lambda: [2, 2],
    "neuron_count": lambda: 2,
    "inputs": lambda: [0.5, 0.25],
    "targets": lambda: [0.0, 1.0],
    "outputs": lambda: [0.5, 0.25],
    "weights": lambda: [0.5, 0.25],
    "layer": lambda: nn.Layer(4, 2, seed=0),
    "learning_rate": lambda: 0.1,
    "loss": lambda: Value(2.0) * 3.0,
    "losses": lambda: Value(2.0) * 3.0,
    "module": lambda: nn.MLP(2, [2], seed=0),
    "name": lambda: "made",
    "net": lambda: nn.MLP(2, [2], seed=0),
    "node": lambda: Value(2.0),
    "parameters": lambda: nn.MLP(2, [2], seed=0),
    "path": lambda: "a.svg",
    "paths": lambda: {"a": [(1.0, 1.0), (0.5, 0.5)]},
    "picture": lambda: Value(2.0),
    "rate": lambda: 0.1,
    "read": lambda: lambda _: "1",
    "root": lambda: Value(2.0) * 3.0,
    "steps": lambda: 10,
    "every": lambda: 10,
    "factor": lambda: 0.5,
    "then": lambda: nn.schedules.Constant(0.1),
    "w": lambda: Value(2.0),
    "write": lambda: lambda _: None,
    "x": lambda: Value(0.5),
    "y": lambda: Value(0.5) * 2.0,
    "xs": lambda: [Value(0.5), Value(0.25)],
    "ys": lambda: [Value(0.5) * 2.0],
    "format": lambda: "svg",
    "size": lambda: 2,
}
INSTANCES: dict[str, Callable[[], Any]] = {  # whose methods are called
    "Value": lambda: Value(0.5) * 2.0,
    "MLP": lambda: nn.MLP(2, [2, 2], seed=0),
    "Layer": lambda: nn.Layer(2, 2, seed=0),
    "Neuron": lambda: nn.Neuron(2, seed=0),
    "Module": nn.Module,
    "SGD": lambda: nn.SGD(nn.MLP(2, [2], seed=0), 0.1),
    "Adam": lambda: nn.Adam(nn.MLP(2, [2], seed=0), 0.1),
    "AdamW": lambda: nn.AdamW(nn.MLP(2, [2], seed=0), 0.1),
    "RMSProp": lambda: nn.RMSProp(nn.MLP(2, [2], seed=0), 0.1),
    "EarlyStopping": lambda: nn.EarlyStopping(2),
    "Constant": lambda: nn.schedules.Constant(0.1),
    "Cosine": lambda: nn.schedules.Cosine(0.1, 10),
    "StepDecay": lambda: nn.schedules.StepDecay(0.1, 5),
    "Exponential": lambda: nn.schedules.Exponential(0.1, 0.5),
    "WarmUp": lambda: nn.schedules.WarmUp(5, nn.schedules.Constant(0.1)),
    "Examples": lambda: nn.data.xor(4),
    "Drawing": lambda: viz.draw(Value(2.0) * 3.0),
    "Steps": lambda: viz.steps(Value(2.0) * 3.0),
    "Tree": lambda: viz.tree(Value(2.0) * 3.0),
    "Why": _why,
    "Function": lambda: autodiff.compile(lambda x: x * x, parameters=[], example=(1.0,)),
}
