"""The Model Context Protocol, spoken by the official client over both transports."""

import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, TextContent

from index.embedding.encoder import load_encoder
from index.library.progress import SourceFile
from service.app.main import create_app
from service.assistant import Assistant
from service.llm.backend import Backend
from service.llm.writer import Writer, open_writer
from service.mcp.server import create_server
from service.mcp.tools import PAGE_CHARACTERS
from service.schemas import AI_LABEL, Answer
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, SettingsFactory, free_port

QUESTION = "泽川市氢能产业由哪个单位牵头？"
Work = Callable[[Client], Awaitable[None]]


def stdio(data: Path) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-c", "from service.cli.main import main; main()", "mcp", "--data-dir", str(data)],
        cwd=ROOT,
        env={"HF_HUB_OFFLINE": "1"},
    )


def use(server: Any, work: Work, mode: str = "auto") -> None:
    async def connected() -> None:
        async with Client(server, mode=mode) as client:
            await work(client)

    anyio.run(connected)


def in_process(
    workspace: Workspace, writer: Writer | None = None, starting: Callable[[], bool] = bool
) -> Any:
    assistant = Assistant(workspace.index, writer)
    return create_server(workspace, assistant, Settings(), starting)


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


async def called(client: Client, tool: str, **arguments: object) -> Any:
    """The structured content of a call that succeeds."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    return result.structured_content


def is_starting(said: str) -> bool:
    """Whether to try again: a busy machine loads the model for longer than a call waits."""
    return "请过一分钟再试" in said


@pytest.mark.parametrize(
    ("transport", "mode"), [("http", "auto"), ("http", "legacy"), ("stdio", "auto")]
)
def test_a_host_lists_the_tools_searches_reads_on_and_asks(
    transport: str,
    mode: str,
    samples_workspace: Workspace,
    samples_copy: Path,
    request: pytest.FixtureRequest,
) -> None:
    assistant = Assistant(samples_workspace.index)

    async def work(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["search", "fetch", "ask"]
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema is not None
            assert tool.description is not None
            assert "文件" in tool.description
            assert "  " not in tool.description

        found = await client.call_tool("search", {"query": QUESTION, "k": 3})
        while is_starting(text_of(found)):
            found = await client.call_tool("search", {"query": QUESTION, "k": 3})
        assert json.loads(text_of(found)) == found.structured_content
        results = found.structured_content["results"]
        assert [each["id"] for each in results] == [
            each.passage_id for each in assistant.search(QUESTION, 3)
        ]
        first = results[0]
        assert first["url"].startswith("http://127.0.0.1:")
        fetched = await called(client, "fetch", id=first["id"])
        assert fetched["text"] == first["text"]
        assert fetched["metadata"]["section"] == first["section"]
        paper = await called(client, "fetch", id=first["document_id"])
        assert paper["text"] == assistant.text(first["document_id"])
        assert paper["text"][first["start"] : first["end"]] == first["text"]
        assert paper["metadata"]["next_offset"] is None

        asked = await client.call_tool("ask", {"question": QUESTION})
        answer = Answer.model_validate(asked.structured_content)
        assert answer == assistant.answer(QUESTION)
        assert f"{answer.sentences[0].text}[1]" in text_of(asked)
        assert all(citation.quote in text_of(asked) for citation in answer.citations)

    if transport == "http":
        use(f"{request.getfixturevalue('server_url')}/mcp", work, mode)
    else:
        use(stdio(samples_copy), work, mode)


def test_a_follow_up_is_completed_and_papers_are_chosen(server_url: str) -> None:
    before = "泽川市氢能产业到2030年产值达到多少？"

    async def work(client: Client) -> None:
        history = [{"role": "user", "content": before}]
        completed = await called(client, "ask", question="那2035年呢？", history=history)
        assert "1000亿元" in completed["answer"]
        [citation, *_] = completed["citations"]
        # Some hosts send an array as a string.
        ids = json.dumps([citation["document_id"]])
        found = await called(client, "search", query="产值", document_ids=ids)
        assert {each["document_id"] for each in found["results"]} == {citation["document_id"]}

    use(f"{server_url}/mcp", work)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "question：缺少这一项"),
        ("ask", {"question": "  "}, "请输入要问的内容"),
        ("ask", {"question": "长" * 501}, "501 个字，超过上限 500 个字；请精简"),
        ("ask", {"question": "问", "history": "先前"}, "history：应为数组"),
        ("ask", {"question": "问", "document_ids": ["没有"]}, "请先用 search 检索"),
        ("search", {"query": ""}, "请输入要问的内容"),
        ("search", {"query": "氢能", "k": 0}, "k：数值太小"),
        ("search", {"query": "氢能", "limit": 3}, "limit：不认识这一项"),
        ("fetch", {"id": "没有-1"}, "没有编号为 没有-1 的文件或段落；请先用 search 检索"),
        ("fetch", {"id": "𠮷\u0000"}, "请先用 search 检索"),
    ],
)
def test_an_error_says_the_way_out(
    client: TestClient, tool: str, arguments: dict[str, object], words: str
) -> None:
    called = {"name": tool, "arguments": arguments}
    result = posted(client, "tools/call", called).json()["result"]
    assert result["isError"]
    assert words in result["content"][0]["text"]
    assert "请求编号" in result["content"][0]["text"]


def posted(
    client: TestClient | httpx.Client, method: str, params: dict[str, object], **headers: str
) -> httpx.Response:
    """One request of the protocol without sessions."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}
    name = {"Mcp-Name": str(params["name"])} if "name" in params else {}
    return client.post(
        "/mcp",
        json=message,
        headers={
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": method,
            **name,
            **headers,
        },
    )


