"""The runtime: what runs a compiled program on batches, and checks its guards."""
