"""The data folder: generations of the index, originals, corrections, safe writing."""
