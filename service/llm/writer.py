"""A language model's wording of an answer: asked for, checked sentence by sentence, made whole.

The papers' own words stay in charge. A sentence of the model is shown as fact only where the
guard finds it in the passages; what the extracted conclusion says and the model does not is shown
in the papers' words; where the papers are silent the model is not asked at all.
"""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from index.search.search import Hit, Index
from ingest.text.normalise import squeeze
from ingest.types import Span
from prompts import render, version
from service.answer.pipeline import Found
from service.answer.select import telling
from service.answer.statements import cite
from service.documents.info import with_standing
from service.events import Event
from service.guard import Evidence, Guard, Source
from service.llm.backend import Backend, BackendError
from service.llm.sentence_stream import Drafted, SentenceStream
from service.question.intent import CUES
from service.schemas import Answer, Citation, Sentence, Stage, Turn
from service.settings import EXTRACTIVE, Settings

# A model that has written so many sentences without support has nothing to add.
_MAX_UNSUPPORTED = 3
_MAX_SENTENCES = 12
_MAX_QUESTION = 200
# What the rules have a model say that sees no answer in the passages.
_SILENT = "未找到依据"
_NOTHING_HELD = "语言模型写的内容没有得到原文支持"


class Writer:
    """Has ``backend`` word answers from the ``passages`` best passages."""

    def __init__(self, backend: Backend, passages: int = 8) -> None:
        self.backend = backend
        self.prompt = version("model_rules", "model_question", "model_passage", "model_complete")
        self._passages = passages

    async def events(self, found: Found) -> AsyncGenerator[Event]:
        """Citations, then sentences as they are checked, then the whole answer."""
        index = found.index
        if index is None or not found.looked or found.silent:
            yield found.answer
            return
        for citation in found.answer.citations:
            yield citation
        yield Stage(stage="writing")
        sources = _sources(found, self._passages)
        draft = _Draft(found, index, sources)
        failure = ""
        try:
            async with aclosing(self._sentences(found, sources)) as sentences:
                async for drafted in sentences:
                    for event in draft.take(drafted):
                        yield event
                    if draft.enough:
                        break
        except BackendError as error:
            failure = str(error)
        for event in draft.finish():
            yield event
        yield draft.answer(self.backend, self.prompt, failure)

    async def completed(self, question: str, history: Sequence[Turn], index: Index) -> str:
        """A follow-up as a question of its own, in words of the conversation only; else empty."""
        asked = [turn.content for turn in history if turn.role == "user"]
        messages = [
            HumanMessage(
                render(
                    "model_complete",
                    history="\n".join(f"问题：{each}" for each in asked),
                    question=question,
                )
            )
        ]
        text = ""
        try:
            async with aclosing(self.backend.stream(messages)) as pieces:
                async for piece in pieces:
                    text += piece
                    if len(text) > _MAX_QUESTION or "\n" in text.strip():
                        break
        except BackendError:
            return ""
        written = text.strip().partition("\n")[0].removeprefix("改写：").strip()
        said = squeeze("".join([*asked, question]))
        new = [word for word in index.tokeniser.words(written) if word not in said]
        # What the follow-up itself asks about must not be lost: “那合肥呢？” is not asked of here.
        own = [w for w in index.tokeniser.words(question) if len(w) > 1 and w not in CUES]
        lost = [word for word in own if word not in squeeze(written)]
        return "" if new or lost or len(written) > _MAX_QUESTION else written

    async def _sentences(self, found: Found, sources: Sequence[Source]) -> AsyncGenerator[Drafted]:
        stream = SentenceStream()
        async with aclosing(self.backend.stream(_messages(found, sources))) as pieces:
            async for piece in pieces:
                for drafted in stream.feed(piece):
                    yield drafted
        for drafted in stream.finish():
            yield drafted


