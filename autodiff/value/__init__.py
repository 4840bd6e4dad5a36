"""`Value` and everything that is applied to it: operators, methods, functions, transforms."""
