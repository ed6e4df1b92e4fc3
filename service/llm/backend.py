"""One language model in use: bounded in time, number and length, left alone while it is down."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from ingest.errors import CewenError
from service.llm.breaker import Breaker

# How long a question waits for its turn before it is answered without the model, in seconds.
_PATIENCE = 5.0
# More text than this for each token allowed means that the server does not keep to the limit.
_CHARACTERS_PER_TOKEN = 4
# What the providers' servers say where the limit of tokens cut an answer off.
_CUT_OFF = frozenset(("length", "max_tokens", "MAX_TOKENS"))
# What is in the names of the clients' errors where a connection fails.
_BROKEN = ("connect", "protocol", "readerror")
_BAD_REQUEST = 400
_QUOTA = 429
_log = logging.getLogger(__name__)


class BackendError(CewenError):
    """The model did not answer; the message says why, for the user, in Chinese."""


class Backend:
    """Streams what a chat model writes; use it from one event loop."""

    def __init__(  # noqa: PLR0913, PLR0917  each bounds something else
        self,
        chat: BaseChatModel,
        name: str,
        model: str,
        timeout: float = 60.0,
        concurrency: int = 4,
        max_tokens: int = 600,
        breaker: Breaker | None = None,
    ) -> None:
        """Take a chat model; ``timeout`` is in seconds, for a whole answer."""
        self.name = name
        self.model = model
        self._chat = chat
        self._timeout = timeout
        self._turns = asyncio.Semaphore(concurrency)
        self._characters = max_tokens * _CHARACTERS_PER_TOKEN
        self._breaker = breaker or Breaker()

    async def stream(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[str]:
        """The text as it comes; closing the iterator stops the model.

        Raises:
            BackendError: it is down, too slow, out of quota, busy, or sends what cannot be read;
                text that came before that has been given.
        """
        if not self._breaker.allows():
            raise BackendError("语言模型刚才接连出错，暂停使用片刻")
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise BackendError("语言模型正忙") from None
        try:
            async with aclosing(self._bounded(messages)) as pieces:
                async for text in pieces:
                    yield text
        finally:
            self._turns.release()

    async def _bounded(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[str]:
        deadline = asyncio.get_running_loop().time() + self._timeout
        left = self._characters
        cut_off = False
        chunks = self._chat.astream(list(messages))
        try:
            while True:
                # Not around the yield: it would cut short whatever the reader does meanwhile.
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                cut_off |= not _CUT_OFF.isdisjoint(map(str, chunk.response_metadata.values()))
                text = str(chunk.text)
                left -= len(text)
                if text:
                    yield text
                if left < 0:
                    raise BackendError("语言模型没完没了地写，已停下")
        except GeneratorExit:  # the reader has enough, or has gone; a model that spoke is well
            if left < self._characters:
                self._breaker.succeeded()
            raise
        except Exception as error:
            self._count(error)
            if isinstance(error, BackendError):
                raise
            raise BackendError(_why(error, begun=left < self._characters)) from error
        else:
            self._breaker.succeeded()
        finally:
            await chunks.aclose()  # type: ignore[attr-defined]  # an async generator
        if cut_off:
            raise BackendError("语言模型的回答太长，没有写完")
        if left == self._characters:
            raise BackendError("语言模型什么也没有写")

    def _count(self, error: Exception) -> None:
        """Log a failure; what the server sent may hold the question or a key, and stays out."""
        status = getattr(error, "status_code", "")
        what = error if isinstance(error, BackendError) else f"{type(error).__name__} {status}"
        _log.warning("%s %s: %s", self.name, self.model, what)
        if status != _BAD_REQUEST:  # which is about this question alone
            self._breaker.failed()


def _why(error: Exception, begun: bool) -> str:
    """What a failure of any provider's client, before or amid the answer, means to a user."""
    name = type(error).__name__.lower()
    if isinstance(error, TimeoutError) or "timeout" in name:
        return "语言模型没有及时回答"
    status = getattr(error, "status_code", None)
    if status == _QUOTA:
        return "语言模型的额度已用完，或请求过多"
    if isinstance(status, int):
        return f"语言模型的服务出错（HTTP {status}）"
    if any(word in name for word in _BROKEN):
        return "语言模型的回答中途断了" if begun else "连不上语言模型的服务"
    return "语言模型的回答读不出来"
