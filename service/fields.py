"""What the fields of a request may hold, and how much of it."""

import datetime
from typing import Annotated

from pydantic import AfterValidator, FailFast, Field, StringConstraints
from pydantic_core import PydanticCustomError

_MAX_FIELDS = 100
# As many papers as a request may name are looked through in no time.
MAX_PAPERS = 1000


def few_fields(given: object) -> object:
    """What has so many fields is none of ours, and to complain of each would take seconds."""
    if isinstance(given, dict) and len(given) > _MAX_FIELDS:
        raise PydanticCustomError("too_many_fields", "项目太多")
    return given


def _whole(text: str) -> str:
    """JSON can hold half of a surrogate pair, which no text can."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("string_unicode", "含有不成对的代理字符") from error
    return text


def _iso_date(value: str) -> str:
    try:
        if not value or datetime.date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass  # said below, as for the other ISO forms that do not compare as text
    raise PydanticCustomError("iso_date", "应为 YYYY-MM-DD 的日期")


# Behind the bounds of a length, which are those of a text only on a text itself.
WHOLE = AfterValidator(_whole)
Text = Annotated[str, WHOLE]
Id = Annotated[str, Field(max_length=32), WHOLE]
# The number of a paper is at most a whole SHA-256.
PaperId = Annotated[str, Field(max_length=64), WHOLE]
PaperIds = Annotated[tuple[PaperId, ...], FailFast(), Field(max_length=MAX_PAPERS)]
Day = Annotated[str, Field(max_length=10), AfterValidator(_iso_date)]
_TRIMMED = StringConstraints(strip_whitespace=True, max_length=300)
Words = Annotated[str, _TRIMMED, WHOLE]
Title = Annotated[str, Field(min_length=1), _TRIMMED, WHOLE]
