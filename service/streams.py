"""Streams of answer events: the last of one, and what stops it."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import TypeVar

import anyio
from fastapi import Request

from service.contract import Answer
from service.problems import Problem
from service.writing import Event

T = TypeVar("T")
GONE = 499


async def last_answer(events: AsyncGenerator[Event]) -> Answer:
    """The whole answer, which is the last of the events."""
    async with aclosing(events):
        return [event async for event in events if isinstance(event, Answer)][-1]


async def until_gone(request: Request, work: Coroutine[None, None, T]) -> T:
    """The result of ``work``, which is given up when the one who asked has gone.

    Raises:
        Problem: who asked has gone; nobody will read it.
    """
    with anyio.CancelScope() as asking:
        watching = asyncio.ensure_future(_give_up_with(request, asking))
        try:
            return await work
        finally:
            watching.cancel()
    raise Problem(GONE, "client_gone", "请求已被取消。")


async def _give_up_with(request: Request, asking: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    asking.cancel()
