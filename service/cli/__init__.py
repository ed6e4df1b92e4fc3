"""The command ``cewen``."""
