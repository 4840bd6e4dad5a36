"""Build every picture of the gallery: `make gallery`, or `python docs/gallery/build.py`.

One function makes one picture; the README shows the line that matters. Graphs and networks are SVG,
plots PNG, steps GIF. Everything that is random is seeded, so the same pictures come out each time.

>>> [picture.__name__ for picture in CHEAP][:3]
['neuron', 'neuron_highlighted', 'folded']
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import cos, pi, sin
from pathlib import Path
from random import Random
from typing import Any

import nn
import viz
from autodiff import Value, exercises, square, tanh

HERE = Path(__file__).parent
DOTS_PER_INCH = 120


def main() -> None:
    """Write all pictures into the folder of this file."""
    for picture in (*CHEAP, *TRAINED):
        picture(HERE)


def textbook_neuron() -> tuple[Value, Value]:
    """Return a neuron of two inputs after its backward pass, and its first weight."""
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    out = tanh(x1 * w1 + x2 * w2 + b)
    out.backward()
    return out, w1


def neuron(folder: Path) -> None:
    """Draw the textbook neuron after its backward pass, as `make demo` does."""
    out, _ = textbook_neuron()
    viz.draw(out).save(folder / "neuron.svg")


def neuron_highlighted(folder: Path) -> None:
    """Draw it on dark ground, with the path from a weight marked."""
    out, w1 = textbook_neuron()
    out.label = "out"
    viz.draw(out, theme="dark", highlight=w1).save(folder / "neuron-highlighted.svg")


def worksheet(folder: Path) -> None:
    """Draw a neuron with blanks to fill in by hand."""
    [exercise] = exercises(3, seed=1)
    viz.worksheet(exercise.loss).save(folder / "worksheet.svg")


def image(seed: int = 1) -> list[float]:
    """Return 784 random numbers in [0, 1): an image of 28 x 28."""
    generator = Random(seed)
    return [generator.random() for _ in range(784)]


def plain_loss() -> Value:
    """Return the squared error of a 784-16-16-10 network, written with plain + and *."""
    generator = Random(0)
    activations = [Value(x, label="x") for x in image()]
    for size in (16, 16, 10):
        spread = len(activations) ** -0.5
        neurons: list[Value] = []
        for _ in range(size):
            z = Value(0.0, label="b")
            for a in activations:
                z = z + Value(generator.uniform(-spread, spread), label="w") * a
            neurons.append(z.sigmoid())
        activations = neurons
    first, *others = [
        (a - (1.0 if digit == 3 else 0.0)) ** 2 for digit, a in enumerate(activations)
    ]
    loss = sum(others, first)
    loss.label = "loss"
    loss.backward()
    return loss


def folded(folder: Path) -> None:
    """Draw its 39,779 values as a few boxes."""
    viz.draw(plain_loss(), digits=3).save(folder / "folded.svg")


def unfolded(folder: Path) -> None:
    """Open the box of the first layer's neurons."""
    drawing = viz.draw(plain_loss(), digits=3, unfold="neuron x 16")
    drawing.save(folder / "unfolded.svg")


