"""Cases, the answers to them, and whether these are right."""
