"""How fast and how large: reading, ingesting, retrieving, answering (``python -m eval.bench``)."""
