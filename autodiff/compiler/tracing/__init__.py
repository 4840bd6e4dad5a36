"""Tracing: run a function once on an example, keep its graph and guards, and simplify the graph."""
