"""Bytes to files: what kind they are of, archives, packages, text in its encoding."""
