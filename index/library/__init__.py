"""Taking papers in, correcting and deleting them."""
