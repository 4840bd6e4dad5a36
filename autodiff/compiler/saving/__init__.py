"""Saving: array equations as plain data in a file, and back, every number checked."""
