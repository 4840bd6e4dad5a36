"""The compiler: one traced example becomes array equations, and these become NumPy source.

The rooms in the order of the passes: tracing, lowering, codegen, runtime; all share `ir`.
`pipeline` runs the passes. Imports point from later rooms to earlier ones.
"""
