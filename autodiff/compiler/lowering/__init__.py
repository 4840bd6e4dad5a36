"""Lowering: a traced graph of scalars becomes array equations."""
