"""The chat model that the settings name, as LangChain's interface."""

from typing import Any

from langchain_core.language_models import BaseChatModel

from service.llm.llama import start_llama
from service.settings import Settings, SettingsError

OPENAI = "openai"
LLAMA = "llama"
# An OpenAI client refuses to start without a key; servers in the house ask for none.
_NO_KEY = "none"


def open_chat_model(settings: Settings) -> BaseChatModel:
    """The language model of ``settings``; importing what it needs takes seconds.

    Raises:
        SettingsError: the provider is unknown, its package is missing, or the GGUF file cannot
            be loaded.
    """
    if settings.llm_backend == LLAMA:
        address, key = start_llama(settings.llm_model)
        return _openai(settings, address, key)
    if settings.llm_backend == OPENAI:
        key = settings.llm_api_key.get_secret_value() or _NO_KEY
        return _openai(settings, settings.llm_base_url, key)
    return _of_provider(settings)


def _openai(settings: Settings, base_url: str, key: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model=settings.llm_model,
        base_url=base_url or None,
        api_key=key,
        temperature=0,
        timeout=settings.llm_timeout,
        max_retries=settings.llm_retries,
        # ChatOpenAI's own parameter is sent under a name that many servers do not know.
        extra_body={"max_tokens": settings.llm_max_tokens},
    )


def _of_provider(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {
        "base_url": settings.llm_base_url,
        "api_key": settings.llm_api_key.get_secret_value(),
    }
    try:
        model: BaseChatModel = init_chat_model(
            settings.llm_model,
            model_provider=settings.llm_backend,
            temperature=0,
            max_tokens=settings.llm_max_tokens,
            **{name: value for name, value in given.items() if value},
        )
    except (ImportError, ValueError) as error:
        raise SettingsError(
            f"llm_backend 的值 {settings.llm_backend!r} 用不了（{error}）；可用的有 extractive、"
            "openai、llama，以及已装好对应 langchain 包的其他提供方。"
        ) from error
    return model
