"""Optimisers, which change parameters by their gradients, and schedules of learning rates."""
