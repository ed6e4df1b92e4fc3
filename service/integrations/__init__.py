"""Cewen as LangChain's retriever and runnable."""
