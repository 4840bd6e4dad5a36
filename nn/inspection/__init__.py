"""Looking into a network: lint, and how each example pulls at a parameter."""
