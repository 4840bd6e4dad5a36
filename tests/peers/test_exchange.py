"""Networks to and from PyTorch, and as ONNX: the same outputs."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

import nn
from autodiff.errors import OptionError, ShapeError, WrongTypeError
from nn.exchange.torch import _CLASSES

pytestmark = pytest.mark.peers

DRAW = Random(3)
INPUTS = [[DRAW.gauss(0, 2) for _ in range(3)] for _ in range(20)]
# activations whose formulas need what the common runtime computes in float32 only
COARSE = {"gelu", "erf", "erfc"}


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


def outputs_of(net: nn.MLP) -> list[list[float]]:
    return [[out.data for out in net(row)] for row in INPUTS]


def small(name: str) -> nn.MLP:
    net = nn.MLP(3, [5, 4, 2], activation=name, output_activation=name, seed=2)
    for parameter in net.parameters():
        parameter.data *= 0.7
    return net


@pytest.mark.parametrize("name", ["linear", *_CLASSES])
def test_pytorch_computes_the_same_and_back(name: str, torch: Any) -> None:
    net = small(name)
    theirs = nn.to_torch(net)
    reached = theirs(torch.tensor(INPUTS, dtype=torch.float64)).tolist()
    for ours, other in zip(outputs_of(net), reached, strict=True):
        assert ours == pytest.approx(other, rel=1e-12, abs=1e-12)
    again = nn.from_torch(theirs)
    assert again.state_dict() == net.state_dict()
    assert repr(again) == repr(net)


def test_state_dicts_go_both_ways(torch: Any) -> None:
    net = nn.MLP(3, [5, 2], activation="tanh", seed=4)
    state = nn.to_torch(net).state_dict()
    assert list(state) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    again = nn.from_torch(state, activation="tanh")
    assert again.state_dict() == net.state_dict()
    assert repr(again) == repr(net)
    listed = nn.from_torch(state, activation=["relu", "sigmoid"])
    assert repr(listed) == "MLP of 3 -> 5 relu -> 2 sigmoid, 32 parameters"
    assert all(isinstance(tensor, torch.Tensor) for tensor in state.values())


def test_networks_in_single_precision_and_without_biases_come_over(torch: Any) -> None:
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4),
        torch.nn.Identity(),
        torch.nn.Linear(4, 2, bias=False),
        torch.nn.ReLU(),
    )
    net = nn.from_torch(theirs)
    assert repr(net) == "MLP of 3 -> 4 linear -> 2 relu, 26 parameters"
    expected = theirs.double()(torch.tensor(INPUTS, dtype=torch.float64)).tolist()
    for ours, other in zip(outputs_of(net), expected, strict=True):
        assert ours == pytest.approx(other, rel=1e-12, abs=1e-12)


def test_what_has_no_counterpart_is_an_error(torch: Any) -> None:
    made = torch.nn
    with pytest.raises(OptionError, match=r"an activation of torch.nn, got square"):
        nn.to_torch(nn.MLP(1, [1], output_activation="square"))
    with pytest.raises(WrongTypeError, match=r"an nn.MLP, got Neuron"):
        nn.to_torch(nn.Neuron(2))
    for parts in ([made.ReLU()], [made.Linear(1, 1), made.ReLU(), made.Tanh()]):
        with pytest.raises(WrongTypeError, match="a Linear module, got"):
            nn.from_torch(made.Sequential(*parts))
    for part in (made.Dropout(0.5), made.LeakyReLU(0.2), made.Softmax(0)):
        with pytest.raises(WrongTypeError, match="one of elu"):
            nn.from_torch(made.Sequential(made.Linear(1, 1), part))
    with pytest.raises(WrongTypeError, match=r"a torch.nn.Sequential, got Linear"):
        nn.from_torch(made.Linear(1, 1))
    with pytest.raises(ShapeError, match="layers that follow each other"):
        nn.from_torch(made.Sequential(made.Linear(1, 2), made.Linear(3, 1)))


@pytest.mark.parametrize("threshold", [20, 36.9, float("nan")])
def test_a_softplus_that_is_cut_off_early_is_refused(threshold: float, torch: Any) -> None:
    part = torch.nn.Softplus(threshold=threshold)
    with pytest.raises(OptionError, match=r"at least 37, got .*: set threshold = 1000"):
        nn.from_torch(torch.nn.Sequential(torch.nn.Linear(1, 1), part))


def test_a_softplus_that_is_taken_agrees_around_its_threshold(torch: Any) -> None:
    theirs = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Softplus(threshold=37)).double()
    net = nn.from_torch(theirs)
    net.layers[0].neurons[0].weights[0].data, net.layers[0].neurons[0].bias.data = 1.0, 0.0
    with torch.no_grad():
        theirs[0].weight[...], theirs[0].bias[...] = 1.0, 0.0
    for x in (36.0, 36.999, 37.0, 37.001, 38.0, 50.0):
        [expected] = theirs(torch.tensor([x], dtype=torch.float64)).tolist()
        assert net([x])[0].data == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    "name",
    sorted({"linear", *_CLASSES, "square", "exp", "sin", "cos", "expm1", "sech", "atan", *COARSE}),
)
def test_onnx_runtime_computes_the_same(name: str, tmp_path: Any) -> None:
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    net = small(name)
    for parameter in net.parameters():
        parameter.data *= 0.3
    nn.to_onnx(net, tmp_path / "net.onnx")
    session = runtime.InferenceSession(tmp_path / "net.onnx")
    [reached] = session.run(None, {"inputs": np.array(INPUTS)})
    tolerance = 1e-5 if name in COARSE else 1e-12
    for ours, other in zip(outputs_of(net), reached.tolist(), strict=True):
        assert ours == pytest.approx(other, rel=tolerance, abs=tolerance)


def test_onnx_names_its_inputs_and_outputs(tmp_path: Any) -> None:
    onnx = pytest.importorskip("onnx")
    nn.to_onnx(nn.MLP(3, [5, 2]), str(tmp_path / "net.onnx"))
    graph = onnx.load(tmp_path / "net.onnx").graph
    assert [value.name for value in (*graph.input, *graph.output)] == ["inputs", "outputs"]
    assert [node.op_type for node in graph.node] == ["Gemm", "Relu", "Gemm", "Identity"]


def test_an_activation_that_onnx_cannot_say_is_an_error(tmp_path: Any) -> None:
    pytest.importorskip("onnx")
    with pytest.raises(OptionError, match="operations that ONNX has, got lgamma"):
        nn.to_onnx(nn.MLP(1, [1], output_activation="lgamma"), tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())


def test_modules_that_compute_something_of_their_own_are_refused(torch: Any) -> None:
    class Doubled(torch.nn.Sequential):
        def forward(self, x: Any) -> Any:
            return 2 * super().forward(x)

    hooked = torch.nn.Sequential(torch.nn.Linear(1, 1))
    hooked[0].register_forward_hook(lambda *_: None)
    for module in (Doubled(torch.nn.Linear(1, 1)), hooked):
        with pytest.raises(WrongTypeError, match="of its own"):
            nn.from_torch(module)


def test_a_linear_module_that_is_used_twice_is_tied_both_ways(torch: Any) -> None:
    shared = torch.nn.Linear(2, 2)
    net = nn.from_torch(torch.nn.Sequential(shared, torch.nn.ReLU(), shared))
    assert len(net.parameters()) == 6
    back = nn.to_torch(net)
    assert back[0] is back[2]
    assert len(nn.from_torch(back.state_dict()).parameters()) == 6
    net.layers[0].neurons[0].bias = net.layers[0].neurons[1].bias
    with pytest.raises(OptionError, match="share all parameters or none"):
        nn.to_torch(net)


def test_tensors_are_data(torch: Any) -> None:
    inputs = torch.tensor(INPUTS, dtype=torch.float64)
    labels = torch.tensor([k % 2 for k in range(len(INPUTS))])
    pairs = list(zip(inputs, labels, strict=True))
    states = []
    for data in ((inputs, labels), (np.array(INPUTS), labels.tolist()), pairs):
        net = nn.MLP(3, [2], seed=1)
        nn.fit(net, data, epochs=1, batch_size=4, learning_rate=0.1, loss=nn.cross_entropy)
        states.append(net.state_dict())
    assert states[0] == states[1] == states[2]
    with pytest.raises(WrongTypeError, match=r"x.detach\(\)"):
        net.predict(inputs.requires_grad_())