def shared() -> Value:
    """Return c, where b = a + a and c = b + b."""
    a = Value(3.0, label="a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return c


def steps_right(folder: Path) -> None:
    """Show the backward pass in topological order."""
    viz.steps(shared()).save(folder / "steps.gif")


def steps_wrong(folder: Path) -> None:
    """Show it in the naive recursive order, which passes on what is not complete."""
    viz.steps(shared(), order="recursive").save(folder / "steps-recursive.gif")


def circles(count: int = 80, seed: int = 2) -> list[tuple[list[float], list[float]]]:
    """Return points of two classes, one on a disc and one on a ring around it."""
    generator = Random(seed)
    points: list[tuple[list[float], list[float]]] = []
    for index in range(count):
        is_outer = index % 2 == 1
        radius = generator.uniform(1.5, 2.1) if is_outer else generator.uniform(0.0, 1.0)
        angle = generator.uniform(0, 2 * pi)
        target = [0.0, 1.0] if is_outer else [1.0, 0.0]
        points.append(([radius * cos(angle), radius * sin(angle)], target))
    return points


@cache
def circle_net() -> nn.MLP:
    """Return a small network that has learned to tell the disc from the ring."""
    net = nn.MLP(2, [8, 4, 2], activation="tanh", seed=3)
    nn.fit(net, circles(), epochs=80, batch_size=8, learning_rate=0.2, loss=nn.cross_entropy)
    return net


def network(folder: Path) -> None:
    """Draw a trained network of two classes, and what one point does in it."""
    drawing = viz.network(circle_net(), [0.4, -0.2], output_names=["inside", "outside"])
    drawing.save(folder / "network.svg")


def decision_regions(folder: Path) -> None:
    """Plot what the same trained network answers everywhere on the plane."""
    save(viz.decision_regions(circle_net(), circles()), folder / "decision-regions.png")


def digit_net() -> nn.MLP:
    """Return a network for digits that has learned nothing yet."""
    net = nn.MLP(64, [16, 10], activation="tanh", seed=1)
    for parameter in net.parameters():
        parameter.data /= 4.0  # tanh saturates with 64 weights as large as 1
    return net


def pulls(folder: Path) -> None:
    """Plot what twenty digits ask of one bias before any training; three of them are a 3."""
    net, examples = digit_net(), nn.data.digits().train[:20]
    bias = net.layers[-1].neurons[3].bias
    bias.label = "the bias of output 3"
    save(viz.pulls(nn.pulls(net, nn.cross_entropy, examples, bias)), folder / "pulls.png")


@cache
def digits_run(learning_rate: float) -> tuple[nn.MLP, list[nn.Record]]:
    """Return a network that was trained a little on digits, and how its training went."""
    net = digit_net()
    settings: dict[str, Any] = {"epochs": 8, "batch_size": 10, "loss": nn.cross_entropy}
    examples = nn.data.digits().train[:600]
    return net, nn.fit(net, examples, learning_rate=learning_rate, **settings)


def network_wide(folder: Path) -> None:
    """Draw a network that reads a digit; its wide layer of inputs is abbreviated."""
    net, _ = digits_run(0.3)
    image = nn.data.digits().held_out.inputs[0]
    viz.network(net, image, output_names=list("0123456789")).save(folder / "network-wide.svg")


def training_curves(folder: Path) -> None:
    """Plot loss and accuracy of two learning rates."""
    runs = {f"learning rate {rate}": digits_run(rate)[1] for rate in (0.03, 0.3)}
    save(viz.training_curves(runs), folder / "training-curves.png")


def weights(folder: Path) -> None:
    """Plot what the neurons of the first layer look for."""
    net, _ = digits_run(0.3)
    save(viz.weights(net.layers[0]), folder / "weights.png")


def digit_run() -> list[nn.Record]:
    """Return the means of each epoch of the best run on MNIST.

    The table is written by `python -m benchmarks.training FOLDER --rows best --history FILE`.
    """
    with (HERE / "mnist-history.csv").open(newline="") as file:
        _, *rows = csv.reader(file)
    return [nn.Record(*map(int, row[:3]), *map(float, row[3:])) for row in rows]


def mnist(folder: Path) -> None:
    """Plot the best run of the digit network on MNIST."""
    run = digit_run()
    ax = viz.training_curves(run, smoothing=1)
    right = ax.figure.axes[-1]
    epochs = [record.epoch for record in run]
    shares = [record.validation_accuracy for record in run]
    right.plot(epochs, shares, "--", color=right.get_lines()[0].get_color())
    right.set_ylim(0.9, 1.0)
    right.set_ylabel("accuracy (dashed: of test images)")
    ax.set_title(f"784-16-16-10 on MNIST: {shares[-1]:.1%} of the test images read rightly")
    save(ax, folder / "mnist.png")


def gradient_sizes(folder: Path) -> None:
    """Plot the gradients of a deep sigmoid network, which vanish, beside those of relu."""
    nets: dict[str, nn.MLP] = {}
    for name in ("sigmoid", "relu"):
        net = nn.MLP(8, [8] * 9 + [1], activation=name, seed=4)
        [output] = net([Random(index).uniform(-1, 1) for index in range(8)])
        square(output - 1.0).backward()
        nets[name] = net
    save(viz.gradient_sizes(nets), folder / "gradient-sizes.png")


def activations(folder: Path) -> None:
    """Plot activation functions and their derivatives."""
    save(viz.activations("relu", "tanh", "sigmoid"), folder / "activations.png")


def himmelblau(x: Any, y: Any) -> Any:
    """Return Himmelblau's function, which has four minima of 0 (Himmelblau 1972)."""
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def path(
    function: Callable[..., Value], start: Sequence[float], learning_rate: float, steps: int
) -> list[list[float]]:
    """Return the points that gradient descent comes through."""
    point = [Value(x) for x in start]
    optimiser = nn.SGD(point, learning_rate)
    points = [list(start)]
    for _ in range(steps):
        optimiser.zero_grad()
        function(*point).backward()
        optimiser.step()
        points.append([x.data for x in point])
    return points


def himmelblau_paths(rates: Iterable[float]) -> dict[str, list[list[float]]]:
    """Return the paths from one start with several learning rates."""
    return {f"learning rate {rate}": path(himmelblau, (0.5, -0.5), rate, 40) for rate in rates}


def descent_contour(folder: Path) -> None:
    """Plot paths down Himmelblau's function as seen from above."""
    paths, ranges = himmelblau_paths((0.002, 0.014, 0.025)), [(-5, 5), (-5, 5)]
    save(viz.descent(himmelblau, paths, between=ranges), folder / "descent-contour.png")


def descent_surface(folder: Path) -> None:
    """Plot the same paths on the surface."""
    paths, ranges = himmelblau_paths((0.002, 0.014, 0.025)), [(-5, 5), (-5, 5)]
    ax = viz.descent(himmelblau, paths, kind="surface", between=ranges)
    save(ax, folder / "descent-surface.png")


def valley(x: Any) -> Any:
    """Return a function of one parameter with two minima of different depth."""
    return x**4 / 4 - x**2 + x / 4


def descent_curve(folder: Path) -> None:
    """Plot descent on a curve: a small step stops in the nearer minimum, a large one leaps."""
    paths = {
        f"learning rate {rate}": [point for [point] in path(valley, [2.1], rate, 15)]
        for rate in (0.05, 0.4)
    }
    ax = viz.descent(valley, paths, kind="curve", between=(-2.2, 2.2))
    save(ax, folder / "descent-curve.png")


def save(ax: Any, path: Path) -> None:
    """Save the figure of a plot."""
    ax.figure.savefig(path, dpi=DOTS_PER_INCH)


CHEAP = (
    *(neuron, neuron_highlighted, worksheet, folded, unfolded, steps_right, steps_wrong),
    *(mnist, gradient_sizes, activations, descent_contour, descent_surface, descent_curve),
)
TRAINED = (network, decision_regions, pulls, network_wide, training_curves, weights)

if __name__ == "__main__":
    main()
