"""How well a candidate meets a question: one score, with its parts for whoever must decide."""

import re
from dataclasses import dataclass

from ingest.types import LeadBasis
from service.candidates import Candidate, CandidateKind
from service.question import Kind, Question, Term

# What a word counts for, by where it stands.
OWN, HEADING, AROUND, TITLE = 1.0, 0.85, 0.55, 0.4
TYPE_BONUS = 0.25
RANK_BONUS = 0.15
PLACE_PENALTY = 0.6
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千两]+[个家项名万亿成倍]")
_DATE = re.compile(r"\d{4}年|\d{1,2}月|\d{1,2}日|\d+个?(?:工作日|天|年|月)|年底|年内")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[-—－至到]|$)")
_UNIT = re.compile("局|委|办|部门|政府|管委会|公司|中心|开发区|集团|院|单位")
_LONG = 3


@dataclass(frozen=True, slots=True)
class Score:
    """``total`` orders candidates; ``coverage`` (0 to 1) says how much of the question is met."""

    total: float
    coverage: float
    typed: bool
    year_met: bool
    place_met: bool


def score(question: Question, candidate: Candidate) -> Score:
    """Score one candidate."""
    coverage = _coverage(question, candidate)
    typed = _has_type(question.kind, candidate)
    year_met = years_met(question, candidate)
    place_met = _places_met(question, candidate)
    total = coverage + TYPE_BONUS * typed + RANK_BONUS / (1 + candidate.rank)
    total -= PLACE_PENALTY * (not place_met) + PLACE_PENALTY * (not year_met)
    return Score(total, coverage, typed, year_met, place_met)


def _coverage(question: Question, candidate: Candidate) -> float:
    whole = sum(term.weight for term in question.terms)
    if not whole:
        return 0.0
    return sum(term.weight * _met(term, candidate) for term in question.terms) / whole


def _met(term: Term, candidate: Candidate) -> float:
    places = (
        (OWN, candidate.own),
        (HEADING, candidate.heading),
        (AROUND, candidate.around),
        (TITLE, candidate.document.masthead.title),
    )
    return max(weight * _holds(text, term.text) for weight, text in places)


def _holds(text: str, term: str) -> float:
    """1 where the text holds the term, less where it holds only parts of a long one."""
    at = text.find(term)
    while at > 0 and text[at - 1] == "副" and term[0] != "副":
        at = text.find(term, at + 1)
    if at >= 0:
        return 1.0
    if len(term) < _LONG:
        return 0.0
    pairs = [term[i : i + 2] for i in range(len(term) - 1)]
    return 0.7 * sum(pair in text for pair in pairs) / len(pairs)


def _has_type(kind: Kind, candidate: Candidate) -> bool:
    """Whether the candidate holds the kind of thing that was asked for."""
    match kind:
        case Kind.LEAD | Kind.TASKS_OF_UNIT:
            return candidate.kind is CandidateKind.RECORD or bool(_UNIT.search(candidate.own))
        case Kind.FIGURE:
            return bool(_NUMBER.search(_YEAR.sub("", candidate.own)))
        case Kind.DATE:
            return bool(_DATE.search(candidate.own))
        case Kind.PERSON:
            return candidate.kind is CandidateKind.PERSON or bool(re.search("任|负责人|书记|长", candidate.own))
        case Kind.DEFINITION:
            return candidate.kind is CandidateKind.DEFINITION
        case _:
            return True


def years_met(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate speaks of the year asked for, itself or by what it stands in."""
    if not question.years:
        return True
    if candidate.record is not None:
        return True
    own = _YEAR.findall(candidate.own)
    if own:
        return any(year in own or _within(year, candidate.own) for year in question.years)
    around = candidate.around + candidate.heading + candidate.document.masthead.title
    return any(year in around or year in candidate.document.text for year in question.years)


def _within(year: str, text: str) -> bool:
    spans = re.findall(r"((?:19|20)\d{2})年?[-—－至到~]((?:19|20)\d{2})", text)
    return any(first <= year <= last for first, last in spans)


def _places_met(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate is about every place named: by its paper or by its own words."""
    region = candidate.document.masthead.region
    return all(
        place == region or place in candidate.own or place in candidate.heading
        or (len(place) > 2 and place[:-1] in candidate.own)
        for place in question.places
    )  # fmt: skip


def lead_is_stated(candidate: Candidate) -> bool:
    """Whether a record says who leads."""
    return candidate.record is not None and candidate.record.basis is not LeadBasis.NOT_STATED
