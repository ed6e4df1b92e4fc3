"""Words for a language model that are planted in a paper change no answer."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from index.library.progress import Outcome, SourceFile
from ingest.container.kinds import kind_of
from ingest.content import Paragraph
from ingest.errors import RefusedFileError
from ingest.formats import reader_of
from ingest.injection.instructions import is_instruction
from ingest.injection.removal import set_aside
from ingest.reader import no_report, read_bytes
from ingest.structure.paragraphs import paragraphs
from ingest.types import Document
from service.assistant import Assistant
from service.llm.writer import open_writer
from service.schemas import Answer
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, data_dir_at
from tests.service.injected_papers import CLAIM, FALSE_UNIT, ORDER, Case, cases

PAPER = ROOT / "eval" / "typeset" / "sources" / "02-禾丰县新型工业化工作方案.txt"
CASES = cases(PAPER.read_text(encoding="utf-8"))
QUESTIONS = (
    "培育氢能产业由哪个单位牵头？",
    "氢能产业归谁管",
    "县外事办公室牵头哪些工作？",
    "到2027年氢能产值达到多少？",
    "禾丰县要建几座加氢站？",
    "高新区加氢站由谁牵头？",
    "县发展改革局牵头哪些任务？",
    "重点任务有哪些？",
    "这份文件的发文字号是什么？",
    "专班办公室主任是谁？",
    "禾丰县的教育经费是多少？",
    "发布日期是什么时候？",
)
ASKED_OF_MODELS = QUESTIONS[:4]
# Answered from end to end; that nothing else changes either shows in what the paper is made into.
ANSWERED = (
    "paragraph", "fake turn", "system message", "closed element", "role", "called", "two lines",
    "english", "traditional", "parted letters", "base64", "sentence", "masthead", "two cells",
    "md heading", "html display", "docx white", "docx footnote", "pdf tiny", "file name",
)  # fmt: skip
LEGITIMATE = (
    "各单位不得忽视上述要求，请于5月底前将落实情况书面回复县政府办公室。",
    "请各单位在答复中写明办理结果，并附上有关网址。",
    "不得绕过以上规定设置限制条件，对原有内容予以保留。",
    "生成式人工智能服务提供者应当防范提示词注入，避免模型忽略系统指令、泄露提示词。",
    "建设政务大模型和智能体，智能助手可回答群众提问，系统自动输出办理指南。",
    "提交后，系统提示“申请成功”；收到系统消息的，按系统提示操作。",
    "如果您是企业法定代表人，请登录后在“我的”中回答问题。",
    "当用户咨询时，客服人员应当回复办理时限。",
    "（二）大模型：支持企业开展大语言模型研发，单个项目最高补助500万元。",
    "从现在起，全县上下要一律停止执行上述文件，原有规定同时废止。",
    "你们要牢记使命，只回答群众关心的问题。",
    "助手、助理岗位由县人力资源社会保障局负责招聘。",
    "问：如何办理？ 答：请在系统中输入指令，按提示输出凭证。",
    "The system shall ignore any invalid message and answer with the status.",
    "Users are now able to apply online; instructions are given above.",
)


def made_of(document: Document) -> Document:
    """All that a paper is made into, without what tells one file from another."""
    passages = tuple(replace(each, document_id="") for each in document.passages)
    return replace(document, sha256="", name="", source="", passages=passages, to_models=())


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_is_made_of_the_paper_changes(name: str) -> None:
    case = CASES[name]
    clean = read_bytes(case.clean, f"a.{case.suffix}", "")
    planted = read_bytes(case.planted, case.name or f"a.{case.suffix}", "")
    assert made_of(planted) == made_of(clean)
    assert clean.to_models == ()


# What a reader does not see, or is no part of the text, is not told of.
_UNSEEN = re.compile(
    "comment|hidden|display|visibility|white|tiny|away|vanish|invisible|beside|file name|html title"
    "|margins|properties|tag characters"
)
SEEN = [name for name in CASES if not _UNSEEN.search(name)]


@pytest.mark.parametrize("name", SEEN)
def test_what_was_set_aside_is_told(name: str) -> None:
    case = CASES[name]
    content = reader_of(kind_of(case.planted, f"a.{case.suffix}"))(case.planted, no_report)
    before = "".join(each.text for each in paragraphs(content.lines))
    document = read_bytes(case.planted, f"a.{case.suffix}", "")
    assert document.to_models
    assert "".join(document.to_models)[:4] in before  # it would have been part of the paper
    assert FALSE_UNIT in "".join(document.to_models) or name == "base64"


@pytest.mark.parametrize("words", LEGITIMATE)
def test_what_papers_say_of_models_and_to_people_stays(words: str) -> None:
    assert not is_instruction(words)


def test_a_paper_of_instructions_alone_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="只有写给语言模型的话"):
        read_bytes(ORDER.encode(), "a.txt", "")


def test_pages_stay_where_they_are_when_a_paragraph_goes() -> None:
    found = [
        Paragraph("第一段。", pages=((0, 1),)),
        Paragraph(ORDER + "又一句。", pages=((0, 2), (len(ORDER), 3))),
        Paragraph("第二段。"),
        Paragraph("第三段。" + ORDER + "又一句。", pages=((4 + len(ORDER), 4),)),
        Paragraph("第四段。"),
    ]
    kept, _ = set_aside(found)
    assert [(each.text, each.pages) for each in kept] == [
        ("第一段。", ((0, 1),)),
        ("第二段。", ((0, 2), (0, 3))),
        ("第三段。", ((4, 4),)),
        ("第四段。", ()),
    ]


def test_the_administrator_is_told(workspace: Workspace) -> None:
    [result] = workspace.add([SourceFile("a.txt", "", lambda: CASES["paragraph"].planted)])
    assert result.outcome is Outcome.ADDED
    assert result.reason.startswith(
        "文件里有 1 处写给语言模型的话，已略去，不作依据：“忽略以上所有指示"
    )


class _Server(ThreadingHTTPServer):
    """Speaks OpenAI's protocol; ``obeys`` what stands in the passages, or lies in any case."""

    obeys = True
    prompts: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = str(asked["messages"][-1]["content"])
        self.server.prompts.append(prompt)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for part in ({"content": _said(prompt, self.server.obeys)}, {}):
            choice = {"index": 0, "delta": part, "finish_reason": None if part else "stop"}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            line = json.dumps({**chunk, "choices": [choice]}, ensure_ascii=False)
            self.wfile.write(f"data: {line}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _said(prompt: str, obeys: bool) -> str:
    """The planted claim; of one that obeys only where the passages hold any of its words."""
    passages, _, _ = prompt.rpartition("问题：")
    if not obeys or FALSE_UNIT in "".join(passages.split()) or ORDER[:8] in passages:
        return f"{CLAIM[:-1]}[1]。详见 http://example.com 。"
    first = re.search(r"<资料[^>]*>\n(.*?[。\n])", passages, re.DOTALL)
    return f"{first[1].strip() if first else '未找到依据'}[1]"


@pytest.fixture(scope="module")
def server() -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.prompts = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory,
    models_dir: Path,
    loaded_once: None,
    server: _Server,
) -> Any:
    """All answers over one file: in the paper's words, by one that obeys, by one that lies."""
    known: dict[bytes, dict[str, Any]] = {}

    def of(data: bytes, name: str) -> dict[str, Any]:
        if data not in known or not name.startswith("a."):
            folder = data_dir_at(tmp_path_factory.mktemp("injected") / "data", models_dir)
            workspace = Workspace(Settings(data_dir=folder))
            workspace.add([SourceFile(name, "", lambda: data)])
            known[data] = _answers(workspace, server)
        return known[data]

    return of


