"""The chain rule as a sum over paths: counted, ordered and added up, against walking each path."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isnan, nan, prod
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import Value
from autodiff.explain.chain_rule.path_sums import Dyadic, product_of, sides_of
from autodiff.explain.chain_rule.paths import Span, paths_between
from autodiff.graph.graph import Graph
from autodiff.graph.node import fill
from autodiff.operations import TABLE


def sides_between(start, end):
    return sides_of(Span(start, Graph([end])))


def with_edges(parents, local_derivatives):
    """Return a node with any local derivatives."""
    node = Value(0.0)
    if parents:
        fill(node, TABLE["sum"], parents, parents, local_derivatives)
    return node


FACTORS = (1.0, -1.0, 0.0, 0.5, -3.0, 1e-200, -1e-200, 1e200, inf, -inf, nan, 5e-324)


@st.composite
def graphs(draw, factors=FACTORS):
    nodes = [with_edges((), ())]
    for _ in range(draw(st.integers(0, 7))):
        parents = draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3))
        chosen = st.lists(st.sampled_from(factors), min_size=len(parents), max_size=len(parents))
        nodes.append(with_edges(tuple(parents), tuple(draw(chosen))))
    return nodes[0], nodes[-1]


def every_path(start, end):
    """Walk every path, one by one, as the definition says: the oracle of small graphs."""
    if start is end:
        return [()]
    return [
        (factor, *rest)
        for parent, factor in zip(end.parents, end.local_derivatives, strict=True)
        for rest in every_path(start, parent)
    ]


def exact_size(factors):
    """Order sizes exactly: nan, then inf, then the others as fractions."""
    kinds = {abs(factor) if factor in {0.0, inf, -inf} else 1.0 for factor in factors}
    if any(map(isnan, factors)) or {0.0, inf} <= kinds:
        return (2, Fraction(0))
    return (1, Fraction(0)) if inf in kinds else (0, abs(prod(map(Fraction, factors))))


@given(graphs(), st.integers(0, 6))
def test_the_largest_paths_are_those_of_the_definition(graph, most):
    start, end = graph
    found = paths_between(start, end, most)
    all_paths = every_path(start, end)
    assert found.number == len(all_paths)
    expected = sorted(map(exact_size, all_paths), reverse=True)[:most]
    assert [exact_size(path.factors) for path in found.largest] == expected
    for path in found.largest:
        assert path.nodes[0] is start
        assert path.nodes[-1] is end
        for index, position in enumerate(path.positions):
            node = path.nodes[index + 1]
            assert node.parents[position] is path.nodes[index]
            assert node.local_derivatives[position].hex() == path.factors[index].hex()
    different = {(path.nodes, path.positions) for path in found.largest}
    assert len(different) == len(found.largest)


@given(graphs(tuple(filter(lambda x: abs(x) < inf, FACTORS))))
def test_sums_of_either_sign_are_exact_to_two_thousand_bits(graph):
    start, end = graph
    sides = sides_between(start, end)
    products = [prod(map(Fraction, path)) for path in every_path(start, end)]
    assert sides is not None
    assert sides.positives == sum(product > 0 for product in products)
    assert sides.negatives == sum(product < 0 for product in products)
    assert sides.zeros == sum(product == 0 for product in products)
    positive = sum((product for product in products if product > 0), Fraction(0))
    total = sum(products, Fraction(0))
    size = sum(map(abs, products), Fraction(0))
    for whole, exact in ((sides.positive, positive), (sides.total, total)):
        found = Fraction(whole.significand) * Fraction(2) ** whole.exponent
        assert abs(found - exact) <= size * Fraction(2) ** -2000


@given(graphs((inf, nan, 1.0)))
def test_sums_are_refused_where_a_factor_is_not_finite(graph):
    factors = [factor for path in every_path(*graph) for factor in path]
    finite = all(abs(factor) < inf for factor in factors)
    assert (sides_between(*graph) is not None) is finite


@given(st.integers(), st.integers(-1200, 1200))
def test_whole_numbers_round_as_fractions_do(significand, exponent):
    try:
        expected = float(Fraction(significand) * Fraction(2) ** exponent)
    except OverflowError:
        expected = inf if significand > 0 else -inf
    assert Dyadic(significand, exponent).rounded() == expected


def test_a_product_of_any_length_has_bounded_length():
    factors = [1.0 / 3.0] * 20_000
    product = product_of(factors)
    assert product.significand.bit_length() <= 2048
    assert product.rounded() == 0.0
    assert product.exponent < -30_000


def test_what_is_far_below_a_sum_changes_nothing():
    huge, tiny = Dyadic(1, 10**9), Dyadic(1, -(10**9))
    assert huge.plus(tiny) == tiny.plus(huge) == huge
    assert huge.plus(Dyadic(0, 0)) == Dyadic(0, 0).plus(huge) == huge


def ladder(steps, factor):
    """A graph whose number of paths is 2**steps."""
    value = start = Value(1.0, label="x")
    for _ in range(steps):
        value = value + value * factor
    return start, value


@pytest.mark.parametrize("factor", [0.5, -0.5, 0.0, 1.0])
def test_ten_to_the_thirty_paths_are_answered(factor):
    start, end = ladder(100, factor)
    found, sides = paths_between(start, end, 10), sides_between(start, end)
    assert found.number == 2**100 > 10**30
    assert sides is not None
    assert sides.positives + sides.negatives + sides.zeros == 2**100
    assert (
        Fraction(sides.total.significand) * Fraction(2) ** sides.total.exponent
        == (Fraction(1) + Fraction(factor)) ** 100
    )
    sizes = sorted([1.0] + [abs(factor)] * 100, reverse=True)[:10]
    assert [abs(path.product) for path in found.largest] == sizes


def test_a_deep_graph_has_no_limit_of_recursion():
    value = start = Value(1.0)
    for _ in range(20_000):
        value = value * 0.999
    found = paths_between(start, value)
    assert len(found.largest[0].nodes) == 20_001
    assert sides_between(start, value).total.rounded() == pytest.approx(0.999**20_000)
    del found


def test_products_that_underflow_keep_their_order():
    x = Value(1.0)
    small = [x * 1e-200 * scale * 1e-200 for scale in (1.0, -3.0, 2.0)]
    found = paths_between(x, small[0] + small[1] + small[2], 2)
    assert [path.product for path in found.largest] == [0.0, 0.0]
    assert [min(path.factors) for path in found.largest] == [-3.0, 1e-200]
    assert list(map(attrgetter("total"), [found])) == [0.0]


def test_unconnected_values_have_no_path():
    assert paths_between(Value(1.0), Value(2.0) * 3)[:3] == (0, 0.0, ())
    assert sides_between(Value(1.0), Value(2.0) * 3).total.rounded() == 0.0
