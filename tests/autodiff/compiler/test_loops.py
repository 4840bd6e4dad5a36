"""Chains of equal steps: they become loops, with the values and gradients of the eager engine."""

from __future__ import annotations

import numpy as np
import pytest

from autodiff import Value, compile, exp, log, maximum, sigmoid, tanh
from autodiff.compiler.codegen.writer import Writer
from autodiff.compiler.ir.equations import Loop
from autodiff.compiler.pipeline import lower
from autodiff.compiler.tracing.record import record
from tests.autodiff.compiler.pass_checks import check_passes, check_poisoned
from tests.autodiff.compiler.sample_programs import Sample, Weights, linear


def rnn(steps=40, width=4):
    weights = Weights(1)
    of_state, of_input = weights.matrix(width, width), weights.matrix(width, 3)
    bias = weights.row(width)

    def loss(xs):
        state = [0.0] * width
        for x in xs:
            pairs = zip(linear(of_state, state), linear(of_input, x), bias, strict=True)
            state = [tanh(a + b + c) for a, b, c in pairs]
        return sum(s * s for s in state)

    return Sample(loss, weights.all, ((steps, 3),))


def all_states(steps=40, width=3):
    """A recurrent network whose loss reads every step."""
    weights = Weights(2)
    matrix, bias = weights.matrix(width, width), weights.row(width)

    def loss(xs):
        state, total = list(xs[0]), 0.0
        for x in xs[1:]:
            state = [sigmoid(a + b) for a, b in zip(linear(matrix, state), bias, strict=True)]
            total = total + sum((s - t) ** 2 for s, t in zip(state, x, strict=True))
        return total

    return Sample(loss, weights.all, ((steps, width),))


def oscillator(steps=20):
    weights = Weights(3)
    damping, force = weights.row(2)

    def slope(x, v):
        return v, damping * (1.0 - x * x) * v - force * x

    def energy(x, v):
        for _ in range(steps):
            a, b = slope(x, v)
            c, d = slope(x + 0.05 * a, v + 0.05 * b)
            x, v = x + 0.1 * c, v + 0.1 * d
        return x * x + v * v

    return Sample(energy, weights.all, ((), ()))


def filtered(steps=40):
    """A Kalman filter in one dimension: its variances are static, its places batched."""
    weights = Weights(4)
    drift, noise = weights.row(2)

    def loss(zs):
        place, variance, total = 0.0, 1.0, 0.0
        for z in zs:
            variance = variance * 0.9 + drift * drift
            gain = variance / (variance + noise * noise + 1.0)
            place = place + gain * (z - place)
            variance = (1.0 - gain) * variance
            total = total + (z - place) ** 2
        return total

    return Sample(loss, weights.all, ((steps,),))


def decayed(steps=100):
    """A chain over parameters alone."""
    weights = Weights(5)
    (w,) = weights.row(1)

    def loss(x):
        y = w
        for _ in range(steps):
            y = (y * w).tanh()
        return x * y

    return Sample(loss, weights.all, ((),))


def detached(steps=60):
    """A chain in which something has no derivative, and something is only compared."""
    weights = Weights(6)
    v, w = weights.row(2)

    def loss(x):
        for _ in range(steps):
            limit = (x * w).exp()
            assert limit > 0
            x = tanh(v * x + (x * w).detach())
        return x

    return Sample(loss, weights.all, ((),))


def two_chains(steps=40):
    weights = Weights(7)
    v, w = weights.row(2)

    def loss(x):
        for _ in range(steps):
            x = tanh(v * x)
        for _ in range(steps):
            x = sigmoid(w * x * x)
        return x

    return Sample(loss, weights.all, ((),))


def by_diagonals(size=24):
    """Dynamic programming: the smooth least cost of a path through a square."""
    weights = Weights(8)
    (w,) = weights.row(1)

    def least(a, b):
        return -log(exp(-a) + exp(-b))

    def loss(xs, ys):
        costs = [[w * (x - y) ** 2 for y in ys] for x in xs]
        row = [costs[0][0]]
        for cost in costs[0][1:]:
            row.append(row[-1] + cost)
        for line in costs[1:]:
            new = [row[0] + line[0]]
            for above, cost in zip(row[1:], line[1:], strict=True):
                new.append(least(above, new[-1]) + cost)
            row = new
        return row[-1]

    return Sample(loss, weights.all, ((size,), (size,)))


def choosing(steps=40):
    weights = Weights(9)
    v, w = weights.row(2)

    def loss(xs):
        y = xs[0]
        for x in xs[1:]:
            y = maximum(v * y, w * x)
        return y

    return Sample(loss, weights.all, ((steps,),))


def turning(steps=40):
    """Three numbers that change places: a step lays them out in another order than the last."""
    weights = Weights(10)
    u, v, w = weights.row(3)

    def loss(a, b, c):
        for _ in range(steps):
            a, b, c = tanh(v * c + u), tanh(w * a), tanh(u * b)
        return a * b + c

    return Sample(loss, weights.all, ((), (), ()))


def swapping(steps=40):
    """Two numbers that change places, in a static part and a batched one."""
    weights = Weights(11)
    v, w = weights.row(2)

    def loss(x, y):
        p, q = v, w
        for _ in range(steps):
            p, q = sigmoid(q) * 0.9, sigmoid(p)
            x, y = tanh(p * y), tanh(x + q)
        return x * y

    return Sample(loss, weights.all, ((), ()))


