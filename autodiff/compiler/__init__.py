"""The compiler: one recorded example becomes array equations and their NumPy source.

tracing --> ir --> lowering --> codegen --> runtime
"""
