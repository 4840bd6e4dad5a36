"""Programs as pure functions of JAX, made from the equations."""
