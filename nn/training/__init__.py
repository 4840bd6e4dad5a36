"""The training loop, and what belongs to it: history, early stopping, progress, Ctrl-C."""
