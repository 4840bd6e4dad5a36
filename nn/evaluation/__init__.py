"""How well a network does: accuracy and confusion."""
