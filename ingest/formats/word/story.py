"""The body, a header or a note of a .docx to lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from ingest.content import Line
from ingest.formats.word.numbering import Numbering
from ingest.formats.word.package import W
from ingest.formats.word.styles import Style, Styles, heading_level, hides, is_indented, value
from ingest.formats.word.table import Row, rows
from ingest.formats.word.text import BREAK, MC, TAB, Fields, Pieces, chosen, read_pieces

_TRANSPARENT = {
    f"{W}{name}" for name in ("customXml", "smartTag", "ins", "moveTo", "sdtContent", "body")
}  # fmt: skip
_INDENT = re.compile(r"[\u3000\xa0\t]|  ")
_CONTENTS_TITLE = re.compile(r"目\s*[录次]")
# Body text in the style of a heading, set so for its looks, is longer than this or a sentence.
_MAX_HEADING = 60


@dataclass(slots=True)
class Reader:
    """Reads stories (body, header, note) one after the other; lists count on through all."""

    styles: Styles
    numbering: Numbering
    notes: dict[tuple[str, str], Element]
    title: list[str] = field(default_factory=list)
    title_end: int = 0

    def story(self, root: Element, inner: bool = False) -> list[Line]:
        """The lines of the body, a header, a footer or (``inner``) a note."""
        story = _Story(self, Fields.of(root), inner)
        story.blocks(root)
        return story.lines


@dataclass(slots=True)
class _Story:
    """The lines of a story, or of one cell or text box in it, as far as they are read.

    ``inner`` marks a cell or a note: it gives no title, and a number alone counts as its text.
    """

    reader: Reader
    fields: Fields
    inner: bool = False
    lines: list[Line] = field(default_factory=list)
    blank: bool = False
    joined: str = ""
    pending: list[tuple[str, str]] = field(default_factory=list)

    def blocks(self, parent: Element) -> None:
        for child in parent.iterchildren("*"):
            tag = child.tag
            if tag == f"{W}p":
                self._paragraph(child)
                self._add_notes()
            elif tag == f"{W}tbl":
                self._table(child)
                self._add_notes()
            elif tag == f"{W}sdt":
                if _is_contents_control(child):
                    self._drop_contents_title()
                else:
                    self.blocks(child)
            elif tag == f"{MC}AlternateContent":
                for form in chosen(child):
                    self.blocks(form)
            elif tag in _TRANSPARENT:
                self.blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        pieces = read_pieces(paragraph, self.fields, self.reader.styles)
        text, self.joined = self.joined + pieces.text, ""
        self.pending += pieces.notes
        if properties is not None and _runs_on(paragraph, properties):
            self.joined = text
        else:
            self._written(properties, pieces, text)
        for box in pieces.boxes:
            self._box(box)

    def _written(self, properties: Element | None, pieces: Pieces, text: str) -> None:
        style = self.reader.styles.of_paragraph(properties)
        empty = not text.strip()
        if style.contents or (pieces.in_contents and empty):
            self._drop_contents_title()
            return
        hidden = style.hidden
        if empty and properties is not None:
            hidden = hidden or bool(hides(properties))
        number = "" if hidden else self.reader.numbering.next(properties, style)
        if empty and not (self.inner and number):
            self.blank = True
        elif not hidden:
            self._add_lines(properties, style, number, text)

    def _drop_contents_title(self) -> None:
        if self.lines and _CONTENTS_TITLE.fullmatch(self.lines[-1].text):
            self.lines.pop()

    def _add_lines(self, properties: Element | None, style: Style, number: str, text: str) -> None:
        level = 0 if style.title else heading_level(properties, style)
        whole = _plain(text.replace(BREAK, "")) if level else ""
        if len(whole) > _MAX_HEADING or whole.endswith("。"):
            level = 0
        indented = is_indented(properties, style)
        for part in [whole] if level else text.split(BREAK):
            words = (number + _plain(part)).strip()
            number = number if not words else ""
            if words:
                starts_in = indented or bool(_INDENT.match(part))
                self._add(Line(words, indented=starts_in, full=False, heading=level))
                indented = False
                if style.title and not self.inner:
                    self._add_title(words)

    def _add_title(self, words: str) -> None:
        """Only the first title of a file counts, though annexes may have titles of that style."""
        if not self.reader.title or self.reader.title_end == len(self.lines) - 1:
            self.reader.title.append(words)
            self.reader.title_end = len(self.lines)

    def _add(self, line: Line) -> None:
        self.lines.append(Line(line.text, 0, self.blank, line.indented, line.full, line.heading))
        self.blank = False

    def _box(self, box: Element | str) -> None:
        if not isinstance(box, str):
            self._read_into(box)
        elif box.strip():
            self._add(Line(box.strip(), full=False))

    def _read_into(self, root: Element) -> None:
        """Read a text box or a cell that is a frame: its lines are lines of this story."""
        part = _Story(self.reader, self.fields, self.inner, self.lines, self.blank)
        part.blocks(root)
        self.pending += part.pending
        self.blank = part.blank

    def _add_notes(self) -> None:
        if self.inner:
            return
        for named in self.pending:
            note = self.reader.notes.pop(named, None)
            if note is not None:
                self.lines += self.reader.story(note, inner=True)
        self.pending.clear()

    def _table(self, table: Element) -> None:
        found = list(rows(table))
        if all(len(row.cells) == 1 for row in found):
            for row in found:
                self._read_into(row.cells[0].element)
            return
        for row in found:
            text = TAB.join(self._row(row))
            if text.strip():
                self._add(Line(text, full=False))

    def _row(self, row: Row) -> Iterator[str]:
        yield from [""] * row.before
        for cell in row.cells:
            yield "" if cell.merged else self._cell(cell.element)
            yield from [""] * (cell.span - 1)

    def _cell(self, cell: Element) -> str:
        """The text of a cell, that of tables in it included, without tabs."""
        story = _Story(self.reader, self.fields, inner=True)
        story.blocks(cell)
        self.pending += story.pending
        words = (word.strip() for line in story.lines for word in line.text.split(TAB))
        return " ".join(word for word in words if word)


def _plain(text: str) -> str:
    """A line without the tabs that lay it out.

    One tab parts two words. Several may lay out columns: as wide gaps, which those of a list of
    people are too; what follows tells them apart.
    """
    words = [word.strip() for word in text.split(TAB) if word.strip()]
    return ("  " if len(words) > 2 else " ").join(words)


def _runs_on(paragraph: Element, properties: Element) -> bool:
    """Whether the end of the paragraph is deleted, so that the next one goes on with it."""
    mark = properties.find(f"{W}rPr")
    following = paragraph.getnext()
    if mark is None or following is None or following.tag != f"{W}p":
        return False
    return any(mark.find(f"{W}{change}") is not None for change in ("del", "moveFrom"))


def _is_contents_control(control: Element) -> bool:
    """Whether a content control holds a table of contents that Word made."""
    gallery = control.find(f"{W}sdtPr/{W}docPartObj")
    return gallery is not None and value(gallery, "docPartGallery") == "Table of Contents"
