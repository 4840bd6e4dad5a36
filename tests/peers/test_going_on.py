"""The page for those who go on to PyTorch or JAX: its programs run, and their numbers agree."""

import re
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.peers

PAGE = (Path(__file__).parents[2] / "docs" / "going-on.md").read_text(encoding="utf-8")
OURS, TORCH, JAX = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_network_in_pytorch_takes_the_same_step():
    pytest.importorskip("torch")
    names = {}
    exec(OURS + TORCH, names)  # noqa: S102 our own page
    ours = [layer.arrays() for layer in names["net"].layers]
    model = names["model"]
    assert names["torch_loss"].item() == pytest.approx(names["loss"].data, rel=1e-12)
    for part, (weights, bias) in zip((model[0], model[2]), ours, strict=True):
        np.testing.assert_allclose(part.weight.detach().numpy(), weights, rtol=1e-12)
        np.testing.assert_allclose(part.bias.detach().numpy(), bias, rtol=1e-12)


def test_the_network_in_jax_takes_the_same_step():
    pytest.importorskip("jax")
    names = {}
    exec(OURS + JAX, names)  # noqa: S102 our own page
    ours = [layer.arrays() for layer in names["net"].layers]
    assert float(names["jax_loss"]) == pytest.approx(names["loss"].data, rel=1e-12)
    for found, expected in zip(names["parameters"], ours, strict=True):
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)
