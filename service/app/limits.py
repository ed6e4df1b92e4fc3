"""Bounds on the body of a request, in bytes and in seconds, kept while it arrives."""

import anyio
from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.app.errors import OPENAI_PREFIX, response
from service.errors import Problem

UPLOADS = "/api/v1/documents"
# A thousand papers to look in take 70 kB, a hundred turns of 2,000 characters 600.
_JSON_BYTES = 1_000_000
# Clients of OpenAI's send a conversation whole and a thousand texts to encode at once (3 MB).
_OPENAI_BYTES = 4_000_000
# The files of one request together: so many times as much as one of them may have.
_UPLOADED = 10
# A bad line may be silent for so long, and must bring so much on the whole: 50 MB in 84 minutes.
_SILENCE_SECONDS = 30.0
_BYTES_PER_SECOND = 10_000
_MEGABYTE = 1_000_000


class BodyLimits:
    """ASGI middleware: who sends too much or too slowly is told so, and read no further."""

    def __init__(self, app: ASGIApp, upload_megabytes: int) -> None:
        self._app = app
        self._upload_bytes = upload_megabytes * _UPLOADED * _MEGABYTE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through; what it declares too large is refused before anything is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(self._most(scope["path"]), scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > body.most:
            await body.refuse(body.too_large())
        else:
            await self._app(scope, body.receive, body.send)

    def _most(self, path: str) -> int:
        if path == UPLOADS:
            return self._upload_bytes
        return _OPENAI_BYTES if path.startswith(f"{OPENAI_PREFIX}/") else _JSON_BYTES


class _Body:
    """One request's body; once it is refused, the application hears that its client has gone."""

    def __init__(self, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        self.most = most
        self._scope = scope
        self._receive = receive
        self._send = send
        self._size = 0
        self._waited = 0.0
        self._whole = False
        self._answered = False
        self._refused = False

    async def receive(self) -> Message:
        """The next part, or that the client has gone."""
        if self._refused:
            return {"type": "http.disconnect"}
        if self._whole:  # what else comes is that it has gone, be that ever so late
            return await self._receive()
        try:
            message = await self._next()
        except TimeoutError:
            return await self.refuse(self._too_slow())
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message if self._size <= self.most else await self.refuse(self.too_large())

    async def _next(self) -> Message:
        """The next part; only the time that the client lets us wait is counted."""
        left = _SILENCE_SECONDS + self._size / _BYTES_PER_SECOND - self._waited
        began = anyio.current_time()
        with anyio.fail_after(min(_SILENCE_SECONDS, left)):
            message = await self._receive()
        self._waited += anyio.current_time() - began
        return message

    async def send(self, message: Message) -> None:
        """Pass on the application's answer, unless it was given in its place."""
        if not self._refused:
            self._answered = True
            await self._send(message)

    async def refuse(self, problem: Problem) -> Message:
        """Answer in the application's place."""
        self._refused = True
        if not self._answered:
            answer = response(Request(self._scope), problem)
            await answer(self._scope, self._receive, self._send)
        return {"type": "http.disconnect"}

    def too_large(self) -> Problem:
        """What to tell of a body beyond its bound."""
        return Problem(
            413,
            "too_large",
            f"请求内容超过 {self.most // _MEGABYTE} MB 的上限，没有处理；请分几次发送。",
        )

    def _too_slow(self) -> Problem:
        return Problem(
            408,
            "too_slow",
            f"请求内容来得太慢，收到 {self._size} 字节后不再等待（{_SILENCE_SECONDS:.0f} 秒没有"
            f"动静，或平均每秒不到 {_BYTES_PER_SECOND // 1000} kB）；请检查网络后重试。",
        )
