"""What an answer is told by while it comes about, one event after the other."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from service.schemas import Answer, Citation, Sentence, Stage

Event = Stage | Citation | Sentence | Answer


async def last_answer(events: AsyncGenerator[Event]) -> Answer:
    """The whole answer, which is the last of the events."""
    async with aclosing(events):
        return [event async for event in events if isinstance(event, Answer)][-1]
