"""Long hunts for unsound results: how many cases were tried, and how many failed.

Each file draws its cases from a seeded generator and judges them by an oracle of its own: exact
arithmetic, another engine, or a mistake that was planted. A sample of each runs in the tests.
"""
