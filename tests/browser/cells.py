"""The cells of a notebook that shows every public picture, table and report.

A key is the public name that makes what the cell shows; a remark in parentheses tells cells of one
name apart.
"""

from __future__ import annotations

SETUP = """\
import math
import sys

sys.modules["anywidget"] = None  # a live page would ask the network for Jupyter's widgets

import autodiff
import nn
import viz
from autodiff import Value, log, relu, tanh

x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")
out = tanh(x1 * w1 + x2 * w2 + b)
out.label = "out"
out.backward()

a = Value(3.0, label="a")
twice = a + a
twice.label = "b"
end = twice + twice
end.label = "c"

corners = [([p, q], [float(p != q)]) for p in (0.0, 1.0) for q in (0.0, 1.0)]
classes = [([p, q], [float(p == q), float(p != q)]) for p in (0.0, 1.0) for q in (0.0, 1.0)]
net = nn.MLP(2, [4, 2], activation="tanh", seed=1)


def bowl(x, y):
    return x * x + 2 * y * y


def large():
    inputs = [Value(0.1 * i, label="x") for i in range(16)]
    layer = [tanh(sum(Value(0.1, label="w") * x for x in inputs)) for _ in range(16)]
    return sum(layer)"""

TRAINING = """\
history = nn.fit(
    net, classes, epochs=30, batch_size=2, learning_rate=0.5, loss=nn.cross_entropy,
    validation=classes,
)"""

CELLS = {
    "nn.fit": TRAINING,
    "nn.History": "history",
    "viz.draw": "viz.draw(out)",
    "viz.draw (highlight)": "viz.draw(out, highlight=w1)",
    "viz.draw (dark)": 'viz.draw(out, theme="dark")',
    "viz.draw (print)": 'viz.draw(out, theme="print")',
    "viz.draw (folded)": "loss = large()\nloss.backward()\nviz.draw(loss, digits=3)",
    "viz.steps": "viz.steps(end)",
    "viz.steps (recursive)": 'viz.steps(end, order="recursive")',
    "viz.steps (long)": 'viz.steps(sum(Value(1.0) * 2 for _ in range(60)), by="node")[0]',
    "viz.explore": "viz.explore(end)",
    "viz.tree": "viz.tree(out)",
    "viz.network": 'viz.network(net, [0.4, -0.2], output_names=["same", "different"])',
    "viz.network (without inputs)": "viz.network(net)",
    "viz.playground": "viz.playground(net, classes, loss=nn.cross_entropy)",
    "viz.activations": 'viz.activations("relu", "tanh", "sigmoid")',
    "viz.gradient_sizes": "net([1.0, 2.0])[0].backward()\nviz.gradient_sizes(net)",
    "viz.decision_regions": "viz.decision_regions(net, classes, resolution=30)",
    "viz.training_curves": "viz.training_curves(history)",
    "viz.training_curves (several)": 'viz.training_curves({"one": history, "other": history})',
    "viz.weights": "viz.weights(nn.Layer(64, 10, seed=1))",
    "viz.pulls": (
        "weight = net.layers[0].neurons[0].weights[0]\n"
        "viz.pulls(nn.pulls(net, nn.cross_entropy, classes, weight))"
    ),
    "viz.descent": 'viz.descent(bowl, {"rate 0.1": [(1, 1), (0.8, 0.6), (0.6, 0.4)]})',
    "viz.descent (curve)": (
        'viz.descent(lambda x: x * x, {"rate 0.1": [1.0, 0.8, 0.64]}, kind="curve")'
    ),
    "viz.descent (surface)": (
        'viz.descent(bowl, {"rate 0.1": [(1, 1), (0.8, 0.6)]}, kind="surface")'
    ),
    "viz.descent (figure)": 'viz.descent(bowl, {"rate 0.1": [(1, 1), (0.8, 0.6)]}).figure',
    "viz.worksheet (print)": "viz.worksheet(out)",
    "viz.worksheet (print, solution)": "viz.worksheet(out, solution=True)",
    "micrograd.draw_dot": (
        "from chalkgrad import micrograd\n"
        "loss = (micrograd.Value(2.0, label='x') * -3 + 1).tanh()\n"
        "loss.backward()\nmicrograd.draw_dot(loss)"
    ),
    "autodiff.by_hand": "autodiff.by_hand(out, {w1: 1.0, x1: -1.5})",
    "autodiff.why": "autodiff.why(out, w1)",
    "autodiff.why (paths)": "autodiff.why(end, a)",
    "autodiff.why_zero": "autodiff.why_zero(relu(x1 * w1), w1)",
    "autodiff.why_nan": "autodiff.why_nan(log(w1))",
    "autodiff.trace": "autodiff.trace(out)",
    "autodiff.check": "autodiff.check(out)",
    "autodiff.compare": "autodiff.compare(tanh(x1 * w1), tanh(x1 + w1))",
    "autodiff.nudge": "autodiff.nudge(out, w1)",
    "autodiff.exact": "autodiff.exact(out)",
    "autodiff.lint": "end.backward()\nend.backward()\nautodiff.lint(end)",
    "autodiff.lint (nothing)": "autodiff.lint(out)",
    "nn.lint": "nn.lint(net, examples=classes)",
    "nn.pulls": "nn.pulls(net, nn.cross_entropy, classes, weight)",
    "nn.confusion": "nn.confusion(net, classes)",
}

LAST = "sorted({type(each).__name__ for each in Out.values()})"
