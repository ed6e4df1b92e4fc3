"""Printed characters to lines, columns, tables and margins of a page."""
