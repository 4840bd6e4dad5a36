"""Plots of training, weights, decision regions and gradients, by matplotlib."""
