"""One reader for each kind of file, imported when it is first needed."""

from collections.abc import Callable
from importlib import import_module

from ingest.container.kinds import Kind
from ingest.content import Content, Report

Read = Callable[[bytes, Report], Content]

# The place to register a reader: the module under ingest.formats that has its ``read``.
_MODULES = {
    Kind.TEXT: "text",
    Kind.MARKDOWN: "markdown.reader",
    Kind.WEB: "web.reader",
    Kind.WORD: "word.reader",
    Kind.OLD_WORD: "word.libreoffice",
    Kind.SHEET: "sheet.reader",
    Kind.PDF: "pdf.reader",
    Kind.PICTURE: "ocr.reader",
    Kind.OFD: "ofd.reader",
}


def reader_of(kind: Kind) -> Read:
    """The function ``read(data, report) -> Content`` for files of ``kind``.

    It raises RefusedFileError with a message for the user where the file is damaged, protected
    by a password or too large, or where an optional part is missing.
    """
    read: Read = import_module(f"ingest.formats.{_MODULES[kind]}").read
    return read