def towards_numbers(steps=40, of=lambda step: 0.01 * step * step - 0.3):
    """A chain in which every step adds a number of its own."""
    weights = Weights(12)
    v, w = weights.row(2)

    def loss(x):
        y = w
        for step in range(steps):
            y = tanh(y * w + of(step))
            x = tanh(v * x + w * of(step + 1))
        return x * y

    return Sample(loss, weights.all, ((),))


def towards_two_numbers():
    return towards_numbers(of=lambda step: (0.5, -0.25)[step % 2])


def equations_of(sample):
    return lower(record(sample.function, sample.parameters, sample.example()), [])


LOOPS = {
    "recurrent network": rnn,
    "loss of every step": all_states,
    "oscillator": oscillator,
    "filter": filtered,
    "parameters alone": decayed,
    "detached": detached,
    "two chains": two_chains,
    "choices": choosing,
    "turning": turning,
    "swapping": swapping,
    "numbers": towards_numbers,
    "two numbers": towards_two_numbers,
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_chain_becomes_a_loop(name):
    program = equations_of(LOOPS[name]())
    assert any(isinstance(each, Loop) for each in program.equations)
    assert len(program.equations) < 60 < len(list(program.unrolled()))


@pytest.mark.parametrize("name", [*LOOPS, "diagonals"])
@pytest.mark.parametrize("size", [1, 3, 9])
def test_a_loop_computes_what_the_graph_does(name, size):
    sample = {**LOOPS, "diagonals": by_diagonals}[name]()
    batch = sample.batch(size)
    program, exact = sample.compiled(), sample.compiled(exact=True)
    np.testing.assert_allclose(program(*batch), exact(*batch), rtol=1e-12)
    for _ in range(2):
        value, gradient = program.value_and_grad(*batch)
        expected, by_graph = exact.value_and_grad(*batch)
        assert value == pytest.approx(expected, rel=1e-12)
        scale = np.abs(by_graph).max()
        np.testing.assert_allclose(gradient, by_graph, rtol=1e-12, atol=1e-12 * scale)


@pytest.mark.parametrize("name", LOOPS)
def test_every_form_of_a_loop_is_sound(name):
    sample = LOOPS[name]()
    check_poisoned(
        check_passes(sample.function, sample.parameters, sample.example()), sample.batch(3)
    )


def test_a_loop_is_readable():
    w, b = Value(0.5, label="w"), Value(0.1, label="b")

    def chain(xs):
        y = 0.0
        for x in xs:
            y = tanh(w * y + b * x)
        return y

    program = compile(chain, parameters=[w, b], example=([0.5] * 100,))
    assert str(program) == LISTING
    assert program.source.partition("def reverse")[0] == FORWARD


LISTING = """\
xs given                  100 for each example
parameters                2
v1 = p1 * 0               1, once per call
v2 = W1 xs_2 + v1_2       1
99 times:
    v3 = tanh(v4_before)  1
    v4 = W2 g1            1
v5 = tanh(v4_2)           1
p1 = parameters[0:1]      1
W1 = parameters[1:2]      1
W2 = parameters[0:2]      2"""
FORWARD = """\
def prepare():
    multiply(p1, _0, out=v1)

def forward(xs_given):
    copyto(xs, xs_given)
    multiply(W1, xs_2, out=v2)
    add(v2, v1_2, out=v2)
    for v4_before, v3, at_b1, g1, v4, in loop1:
        tanh(v4_before, out=v3)
        take(values, at_b1, 0, g1, 'clip')
        matmul(W2, g1, out=v4)
    tanh(v4_2, out=v5)

"""


def test_passive_blocks_of_a_loop_have_the_names_of_the_listing():
    program = equations_of(detached())
    (loop,) = (each for each in program.equations if isinstance(each, Loop))
    names = {each.block.name for each in loop.body}
    assert program.passive & names
    assert program.passive < {each.block.name for each in program.unrolled()}


def test_few_steps_stay_as_they_are():
    program = equations_of(rnn(steps=6))
    assert not any(isinstance(each, Loop) for each in program.equations)


def test_a_guard_inside_a_loop_names_the_example():
    w = Value(0.9)

    def chain(x):
        for _ in range(100):
            x = w * x
            if x > 0:
                x = tanh(x)
        return x

    program = compile(chain, parameters=[w], example=(1.0,))
    assert "100 times" in str(program) or "99 times" in str(program)
    with pytest.raises(ValueError, match="in example 1"):
        program([1.0, -1.0])


def test_the_source_of_a_loop_does_not_grow_with_its_steps():
    texts = [len(Writer(equations_of(oscillator(n))).program.equations) for n in (40, 400)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("options", [{}, {"native": "c"}], ids=str)
@pytest.mark.parametrize("batch", [1, 3, 40])
def test_a_loop_that_goes_on_from_one_argument_into_the_next(options, batch):
    w = Value(0.3)

    def chain(xs, ys):
        h = Value(0.1)
        for x in [*xs, *ys]:
            h = tanh(x * h + w)
        return h

    rng = np.random.default_rng(4)
    xs, ys = rng.normal(size=(2, batch, 40))
    program = compile(chain, parameters=[w], example=([0.5] * 40, [0.5] * 40), **options)
    mean, gradient = program.value_and_grad(xs, ys)
    w.grad = 0.0
    ends = [chain(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    for end in ends:
        end.backward()
    assert mean == pytest.approx(sum(end.data for end in ends) / batch, rel=1e-13)
    assert gradient[0] == pytest.approx(w.grad / batch, rel=1e-12)
