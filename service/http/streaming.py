"""What stops the work of one who has gone."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import anyio
from fastapi import Request

from service.errors import GONE, Problem

T = TypeVar("T")


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
