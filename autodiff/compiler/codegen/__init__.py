"""Code generation: NumPy source of the forward and the reverse pass, and its listing."""
