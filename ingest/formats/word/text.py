"""The words of one paragraph of a .docx as a reader of the final paper sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from ingest.formats.word.package import W
from ingest.formats.word.styles import Styles, hides, value
from ingest.formats.word.unseen import Ground

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
BREAK = "\n"
TAB = "\t"
_TEXTS = {f"{W}t", f"{_M}t"}
_MARKS = {
    f"{W}br": BREAK,
    f"{W}cr": BREAK,
    f"{W}tab": TAB,
    f"{W}ptab": TAB,
    f"{W}noBreakHyphen": "-",
}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
# Deleted and moved text, properties (a w:tab there is a tab stop), and the reading of a ruby.
_LEFT_OUT = {
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt")
}  # fmt: skip
_WHITE = re.compile(r"[\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]")
_PRIVATE_USE = range(0xE000, 0xF900)
_CONTENTS_FIELD = re.compile(r"\s*TOC\b", re.I)


@dataclass(slots=True)
class Pieces:
    """What stands in a paragraph; in ``text`` a soft break is BREAK and a tab is TAB.

    ``boxes`` are the text boxes anchored in it, or the words of a picture of letters (WordArt);
    ``notes`` are the kinds and ids of its footnotes and endnotes.
    """

    parts: list[str] = field(default_factory=list)
    boxes: list[Element | str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    in_contents: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return "".join(self.parts)


@dataclass(slots=True)
class _Field:
    code: str = ""
    shown: bool = False


@dataclass(slots=True)
class Fields:
    """The fields open at a place of a story: of each only the result is shown.

    Where the file does not close what it opens, the marks are ignored, or all that follows
    would be lost.
    """

    sound: bool = True
    open: list[_Field] = field(default_factory=list)
    hidden: int = 0
    contents: int = 0

    @classmethod
    def of(cls, story: Element) -> "Fields":
        """The fields of a story, none of them open yet."""
        marks = [mark.get(f"{W}fldCharType") for mark in story.iter(f"{W}fldChar")]
        return cls(marks.count("begin") == marks.count("end"))

    def mark(self, kind: str | None) -> None:
        """Pass the begin, the separator or the end of a field."""
        if not self.sound:
            return
        if kind == "begin":
            self.open.append(_Field())
            self.hidden += 1
        elif kind == "separate" and self.open:
            self._separate(self.open[-1])
        elif kind == "end" and self.open:
            closed = self.open.pop()
            self.hidden -= not closed.shown
            self.contents -= is_contents_field(closed.code)

    def _separate(self, current: _Field) -> None:
        if is_contents_field(current.code):
            self.contents += 1
        elif not current.shown:
            current.shown = True
            self.hidden -= 1

    def code(self, text: str) -> None:
        """Pass a part of the instruction of the innermost field."""
        if self.open and len(self.open[-1].code) < 100:
            self.open[-1].code += text


def is_contents_field(code: str) -> bool:
    """Whether the instruction of a field makes a table of contents or of figures."""
    return bool(_CONTENTS_FIELD.match(code))


def chosen(alternatives: Element) -> Iterator[Element]:
    """The one of several forms of the same content (mc:AlternateContent) that is read."""
    choice = alternatives.find(f"{MC}Choice")
    form = alternatives.find(f"{MC}Fallback") if choice is None else choice
    if form is not None:
        yield form


def read_pieces(paragraph: Element, fields: Fields, styles: Styles) -> Pieces:
    """Read one paragraph and pass its fields."""
    pieces = Pieces(in_contents=fields.contents > 0)
    _Reader(pieces, fields, styles, Ground(paragraph, styles)).walk(paragraph)
    pieces.in_contents = pieces.in_contents or fields.contents > 0
    return pieces


@dataclass(slots=True)
class _Reader:
    pieces: Pieces
    fields: Fields
    styles: Styles
    ground: Ground

    def walk(self, parent: Element) -> None:
        for child in parent.iterchildren("*"):
            self._child(child, child.tag)

    def _child(self, child: Element, tag: str) -> None:
        if tag in _TEXTS:
            self._add(_WHITE.sub(" ", child.text or ""))
        elif tag in _MARKS:
            self._add(_MARKS[tag])
        elif tag in _LEFT_OUT or (tag == f"{W}r" and self._is_hidden(child)):
            self._pass_fields(child)
        elif tag == f"{MC}AlternateContent":
            for form in chosen(child):
                self.walk(form)
        elif tag in _NOTES:
            self.pieces.notes.append((_NOTES[tag], child.get(f"{W}id", "")))
        elif tag == f"{W}txbxContent":
            self.pieces.boxes.append(child)
        else:
            self._rare(child, tag)

    def _pass_fields(self, left_out: Element) -> None:
        """A field may begin in deleted or hidden text and end behind it."""
        for mark in left_out.iter(f"{W}fldChar"):
            self.fields.mark(mark.get(f"{W}fldCharType"))

    def _rare(self, child: Element, tag: str) -> None:
        if tag == f"{W}fldChar":
            self.fields.mark(child.get(f"{W}fldCharType"))
        elif tag == f"{W}instrText":
            self.fields.code(child.text or "")
        elif tag == f"{W}fldSimple" and is_contents_field(child.get(f"{W}instr", "")):
            return
        elif tag == f"{W}sym":
            self._add(_symbol(child.get(f"{W}char", "")))
        elif tag == f"{_V}textpath":
            self.pieces.boxes.append(_WHITE.sub(" ", child.get("string", "")))
        else:
            self.walk(child)

    def _add(self, text: str) -> None:
        if not self.fields.hidden:
            self.pieces.parts.append(text)

    def _is_hidden(self, run: Element) -> bool:
        hidden = hides(run)
        if hidden is None:
            properties = run.find(f"{W}rPr")
            style = value(properties, "rStyle") if properties is not None else ""
            hidden = bool(style) and self.styles.named(style).hidden
        return hidden or self.ground.swallows(run)


def _symbol(code: str) -> str:
    """A character given by its code; one of a font of pictures has no meaning as text."""
    try:
        number = int(code, 16)
        return "" if number in _PRIVATE_USE else chr(number)
    except (ValueError, OverflowError):
        return ""