class _Draft:
    """An answer in the making."""

    def __init__(self, found: Found, index: Index, sources: Sequence[Source]) -> None:
        self._found = found
        self._index = index
        self._sources = sources
        self._guard = Guard(index.tokeniser, index.units, index.people)
        self._telling = [
            (each.document.id, each.start, each.end)
            for question, hits in found.looked
            for each in telling(question, hits)
        ]
        self._pending = list(found.answer.sentences)
        self._citations = list(found.answer.citations)
        self._sentences: list[Sentence] = []
        self._written = self._held = self._kept = self._struck = 0

    @property
    def enough(self) -> bool:
        """Whether there is no use in hearing more."""
        return self._struck >= _MAX_UNSUPPORTED or self._written >= _MAX_SENTENCES

    def take(self, drafted: Drafted) -> Iterator[Event]:
        """One more sentence of the model: shown, struck out, or left out as a repetition."""
        self._written += 1
        if drafted.text.startswith(_SILENT):  # as its rules tell it; the papers were found to speak
            return
        cited = [self._sources[n - 1] for n in drafted.numbers if 0 < n <= len(self._sources)]
        verdict = self._guard.check(drafted.text, cited, self._sources)
        carried = [
            each
            for each in self._pending
            if verdict.supported and self._guard.carries(drafted.text, each.text)
        ]
        if not carried:
            yield from self._flush()
        if not verdict.supported:
            self._struck += 1
            yield from self._show(
                Sentence(
                    text=drafted.text, supported=False, reason=verdict.reason, ai_generated=True
                )
            )
            return
        self._held += 1
        self._pending = [each for each in self._pending if each not in carried]
        said = any(
            each.supported and self._guard.carries(each.text, drafted.text)
            for each in self._sentences
        )
        if said or not (carried or any(map(self._tells, verdict.evidence))):
            return
        self._kept += 1
        numbers = []
        for evidence in verdict.evidence:
            number, added = self._number(evidence)
            numbers.append(number)
            yield from added
        yield from self._show(
            Sentence(
                text=drafted.text,
                citations=tuple(dict.fromkeys(numbers)),
                supported=True,
                ai_generated=True,
            )
        )

    def finish(self) -> Iterator[Event]:
        """What the model left unsaid, in the papers' words."""
        yield from self._flush()

    def answer(self, backend: Backend, prompt: str, failure: str) -> Answer:
        """The whole answer; ``failure`` says why the model broke off, if it did."""
        problem = failure or ("" if self._held else _NOTHING_HELD)
        return self._found.answer.model_copy(
            update={
                "answer": "\n".join(each.text for each in self._sentences if each.supported),
                "sentences": tuple(self._sentences),
                "citations": tuple(self._citations),
                "backend": backend.name,
                "model": backend.model,
                "prompt": prompt,
                "notice": f"{problem}，以下为原文摘录。" if problem else "",
                "ai_generated": self._kept > 0,
            }
        )

    def _flush(self) -> Iterator[Event]:
        pending, self._pending = self._pending, []
        for sentence in pending:
            yield from self._show(sentence)

    def _show(self, sentence: Sentence) -> Iterator[Event]:
        self._sentences.append(sentence)
        yield sentence

    def _tells(self, evidence: Evidence) -> bool:
        """Whether the evidence holds words that would answer the question by themselves."""
        span = evidence.span
        return any(
            document == evidence.document.id and start < span.end and span.start < end
            for document, start, end in self._telling
        )

    def _number(self, evidence: Evidence) -> tuple[int, tuple[Citation, ...]]:
        """The number that the evidence is cited by, and its citation if it is a new one."""
        span = evidence.span
        for citation in self._citations:
            inside = citation.start <= span.start and span.end <= citation.end
            if citation.document_id == evidence.document.id and inside:
                return citation.index, ()
        number = len(self._citations) + 1
        new = with_standing([cite(number, evidence.document, evidence.section, span)], self._index)
        self._citations.extend(new)
        return number, new


def _sources(found: Found, most: int) -> list[Source]:
    """The passages that the extracted answer cites, then the best of each part by turns."""
    assert found.index is not None
    queues = [list(hits) for _, hits in found.looked]
    cited = [
        hit
        for citation in found.answer.citations
        for queue in queues
        for hit in queue
        if hit.document.id == citation.document_id
        and hit.passage.start < citation.end
        and citation.start < hit.passage.end
    ]
    depth = max(map(len, queues), default=0)
    by_turns = [queue[rank] for rank in range(depth) for queue in queues if rank < len(queue)]
    chosen: dict[str, Hit] = {}
    for hit in (*cited, *by_turns):
        if len(chosen) < most:
            chosen.setdefault(hit.passage.id, hit)
    return [
        Source(
            hit.document,
            hit.passage.section,
            Span(hit.passage.start, hit.passage.end),
            hit.passage.header,
        )
        for hit in chosen.values()
    ]


def _messages(found: Found, sources: Sequence[Source]) -> list[BaseMessage]:
    passages = "\n".join(
        render(
            "model_passage",
            number=str(place),
            title=_fenced(source.document.masthead.title),
            section=_fenced(" › ".join(source.section)),
            text=_fenced(_shown(source)),
        )
        for place, source in enumerate(sources, start=1)
    )
    asked = render(
        "model_question",
        passages=passages,
        found=_fenced(found.answer.answer),
        question=found.answer.question,
    )
    return [SystemMessage(render("model_rules")), HumanMessage(asked)]


def _shown(source: Source) -> str:
    words = source.document.text[source.span.start : source.span.end]
    return f"{source.header}\n{words}" if source.header else words


def _fenced(text: str) -> str:
    """Text that cannot end the element it stands in."""
    return text.replace("<", "＜").replace(">", "＞").replace('"', "”")


def open_writer(settings: Settings) -> Writer | None:
    """The writer that ``settings`` name, loaded; None where they name no language model.

    Raises:
        SettingsError: the model cannot be had; see ``open_backend``.
    """
    if settings.llm_backend == EXTRACTIVE:
        return None
    from service.llm.chat import open_backend  # takes seconds to import

    return Writer(open_backend(settings), settings.llm_passages)
