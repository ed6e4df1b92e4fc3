"""No way out of the service loses that a paper no longer holds: words never leave without it."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from docx import Document as WordDocument
from fastapi.testclient import TestClient
from mcp import Client
from mcp_types import TextContent
from python_calamine import CalamineWorkbook
from typer.core import TyperGroup, TyperOption

from service.assistant import Assistant
from service.cli import main as cli
from service.integrations.chain import cewen_chain
from service.integrations.retriever import CewenRetriever
from service.mcp.server import create_server
from service.schemas import Answer, Sentence
from service.settings import Settings
from service.workspace import Workspace
from tests.service.conftest import Cewen
from tests.service.ended_papers import ENDED, HOLDS, Ended, ended_library


@dataclass(frozen=True)
class Service:
    """One library, however it is reached."""

    http: TestClient
    workspace: Workspace
    cewen: Cewen

    @property
    def assistant(self) -> Assistant:
        return Assistant(self.workspace.index)

    def get(self, address: str, **params: str) -> Any:
        response = self.http.get(address, params=params)
        assert response.status_code == 200, response.text
        return response

    def post(self, address: str, **body: object) -> Any:
        response = self.http.post(address, json=body)
        assert response.status_code in (200, 201, 204), response.text
        return response

    def command(self, *arguments: str | Path) -> str:
        ran = self.cewen(*arguments, "--data-dir", self.workspace.store.data_dir)
        assert ran.code == 0, ran.err
        return str(ran.out)

    def tool(self, name: str, **arguments: object) -> tuple[Any, Any]:
        """What the model is told (read as JSON where it is), and the content for its program."""
        server = create_server(self.workspace, self.assistant, Settings(), bool)

        async def call() -> tuple[Any, Any]:
            async with Client(server) as client:
                result = await client.call_tool(name, arguments)
                [content] = result.content
                assert isinstance(content, TextContent)
                text = json.loads(content.text) if name != "ask" else content.text
                return text, result.structured_content

        return asyncio.run(call())


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    return ended_library(tmp_path_factory.mktemp("ended") / "data", models_dir)


@pytest.fixture
def service(untouched: TestClient, stocked: Workspace, cewen: Cewen) -> Service:
    return Service(untouched, stocked, cewen)


def said(answer: dict[str, Any]) -> list[str]:
    """All that an answer says as text, and each of the paper's words with what stands beside it."""
    sentences = "\n".join(each["text"] for each in answer["sentences"])
    return [answer["answer"], sentences, *map(beside, answer["citations"])]


def beside(words: dict[str, Any]) -> str:
    """Words of a paper as JSON brings them, and the warning beside them."""
    text = words.get("quote") or words.get("text") or words["snippet"]
    return f"{words['title']}：{text}{words['warning']}"


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line[:5] == "data:"]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def first(found: list[dict[str, Any]], ended: Ended) -> str:
    """The first of the passages or records found that is of the paper, and what is beside it."""
    return next(beside(each) for each in found if each["title"] == ended.title)


def explained_aloud(service: Service, ended: Ended) -> list[str]:
    """Each of the candidates that are of the paper, and what is said beside it."""
    _, *candidates = re.split(r"\n  \d\. ", service.command("ask", ended.question, "--explain"))
    return [each for each in candidates if ended.title in each and ended.fact in each]


def streamed(service: Service, ended: Ended) -> list[str]:
    asked = {"question": ended.question, "stream": True}
    told = events(service.post("/api/v1/answer", **asked).text)
    deltas = "\n".join(each["text"] for each in told if "supported" in each)
    return [deltas, *said(told[-1])]


def chatted(service: Service, ended: Ended, stream: bool) -> list[str]:
    asked = {"model": "cewen", "messages": [{"role": "user", "content": ended.question}]}
    response = service.post("/v1/chat/completions", **asked, stream=stream)
    if not stream:
        whole = response.json()
        message = whole["choices"][0]["message"]
        return [message["content"], *map(beside, message["annotations"] + whole["search_results"])]
    chunks = events(response.text)
    deltas = [each["choices"][0]["delta"] for each in chunks if each["choices"]]
    annotations = [each for delta in deltas for each in delta.get("annotations", ())]
    content = "".join(delta.get("content", "") for delta in deltas)
    return [content, *map(beside, annotations)]


def kept(service: Service, ended: Ended) -> str:
    """A conversation in which the question was answered."""
    conversation: str = service.post("/api/v1/conversations").json()["id"]
    asked = {"question": ended.question, "conversation_id": conversation}
    answer = service.post("/api/v1/answer", **asked).json()
    service.post("/api/v1/feedback", request_id=answer["request_id"], helpful=True)
    return f"/api/v1/conversations/{conversation}"


def conversation(service: Service, ended: Ended) -> list[str]:
    return said(service.get(kept(service, ended)).json()["exchanges"][0]["answer"])


