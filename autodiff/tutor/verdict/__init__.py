"""Whether an answer is right to the digits given, and the mistakes that would explain it."""
