"""The log and the screen: what strangers chose to name or ask cannot forge a line in them."""

import logging
import unicodedata
from typing import Any

_FORM = "%(asctime)s %(levelname)s %(message)s"
# In front of each line of a traceback, so that none of them can pass for an entry.
_BELOW = "    | "


def printable(text: str) -> str:
    r"""``text`` on one line, without power over a terminal or the order of its characters.

    Line ends, escape codes, marks of direction and halves of surrogate pairs become ``\n``,
    ``\x1b``, ``\u202e``, ``\ud800``.
    """
    return "".join(char if _is_shown(char) else _escaped(char) for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"  # such as U+3000


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def set_up_log() -> None:
    """Send the warnings and errors of the whole process to standard error, uvicorn's among them."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # some libraries set levels of their own
    handler.setFormatter(_Formatter(_FORM))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


class _Formatter(logging.Formatter):
    """One line for each entry; a traceback follows indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"{_BELOW}{printable(line)}" for line in text.split("\n"))
