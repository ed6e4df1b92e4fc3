"""Texts to vectors: the built-in model and every other one."""
