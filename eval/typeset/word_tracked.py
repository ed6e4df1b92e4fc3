"""A comment and tracked changes, as papers carry them that went round for opinions."""

from copy import deepcopy

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from lxml.etree import _Element

from eval.typeset.word_styles import element_of, element_of_run

_AUTHOR, _INITIALS, _DATE = "审核人", "审", "2025-01-01T00:00:00Z"
_COMMENT = "此段表述已与有关单位核对。"
_DELETED = "（此处原有文字经会商后删去）"
_MIN_PROSE = 40


def track_changes(document: Document) -> None:
    """Comment on the first paragraph; in the last one of prose mark words as new, others as gone.

    With all changes accepted the paper has the words that it had before.
    """
    comment = document.add_comment(document.paragraphs[0].runs, _COMMENT, _AUTHOR, _INITIALS)
    (element,) = element_of(comment.paragraphs[0]).xpath("ancestor::w:comment")
    element.set(qn("w:date"), _DATE)
    prose = [paragraph for paragraph in document.paragraphs if len(paragraph.text) >= _MIN_PROSE]
    if prose:
        _mark(element_of_run(max(prose[-1].runs, key=lambda run: len(run.text))))


def _mark(run: CT_R) -> None:
    inserted, deleted = _change("ins", "901"), _change("del", "902")
    gone = OxmlElement("w:r")
    if run.rPr is not None:
        gone.append(deepcopy(run.rPr))
    words = OxmlElement("w:delText")
    words.text = _DELETED
    gone.append(words)
    deleted.append(gone)
    run.addprevious(deleted)
    run.addprevious(inserted)
    inserted.append(run)


def _change(kind: str, id_: str) -> _Element:
    element = OxmlElement(f"w:{kind}")
    for name, value in (("id", id_), ("author", _AUTHOR), ("date", _DATE)):
        element.set(qn(f"w:{name}"), value)
    return element
