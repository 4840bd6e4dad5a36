"""The computation graph: nodes, walks, the reverse sweep, names, copies, and recording modes."""
