"""The Model Context Protocol: the tools of service/mcp/tools.py over HTTP and standard streams."""

import inspect
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import anyio
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from index.errors import EncoderError, StoreError
from service.assistant import Assistant
from service.errors import GONE, Problem, from_error, invalid
from service.llm.writer import Writer
from service.log import printable
from service.mcp.tools import (
    AskArguments,
    FetchArguments,
    Fetched,
    Results,
    SearchArguments,
    Tools,
)
from service.schemas import Answer
from service.settings import Settings
from service.workspace import Workspace

MCP_PATH = "/mcp"
_INSTRUCTIONS = (
    "策问依据已导入的政府政策文件作答，句句附原文出处。要结论用 ask；要原文段落用 search，"
    "读上下文或全文用 fetch。转述时保留出处；回答“未找到依据”的，不要用别处的知识补充。"
)
# Hosts give up on a call after a minute.
_START_SECONDS = 45
_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One tool; ``run`` gives the text for the model and the content for the program."""

    title: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any, str], Awaitable[tuple[str, BaseModel]]]

    def described(self, name: str) -> Tool:
        return Tool(
            name=name,
            title=self.title,
            description=inspect.getdoc(self.run),
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(mode="serialization"),
            annotations=_READ_ONLY,
        )


def create_server(
    workspace: Workspace,
    assistant: Assistant,
    settings: Settings,
    starting: Callable[[], bool],
) -> Server:
    """The protocol's server; calls wait while ``starting`` says that the model is being loaded."""
    tools = Tools(workspace, assistant, settings)
    offers = {
        "search": _Offer("检索政策文件", SearchArguments, Results, tools.search),
        "fetch": _Offer("读取原文", FetchArguments, Fetched, tools.fetch),
        "ask": _Offer("政策问答", AskArguments, Answer, tools.ask),
    }
    listed = ListToolsResult(tools=[offer.described(name) for name, offer in offers.items()])

    async def list_tools(
        context: ServerRequestContext, params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return listed

    async def call_tool(
        context: ServerRequestContext, params: CallToolRequestParams
    ) -> CallToolResult:
        request_id = context.request.state.request_id if context.request else ""
        offer = offers.get(params.name)
        if offer is None:
            unknown, known = printable(params.name), "、".join(offers)
            raise MCPError(INVALID_PARAMS, f"没有名为 {unknown} 的工具；可用的有 {known}。")
        try:
            asked = offer.takes.model_validate(params.arguments or {})
        except ValidationError as error:
            return _failed(invalid(error.errors()), request_id)
        try:
            await _started(starting)
            text, content = await offer.run(asked, _site(context.request, settings))
        except Exception as error:  # every failure must reach the model that called
            return _failed(from_error(error, request_id), request_id)
        return CallToolResult(
            content=[TextContent(text=text)], structured_content=content.model_dump(mode="json")
        )

    return Server(
        "cewen",
        version="1",
        title="策问",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _started(starting: Callable[[], bool]) -> None:
    with anyio.move_on_after(_START_SECONDS):
        while starting():
            await anyio.sleep(0.1)
        return
    raise Problem(503, "starting", "正在准备模型和索引，请过一分钟再试。")


def _site(request: Any, settings: Settings) -> str:
    """The address of the web page; over standard streams, where ``cewen serve`` would put it."""
    return str(request.base_url) if request else f"http://{settings.host}:{settings.port}/"


def _failed(problem: Problem, request_id: str) -> CallToolResult:
    number = f"（请求编号 {request_id}）" if request_id else ""
    return CallToolResult(content=[TextContent(text=f"{problem}{number}")], is_error=True)


def mcp_route(server: Server) -> Route:
    """Where the application answers over HTTP; ``server.session_manager`` must be running.

    No sessions: a host goes on after a restart, and a request that ends stops its model.
    """
    # The application checks the names of hosts and origins itself.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    server.streamable_http_app(stateless_http=True, transport_security=unchecked)
    return Route(MCP_PATH, _Endpoint(server.session_manager), include_in_schema=False)


class _Endpoint:
    """Answers those too who have gone; the application takes no answer for a failure."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await self._manager.handle_request(scope, receive, noticed)
        if not begun:
            await Response(status_code=GONE)(scope, receive, send)


def serve_stdio(settings: Settings, workspace: Workspace, writer: Writer | None) -> None:
    """Serve one host over standard input and output until it closes them.

    The protocol is answered at once; the model is loaded meanwhile.
    """
    loading = threading.Thread(target=_load, args=(workspace,), daemon=True)
    assistant = Assistant(workspace.index, writer)
    server = create_server(workspace, assistant, settings, loading.is_alive)

    async def serve() -> None:
        async with stdio_server() as (received, sent):  # from here on, prints go to standard error
            loading.start()
            await server.run(received, sent, server.create_initialization_options())

    # Python would wait for the thread that reads the input, and it for the host.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(serve)


def _load(workspace: Workspace) -> None:
    with suppress(EncoderError, StoreError):  # said to whoever calls
        workspace.warm()
