"""A data folder with everything in it that a backup holds, made without a model in milliseconds."""

from pathlib import Path

import numpy as np

from index.retrieval.dense import DenseIndex
from index.retrieval.sparse import SparseIndex
from index.store.corrections import Corrections
from index.store.generations import FORMAT, Manifest, Store
from ingest.reader import READER_VERSION, read_bytes
from service.conversations.store import LOCAL_USER, Conversations, open_conversations
from service.schemas import Answer, AnswerRequest
from service.settings import Settings

_DIMENSION = 8


def put_papers(data_dir: Path, numbers: range) -> int:
    """Make the papers of these numbers the library, as a new generation; its number."""
    store = Store(data_dir)
    data = [f"第{number}号文件。\n由第{number}局牵头。".encode() for number in numbers]
    named = zip(numbers, data, strict=True)
    papers = [read_bytes(some, f"{number}.txt", f"/{number}") for number, some in named]
    vectors = np.eye(max(len(papers), 1), _DIMENSION, dtype=np.float32)[: len(papers)]
    made_with = Manifest(FORMAT, READER_VERSION, "model", _DIMENSION, len(papers), len(papers), {})
    with store.writing():
        for paper, some in zip(papers, data, strict=True):
            store.keep_original(paper.sha256, some)
        sparse = SparseIndex.build([[paper.name] for paper in papers])
        return store.commit(papers, Corrections(), DenseIndex.build(vectors), sparse, made_with)


def say(kept: Conversations, request_id: str) -> str:
    """Keep a question with a rated answer in a conversation of its own, whose id is returned."""
    begun = kept.begin(LOCAL_USER)
    asked = AnswerRequest(question="氢能产业由谁牵头？", conversation_id=begun.id)
    answer = Answer(answer="由市能源局牵头。", status="answered", request_id=request_id)
    kept.add(LOCAL_USER, asked, answer, 0.5)
    kept.rate(LOCAL_USER, request_id, False, "不全")
    return begun.id


def small_library(data_dir: Path) -> Settings:
    """The settings of a folder with three papers, a conversation and an evaluation."""
    settings = Settings(data_dir=data_dir)
    put_papers(data_dir, range(2))
    put_papers(data_dir, range(3))
    kept = open_conversations(settings)
    say(kept, "r1")
    kept.close()
    (data_dir / "corrections.json").write_text("[]", encoding="utf-8")
    (data_dir / "evaluations").mkdir()
    (data_dir / "evaluations" / "20261130T000000000000Z.json").write_text("{}", encoding="utf-8")
    return settings


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte for byte."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
