"""`lint`: mistakes that are silent elsewhere, each with its node and its remedy."""
