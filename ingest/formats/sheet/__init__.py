"""Spreadsheets, old and new."""
