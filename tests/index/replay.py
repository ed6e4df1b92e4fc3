"""Changes papers with vectors computed beforehand, and kills itself before what it is told.

Run as ``python replay.py DATA VECTORS CACHE OPERATION add PAPER...``, ``... correct ID TITLE`` or
``... delete ID``; the first operation on the data folder that begins with OPERATION is not reached.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.library.library import Library
from index.library.progress import SourceFile
from index.retrieval.dense import FloatArray
from index.retrieval.tokeniser import Tokeniser
from index.store.generations import Store

_OPERATIONS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree")


class Replayed:
    """The vectors that another process's model gave."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self.identity = str(stored["identity"])
            self._known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
            self.dimension = stored["vectors"].shape[1]

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        sys.audit("encode")
        return np.stack([self._known[text] for text in texts])


def die_before(operation: str, folder: str) -> None:
    """Have this process killed, with no time to clean up, when it comes to ``operation``."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        place = str(arguments[0]) if arguments else ""
        known = event == "encode" or (event in _OPERATIONS and place.startswith(folder))
        if known and f"{event} {place.removeprefix(folder)}".startswith(operation):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def main(data: str, vectors: str, cache: str, operation: str, change: str, *arguments: str) -> None:
    """Make the change as far as ``operation``."""
    encoder: Any = Replayed(Path(vectors))
    library = Library(
        Store(Path(data)), lambda: encoder, lambda words: Tokeniser(Path(cache), words)
    )
    die_before(operation, data)
    if change == "add":
        library.add([SourceFile.at(Path(paper)) for paper in arguments])
    elif change == "correct":
        library.correct(arguments[0], {"title": arguments[1]})
    else:
        library.delete(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
