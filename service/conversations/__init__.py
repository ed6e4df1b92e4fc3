"""Conversations and ratings, kept in a database."""
