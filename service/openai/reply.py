"""What a client that knows only text reads: sentences, the marks of their citations, the label."""

from service.documents.info import page_address
from service.events import Event
from service.openai.schemas import Annotation, Delta, Facts, Source, UrlCitation
from service.schemas import AI_LABEL, Answer, Citation, Sentence


class Reply:
    """A message in the making, for a client of the service at ``base_url`` (ends with a slash).

    Citations are numbered as the content first cites them: clients count their sources so.
    """

    def __init__(self, base_url: str) -> None:
        self.content = ""
        self.annotations: list[Annotation] = []
        self.answer: Answer | None = None
        self._base_url = base_url
        self._known: dict[int, Citation] = {}
        self._cited: dict[int, Citation] = {}

    def hear(self, event: Event) -> list[Delta]:
        """What the next event adds to the message."""
        if isinstance(event, Citation):
            self._known[event.index] = event
        if isinstance(event, Sentence) and event.supported:
            return self._sentence(event)
        if isinstance(event, Answer):
            self.answer = event
            return self._end(event)
        return []

    def facts(self) -> Facts:
        """What is said of the whole answer, once it is heard."""
        assert self.answer is not None
        return Facts(
            search_results=tuple(
                Source(
                    title=each.title,
                    url=page_address(self._base_url, each.document_id, each),
                    snippet=each.quote,
                    warning=each.warning,
                )
                for each in self._cited.values()
            ),
            status=self.answer.status,
            backend=self.answer.backend,
            ai_generated=self.answer.ai_generated,
            notice=self.answer.notice,
        )

    def _sentence(self, sentence: Sentence) -> list[Delta]:
        start = len(self.content)
        self._add_line(sentence.text)
        annotations = tuple(self._mark(self._known[index]) for index in sentence.citations)
        said = Delta(content=self.content[start:])
        return [said, Delta(annotations=annotations)] if annotations else [said]

    def _mark(self, citation: Citation) -> Annotation:
        """Write the mark of a citation, and say where it stands."""
        cited = self._cited.setdefault(
            citation.index, citation.model_copy(update={"index": len(self._cited) + 1})
        )
        start = len(self.content)
        self.content += f"[{cited.index}]"
        marked = UrlCitation(
            start_index=start,
            end_index=len(self.content),
            title=cited.title,
            url=page_address(self._base_url, cited.document_id, cited),
        )
        annotation = Annotation(**cited.model_dump(), url_citation=marked)
        self.annotations.append(annotation)
        return annotation

    def _end(self, answer: Answer) -> list[Delta]:
        start = len(self.content)
        if not self.content:
            self._add_line(answer.answer)
        if answer.ai_generated:
            self._add_line(f"（{AI_LABEL}）")
        return [Delta(content=self.content[start:])] if len(self.content) > start else []

    def _add_line(self, text: str) -> None:
        if text:
            self.content += f"\n{text}" if self.content else text
