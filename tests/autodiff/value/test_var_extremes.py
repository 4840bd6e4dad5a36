"""The variance at numbers whose squares overflow."""

import pytest

from autodiff import Value, compile, var


@pytest.mark.parametrize("large", [-1e308, 7e307, 1.3e200])
@pytest.mark.parametrize("others", [[1.5], [1.5, 0.25], [1.5, -0.5, 0.75, 2.0]])
def test_the_variance_is_inf_not_nan(large: float, others: list[float]) -> None:
    assert var([Value(large), *map(Value, others)]).data == float("inf")
    program = compile(lambda xs: var(list(xs)), parameters=[], example=([0.0, *others],))
    assert program([[large, *others]]).tolist() == [float("inf")]
