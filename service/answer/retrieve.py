"""The passages that a question is answered from."""

from collections.abc import Collection
from contextlib import suppress

from anyio import from_thread

from index.search.search import Hit, Index

EVIDENCE_DEPTH = 12


def retrieve(
    index: Index, question: str, scope: Collection[str], k: int = EVIDENCE_DEPTH
) -> list[Hit]:
    """The ``k`` best passages for a complete question among the papers of ``scope`` (or all)."""
    with suppress(RuntimeError):  # asked by no service
        from_thread.check_cancelled()  # goes no further where the one who asked it has gone
    return index.search(question, k, scope)
