"""The command line: an expression, a session, or a command on networks."""
