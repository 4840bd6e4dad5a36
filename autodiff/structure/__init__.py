"""Structure found in a graph: sums, dots and neurons, and the groups that play one role."""
