"""llama.cpp inside this process: a GGUF file served on a loopback port of its own."""

import os
import secrets
from functools import cache
from pathlib import Path

from service.settings import SettingsError

# llama.cpp speaks ChatML to a file that names no template; such a model goes on after its end.
CHAT_END = "<|im_end|>"


@cache
def start_llama(model: str, context: int) -> tuple[str, str]:
    """Load a GGUF file once; the base URL of its OpenAI protocol and the key it asks for.

    ``context`` is the room for a question and its answer, in tokens. The server lives as long as
    the process. It listens on loopback only, behind a random key.

    Raises:
        SettingsError: no such file, it cannot be loaded, or the extra ``llama`` is not installed.
    """
    path = Path(model)
    if not path.is_file():
        raise SettingsError(f"没有 llm_model 所指的文件 {model}；请写上 GGUF 文件的完整路径。")
    try:
        import xllamacpp
    except ImportError as error:
        raise SettingsError(
            "llm_backend 为 llama，但没有装 xllamacpp；请安装后再启动（见 docs/管理.md）。"
        ) from error
    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_parallel = 1
    params.cache_ram_mib = 0  # would keep earlier prompts, 8 GiB of them
    params.api_keys = [key]
    params.ui = False
    params.cpuparams.n_threads = len(os.sched_getaffinity(0))
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise SettingsError(f"文件 {model} 装不进来；请确认它是完整的 GGUF 模型。") from error
    _running.append(server)
    return f"{server.listening_address}/v1", key


# A server stops when it is collected.
_running: list[object] = []
