"""Word files (.docx, .docm): what a reader of the final paper sees, in its order."""

from lxml.etree import _Element as Element

from ingest.content import Content, Report
from ingest.formats.word.numbering import Numbering
from ingest.formats.word.package import Parts, W, open_parts
from ingest.formats.word.story import Reader
from ingest.formats.word.styles import Styles
from ingest.formats.word.unseen import is_backed


def read(data: bytes, report: Report) -> Content:
    """Read a .docx: the text as it stands with all changes accepted and all numbers counted.

    Footnotes and endnotes follow the paragraph that refers to them, so that a definition given
    there is quoted under the section it explains.

    Raises:
        RefusedFileError: damaged, no Word file, protected by a password, hostile or too large.
    """
    parts = open_parts(data)
    styles = Styles.of(parts.others.get("styles"))
    styles.backed = any(map(is_backed, (parts.body, *parts.margins)))
    reader = Reader(styles, Numbering.of(parts.others.get("numbering"), styles), _notes(parts))
    lines = reader.story(parts.body)
    title = "".join(reader.title)
    margins = [line.text for margin in parts.margins for line in reader.story(margin)]
    report(1, 1)
    return Content(tuple(lines), tuple(dict.fromkeys(margins)), title)


def _notes(parts: Parts) -> dict[tuple[str, str], Element]:
    """The notes by part and id, without the lines that Word draws between text and notes."""
    return {
        (kind, note.get(f"{W}id", "")): note
        for kind in ("footnotes", "endnotes")
        for note in parts.others.get(kind, ())
        if note.get(f"{W}type", "normal") == "normal"
    }
