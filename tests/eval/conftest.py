"""A tiny assistant that really searches, quotes and refuses, and cases to put to it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from eval.answers.cases import Case, Kind
from eval.answers.run import AssistantLike
from service.schemas import Answer, Citation, DocumentInfo, SearchResult, Turn
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import data_dir_at, ingest_papers

PAPERS = {
    "氢能.txt": (
        "氢能产业发展方案\n"
        "到2025年，建成加氢站20座，\n"
        "氢能产业产值达到　500亿元。\n"
        "氢能产业链由市工信局牵头，市财政局配合。\n"
    ),
    "文旅.txt": (
        "文旅产业发展方案\n文旅产业链由市文旅局牵头，市财政局配合。\n接待游客1200万人次。\n"
    ),
}
# Share of the question's character pairs that a line must hold for an answer.
THRESHOLD = 0.35


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


class BlindAssistant:
    """Ranks lines by the character pairs they share with the question; quotes the best one."""

    def __init__(self, papers: dict[str, str]) -> None:
        self._papers = papers

    def documents(self) -> list[DocumentInfo]:
        return [
            DocumentInfo(
                id=f"id-{name}",
                name=name,
                title=text.partition("\n")[0],
                title_derived=False,
                issuer="",
                document_number="",
                date="",
                region="",
                characters=len(text),
                passages=text.count("\n"),
            )
            for name, text in self._papers.items()
        ]

    def search(
        self,
        question: str,
        k: int = 5,
        history: Sequence[Turn] = (),
        document_ids: Sequence[str] = (),
    ) -> list[SearchResult]:
        asked = _pairs("".join([*(turn.content for turn in history), question]))
        scored = []
        for name, text in self._papers.items():
            start = 0
            for line in text.splitlines(keepends=True):
                score = len(asked & _pairs(line)) / len(_pairs(question))
                scored.append(
                    SearchResult(
                        passage_id=f"{name}-{start}",
                        document_id=f"id-{name}",
                        title=text.partition("\n")[0],
                        section=(),
                        text=line.rstrip("\n"),
                        start=start,
                        end=start + len(line.rstrip("\n")),
                        score=score,
                    )
                )
                start += len(line)
        return sorted(scored, key=lambda found: (-found.score, found.passage_id))[:k]

    def answer(
        self, question: str, history: Sequence[Turn] = (), document_ids: Sequence[str] = ()
    ) -> Answer:
        if "崩溃" in question:
            raise RuntimeError("模型未加载")
        best = self.search(question, 1, history)[0]
        if best.score < THRESHOLD:
            return Answer(answer="未找到依据。", status="no_evidence")
        cited = Citation(
            index=1,
            document_id=best.document_id,
            title=best.title,
            quote=best.text,
            start=best.start,
            end=best.end,
        )
        return Answer(answer=best.text, status="answered", citations=(cited,))


class TinyAssistant(BlindAssistant):
    """The same, and it can show a paper's text."""

    def text(self, document_id: str) -> str:
        return self._papers[document_id.removeprefix("id-")]


@pytest.fixture
def assistant() -> AssistantLike:
    return TinyAssistant(PAPERS)


@pytest.fixture
def blind_assistant() -> AssistantLike:
    return BlindAssistant(PAPERS)


@pytest.fixture
def cases() -> list[Case]:
    return [
        Case("r1", Kind.RESPONSIBLE, "氢能产业链由谁牵头？", ("氢能.txt",), (),
             ("氢能产业链由市工信局牵头",), (("市工信局",),)),
        Case("n1", Kind.FIGURE, "接待游客多少人次？", ("文旅.txt",), (),
             ("接待游客1200万人次",), (("9999",),)),
        Case("m1", Kind.FOLLOW_UP, "文旅呢？", ("文旅.txt",), ("产业链由谁牵头？",),
             ("文旅产业链由市文旅局牵头",), (("市文旅局",),)),
        Case("u1", Kind.UNANSWERABLE, "低空经济试点城市名单？"),
        Case("u2", Kind.UNANSWERABLE, "氢能产业产值达到多少（另一城市）"),
    ]  # fmt: skip


@pytest.fixture
def write_cases(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str, name: str = "cases.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def corpus_workspace(
    corpus_dir: Path,
    models_dir: Path,
    loaded_once: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Workspace:
    """The five real papers, ingested; not to be changed by a test."""
    folder = data_dir_at(tmp_path_factory.mktemp("corpus") / "data", models_dir)
    workspace = Workspace(Settings(data_dir=folder))
    ingest_papers(workspace, corpus_dir)
    return workspace
