"""One language model in use: bounded in time, number and length, left alone while it is down."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from service.llm.breaker import Breaker

# How long a question waits for its turn before it is answered without the model, in seconds.
_PATIENCE = 5.0
# More text than this for each token allowed means that the server does not keep to the limit.
_CHARACTERS_PER_TOKEN = 4
_QUOTA = 429
_log = logging.getLogger(__name__)


class BackendError(Exception):
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
            await asyncio.wait_for(self._turns.acquire(), _PATIENCE)
        except TimeoutError:
            raise BackendError("语言模型正忙") from None
        try:
            async for text in self._bounded(messages):
                yield text
        finally:
            self._turns.release()

    async def _bounded(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[str]:
        left = self._characters
        chunks = self._chat.astream(list(messages))
        try:
            async with asyncio.timeout(self._timeout):
                async for chunk in chunks:
                    text = str(chunk.text)
                    left -= len(text)
                    if text:
                        yield text
                    if left < 0:
                        raise BackendError("语言模型没完没了地写，已停下")
        except Exception as error:
            self._breaker.failed()
            _log.warning("%s %s: %r", self.name, self.model, error)
            raise error if isinstance(error, BackendError) else BackendError(_why(error)) from error
        else:
            self._breaker.succeeded()
        finally:
            await chunks.aclose()  # type: ignore[attr-defined]  # an async generator


def _why(error: Exception) -> str:
    """What a failure of any provider's client means to a user."""
    if isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower():
        return "语言模型没有及时回答"
    status = getattr(error, "status_code", None)
    if status == _QUOTA:
        return "语言模型的额度已用完，或请求过多"
    if isinstance(status, int):
        return f"语言模型的服务出错（HTTP {status}）"
    if "connect" in type(error).__name__.lower():
        return "连不上语言模型的服务"
    return "语言模型的回答读不出来"
