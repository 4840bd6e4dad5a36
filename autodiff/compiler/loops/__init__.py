"""The lowering to loops over flat arrays, printed as JavaScript, C and Python over floats."""
