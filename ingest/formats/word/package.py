"""The parts of a .docx that hold words, checked before python-docx opens them."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from lxml.etree import _Element as Element

from ingest.container.package import open_package, parse_xml, read_part
from ingest.errors import RefusedFileError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# ISO 29500 Strict calls the same elements by other names.
_STRICT = (
    (b"purl.oclc.org/ooxml/wordprocessingml/main",
     b"schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"purl.oclc.org/ooxml/officeDocument/math",
     b"schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip
_CONTENT_TYPES = {
    "officeDocument": f"{_TYPE}.document.main+xml",
    "styles": f"{_TYPE}.styles+xml",
    "numbering": f"{_TYPE}.numbering+xml",
    "header": f"{_TYPE}.header+xml",
    "footer": f"{_TYPE}.footer+xml",
    "footnotes": f"{_TYPE}.footnotes+xml",
    "endnotes": f"{_TYPE}.endnotes+xml",
}
_MAIN = "officeDocument"
_ONCE = ("styles", "numbering", "footnotes", "endnotes")
_NOT_WORD = "文件里没有 Word 正文，可能已损坏；请用 Word 或 WPS 打开后另存为 .docx 再导入。"

# What some office systems export: a web page wrapped in a .docx, which Word unpacks on opening.
_EMBEDDED = "文件的正文是嵌入的网页或别的文件；请用 Word 或 WPS 打开后另存为 .docx 再导入。"


@dataclass(slots=True)
class Parts:
    """The roots of the XML parts; ``margins`` are the headers and footers."""

    body: Element
    margins: list[Element] = field(default_factory=list)
    others: dict[str, Element] = field(default_factory=dict)


class _Part(NamedTuple):
    kind: str
    name: str
    data: bytes


def open_parts(data: bytes) -> Parts:
    """Open a .docx or .docm, transitional or strict.

    Raises:
        RefusedFileError: damaged, no Word file, protected by a password, hostile or too large.
    """
    import docx

    main, *rest = _checked_parts(open_package(data))
    part = docx.Document(_clean_package(main, rest)).part
    body = part.element.find(f"{W}body")
    if body is None:
        raise RefusedFileError(_NOT_WORD)
    if body.find(f".//{W}altChunk") is not None:
        raise RefusedFileError(_EMBEDDED)
    parts = Parts(body)
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        # python-docx parses only the parts it knows: not those of notes.
        root = getattr(relation.target_part, "element", None)
        root = parse_xml(relation.target_part.blob) if root is None else root
        if kind in _ONCE:
            parts.others.setdefault(kind, root)
        else:
            parts.margins.append(root)
    return parts


def _checked_parts(package: zipfile.ZipFile) -> list[_Part]:
    """The main part and those it names that hold words, each of them well-formed."""
    names = {name.lower(): name for name in package.namelist()}
    main = next((t for k, t in _targets(package, names, "") if k == _MAIN), None)
    if main is None:
        raise RefusedFileError(_NOT_WORD)
    found = [_Part(_MAIN, main, _checked(package, main))]
    if parse_xml(found[0].data).tag != f"{W}document":
        raise RefusedFileError(_NOT_WORD)
    used = {main}
    for kind, target in _targets(package, names, main):
        if kind in _CONTENT_TYPES and target not in used:
            used.add(target)
            found.append(_Part(kind, target, _checked(package, target)))
    return found


def _checked(package: zipfile.ZipFile, name: str) -> bytes:
    data = read_part(package, name)
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    parse_xml(data)
    return data


def _targets(
    package: zipfile.ZipFile, names: dict[str, str], source: str
) -> Iterator[tuple[str, str]]:
    """Kind and name of the parts that ``source`` names and that are there."""
    folder, file = posixpath.split(source)
    listed = names.get(posixpath.join(folder, "_rels", f"{file}.rels").lower())
    if listed is None:
        return
    for relation in parse_xml(read_part(package, listed)):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
        name = names.get(target.lstrip("/").lower())
        if name is not None and relation.get("TargetMode") != "External":
            yield relation.get("Type", "").rpartition("/")[2], name


def _clean_package(main: _Part, rest: list[_Part]) -> io.BytesIO:
    """A package of these parts alone.

    python-docx fails on a link to a part that is not there, which Word and WPS leave behind, does
    not open .docm or strict files, and would hold every picture in memory.
    """
    names = {f"part{number}.xml": part for number, part in enumerate(rest)}
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as package:
        package.writestr("[Content_Types].xml", _content_types({"main.xml": main, **names}))
        package.writestr("_rels/.rels", _relations({"main.xml": main}))
        package.writestr("_rels/main.xml.rels", _relations(names))
        for name, part in {"main.xml": main, **names}.items():
            package.writestr(name, part.data)
    return clean


def _content_types(parts: dict[str, _Part]) -> str:
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    types = "".join(
        f"<Override PartName={quoteattr('/' + name)} ContentType='{_CONTENT_TYPES[part.kind]}'/>"
        for name, part in parts.items()
    )
    default = f"<Default Extension='rels' ContentType='{rels}'/>"
    return f"<Types xmlns='{_PACKAGE}/content-types'>{default}{types}</Types>"


def _relations(parts: dict[str, _Part]) -> str:
    found = "".join(
        f"<Relationship Id='r{number}' Type='{_OFFICE}/{part.kind}' Target='{name}'/>"
        for number, (name, part) in enumerate(parts.items())
    )
    return f"<Relationships xmlns='{_PACKAGE}/relationships'>{found}</Relationships>"
