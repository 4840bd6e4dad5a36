"""The works of the benchmarks are what they say: the same numbers by every engine at hand."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autodiff
from autodiff import Value
from benchmarks import peers
from benchmarks.comparing import OURS, compare, rows_of
from benchmarks.compile import KINDS, counted, network_rows
from benchmarks.irregular import Irregular, irregular_eager
from benchmarks.networks import Network, by_hand, compiled, of_values
from benchmarks.transformer import Transformer

NETWORKS = {
    "sigmoid": Network((5, 4, 3), "sigmoid", "squares", batch=6),
    "relu": Network((2, 4, 4, 1), "relu", "hinge", batch=7),
}
both_networks = pytest.mark.parametrize("work", NETWORKS.values(), ids=NETWORKS)


def flat(gradient) -> np.ndarray:
    return np.concatenate([np.ravel(part) for part in gradient])


@both_networks
@pytest.mark.parametrize("kind", KINDS)
def test_a_network_by_hand_computes_what_the_compiled_one_does(work: Network, kind: str) -> None:
    (value, gradient), (own, own_gradient) = by_hand(work, kind)(), compiled(work, kind)()
    tolerance = 1e-13 if kind == "float64" else 1e-5
    assert value == pytest.approx(own, rel=tolerance)
    np.testing.assert_allclose(flat(gradient), own_gradient, rtol=0, atol=tolerance)


@both_networks
def test_a_network_by_hand_computes_what_the_eager_engine_does(work: Network) -> None:
    loss, parameters = of_values(work)
    pairs = zip(work.inputs.tolist(), work.targets.tolist(), strict=True)
    mean = autodiff.sum([loss(x, y) for x, y in pairs]) / work.batch
    mean.backward()
    value, gradient = by_hand(work, "float64")()
    assert value == pytest.approx(mean.data, rel=1e-13)
    np.testing.assert_allclose(flat(gradient), [p.grad for p in parameters], rtol=0, atol=1e-13)


@pytest.mark.peers
@both_networks
@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_computes_the_same(name: str, work: Network) -> None:
    if name == "torch.compile":
        pytest.skip("takes half a minute; the benchmark itself compares it")
    try:
        step = peers.PEERS[name](work, "float64")
    except ImportError as error:
        pytest.skip(str(error))
    assert compare({OURS: compiled(work, "float64"), name: step}, "float64").keys() == {OURS, name}


def test_a_peer_that_computes_something_else_is_refused() -> None:
    work = NETWORKS["sigmoid"]
    _, gradient = by_hand(work, "float64")()
    steps = {OURS: compiled(work, "float64"), "wrong": lambda: (0.0, [flat(gradient) * 1.001])}
    with pytest.raises(ArithmeticError, match="wrong: its gradient differs from ours by"):
        compare(steps, "float64")


def test_peers_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(work: Network, kind: str) -> None:
        raise ImportError(f"no such library for {work.batch} {kind}")

    monkeypatch.setattr("benchmarks.compile.PEERS", {"absent": absent})
    missing: dict[str, str] = {}
    rows = network_rows("work", NETWORKS["relu"], {"NumPy by hand": 2.5}, missing)
    assert [row[:2] for row in rows] == [(f"work, {kind}", "NumPy by hand") for kind in KINDS]
    assert [row[-1] for row in rows] == ["2.50x", ""]
    assert missing == {"absent": "no such library for 7 float32"}


def test_a_row_says_how_many_times_faster_ours_is() -> None:
    times = {OURS: 2e-5, "slower": 3e-5, "slowest": 0.2}
    assert rows_of("work", times, {"slowest": 10_000.0}) == [
        ("work", "slower", "20.0 us", "30.0 us", "1.50x", ""),
        ("", "slowest", "20.0 us", "200 ms", "10,000x", "10,000x"),
    ]


def test_the_transformer_block_is_found_again_from_its_loops() -> None:
    block = Transformer(positions=4, width=8, heads=2, symbols=5)
    parameters, (symbols, targets) = block.parameters(), block.example(seed=3)
    program = autodiff.compile(block.loss, parameters=parameters, example=(symbols, targets))
    examples = [block.example(seed) for seed in range(3)]
    batch = [np.array(part) for part in zip(*examples, strict=True)]
    mean = autodiff.sum([block.loss(*example) for example in examples]) / len(examples)
    mean.backward()
    value, gradient = program.value_and_grad(*batch)
    assert value == pytest.approx(mean.data, rel=1e-13)
    np.testing.assert_allclose(gradient, [p.grad for p in parameters], rtol=0, atol=1e-13)
    assert int(counted(program, "array equations")) <= 40
    assert re.search(r" = W\d+ v\d+ +4 x 24$", str(program), re.MULTILINE)  # query, key, value


def test_the_irregular_graph_is_the_same_compiled() -> None:
    graph = Irregular(nodes=300, parameters=20, inputs=5)
    batch = graph.batch(4)
    leaves = [Value(p) for p in graph.parameters]
    program = autodiff.compile(
        lambda x: graph.output(leaves, x), parameters=leaves, example=(batch[0],)
    )
    value, (gradient,) = irregular_eager(graph, batch)()
    found, derivative = program.value_and_grad(batch)
    assert found == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(derivative, gradient, rtol=0, atol=1e-12 * np.abs(gradient).max())