def test_an_unknown_tool_is_an_error_of_the_protocol(samples_workspace: Workspace) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError, match="没有名为 delete 的工具；可用的有 search、fetch、ask"):
            await client.call_tool("delete", {})

    use(in_process(samples_workspace), work)


def test_a_long_paper_is_read_page_by_page(workspace: Workspace, loaded_once: None) -> None:
    lines = (f"第{number}项任务𠮷由县发展改革局牵头。" for number in range(1500))
    paper = "禾丰县长任务清单\n一、任务\n" + "\n".join(lines)
    [added] = workspace.add([SourceFile("长.txt", "", paper.encode)])
    read: list[str] = []

    async def work(client: Client) -> None:
        offset: int | None = 0
        while offset is not None:
            page = await called(client, "fetch", id=added.document_id, offset=offset)
            assert len(page["text"]) <= PAGE_CHARACTERS
            read.append(page["text"])
            offset = page["metadata"]["next_offset"]
        beyond = await client.call_tool("fetch", {"id": added.document_id, "offset": 10**9})
        assert beyond.is_error
        assert "请从 0 读起" in text_of(beyond)

    use(in_process(workspace), work)
    assert len(read) > 2
    assert "".join(read) == Assistant(workspace.index).text(added.document_id)


def test_two_hosts_at_once_get_their_own_answers(server_url: str) -> None:
    questions = (QUESTION, "临溪县氢能产业由谁牵头？", "什么是链长制？", "𠮷🙂是什么？")
    answers: dict[tuple[int, str], str] = {}

    async def ask(host: int) -> None:
        async with Client(f"{server_url}/mcp") as client, anyio.create_task_group() as group:
            for question in questions:
                group.start_soon(put, client, host, question)

    async def put(client: Client, host: int, question: str) -> None:
        answers[host, question] = (await called(client, "ask", question=question))["answer"]

    async def both() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(ask, 0)
            group.start_soon(ask, 1)

    anyio.run(both)
    assert all(answers[0, question] == answers[1, question] for question in questions)
    assert len(set(answers.values())) == len(questions)


def test_what_the_papers_do_not_carry_is_never_in_an_answer(samples_workspace: Workspace) -> None:
    drafted = "氢能产业由市教育局牵头，投入999亿元。[1]\n氢能产业由市发展改革委牵头。[1]\n"
    chat = GenericFakeChatModel(messages=iter([AIMessage(drafted)]))

    async def work(client: Client) -> None:
        asked = await client.call_tool("ask", {"question": QUESTION})
        assert "市发展改革委" in text_of(asked)
        assert "教育局" not in text_of(asked)
        assert "教育局" not in json.dumps(asked.structured_content, ensure_ascii=False)
        labelled = asked.structured_content["ai_generated"]
        assert labelled == (AI_LABEL in text_of(asked))

    use(in_process(samples_workspace, Writer(Backend(chat, "fake", "fake"))), work)


def test_an_empty_library_says_so(workspace: Workspace, loaded_once: None) -> None:
    async def work(client: Client) -> None:
        assert await called(client, "search", query="氢能") == {"results": []}
        assert (await called(client, "ask", question="氢能？"))["status"] == "no_evidence"
        fetched = await client.call_tool("fetch", {"id": "1"})
        assert fetched.is_error
        assert "cewen ingest" in text_of(fetched)

    use(in_process(workspace), work)


