"""Prompt templates as files, and their strict loader."""
