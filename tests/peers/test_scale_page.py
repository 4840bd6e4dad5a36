"""The page on JAX: its program runs, and the exported one gives the same numbers."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

PAGE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
PROGRAM, EXPORT, _ = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_program_gives_the_value_and_gradient_of_numpy_and_so_does_the_exported_one():
    jax = pytest.importorskip("jax")
    names = {}
    before = jax.config.jax_enable_x64
    try:
        exec(PROGRAM + EXPORT, names)  # noqa: S102 our own page
    finally:
        jax.config.update("jax_enable_x64", before)
    program = names["program"]
    for found, batch in (
        ((names["value"], names["gradient"]), ([1.0, 2.0, 3.0], [0.5, 0.8, 0.9])),
        ((names["same_value"], names["same_gradient"]), ([1.0, 2.0], [0.5, 0.8])),
    ):
        value, gradient = program.value_and_grad(*batch)
        assert float(found[0]) == pytest.approx(value, rel=1e-13)
        assert found[1].tolist() == pytest.approx(gradient.tolist(), rel=1e-13)
