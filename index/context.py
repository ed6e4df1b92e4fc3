"""What of a passage's surroundings is indexed with its words."""

from ingest.types import Document, Passage, PassageKind

# A line of responsible units never says “牵头” where a rule elsewhere says it for all.
_RESPONSIBILITY_WORDS = "责任单位 牵头单位 负责部门"


def indexed_text(document: Document, passage: Passage) -> str:
    """The passage with its place, title, headings and columns, as both indexes see it."""
    words = _RESPONSIBILITY_WORDS if passage.kind is PassageKind.RESPONSIBILITY else ""
    head = document.masthead
    parts = (head.region, head.title, " ".join(passage.section), passage.header, words, passage.text)
    return "\n".join(part for part in parts if part)
