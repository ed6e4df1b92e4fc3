"""The language model that the settings name, reached through LangChain."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel

from service.llm.backend import Backend
from service.llm.llama import CHAT_END, start_llama
from service.settings import Settings, SettingsError, is_loopback

OPENAI = "openai"
LLAMA = "llama"
# An OpenAI client refuses to start without a key; servers in the house ask for none.
_NO_KEY = "none"
# What a passage comes to at most, in tokens; rules and question are two more. The longest of the
# papers tried has 447 characters; whole prompts of 8 passages had at most 2083 tokens of Gemma's.
_PASSAGE_TOKENS = 600
_CONNECT_SECONDS = 5.0


def open_backend(settings: Settings) -> Backend:
    """The language model of ``settings``, with its bounds.

    Raises:
        SettingsError: it cannot be had; see ``open_chat_model``.
    """
    here = settings.llm_backend == LLAMA
    return Backend(
        open_chat_model(settings),
        settings.llm_backend,
        Path(settings.llm_model).name if here else settings.llm_model,
        settings.llm_timeout,
        # A model run here has all cores for one answer; a second one would only slow both.
        1 if here else settings.llm_concurrency,
        settings.llm_max_tokens,
    )


def open_chat_model(settings: Settings) -> BaseChatModel:
    """The language model of ``settings``, as LangChain's interface; importing it takes seconds.

    Raises:
        SettingsError: the provider is unknown, its package is missing, its address is none, or
            the GGUF file cannot be loaded.
    """
    if settings.llm_backend == LLAMA:
        context = _PASSAGE_TOKENS * (settings.llm_passages + 2) + settings.llm_max_tokens
        address, key = start_llama(settings.llm_model, context)
        return _openai(settings, address, key, stop=[CHAT_END])
    _check_address(settings)
    if settings.llm_backend == OPENAI:
        key = settings.llm_api_key.get_secret_value() or _NO_KEY
        return _openai(settings, settings.llm_base_url, key)
    return _of_provider(settings)


def _check_address(settings: Settings) -> None:
    """An address must be a whole one; OpenAI's protocol goes nowhere without one."""
    address = settings.llm_base_url
    if not address and settings.llm_backend == OPENAI:
        raise SettingsError(
            "llm_backend 为 openai，但没有设置 llm_base_url；"
            "请写上服务的地址，如 http://127.0.0.1:8001/v1。"
        )
    if address and not (address.startswith(("http://", "https://")) and _host(address)):
        raise SettingsError(
            f"llm_base_url 的值 {address!r} 不是完整的地址；应形如 http://127.0.0.1:8001/v1。"
        )


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _openai(
    settings: Settings, base_url: str, key: str, stop: list[str] | None = None
) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient, Timeout

    # A proxy named in the environment is no way to this machine.
    here = DefaultAsyncHttpxClient(trust_env=False) if is_loopback(_host(base_url)) else None
    return ChatOpenAI(
        model=settings.llm_model,
        base_url=base_url,
        api_key=key,
        temperature=0,
        timeout=Timeout(settings.llm_timeout, connect=_CONNECT_SECONDS),
        max_retries=settings.llm_retries,
        stop=stop,
        http_async_client=here,
        # ChatOpenAI's own parameter is sent under a name that many servers do not know.
        extra_body={"max_tokens": settings.llm_max_tokens},
    )


def _of_provider(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    key = settings.llm_api_key.get_secret_value()
    given: dict[str, Any] = {"base_url": settings.llm_base_url, "api_key": key}
    try:
        model: BaseChatModel = init_chat_model(
            settings.llm_model,
            model_provider=settings.llm_backend,
            temperature=0,
            timeout=settings.llm_timeout,
            max_retries=settings.llm_retries,
            max_tokens=settings.llm_max_tokens,
            **{name: value for name, value in given.items() if value},
        )
    except Exception as error:  # each provider's package has errors of its own
        said = str(error).partition("\n")[0]
        said = said.replace(key, "…") if key else said
        raise SettingsError(
            f"llm_backend 的值 {settings.llm_backend!r} 用不了（{said}）；可用的有 extractive、"
            f"{OPENAI}、{LLAMA}，以及已装好对应 langchain 包的其他提供方。"
        ) from None
    return model
