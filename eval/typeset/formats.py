"""One function for each format, imported when it is first needed."""

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from eval.typeset.paper import Options, Paper


class Format(StrEnum):
    """What a paper can be set as."""

    DOCX = "docx"
    DOC = "doc"
    PDF = "pdf"
    SCAN = "scan"
    PNG = "png"
    JPG = "jpg"
    XLSX = "xlsx"
    HTML = "html"
    OFD = "ofd"
    TXT = "txt"


_PLACES = {
    Format.DOCX: "word.docx",
    Format.DOC: "pages.doc",
    Format.PDF: "pages.pdf",
    Format.SCAN: "pages.scan",
    Format.PNG: "pages.pngs",
    Format.JPG: "pages.jpgs",
    Format.XLSX: "sheet.xlsx",
    Format.HTML: "web.html",
    Format.OFD: "ofd.ofd",
    Format.TXT: "plain.txt",
}
_NO_OPTIONS = Options()


def set_in(format_: Format, paper: Paper, options: Options = _NO_OPTIONS) -> dict[str, bytes]:
    """Set a paper; returns its files by what their names end in, such as “.pdf” or “-2.png”.

    Raises:
        TypesetError: the format does not suit the paper, or a program it needs is missing.
    """
    module, name = _PLACES[format_].split(".")
    function: Callable[[Paper, Options], bytes | list[bytes]] = getattr(
        import_module(f"eval.typeset.{module}"), name
    )
    made = function(paper, options)
    if isinstance(made, list):
        return {f"-{number}.{format_}": page for number, page in enumerate(made, 1)}
    return {"-scan.pdf" if format_ is Format.SCAN else f".{format_}": made}