def test_a_call_waits_for_the_start_but_not_for_ever(
    samples_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.monotonic()

    async def answered(client: Client) -> None:
        await called(client, "search", query="氢能")

    async def refused(client: Client) -> None:
        result = await client.call_tool("search", {"query": "氢能"})
        assert result.is_error
        assert is_starting(text_of(result))

    use(in_process(samples_workspace, None, lambda: time.monotonic() < begun + 0.5), answered)
    assert time.monotonic() > begun + 0.5
    monkeypatch.setattr("service.mcp.server._START_SECONDS", 0.2)
    use(in_process(samples_workspace, None, lambda: True), refused)


def test_a_model_that_cannot_be_loaded_is_said(
    samples_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.workspace.load_encoder", load_encoder)  # the real one
    settings = Settings(data_dir=samples_copy, model=str(tmp_path / "nowhere"))

    async def work(client: Client) -> None:
        result = await client.call_tool("ask", {"question": QUESTION})
        assert result.is_error
        assert "无法加载向量模型" in text_of(result)

    use(in_process(Workspace(settings)), work)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:6274"}, 200),
        ({"Host": "evil.example"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_other_sites_are_kept_out(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert posted(client, "tools/list", {}, **headers).status_code == status


@pytest.mark.parametrize("origin", ["https://cewen.county.example", "https://evil.example"])
def test_the_settings_name_the_hosts_that_are_let_in(
    samples_workspace: Workspace, make_settings: SettingsFactory, origin: str
) -> None:
    allowed = make_settings().model_copy(update={"allowed_hosts": ("*.county.example",)})
    with TestClient(create_app(allowed, samples_workspace)) as client:
        posting = posted(client, "tools/list", {}, Host="cewen.county.example", Origin=origin)
    assert posting.status_code == (200 if "county" in origin else 403)


def test_standard_output_carries_nothing_but_the_protocol(samples_copy: Path) -> None:
    server = stdio(samples_copy)
    client = {"name": "test", "version": "1"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    question = {"name": "ask", "arguments": {"question": QUESTION}}
    with subprocess.Popen(
        [server.command, *server.args],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        told, heard, logged = process.stdin, process.stdout, process.stderr
        assert told is not None
        assert heard is not None
        assert logged is not None

        def tell(**message: object) -> None:
            told.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            told.flush()

        tell(id=0, method="initialize", params=hello)
        assert json.loads(heard.readline())["id"] == 0
        tell(method="notifications/initialized")
        for number in itertools.count(1):
            tell(id=number, method="tools/call", params=question)
            answered = json.loads(heard.readline())
            assert answered["id"] == number
            said = answered["result"]["content"][0]["text"]
            if not is_starting(said):
                break
        told.close()
        rest, log = heard.read(), logged.read()
    assert "市发展改革委" in said
    assert rest == ""
    assert "策问 MCP 服务已启动" in log
    assert process.returncode == 0


class SlowModel(BaseHTTPRequestHandler):
    """A server of OpenAI's protocol that writes one word after another, and sees who hangs up."""

    asked = threading.Event()
    stopped = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.asked.set()
        choice = {"index": 0, "delta": {"content": "氢"}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "slow"}
        line = f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n"
        try:
            for _ in range(600):
                self.wfile.write(line.encode())
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.stopped.set()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served_with_slow_model(workspace: Workspace) -> Iterator[str]:
    """The address of the application, in this process, over a slow language model."""
    SlowModel.asked.clear()
    SlowModel.stopped.clear()
    model = ThreadingHTTPServer(("127.0.0.1", 0), SlowModel)
    model.daemon_threads = True
    settings = Settings(
        data_dir=workspace.store.data_dir,
        llm_backend="openai",
        llm_model="slow",
        llm_base_url=f"http://127.0.0.1:{model.server_port}/v1",
    )
    app = create_app(settings, workspace, open_writer(settings))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    threads = [threading.Thread(target=run) for run in (model.serve_forever, server.run)]
    for thread in threads:
        thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        model.shutdown()
        for thread in threads:
            thread.join()
        model.server_close()


@asynccontextmanager
async def given_up(seconds: float = 30) -> AsyncGenerator[None]:
    """What is done inside is given up as soon as the model has been asked."""
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            assert await anyio.to_thread.run_sync(SlowModel.asked.wait, seconds)
            group.cancel_scope.cancel()

        group.start_soon(watch)
        yield
        raise AssertionError("the slow model has answered")


@pytest.mark.parametrize("era", ["2026-07-28", "2025-06-18"])
def test_a_request_that_ends_stops_the_model(
    era: str, samples_workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    async def by_client(url: str) -> None:
        async with Client(f"{url}/mcp") as client:
            async with given_up():
                await client.call_tool("ask", {"question": QUESTION})
            assert await anyio.to_thread.run_sync(SlowModel.stopped.wait, 5)
            await called(client, "search", query="氢能")

    async def by_hand(url: str) -> None:
        params = {"name": "ask", "arguments": {"question": QUESTION}}
        headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": era}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        async with given_up(), httpx.AsyncClient() as client:
            await client.post(f"{url}/mcp", json=message, headers=headers, timeout=60)
        assert await anyio.to_thread.run_sync(SlowModel.stopped.wait, 5)

    with served_with_slow_model(samples_workspace) as url:
        anyio.run(by_client if era == "2026-07-28" else by_hand, url)
    assert "No response returned" not in caplog.text


def test_ctrl_c_ends_it_though_the_host_still_listens(samples_copy: Path) -> None:
    server = stdio(samples_copy)
    with subprocess.Popen(
        [server.command, *server.args], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert "已启动" in process.stderr.readline().decode()
        time.sleep(1)  # it has begun to read
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT
