"""Tracing: record one example of a function, again where asked, and simplify it."""
