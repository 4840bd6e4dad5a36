"""How well a network classifies: accuracy and confusion."""
