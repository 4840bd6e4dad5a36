"""The backward pass as frames, node by node."""
