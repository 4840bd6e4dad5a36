"""A page on which a computation graph is stepped through, changed and asked why."""
