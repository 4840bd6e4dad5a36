"""The array structure found in plain loops: matrix products, segmented sums."""

from __future__ import annotations

from collections import Counter

import pytest

from autodiff import dot, tanh
from autodiff.compiler.ir.equations import Elementwise, MatrixProduct, SegmentedSum, Term
from autodiff.compiler.pipeline import lower
from autodiff.compiler.tracing.record import record
from tests.autodiff.compiler.eager_oracle import assert_equal_to_eager
from tests.autodiff.compiler.sample_programs import (
    Sample,
    Weights,
    attention,
    convolution,
    lengths,
    linear,
    mlp,
)


def equations(sample):
    return lower(record(sample.function, sample.parameters, sample.example()), []).equations


def parts(sample, kind):
    totals = [each for each in equations(sample) if not isinstance(each, Elementwise)]
    return [part for each in totals for part in each.parts if isinstance(part, kind)]


@pytest.mark.parametrize("dots", [False, True], ids=["sum(w * x)", "dot"])
def test_a_large_network_is_three_products_and_a_few_equations(dots):
    sample = mlp((784, 16, 16, 10), dots=dots)
    found = equations(sample)
    assert len(found) <= 12
    products = parts(sample, MatrixProduct)
    assert [(p.left.shape, p.right.shape) for p in products] == [
        ((16, 784), (784,)),
        ((16, 16), (16,)),
        ((10, 16), (16,)),
    ]
    program = sample.compiled()
    assert program.source.count("matmul(") == 3 + 5  # no adjoint of the input
    for gathering in ("take(", ".add(", ".put("):
        assert gathering not in program.source
    batch = sample.batch(2)
    assert_equal_to_eager(program, sample.function, sample.parameters, batch)


def test_the_weights_are_read_as_views_of_the_parameters():
    for product in parts(mlp((784, 16, 16, 10)), MatrixProduct):
        rows, columns = product.left.shape
        assert product.left.strides == (columns, 1)
        assert rows * columns <= product.left.positions.max() + 1


def test_queries_keys_and_values_are_one_product():
    sample = attention(positions=6, width=4)
    shapes = [(p.left.shape, p.right.shape) for p in parts(sample, MatrixProduct)]
    assert shapes.count(((12, 4), (6, 4))) == 1
    assert Counter(shapes) == {
        ((12, 4), (6, 4)): 1,
        ((4, 4), (6, 4)): 1,
        ((8, 4), (6, 4)): 1,
        ((4, 8), (6, 8)): 1,
    }


def test_a_transformer_block_is_at_most_forty_equations():
    assert len(equations(attention(positions=8, width=8, heads=4))) <= 40


def test_a_convolution_is_one_product():
    sample = convolution(side=6, kernel=3, channels=4)
    product, _ = parts(sample, MatrixProduct)  # the other adds all patches up
    assert (product.left.shape, product.right.shape) == ((4, 9), (16, 9))


def test_two_convolutions_of_one_image_are_two_products():
    weights = Weights(1)
    small, large = weights.matrix(8, 4), weights.matrix(8, 9)

    def loss(image):
        total = 0.0
        for size, kernels in ((2, small), (3, large)):
            places = range(5 - size + 1)
            for i in places:
                for j in places:
                    patch = [image[i + a][j + b] for a in range(size) for b in range(size)]
                    total = total + sum(tanh(dot(row, patch)) for row in kernels)
        return total

    sample = Sample(loss, weights.all, ((5, 5),))
    shapes = [(p.left.shape, p.right.shape) for p in parts(sample, MatrixProduct)]
    assert sorted(shapes) == [((8, 4), (16, 4)), ((8, 9), (9, 9))]


def test_one_matrix_at_many_positions_is_one_product():
    weights = Weights(1)
    matrix = weights.matrix(5, 4)
    sample = Sample(
        lambda xs: sum(tanh(v) for x in xs for v in linear(matrix, x)),
        weights.all,
        ((7, 4),),
    )
    (product,) = parts(sample, MatrixProduct)
    assert (product.left.shape, product.right.shape) == ((5, 4), (7, 4))
    assert "take(" not in sample.compiled().source


def test_sums_of_different_lengths_are_one_segmented_equation():
    sample = lengths(count=6)
    segments = [part for part in parts(sample, SegmentedSum) if len(part.classes) > 1]
    assert len(segments) == 2  # the triangle of sums, and that of products
    found = sorted(sorted(part.classes) for part in segments)
    assert found == [[(n, 1) for n in range(1, 7)], [(n, 1) for n in range(2, 7)]]


def test_many_different_lengths_are_padded_by_a_third_at_most():
    count = 40
    for part in parts(lengths(count=count), SegmentedSum):
        if len(part.classes) > 1:
            used = count * (count + 1) // 2
            assert sum(length * rows for length, rows in part.classes) <= used * 4 / 3
            assert len(part.classes) <= 12


def test_sums_may_have_products_and_terms_of_other_lengths():
    weights = Weights(1)
    w = weights.row(4)

    def loss(x):
        s = [tanh(v) for v in x]
        few = dot(w[:2], x[:2]) + s[0] + s[1]
        some = dot(w[:3], x[1:]) + s[2]
        many = dot(w, x[::-1]) + s[1] + s[3]
        return tanh(few) + tanh(some) + tanh(many)

    sample = Sample(loss, weights.all, ((4,),))
    assert_equal_to_eager(sample.compiled(), loss, weights.all, sample.batch(3))


def test_sums_of_all_beginnings_share_their_beginnings():
    """Each is the one before and one term more, instead of 66 additions for 12 sums."""
    weights = Weights(1)
    w = weights.row(12)

    def loss(x):
        a = [tanh(wi * xi) for wi, xi in zip(w, x, strict=True)]
        return sum(tanh(sum(a[:place])) for place in range(1, 13))

    sample = Sample(loss, weights.all, ((12,),))
    assert not parts(sample, SegmentedSum)[:-1]  # but the sum of all tanh in the end
    running = parts(sample, Term)
    assert sum(part.term.positions.size for part in running) == 2 * 11
    assert_equal_to_eager(sample.compiled(), loss, weights.all, sample.batch(3))


def test_neurons_of_a_layer_are_one_equation_however_they_are_written():
    weights = Weights(1)
    matrix, biases = weights.matrix(4, 3), weights.row(4)

    def layer(x):
        first = [sum(w * v for w, v in zip(row, x, strict=True)) for row in matrix[:2]]
        second = [dot(row, x, b) for row, b in zip(matrix[2:], biases[2:], strict=True)]
        return [tanh(z + b) for z, b in zip(first, biases, strict=False)] + [
            tanh(z) for z in second
        ]

    sample = Sample(layer, weights.all, ((3,),))
    assert len(equations(sample)) == 2


def test_terms_of_parameters_alone_are_computed_once_a_call():
    sample = mlp((3, 4, 2), decay=0.1)
    still = [each for each in equations(sample) if not each.block.is_batched]
    assert still
    source = sample.compiled().source
    prepare = source.partition("def forward")[0]
    assert "multiply(" in prepare
    assert "pass" not in prepare
