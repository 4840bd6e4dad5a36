"""The playground: a page that trains a network, with the compiled program as JavaScript."""
