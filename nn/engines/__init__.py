"""The engines that compute the loss and the gradient of a mini-batch: eager, or compiled."""
