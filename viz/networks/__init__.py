"""Pictures of multilayer perceptrons."""
