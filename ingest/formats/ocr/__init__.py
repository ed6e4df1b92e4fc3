"""Pictures and scanned pages."""
