"""The engines that compute loss and gradient of a batch: eager, or compiled."""
