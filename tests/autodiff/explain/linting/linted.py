"""A small regression for mistakes to be planted in, and the findings in short."""

from __future__ import annotations

from autodiff import Value, mean


def regression(w, b, points=((1.0, 2.0), (-0.5, 0.3), (2.0, 3.5))):
    return mean([(w * x + b - y) ** 2 for x, y in points])


def parameters(w=0.5, b=0.1):
    return Value(w, label="w"), Value(b, label="b")


def names(findings, mistake):
    return [finding.name for finding in findings.rows if finding.mistake is mistake]


def only(findings):
    return {finding.mistake for finding in findings.rows}