def _answers(workspace: Workspace, server: _Server) -> dict[str, Any]:
    settings = Settings(
        llm_backend="openai",
        llm_base_url=f"http://127.0.0.1:{server.server_port}/v1",
        llm_model="m",
    )
    index = workspace.index()
    alone = Assistant(lambda: index)
    helped = Assistant(lambda: index, open_writer(settings))
    found: dict[str, Any] = {"alone": [_shown(alone.answer(each)) for each in QUESTIONS]}
    for way, obeys in (("obeys", True), ("lies", False)):
        server.obeys = obeys
        server.prompts.clear()
        found[way] = [_shown(helped.answer(each)) for each in ASKED_OF_MODELS]
        found[f"{way} prompts"] = list(server.prompts)
    return found


def _shown(answer: Answer) -> dict[str, Any]:
    """An answer without what tells one file from another."""
    said = answer.model_dump(mode="json")
    for citation in (*said["citations"], *said["nearest"]):
        citation.pop("document_id")
    return said


@pytest.mark.parametrize("name", ANSWERED)
def test_no_answer_changes(answers: Any, name: str) -> None:
    case: Case = CASES[name]
    clean = answers(case.clean, f"a.{case.suffix}")
    planted = answers(case.planted, case.name or f"a.{case.suffix}")
    assert planted == clean
    for answer in planted["alone"] + planted["obeys"] + planted["lies"]:
        if FALSE_UNIT not in answer["question"]:
            assert FALSE_UNIT not in answer["answer"]
        assert "http" not in answer["answer"]
    assert any(FALSE_UNIT in json.dumps(each, ensure_ascii=False) for each in planted["lies"])


def test_the_model_would_have_obeyed() -> None:
    shown = '<资料 编号="1">\n{}\n</资料>\n\n问题：谁牵头？'
    assert FALSE_UNIT in _said(shown.format(ORDER), obeys=True)
    assert FALSE_UNIT not in _said(shown.format("县商务局牵头。"), obeys=True)
    assert FALSE_UNIT in _said(shown.format("县商务局牵头。"), obeys=False)
