"""Looking into a network: lint, and what each example asks of a parameter."""
