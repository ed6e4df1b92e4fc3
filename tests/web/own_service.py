"""A service of a test's own, in this process, and a portal on another port."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import uvicorn

from service.app.connections import OPTIONS
from service.app.main import create_app
from service.llm.writer import Writer
from service.settings import Settings
from service.workspace import Workspace

_START_SECONDS = 30


@contextmanager
def running(
    settings: Settings, workspace: Workspace, writer: Writer | None = None
) -> Iterator[str]:
    """The address of the service over ``workspace``, at the port of ``settings``."""
    app = create_app(settings, workspace, writer)
    config = uvicorn.Config(app, port=settings.port, log_config=None, **OPTIONS)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def portal(page: str, policy: str, port: int = 0) -> Iterator[str]:
    """The address of another site, all of whose pages are ``page`` under a policy of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.encode()
            self.send_response(200 if urlsplit(self.path).path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing; a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
