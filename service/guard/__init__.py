"""Placeholder until the guard is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.tokeniser import Tokeniser
from ingest.types import Document, Span


@dataclass(frozen=True, slots=True)
class Source:
    document: Document
    section: tuple[str, ...]
    span: Span
    header: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    document: Document
    section: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    supported: bool
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


class Guard:
    def __init__(self, tokeniser: Tokeniser, units: Sequence[str], people: Sequence[str]) -> None:
        pass

    def check(self, claim: str, cited: Sequence[Source], offered: Sequence[Source]) -> Verdict:
        for s in (*cited, *offered):
            words = s.document.text[s.span.start : s.span.end]
            if claim.strip("。") in words:
                at = s.span.start + words.index(claim.strip("。"))
                return Verdict(True, (Evidence(s.document, s.section, Span(at, at + len(claim))),))
        return Verdict(False, (), "原文没有这句话")

    def carries(self, claim: str, statement: str) -> bool:
        return statement.strip("。") in claim
