"""The HTTP application: routes, error bodies, security headers, the page."""

import logging
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles

from index.errors import EncoderError, StoreError, in_full
from service import (
    conversation_routes,
    document_routes,
    evaluation_routes,
    openai_api,
    problems,
    routes,
)
from service.assistant import Assistant
from service.conversations import open_conversations
from service.mcp_server import MCP_PATH, create_server, mcp_route
from service.problems import Problem
from service.settings import Settings
from service.workspace import Workspace
from service.writing import Writer

WEB = Path(__file__).parent / "web"
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_EMBEDDED = "/embed"
_WORKER = "/worker.js"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_READING = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger(__name__)

Next = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, workspace: Workspace, writer: Writer | None = None) -> FastAPI:
    """The application over one workspace; the model is loaded in the background at start.

    ``writer`` words the answers; without one they are extracted.
    """

    @asynccontextmanager
    async def warm(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=_warm, args=(app, workspace), daemon=True).start()
        async with tools.session_manager.run():
            yield

    app = FastAPI(
        title="Cewen 策问",
        version="1",
        description="依据政策文件作答，句句附原文出处。偏移量以 Unicode 码位计。",
        docs_url=None,
        redoc_url=None,
        lifespan=warm,
    )
    app.state.workspace = workspace
    app.state.settings = settings
    app.state.assistant = Assistant(workspace.index, writer)
    app.state.conversations = open_conversations(settings)
    app.state.warm_failed = False
    tools = create_server(
        workspace,
        app.state.assistant,
        settings,
        lambda: not (workspace.ready or app.state.warm_failed),
    )
    problems.install(app)
    app.include_router(routes.health)
    for router in (
        routes.api,
        document_routes.router,
        conversation_routes.router,
        evaluation_routes.router,
    ):
        app.include_router(router, prefix="/api/v1")
    app.include_router(openai_api.router, prefix=problems.OPENAI_PREFIX)
    app.router.routes.append(mcp_route(tools))
    app.get("/", include_in_schema=False)(_page)
    app.get(_EMBEDDED, include_in_schema=False)(_embedded_page)
    app.get(_WORKER, include_in_schema=False)(_worker)
    app.mount("/static", StaticFiles(directory=WEB), name="static")
    app.middleware("http")(_guard)
    return app


def _warm(app: FastAPI, workspace: Workspace) -> None:
    try:
        workspace.warm()
    except (EncoderError, StoreError) as error:
        app.state.warm_failed = True
        _log.error("%s: %s", type(error).__name__, in_full(error))


async def _page() -> FileResponse:
    return FileResponse(WEB / "index.html")


async def _worker() -> FileResponse:
    """The script that keeps the page; it governs what lies below its own address."""
    return FileResponse(WEB / "worker.js", media_type="text/javascript")


def _embedded_page() -> HTMLResponse:
    """The page as a portal shows it in a frame: the chat alone."""
    page = (WEB / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(page.replace("<html ", "<html data-embedded ", 1))


async def _guard(request: Request, call_next: Next) -> Response:
    """Number the request, keep other sites' pages out, set the headers."""
    request.state.request_id = uuid.uuid4().hex[:16]
    refused = _refusal(request)
    try:
        response = problems.response(request, refused) if refused else await call_next(request)
    except Exception as error:  # answered here, so that a failure has the headers too
        response = problems.response(request, problems.from_error(error, request.state.request_id))
    response.headers["X-Request-ID"] = request.state.request_id
    for name, value in _HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = _POLICY + _framed_by(request)
    if request.url.path in ("/", _EMBEDDED, _WORKER) or request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


def _framed_by(request: Request) -> str:
    """Whose pages may show this one in a frame, where a click can be stolen."""
    settings: Settings = request.app.state.settings
    allowed = settings.embed_origins if request.url.path == _EMBEDDED else ()
    return " ".join(allowed) or "'none'"


def _refusal(request: Request) -> Problem | None:
    if _is_foreign_name(request):
        return Problem(
            400, "unknown_host", "不接受以这个主机名发来的请求；可在 allowed_hosts 中设置。"
        )
    if _from_other_site(request):
        return Problem(403, "cross_site", "不接受来自其他网站页面的请求。")
    return None


def _is_foreign_name(request: Request) -> bool:
    """Another site's name that was made to point at this machine (DNS rebinding)."""
    return not _is_known(request.url.hostname or "", request.app.state.settings)


def _from_other_site(request: Request) -> bool:
    """A browser says so itself; a client that is no browser sends no such header."""
    site = request.headers.get("sec-fetch-site", "none")
    if request.method not in _READING and site not in ("same-origin", "none"):
        return True
    # The protocol asks that a server check the origin; a host that is no browser names none.
    origin = request.headers.get("origin") if request.url.path == MCP_PATH else None
    return origin is not None and not _is_known(
        urlsplit(origin).hostname or "", request.app.state.settings
    )


def _is_known(host: str, settings: Settings) -> bool:
    known = (*_LOCAL_HOSTS, *(name.lower() for name in settings.allowed_hosts))
    return settings.allow_remote or any(fnmatch(host, pattern) for pattern in known)
