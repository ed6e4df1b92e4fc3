"""One search over a generation of the index."""
