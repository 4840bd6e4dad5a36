"""Lowering: scalar nodes become equations, equal ones are batched and laid out in memory."""
