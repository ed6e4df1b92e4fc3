"""The process in which strangers' files are read, so that a hostile one harms only itself.

``ingest.workers.pool`` starts it, and speaks over the socket that stands in for standard input.
A question is two frames: ``{"name", "source"}``, then the bytes of the file. The answer is any
number of ``{"done", "total"}``, then ``{"document"}``, ``{"refused"}`` or ``{"nothing"}``. A frame
is its length (4 bytes, big end first) and that many bytes; all but the file itself is JSON.
"""

import ctypes
import gc
import json
import logging
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.errors import NothingToReadError, RefusedFileError
from ingest.reader import read_bytes

# Counted as RLIMIT_DATA counts, a scanned page takes 1.5 GB on 2 cores (1.1 GB of it in use, A3 at
# 600 dpi); more cores take more stacks. A file that needs more is refused.
MAX_MEMORY = 2_500_000_000
MAX_FRAME = 400_000_000
_LENGTH = struct.Struct("!I")
_REPORT_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1
_TOO_LARGE = f"读取这份文件需要的内存超过上限（{MAX_MEMORY / 1e9} GB），没有导入；请拆分后再试。"
_FAILED = (
    "读取程序出错，这份文件的内容异常，没有导入；请用原来的软件打开，另存为 PDF 或文本后再试。"
)

Send = Callable[[dict[str, Any]], None]


def send_frame(channel: socket.socket, data: bytes) -> None:
    """Send one frame."""
    channel.sendall(_LENGTH.pack(len(data)))
    channel.sendall(data)


def receive_frame(channel: socket.socket) -> bytearray:
    """Receive one frame.

    Raises:
        EOFError: the other side is gone.
        ValueError: longer than MAX_FRAME.
    """
    [length] = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > MAX_FRAME:
        raise ValueError(f"a frame of {length} bytes")
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        received = channel.recv_into(rest)
        if not received:
            raise EOFError
        rest = rest[received:]
    return data


def main() -> None:
    """Answer questions until the asking process is gone."""
    _bind_to_parent(int(sys.argv[1]))
    _limit_resources()
    # Whatever a library prints or logs is not for the user.
    logging.disable()
    warnings.simplefilter("ignore")
    channel = _take_standard_input()

    def send(answer: dict[str, Any]) -> None:
        send_frame(channel, json.dumps(answer, ensure_ascii=False).encode())

    with suppress(EOFError):
        while True:
            question = json.loads(receive_frame(channel))
            data = bytes(receive_frame(channel))
            send(_answer(data, question["name"], question["source"], send))
            del data
            gc.collect()


def _answer(data: bytes, name: str, source: str, send: Send) -> dict[str, Any]:
    """What is said of one file in the end."""
    try:
        document = read_bytes(data, name, source, _reporter(send))
        # An unpaired surrogate could not be stored; better it fails here.
        document.text.encode()
        return {"document": asdict(document)}
    except NothingToReadError as error:
        return {"nothing": str(error)}
    except RefusedFileError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": _TOO_LARGE}
    except Exception:
        print(f"读取“{name}”时出错：", file=sys.stderr)  # noqa: T201
        traceback.print_exc()
        return {"refused": _FAILED}


def _reporter(send: Send) -> Callable[[int, int], None]:
    """Sends progress, but not more often than anyone can read."""
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _REPORT_SECONDS:
            last = now
            send({"done": done, "total": total})

    return report


def _bind_to_parent(parent: int) -> None:
    """Die with the thread that started this process, even in the middle of a file."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    # Should memory run out all the same, this process goes and not the one with the index.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _take_standard_input() -> socket.socket:
    """The socket, moved to where no other program that reading starts can find it."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    return channel


if __name__ == "__main__":
    main()
