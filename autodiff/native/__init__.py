"""The engine's inner loops in C, where they could be built; everything works without them."""
