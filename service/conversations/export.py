"""A conversation as a file: Markdown or Word. What a model wrote never leaves without its label."""

import re
from dataclasses import dataclass
from io import BytesIO

from service.documents.info import where
from service.schemas import AI_LABEL, Answer, ConversationDetail


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is called and sent as."""

    extension: str
    media_type: str


MARKDOWN = FileKind(".md", "text/markdown; charset=utf-8")
WORD = FileKind(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
UNTITLED = "对话"
# Characters that Word's XML cannot hold.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKED = re.compile(r"([\\`*_{}\[\]#|~])")


def as_markdown(said: ConversationDetail) -> bytes:
    """The conversation as Markdown, UTF-8; its words show as they are, whatever they hold."""
    lines = [f"# {_plain(said.title or UNTITLED)}"]
    for each in said.exchanges:
        lines += ["", f"## {_plain(each.question)}", ""]
        lines += [f"{_plain(line)}  " for line in _conclusion(each.answer)]
        for citation in each.answer.citations:
            lines += ["", f"> {_plain(_one_line(citation.quote))}", ">"]
            lines += [f"> \\[{citation.index}\\] {_plain(where(citation))}"]
    return ("\n".join(lines) + "\n").encode()


def as_word(said: ConversationDetail) -> bytes:
    """The conversation as a .docx file."""
    from docx import Document

    document = Document()
    document.add_heading(_writable(said.title or UNTITLED), level=1)
    for each in said.exchanges:
        document.add_heading(_writable(each.question), level=2)
        for line in _conclusion(each.answer):
            document.add_paragraph(_writable(line))
        for citation in each.answer.citations:
            words = f"[{citation.index}] “{_one_line(citation.quote)}”"
            document.add_paragraph(_writable(words), style="Quote")
            document.add_paragraph(_writable(where(citation)), style="Caption")
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _conclusion(answer: Answer) -> list[str]:
    """The sentences that hold, with the numbers of their citations, and the label where due."""
    lines = [
        sentence.text + "".join(f"[{index}]" for index in sentence.citations)
        for sentence in answer.sentences
        if sentence.supported
    ] or [answer.answer]
    return [*lines, f"（{AI_LABEL}）"] if answer.ai_generated else lines


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return _MARKED.sub(r"\\\1", _one_line(text)).replace("<", "&lt;")


def _writable(text: str) -> str:
    return _CONTROLS.sub("", text)
