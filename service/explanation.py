"""Why an answer came out as it did, as the API and the command line tell it."""

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class ExplainedCandidate(_Shape):
    """Words that could have answered, with each part of their score, which add up to ``total``.

    ``coverage`` (0 to 1) says how much of the question's words they meet. ``lacking`` says why
    they are not evidence enough; it is empty where they are. ``validity`` and ``warning`` say
    whether their paper still holds.
    """

    kind: str
    document_id: str
    title: str
    validity: str = ""
    warning: str = ""
    section: tuple[str, ...]
    text: str
    total: float
    parts: dict[str, float]
    coverage: float
    lacking: tuple[str, ...]


class ExplainedPart(_Shape):
    """One thing asked: how it was read, how much was looked at for it, and the best candidates.

    ``terms`` are the words that evidence should hold, with their weights. ``passages`` and
    ``candidates`` count what was looked at; ``best`` are the first of them. ``note`` says where
    another way than scoring candidates answered.
    """

    question: str
    kind: str
    terms: dict[str, float]
    particulars: dict[str, str]
    passages: int
    candidates: int
    best: tuple[ExplainedCandidate, ...]
    note: str = ""


class Explanation(_Shape):
    """From the question as typed to what decided.

    ``readings`` are what it may ask, the likeliest first. ``reason`` says why nothing was answered;
    it is empty where something was.
    """

    spelt: str
    remark: str = ""
    readings: tuple[str, ...]
    parts: tuple[ExplainedPart, ...] = ()
    reason: str = ""