def markdown(service: Service, ended: Ended) -> list[str]:
    text = service.get(f"{kept(service, ended)}/export", format="markdown").text
    conclusion, _, quoted = text.replace("\\", "").partition("\n> ")
    return [conclusion, quoted]


def word(service: Service, ended: Ended) -> list[str]:
    exported = service.get(f"{kept(service, ended)}/export", format="word").content
    paragraphs = WordDocument(io.BytesIO(exported)).paragraphs
    text = "\n".join(each.text for each in paragraphs)
    conclusion, _, quoted = text.partition("\n[1] ")
    return [conclusion, quoted]


def feedback(service: Service, ended: Ended) -> list[str]:
    kept(service, ended)
    return said(service.get("/api/v1/feedback").json()["feedback"][0]["answer"])


def text_of_paper(service: Service, ended: Ended) -> list[str]:
    ids = {each.title: each.id for each in service.assistant.documents()}
    found = service.get(f"/api/v1/documents/{ids[ended.title]}/text").json()
    return [beside({"title": ended.title, **found})]


def sheet(data: bytes) -> list[str]:
    [name] = (book := CalamineWorkbook.from_filelike(io.BytesIO(data))).sheet_names
    return ["　".join(map(str, row)) for row in book.get_sheet_by_name(name).to_python()[1:]]


def tool_search(service: Service, ended: Ended) -> list[str]:
    told = service.tool("search", query=ended.question)
    return [first(each["results"], ended) for each in told]


def tool_fetch(service: Service, ended: Ended) -> list[str]:
    found = service.assistant.search(ended.question)
    passage = next(each for each in found if each.title == ended.title)
    ids = (passage.passage_id, passage.document_id)
    told = [each for name in ids for each in service.tool("fetch", id=name)]
    return [beside({**each, **each["metadata"]}) for each in told]


def tool_ask(service: Service, ended: Ended) -> list[str]:
    text, answer = service.tool("ask", question=ended.question)
    conclusion, _, basis = text.partition("依据：")
    return [conclusion, basis, *said(answer)]


def told_in_chain(service: Service, ended: Ended) -> list[str]:
    async def listen() -> list[str]:
        chain = cewen_chain(service.assistant)
        heard = [event async for event in chain.astream(ended.question)]
        return [each.text for each in heard if isinstance(each, Sentence)]

    answer = cewen_chain(service.assistant).invoke(ended.question)
    assert isinstance(answer, Answer)
    return ["\n".join(asyncio.run(listen())), *said(answer.model_dump())]


def retrieved(service: Service, ended: Ended) -> list[str]:
    found = CewenRetriever(assistant=service.assistant).invoke(ended.question)
    return [each.page_content for each in found if each.metadata["title"] == ended.title][:1]


def asked_aloud(service: Service, ended: Ended) -> list[str]:
    conclusion, _, basis = service.command("ask", ended.question).partition("\n\n")
    return [conclusion, basis]


def searched_aloud(service: Service, ended: Ended) -> list[str]:
    found = service.command("search", ended.question).split("\n\n")
    return [each for each in found if ended.title in each][:1]


def duties(service: Service, ended: Ended, *switches: str) -> str:
    return service.command("responsibilities", "--unit", ended.unit, *switches)


def records(text: str) -> list[str]:
    return [beside(each) for each in json.loads(text)["responsibilities"]]


