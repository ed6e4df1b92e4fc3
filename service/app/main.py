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
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from index.errors import EncoderError, StoreError
from service.app import errors as problems
from service.app.limits import BodyLimits
from service.assistant import Assistant
from service.conversations.store import open_conversations
from service.errors import Problem, from_error
from service.http import answer_routes as routes
from service.http import conversation_routes, document_routes, evaluation_routes
from service.llm.writer import Writer
from service.mcp.server import MCP_PATH, create_server, mcp_route
from service.openai import routes as openai_api
from service.settings import Settings
from service.workspace import Workspace

WEB = Path(__file__).parents[1] / "web"
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
_PORTS = {"http": ":80", "https": ":443"}
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
    app.add_middleware(BodyLimits, settings.upload_megabytes)
    app.middleware("http")(_guard)
    return app


def _warm(app: FastAPI, workspace: Workspace) -> None:
    try:
        workspace.warm()
    except (EncoderError, StoreError) as error:
        app.state.warm_failed = True
        _log.error("%s: %s", type(error).__name__, error.in_full())


async def _page() -> FileResponse:
    return FileResponse(WEB / "index.html")


async def _worker() -> FileResponse:
    """The script that keeps the page; it governs what lies below its own address."""
    return FileResponse(WEB / "worker.js", media_type="text/javascript")


async def _embedded_page() -> FileResponse:
    """The page as a portal shows it in a frame: the chat alone, for anybody."""
    return FileResponse(WEB / "embedded.html")


async def _guard(request: Request, call_next: Next) -> Response:
    """Number the request, keep other sites' pages out, set the headers."""
    request.state.request_id = uuid.uuid4().hex[:16]
    refused = _refusal(request)
    try:
        response = problems.response(request, refused) if refused else await call_next(request)
    except Exception as error:  # answered here, so that a failure has the headers too
        response = problems.response(request, from_error(error, request.state.request_id))
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
        return Problem(
            403,
            "cross_site",
            "不接受来自其他网站页面的请求；经反向代理访问本服务的，请让代理转发原来的 Host。",
        )
    return None


def _is_foreign_name(request: Request) -> bool:
    """Another site's name that was made to point at this machine (DNS rebinding)."""
    said = request.headers.get("host")
    # A name against the rules ("a{b.example"), which browsers visit all the same, is not in the
    # URL: the server's own address stands there.
    name = request.url.hostname if said in (None, request.url.netloc) else said
    return not _is_known(name or "", request.app.state.settings)


def _from_other_site(request: Request) -> bool:
    """A browser says so itself or names the page's origin; other clients do neither."""
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    changing = request.method not in _READING
    if changing and site not in ("same-origin", "none", None):
        return True
    if origin is None:
        return False
    if request.url.path == MCP_PATH:  # the protocol asks for it, and hosts have pages of their own
        return not _is_known(_host_of(origin), request.app.state.settings)
    # "same-origin" is believed: a proxy may have put its own name for the service in Host.
    return changing and site != "same-origin" and not _is_own(origin, request)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:  # half an address
        return ""


def _is_own(origin: str, request: Request) -> bool:
    """Whether a page of this origin came from the address that the request was made to.

    Over plain HTTP this is all that tells: browsers leave Sec-Fetch-Site out.
    """
    scheme, _, place = origin.lower().partition("://")
    port = _PORTS.get(scheme)
    if port is None:
        return False
    place = place.removesuffix(port)
    if place != request.url.netloc.lower().removesuffix(port):
        return False
    # A proxy that ends TLS need not say so, if it does it at the port that needs no naming.
    proxied = scheme == "https" and place == request.url.hostname and place not in _LOCAL_HOSTS
    return proxied or scheme == request.url.scheme


def _is_known(host: str, settings: Settings) -> bool:
    known = (*_LOCAL_HOSTS, *(name.lower() for name in settings.allowed_hosts))
    return settings.allow_remote or any(fnmatch(host, pattern) for pattern in known)
