"""Training: the loop, its history, when it stops, and why it diverges."""
