"""What a paper may be called: its id, or so many of the first digits as tell it from the others."""

from collections.abc import Collection, Mapping

from index.errors import AmbiguousDocumentError, UnknownDocumentError
from ingest.types import Document

# What ids were once, as links, kept conversations and clients still have them.
_SHORTEST = 12


def is_called(paper: Document, name: str) -> bool:
    """Whether ``name`` is the paper's id or the first 12 digits of it or more."""
    return len(name) >= _SHORTEST and paper.id.startswith(name)


def find_paper(papers: Mapping[str, Document], name: str) -> Document:
    """The one paper of ``papers``, which are by id, that is called ``name``.

    Raises:
        UnknownDocumentError: there is none.
        AmbiguousDocumentError: there are several.
    """
    if name in papers:
        return papers[name]
    found = [paper for paper in papers.values() if is_called(paper, name)]
    if not found:
        raise UnknownDocumentError(f"没有编号为 {name} 的文件。")
    if len(found) > 1:
        listed = "、".join(f"{paper.id}（{paper.name}）" for paper in found)
        raise AmbiguousDocumentError(
            f"编号以 {name} 开头的文件有 {len(found)} 份：{listed}；请写出完整的编号。"
        )
    return found[0]


def whole_ids(papers: Mapping[str, Document], names: Collection[str]) -> frozenset[str]:
    """The ids of the papers that are called so; a name that no paper has stays, and fits none.

    Raises:
        AmbiguousDocumentError: several papers are called one of the names.
    """
    return frozenset(_whole_id(papers, name) for name in names)


def _whole_id(papers: Mapping[str, Document], name: str) -> str:
    try:
        return find_paper(papers, name).id
    except UnknownDocumentError:
        return name


def short_id(paper: Document, papers: Collection[Document]) -> str:
    """As many of the first digits, 12 at least, as no other of ``papers`` has."""
    lengths = range(_SHORTEST, len(paper.id) + 1)
    shorter = (paper.id[:length] for length in lengths)
    return next(name for name in shorter if sum(is_called(other, name) for other in papers) == 1)
