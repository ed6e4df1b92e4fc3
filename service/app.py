"""The HTTP application: routes, error bodies, security headers, the page."""

import logging
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from index.errors import EncoderError, StoreError
from service import problems, routes
from service.assistant import Assistant
from service.problems import Problem
from service.settings import Settings
from service.workspace import Workspace
from service.writing import Writer

WEB = Path(__file__).parent / "web"
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
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
    app.state.warm_failed = False
    problems.install(app)
    app.include_router(routes.health)
    app.include_router(routes.api, prefix="/api/v1")
    app.get("/", include_in_schema=False)(_page)
    app.mount("/static", StaticFiles(directory=WEB), name="static")
    app.middleware("http")(_guard)
    return app


def _warm(app: FastAPI, workspace: Workspace) -> None:
    try:
        workspace.warm()
    except (EncoderError, StoreError) as error:
        app.state.warm_failed = True
        _log.error("%s", error)


async def _page() -> FileResponse:
    return FileResponse(WEB / "index.html")


async def _guard(request: Request, call_next: Next) -> Response:
    """Number the request, keep other sites' pages out, set the headers."""
    request.state.request_id = uuid.uuid4().hex[:16]
    refused = _refusal(request)
    try:
        response = problems.response(request, refused) if refused else await call_next(request)
    except Exception as error:  # answered here, so that a failure has the headers too
        response = problems.response(request, problems.from_error(error))
    response.headers["X-Request-ID"] = request.state.request_id
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if request.url.path == "/" or request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
    return response


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
    settings: Settings = request.app.state.settings
    known = (*_LOCAL_HOSTS, *(name.lower() for name in settings.allowed_hosts))
    name = request.url.hostname or ""
    return not settings.allow_remote and not any(fnmatch(name, pattern) for pattern in known)


def _from_other_site(request: Request) -> bool:
    """A browser says so itself; a client that is no browser sends no such header."""
    site = request.headers.get("sec-fetch-site", "none")
    return request.method not in _READING and site not in ("same-origin", "none")
