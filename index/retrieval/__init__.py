"""The parts of retrieval: terms, synonyms, dense and sparse search, their fusion."""
