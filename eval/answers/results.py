"""What a run yields: case by case, and added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eval.answers.cases import Case, Kind
from eval.answers.metrics import Proportion, hit_at
from service.schemas import Answer


class Failure(StrEnum):
    """What went wrong in a case."""

    ERROR = "error"
    RETRIEVAL = "retrieval"
    ANSWER = "answer"
    CITATION = "citation"
    NOT_REFUSED = "not_refused"
    FALSE_REFUSAL = "false_refusal"


FAILURE_LABELS: Mapping[Failure, str] = {
    Failure.ERROR: "运行出错",
    Failure.RETRIEVAL: "检索未命中",
    Failure.ANSWER: "答案不对",
    Failure.CITATION: "引用不对",
    Failure.NOT_REFUSED: "应拒未拒",
    Failure.FALSE_REFUSAL: "误拒",
}


# An answer is made from about the first five passages (`k` of a search by default), so a case
# whose evidence comes later is listed as a failure of retrieval.
EXPECTED_DEPTH = 5


@dataclass(frozen=True, slots=True)
class TopPassage:
    """A retrieved passage; ``paper`` is the file name of the paper it comes from."""

    passage_id: str
    paper: str
    section: tuple[str, ...]
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case gave.

    ``rank`` is the place of the first hit among ``passages``, from 1. A judgement is None
    where the metric does not apply; ``judged`` is what a judging model said. The times are in
    seconds, None where the call failed; ``error`` then says how, and ``answer`` is None if it
    was the answer that failed.
    """

    case: Case
    passages: tuple[TopPassage, ...]
    answer: Answer | None
    rank: int | None
    answer_right: bool | None
    citation_right: bool | None
    refused: bool
    retrieval_seconds: float | None
    answer_seconds: float | None
    error: str = ""
    judged: bool | None = None

    @property
    def claims(self) -> tuple[bool, ...]:
        """Of each sentence that a language model wrote, whether the papers carry it."""
        sentences = self.answer.sentences if self.answer else ()
        return tuple(each.supported for each in sentences if each.ai_generated)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What went wrong, each thing under one name: a refusal is not a wrong answer too."""
        answerable = self.case.answerable
        answered = self.answer is not None and not self.refused
        missed = self.retrieval_seconds is not None and not hit_at(self.rank, EXPECTED_DEPTH)
        signs = {
            Failure.ERROR: bool(self.error),
            Failure.RETRIEVAL: answerable and missed,
            Failure.FALSE_REFUSAL: answerable and self.refused,
            Failure.NOT_REFUSED: not answerable and answered,
            Failure.ANSWER: answered and self.answer_right is False,
            Failure.CITATION: answered and self.citation_right is False,
        }
        return tuple(failure for failure, shown in signs.items() if shown)


@dataclass(frozen=True, slots=True)
class Latency:
    """Median and 95th percentile of a call's time, in seconds; None of no calls."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The metrics of a group of cases; None where no case of the group has a score.

    ``hits`` maps a depth k to hit@k. Hits, MRR, answers and false refusals are of the
    answerable cases, citations of those that were answered, refusals of the unanswerable.
    ``claims`` counts sentences that a language model wrote, ``judged`` answers that another judged.
    """

    cases: int
    failed: int
    hits: Mapping[int, Proportion | None]
    mrr: float | None
    answers: Proportion | None
    citations: Proportion | None
    refusals: Proportion | None
    false_refusals: Proportion | None
    retrieval: Latency
    answering: Latency
    claims: Proportion | None = None
    judged: Proportion | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run.

    ``by_document`` is keyed by the file names the cases give; a case that names several
    counts under each. ``missing`` lists papers that cases name and that are not ingested.
    ``source_checked`` says whether citations were held against the papers' texts.
    """

    overall: Summary
    by_kind: Mapping[Kind, Summary]
    by_document: Mapping[str, Summary]
    results: tuple[CaseResult, ...]
    missing: tuple[str, ...] = ()
    source_checked: bool = False

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases in which something went wrong, in the order of the files."""
        return tuple(result for result in self.results if result.failures)

    @property
    def errors(self) -> int:
        """How many cases the assistant broke off with an error."""
        return sum(Failure.ERROR in result.failures for result in self.results)
