"""The parts of an OFD file (GB/T 33190-2016, clause 7): documents, pages, templates, resources."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from ingest.container.package import MAX_PART, open_package, parse_xml, part_name, read_part
from ingest.errors import RefusedFileError

# A4 in millimetres, where neither the page nor the document says its size.
_A4 = (0.0, 0.0, 210.0, 297.0)
_DAMAGED = "OFD 文件损坏或不完整{place}，读不了；请重新取得这份文件。"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sources:
    """What pages draw on: templates, composite units and the parts of pictures, by their ids."""

    templates: dict[str, _Element] = field(default_factory=dict)
    units: dict[str, _Element] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page's contents, the templates below it first, and its box in millimetres."""

    contents: tuple[_Element, ...]
    box: Box
    sources: Sources


class OfdPackage:
    """An OFD file opened for reading."""

    def __init__(self, data: bytes) -> None:
        self._zip = open_package(data)
        self._parts = {_plain(part_name(part)): part for part in self._zip.infolist()}

    def pages(self) -> list[tuple[str, "Document"]]:
        """The part of every page in reading order, with the document it belongs to.

        Raises:
            RefusedFileError: damaged, or without a page.
        """
        found: list[tuple[str, Document]] = []
        for body in _all(self.xml("OFD.xml"), "DocBody"):
            root = self.resolve("OFD.xml", _text(body, "DocRoot"))
            document = Document(self, root, self.xml(root))
            found += [(part, document) for part in document.page_parts()]
        if not found:
            raise RefusedFileError("OFD 文件里没有页面；请重新取得这份文件。")
        return found

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return _plain(part) in self._parts

    def read(self, part: str, limit: int = MAX_PART) -> bytes:
        """The bytes of a part.

        Raises:
            RefusedFileError: missing, damaged or too large.
        """
        if not self.has(part):
            raise RefusedFileError(_DAMAGED.format(place=f"（缺少“{part}”）"))
        return read_part(self._zip, self._parts[_plain(part)], limit)

    def xml(self, part: str) -> _Element:
        """The root of an XML part.

        Raises:
            RefusedFileError: missing, damaged or too large.
        """
        return parse_xml(self.read(part))

    def resolve(self, base: str, location: str) -> str:
        """The part that ``location`` names in the part ``base``: beside it, or from the root."""
        beside = posixpath.join("/", posixpath.dirname(base), location.replace("\\", "/"))
        return beside if self.has(beside) else location


class Document:
    """One document of an OFD file, of which there may be several."""

    def __init__(self, package: OfdPackage, part: str, root: _Element) -> None:
        self._package, self._part, self._root = package, part, root
        common = root.find("{*}CommonData")
        self._box = box_of(common, "{*}PageArea/{*}PhysicalBox") or _A4
        self._sources = Sources()
        if common is not None:
            self._collect(common)

    def page_parts(self) -> Iterator[str]:
        """The parts that hold the pages."""
        for page in self._root.iterfind("{*}Pages/{*}Page"):
            yield self._package.resolve(self._part, page.get("BaseLoc", ""))

    def page(self, part: str) -> PageParts:
        """What is drawn on the page in ``part``.

        Raises:
            RefusedFileError: missing or damaged.
        """
        root = self._package.xml(part)
        own = self._sources
        sources = Sources(dict(own.templates), dict(own.units), dict(own.pictures))
        for resource in _all(root, "PageRes"):
            self._resource(self._package.resolve(part, _own_text(resource)), sources)
        below = (sources.templates.get(use.get("TemplateID", "")) for use in _all(root, "Template"))
        contents = [template for template in below if template is not None]
        box = box_of(root, "{*}Area/{*}PhysicalBox") or self._box
        return PageParts((*contents, root), box, sources)

    def _collect(self, common: _Element) -> None:
        for template in _all(common, "TemplatePage"):
            part = self._package.resolve(self._part, template.get("BaseLoc", ""))
            if self._package.has(part):
                self._sources.templates[template.get("ID", "")] = self._package.xml(part)
        for name in ("PublicRes", "DocumentRes"):
            for resource in _all(common, name):
                self._resource(
                    self._package.resolve(self._part, _own_text(resource)), self._sources
                )

    def _resource(self, part: str, sources: Sources) -> None:
        if not self._package.has(part):
            return
        root = self._package.xml(part)
        folder = posixpath.join(posixpath.dirname(part), root.get("BaseLoc", ""), "_")
        for unit in root.iterfind("{*}CompositeGraphicUnits/{*}CompositeGraphicUnit"):
            sources.units[unit.get("ID", "")] = unit
        for media in root.iterfind("{*}MultiMedias/{*}MultiMedia"):
            location = self._package.resolve(folder, _text(media, "MediaFile"))
            sources.pictures[media.get("ID", "")] = self._package.resolve(part, location)


def box_of(element: _Element | None, path: str) -> Box | None:
    """The four numbers at ``path`` below ``element``: left, top, width, height."""
    found = element.find(path) if element is not None else None
    return box(_own_text(found)) if found is not None else None


def box(words: str) -> Box | None:
    """Four numbers, the last two of them sizes; None where they are not."""
    numbers = floats(words)
    if len(numbers) < 4 or numbers[2] <= 0 or numbers[3] <= 0:
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def floats(words: str) -> list[float]:
    """The numbers of a list divided by spaces; empty if one of them is none."""
    try:
        numbers = [float(word) for word in words.replace(",", " ").split()]
    except ValueError:
        return []
    return numbers if all(abs(number) < 1e7 for number in numbers) else []


def _plain(part: str) -> str:
    """The name of a part as it is looked for; some software mixes the case of letters."""
    return posixpath.normpath(posixpath.join("/", part.replace("\\", "/"))).casefold()


def _all(element: _Element, name: str) -> Iterator[_Element]:
    return element.iterfind("{*}" + name)


def _own_text(element: _Element) -> str:
    return (element.text or "").strip()


def _text(element: _Element, name: str) -> str:
    return (element.findtext("{*}" + name) or "").strip()
