"""`why`: a gradient as a sum over paths, each a product of local derivatives."""
