"""Gradients by hand: exercises, a practice session, and the diagnosis of wrong answers."""
