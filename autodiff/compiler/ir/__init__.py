"""The intermediate representation: array equations, and how they read their operands."""
