"""The asking side of a worker process, which is not trusted once it has read a file."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from ingest.content import Report
from ingest.errors import NothingToReadError, RefusedFileError
from ingest.reader import document_id
from ingest.types import Document
from ingest.workers.process import receive_frame, send_frame


@dataclass(frozen=True, slots=True)
class _Progress:
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Read:
    document: Document


@dataclass(frozen=True, slots=True)
class _Refused:
    refused: str


@dataclass(frozen=True, slots=True)
class _Nothing:
    nothing: str


_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_Answer = _Progress | _Read | _Refused | _Nothing
_ANSWER: TypeAdapter[_Answer] = TypeAdapter(_Answer)


class Worker:
    """A process that runs ``ingest.workers.process``; dies with the thread that makes this."""

    def __init__(self, silence_seconds: float) -> None:
        """``silence_seconds``: how long it may be without a word while it reads."""
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(silence_seconds)
        # What a killed worker leaves behind goes with this folder: it may hold a paper's words.
        self._folder = TemporaryDirectory(prefix="cewen-read-", ignore_cleanup_errors=True)
        with theirs:
            self._process = subprocess.Popen(
                # -P: not the folder one happens to be in, which may hold strangers' modules.
                [sys.executable, "-P", "-m", "ingest.workers.process", str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={
                    **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                    "TMPDIR": self._folder.name,
                },
                # Ctrl-C in the terminal is for the asking process; it decides what becomes of us.
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def read(self, data: bytes, name: str, source: str, report: Report) -> Document:
        """Have one file read.

        Raises:
            RefusedFileError: by the worker; NothingToReadError among them.
            TimeoutError: no word from it for too long.
            OSError, EOFError, ValueError: it died, or answered what it should not.
        """
        send_frame(self._channel, json.dumps({"name": name, "source": source}).encode())
        send_frame(self._channel, data)
        while True:
            match _ANSWER.validate_json(receive_frame(self._channel)):
                case _Progress(done, total):
                    report(done, total)
                case _Read(document):
                    return _checked(document, data, name, source)
                case _Refused(reason):
                    raise RefusedFileError(reason)
                case _Nothing(reason):
                    raise NothingToReadError(reason)

    def kill(self) -> None:
        """End it and what it started; whoever waits for its answer gets EOFError."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._folder.cleanup()

    def close(self) -> None:
        """End it; nobody is waiting for its answer."""
        self.kill()
        self._channel.close()


def _checked(document: Document, data: bytes, name: str, source: str) -> Document:
    """What the worker says of what it was told must be true."""
    said = document.id, document.name, document.source
    if said != (document_id(data), name, source):
        raise ValueError("an answer to another question")
    return document
