"""The runtime: inputs, memory, guards, and the runners of a compiled program."""
