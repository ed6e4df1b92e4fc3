"""The XML of small Word files, also of what python-docx cannot write."""

import io
import zipfile

import docx

from ingest.content import Content
from ingest.formats.word.reader import read
from ingest.reader import no_report

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("v", "urn:schemas-microsoft-com:vml"),
    )
)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def made(document: object = None) -> bytes:
    stream = io.BytesIO()
    (document or docx.Document()).save(stream)
    return stream.getvalue()


def with_parts(data: bytes, **parts: str) -> bytes:
    """The package with XML of our own for some of its parts, a.xml named by the keyword a."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            own = parts.get(name.rpartition("/")[2].removesuffix(".xml"))
            new.writestr(name, old.read(name) if own is None else own)
    return stream.getvalue()


def package(body: str, **parts: str) -> bytes:
    document = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    return with_parts(made(), document=document, **parts)


def content(body: str, **parts: str) -> Content:
    return read(package(body, **parts), no_report)


def lines(body: str, **parts: str) -> list[str]:
    return [line.text for line in content(body, **parts).lines]


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inner: str, properties: str = "") -> str:
    inner = inner if inner.startswith("<") or not inner else r(inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def tc(inner: str, properties: str = "") -> str:
    inner = inner if inner.startswith("<w:p") or inner.startswith("<w:tbl") else p(inner)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: list[str]) -> str:
    body = "".join(
        f"<w:tr>{''.join(c if '<w:tc>' in c else tc(c) for c in row)}</w:tr>" for row in rows
    )
    return f"<w:tbl>{body}</w:tbl>"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def numbered(list_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def level(position: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{position}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def numbering(*levels: str, nums: str = "") -> str:
    """List 1 with these levels; ``nums`` adds more."""
    return (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0">{"".join(levels)}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f"{nums}</w:numbering>"
    )


def list_lines(levels: list[str], *positions: int | str, nums: str = "") -> list[str]:
    """The lines “…甲” of a list with ``levels``, one for each position (“2:0” is list 2)."""
    places = [str(place).rpartition(":") for place in positions]
    body = "".join(p("甲", numbered(int(list_id or 1), int(at))) for list_id, _, at in places)
    return lines(body, numbering=numbering(*levels, nums=nums))


def styles(*found: tuple[str, str, str, str]) -> str:
    """Styles given by id, name, id of the base and w:pPr."""
    body = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{base}"/><w:pPr>{properties}</w:pPr></w:style>'
        for id_, name, base, properties in found
    )
    return f"<w:styles {NAMESPACES}>{body}</w:styles>"


def styled(text: str, style: str, more: str = "") -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>{more}')
