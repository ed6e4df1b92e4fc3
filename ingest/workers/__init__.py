"""Processes of their own that read strangers' files."""
