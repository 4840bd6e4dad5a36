"""A row of the derivative table: its operands, its formulas, and how they call other rows."""
