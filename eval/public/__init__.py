"""Retrieval measured on public data (``python -m eval.public``), and what is learned from it."""
