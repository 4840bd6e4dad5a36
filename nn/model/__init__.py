"""The parts of a network: modules, neurons, layers, MLPs, activations and initialisers."""
