"""Laws, and a list of their articles made independently, to measure the reader by."""

import json
import lzma
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingest.types import Document

_TEXTS, _ARTICLES = "md.tar.xz", "articles.jsonl.xz"
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?")


def has_laws(folder: Path) -> bool:
    """Whether ``folder`` holds the texts and the list."""
    return all((folder / name).is_file() for name in (_TEXTS, _ARTICLES))


def law_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The texts: “刑法/刑法.md” and its bytes, one after the other."""
    with tarfile.open(folder / _TEXTS) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            if file:
                yield member.name.removeprefix("./").removeprefix("md/"), file.read()


def listed_articles(folder: Path) -> Mapping[str, list[str]]:
    """The numbers of the articles of each file, “第一条” and on; none of a file not listed."""
    articles: dict[str, list[str]] = defaultdict(list)
    with lzma.open(folder / _ARTICLES, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            articles[record["file"]].append(record["article"])
    return articles


def found_articles(document: Document) -> list[str]:
    """The numbers of the articles that the reader found, in their order."""
    names = ("".join(section.path[-1].split()) for section in document.sections)
    return [name for name in names if _ARTICLE.fullmatch(name)]
