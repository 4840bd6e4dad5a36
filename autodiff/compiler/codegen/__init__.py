"""Codegen: array equations become NumPy source, forward and reverse, and a readable listing."""
