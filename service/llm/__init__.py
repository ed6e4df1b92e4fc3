"""Language models: how they are reached, and what is done when they fail."""