Way = Callable[[Service, Ended], list[str]]
DUTIES = "/api/v1/responsibilities"
# How words of a paper leave: each text has the words, and must have the warning.
WAYS: dict[str, Way] = {
    "POST /api/v1/answer": lambda s, e: said(s.post("/api/v1/answer", question=e.question).json()),
    "POST /api/v1/answer stream": streamed,
    "POST /api/v1/search": lambda s, e: [
        first(s.post("/api/v1/search", question=e.question).json()["results"], e)
    ],
    "GET /api/v1/documents/{document_id}/text": text_of_paper,
    "GET /api/v1/responsibilities": lambda s, e: records(s.get(DUTIES, unit=e.unit).text),
    "GET /api/v1/responsibilities/export": lambda s, e: sheet(
        s.get(f"{DUTIES}/export", unit=e.unit).content
    ),
    "GET /api/v1/conversations/{conversation_id}": conversation,
    "GET /api/v1/conversations/{conversation_id}/export markdown": markdown,
    "GET /api/v1/conversations/{conversation_id}/export word": word,
    "GET /api/v1/feedback": feedback,
    "POST /v1/chat/completions": lambda s, e: chatted(s, e, stream=False),
    "POST /v1/chat/completions stream": lambda s, e: chatted(s, e, stream=True),
    "MCP search": tool_search,
    "MCP fetch": tool_fetch,
    "MCP ask": tool_ask,
    "cewen ask": asked_aloud,
    "cewen ask --json": lambda s, e: said(json.loads(s.command("ask", e.question, "--json"))),
    "cewen ask --explain": explained_aloud,
    "cewen search": searched_aloud,
    "cewen search --json": lambda s, e: [
        first(json.loads(s.command("search", e.question, "--json"))["results"], e)
    ],
    "cewen responsibilities": lambda s, e: [duties(s, e)],
    "cewen responsibilities --csv": lambda s, e: [
        "　".join(row) for row in csv.reader(duties(s, e, "--csv").splitlines()[1:])
    ],
    "cewen responsibilities --json": lambda s, e: records(duties(s, e, "--json")),
    "LangChain chain": told_in_chain,
    "LangChain retriever": retrieved,
}
# What says no words of a paper, or says of each paper how it stands (see test_validity.py).
SILENT = (
    "GET /healthz", "GET /readyz", "GET /api/v1/suggestions", "GET /v1/models",
    "GET /v1/models/{name}", "POST /v1/embeddings", "GET /api/v1/evaluations",
    "GET /api/v1/evaluations/{name}", "POST /api/v1/feedback", "GET /api/v1/conversations",
    "POST /api/v1/conversations", "PATCH /api/v1/conversations/{conversation_id}",
    "DELETE /api/v1/conversations/{conversation_id}", "GET /api/v1/documents",
    "POST /api/v1/documents", "GET /api/v1/documents/{document_id}",
    "PATCH /api/v1/documents/{document_id}", "DELETE /api/v1/documents/{document_id}",
    "POST /api/v1/documents/{document_id}/reread",
    "GET /api/v1/documents/{document_id}/file",  # the original as it came
    "cewen ingest", "cewen delete", "cewen serve", "cewen mcp", "cewen status", "cewen eval",
    "cewen backup", "cewen restore",
    "cewen responsibilities --xlsx",  # the same workbook as over HTTP
)  # fmt: skip


@pytest.mark.parametrize("ended", ENDED, ids=lambda ended: ended.number)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_out_loses_that_a_paper_no_longer_holds(
    service: Service, way: str, ended: Ended
) -> None:
    texts = WAYS[way](service, ended)
    assert texts
    for text in texts:
        assert ended.fact in text or ended.unit in text
        assert ended.warning in text


@pytest.mark.parametrize("way", WAYS)
def test_of_a_paper_that_holds_nothing_is_said(service: Service, way: str) -> None:
    for text in WAYS[way](service, HOLDS):
        assert HOLDS.fact in text or HOLDS.unit in text
        assert not any(ended.warning in text for ended in ENDED)
        assert "注意" not in text


def routes(schema: dict[str, Any]) -> Iterator[str]:
    """Every operation, each form of what it gives by itself."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            forms = [
                f for p in operation.get("parameters", ()) for f in p["schema"].get("enum", ())
            ]
            yield from [f"{name} {form}" for form in forms] or [name]
            if '"stream"' in json.dumps(_body(operation, schema)):
                yield f"{name} stream"


def _body(operation: dict[str, Any], schema: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    kind = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"].get(kind, {}).get("properties", {})


def commands() -> Iterator[str]:
    """Every command, and each of its switches by itself."""
    group = typer.main.get_command(cli.app)
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        yield f"cewen {name}"
        for parameter in command.params:
            if isinstance(parameter, TyperOption) and parameter.is_flag:
                yield f"cewen {name} {parameter.opts[0]}"


def tools(server: Any) -> Any:
    async def listed() -> Any:
        async with Client(server) as client:
            return (await client.list_tools()).tools

    return asyncio.run(listed())


def test_every_way_out_is_known_here(service: Service) -> None:
    """A new route, command, switch or tool fails until it stands among WAYS or the SILENT."""
    schema = service.get("/openapi.json").json()
    server = create_server(service.workspace, service.assistant, Settings(), bool)
    offered = {*routes(schema), *commands(), *(f"MCP {tool.name}" for tool in tools(server))}
    unknown = {
        name
        for name in offered - WAYS.keys()
        if not any(name == silent or name.startswith(f"{silent} -") for silent in SILENT)
    }
    assert unknown == set()
    assert {name for name in WAYS if "LangChain" not in name} <= offered


def test_whatever_brings_words_of_a_paper_has_room_for_the_warning(service: Service) -> None:
    shapes = service.get("/openapi.json").json()["components"]["schemas"]
    server = create_server(service.workspace, service.assistant, Settings(), bool)
    for tool in tools(server):
        shapes |= tool.output_schema.get("$defs", {})
    fields = {name: shape.get("properties", {}).keys() for name, shape in shapes.items()}
    bringing = {
        name: each
        for name, each in fields.items()
        if "title" in each and each & {"quote", "text", "snippet"}
    }
    assert {"Citation", "SearchResult", "ResponsibilityInfo", "Source", "Result"} <= set(bringing)
    assert [name for name, each in bringing.items() if "warning" not in each] == []
