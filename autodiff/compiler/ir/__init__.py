"""The intermediate representation: array equations over vectors, and how they read operands."""
