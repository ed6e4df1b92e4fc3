"""Encoding, dense and sparse indexes, storage and search over passages."""
