"""A graph in which a gradient has two paths."""

from __future__ import annotations

from autodiff import Value, dot, label, operation

negated_product = operation("negated_product", "x y", "-x * y", "-y ; -x")


def two_paths() -> tuple[Value, Value]:
    s, w = Value(1.0, label="s"), Value(5.0, label="w")
    x, y = s**2, dot([w], [s], -5.5)
    z = negated_product(x, y)
    label(x=x, y=y, z=z)
    return z, s
