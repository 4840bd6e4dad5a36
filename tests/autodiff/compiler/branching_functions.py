"""Functions that take different branches for different examples, by comparisons of every kind."""

from __future__ import annotations

import numpy as np


def by_sign(w):
    def function(x, y):
        z = w * x
        if z > 0.5:  # the sign
            return z * y
        return z - y

    return function


def by_largest(w):
    return lambda x, y: max(w * x, w * y, w * w) * min(x * w, y * w)


def by_order(w):
    def function(x, y):
        low, middle, high = sorted([w * x, y - w, x * y])
        return low + 2 * middle * w + 3 * high

    return function


def by_size(w):
    def function(x, y):
        z = x - w
        if abs(z) > 1:
            return abs(z) * y - 0.5
        return z * z / 2

    return function


def by_truth(w):
    def function(x, y):
        positive = (x * w).relu()
        return positive * y if positive else w * y

    return function


def nested(w):
    def function(x, y):
        z = w * x
        if z > 0:
            if z * y >= 1:
                return z * y
            return z + y
        return -z if z <= -1 else z * z

    return function


def by_array(w):
    def function(x, y):
        total = (np.array([x, y]) * w).sum()
        return total * x if total < w else total * y

    return function


BRANCHING = [by_sign, by_largest, by_order, by_size, by_truth, nested, by_array]
