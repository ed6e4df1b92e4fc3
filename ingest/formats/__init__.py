"""One reader for each kind of file, imported when it is first needed."""

from collections.abc import Callable
from importlib import import_module

from ingest.container.kinds import Kind
from ingest.content import Content, Report

Read = Callable[[bytes, Report], Content]

_MODULES = {
    Kind.TEXT: "text",
    Kind.MARKDOWN: "markdown",
    Kind.WEB: "web",
    Kind.WORD: "word",
    Kind.OLD_WORD: "office",
    Kind.SHEET: "sheet",
    Kind.PDF: "pdf",
    Kind.PICTURE: "picture",
    Kind.OFD: "ofd",
}


def reader_of(kind: Kind) -> Read:
    """The function ``read(data, report) -> Content`` for files of ``kind``.

    It raises RefusedFileError with a message for the user where the file is damaged, protected
    by a password or too large, or where an optional part is missing.
    """
    read: Read = import_module(f"ingest.formats.{_MODULES[kind]}").read
    return read
