"""Results as JSON and as a page, kept, read back and compared."""
