"""Public questions and the passages that answer them, read from where they lie.

None of the data is part of the project; ``shared/bench/README.md`` says where it comes from.
"""

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.text.normalise import squeeze
from ingest.types import Document, Masthead, Passage, PassageKind

_LOCAL = "DLC"


class PublicSet(StrEnum):
    """A set by the name it is asked for with."""

    LECOQA = "lecoqa"
    CMRC = "cmrc"
    SQUAD = "squad"


FILES: Mapping[PublicSet, tuple[str, ...]] = {
    PublicSet.LECOQA: ("laws/articles.jsonl.xz", "lecoqa/train.jsonl"),
    PublicSet.CMRC: ("cmrc2018/dev.json",),
    PublicSet.SQUAD: ("squad2_zh/dev.json",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the ids of all passages that answer it: none where it is unanswerable."""

    question: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class PublicData:
    """Papers, and questions on them."""

    papers: tuple[Document, ...]
    questions: tuple[Asked, ...]

    @property
    def passages(self) -> int:
        """How many passages the papers have."""
        return sum(len(paper.passages) for paper in self.papers)


def missing_files(folder: Path, wanted: PublicSet) -> list[Path]:
    """The files of a set that are not in ``folder``."""
    return [path for path in (folder / name for name in FILES[wanted]) if not path.is_file()]


def read_lecoqa(folder: Path) -> PublicData:
    """LeCoQA's questions over the articles of all national laws, those out of force too.

    An article is as good as one with the same words: most laws stand there in several versions.
    """
    articles, asked = (folder / name for name in FILES[PublicSet.LECOQA])
    with lzma.open(articles, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = {record["id"]: squeeze(record["text"]) for record in records}
    national = [record for record in records if not record["file"].startswith(_LOCAL)]
    papers = []
    equal: defaultdict[str, set[str]] = defaultdict(set)
    for file, group in groupby(national, key=lambda record: record["file"]):
        law = list(group)
        paper = make_paper(file, law[0]["law"], [((r["article"],), r["text"]) for r in law])
        papers.append(paper)
        for record, passage in zip(law, paper.passages, strict=True):
            equal[texts[record["id"]]].add(passage.id)
    return PublicData(
        tuple(papers),
        tuple(
            Asked(
                record["question"],
                frozenset(
                    passage
                    for each in record["gold"]
                    for article in each["article_ids"]
                    for passage in equal[texts[article]]
                ),
            )
            for record in map(json.loads, asked.read_text(encoding="utf-8").splitlines())
        ),
    )


def read_cmrc(folder: Path) -> PublicData:
    """CMRC 2018: every question is on one passage, which is a paper of its own."""
    articles = _articles(folder / FILES[PublicSet.CMRC][0])
    return _reading_comprehension(
        ("", [paragraph]) for article in articles for paragraph in article["paragraphs"]
    )


def read_squad(folder: Path) -> PublicData:
    """SQuAD 2.0 in Chinese: a paper per article, and questions its passages do not answer."""
    articles = _articles(folder / FILES[PublicSet.SQUAD][0])
    return _reading_comprehension((article["title"], article["paragraphs"]) for article in articles)


def make_paper(name: str, title: str, parts: Sequence[tuple[tuple[str, ...], str]]) -> Document:
    """A paper with one passage for each part, a pair of section path and text."""
    passages = []
    start = 0
    for position, (section, text) in enumerate(parts):
        end = start + len(text)
        passages.append(
            Passage(
                document_id=name,
                position=position,
                kind=PassageKind.PROSE,
                section=section,
                start=start,
                end=end,
                text=text,
            )
        )
        start = end + 1
    return Document(
        name=name,
        source="",
        sha256=name,  # there are no bytes that it was read from
        masthead=Masthead(title=title),
        text="\n".join(text for _, text in parts),
        sections=(),
        passages=tuple(passages),
        responsibilities=(),
    )


def _articles(path: Path) -> list[dict[str, Any]]:
    articles: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return articles


def _reading_comprehension(papers: Iterable[tuple[str, list[dict[str, Any]]]]) -> PublicData:
    """Papers of the SQuAD format: a title and paragraphs with their questions."""
    made, questions = [], []
    for number, (title, paragraphs) in enumerate(papers):
        paper = make_paper(str(number), title, [((), each["context"]) for each in paragraphs])
        made.append(paper)
        for passage, paragraph in zip(paper.passages, paragraphs, strict=True):
            gold = frozenset([passage.id])
            questions += [
                Asked(each["question"], frozenset() if each.get("is_impossible") else gold)
                for each in paragraph["qas"]
            ]
    return PublicData(tuple(made), tuple(questions))
