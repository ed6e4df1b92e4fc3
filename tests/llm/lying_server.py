"""A server of OpenAI's protocol on loopback that does as a test tells it, and tells what befell."""

import json
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PASSAGE = re.compile(r'<资料 编号="(\d+)"[^>]*>\n(.*?)\n</资料>', re.DOTALL)


class Exchange:
    """One request, and what can be answered to it."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.headers = handler.headers
        self._handler = handler

    @property
    def prompt(self) -> str:
        """Everything the model was told."""
        return "\n".join(message["content"] for message in self.asked["messages"])

    @property
    def passages(self) -> dict[int, str]:
        """The passages shown, by number."""
        return {int(number): text for number, text in _PASSAGE.findall(self.prompt)}

    def begin(self) -> None:
        """Start a stream of events."""
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._end_headers()

    def raw(self, data: str) -> None:
        """Send one chunk as it is."""
        body = data.encode()
        self._handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        self._handler.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        """Send a piece of the answer."""
        delta = {"content": text} if finish is None else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        self.raw(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n")

    def end(self, finish: str = "stop") -> None:
        """End the stream as it should be."""
        self.say("", finish)
        self.raw("data: [DONE]\n\n")
        self._handler.wfile.write(b"0\r\n\r\n")

    def write(self, text: str) -> None:
        """A whole answer, in pieces of a few characters."""
        self.begin()
        for start in range(0, len(text), 7):
            self.say(text[start : start + 7])
        self.end()

    def fail(self, status: int, body: str = '{"error": {"message": "no", "code": "x"}}') -> None:
        """Answer with an error."""
        data = body.encode()
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(data)))
        self._end_headers()
        self._handler.wfile.write(data)

    def _end_headers(self) -> None:
        """A connection kept would outlive the event loop of the test that made it."""
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()

    def cut(self) -> None:
        """Break the connection."""
        self._handler.connection.shutdown(socket.SHUT_RDWR)
        self._handler.close_connection = True

    def gone_within(self, seconds: float) -> bool:
        """Whether who asked hangs up before so much time has passed."""
        connection = self._handler.connection
        readable, _, _ = select.select([connection], [], [], seconds)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""


Behaviour = Callable[[Exchange], None]


class LyingServer:
    """Where it listens, what it does next, and what it was asked."""

    def __init__(self) -> None:
        self.does: Behaviour = lambda exchange: exchange.write("")
        self.asked: list[Exchange] = []
        self.left_at: list[float] = []
        self.url = ""

    def left_within(self, seconds: float) -> bool:
        """Whether a client hangs up in the middle of an answer before so much time has passed."""
        deadline = time.monotonic() + seconds
        while not self.left_at and time.monotonic() < deadline:
            time.sleep(0.01)
        return bool(self.left_at)

    def plays(self, *behaviours: Behaviour) -> None:
        """Do these one after another, the last for good."""
        waiting = list(behaviours)

        def turn(exchange: Exchange) -> None:
            (waiting.pop(0) if len(waiting) > 1 else waiting[0])(exchange)

        self.does = turn

    def reset(self) -> None:
        """Forget what was asked."""
        self.asked.clear()
        self.left_at.clear()

    def _handle(self, exchange: Exchange) -> None:
        self.asked.append(exchange)
        try:
            self.does(exchange)
        except OSError:
            self.left_at.append(time.monotonic())


def writes(text: str) -> Behaviour:
    return lambda exchange: exchange.write(text)


def fails(status: int, **more: str) -> Behaviour:
    return lambda exchange: exchange.fail(status, **more)


def endless(sentence: str) -> Behaviour:
    """Writes the same for ever, until hung up on."""

    def behave(exchange: Exchange) -> None:
        exchange.begin()
        while not exchange.gone_within(0.002):
            exchange.say(sentence)
        raise BrokenPipeError

    return behave


def slow(seconds: float, text: str = "") -> Behaviour:
    """Says nothing for a while."""

    def behave(exchange: Exchange) -> None:
        if exchange.gone_within(seconds):
            raise BrokenPipeError
        exchange.write(text)

    return behave


def broken(pieces: Sequence[str]) -> Behaviour:
    """Breaks the connection in the middle of an answer."""

    def behave(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.say(piece)
        exchange.cut()

    return behave


def garbage(exchange: Exchange) -> None:
    """Sends what is no JSON where JSON should be."""
    exchange.begin()
    exchange.raw('data: {"choices": [{"delta": {"cont\n\n')
    exchange.end()


@contextmanager
def lying() -> Iterator[LyingServer]:
    """A server that lives as long as the block."""
    liar = LyingServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            liar._handle(Exchange(self, json.loads(body)))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    liar.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
