"""Gradient checking: finite differences, verdicts, and the operation that is wrong."""
