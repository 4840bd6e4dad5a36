"""Explanations of a graph: its trace, and why a gradient is what it is, or zero, or nan."""
