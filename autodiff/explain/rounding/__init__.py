"""`exact`: the graph again in exact arithmetic, and the rounding errors of every node."""
