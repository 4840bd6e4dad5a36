"""Array equations as a code of whole numbers, which the engine in C walks."""
