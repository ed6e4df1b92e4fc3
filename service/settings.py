"""Settings: cewen.toml, overridden by CEWEN_* environment variables. Nothing else reads them."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as EnvironmentValueError

from ingest.errors import CewenError
from service.errors import reason

SETTINGS_FILE = Path("cewen.toml")
_PREFIX = "CEWEN_"
EXTRACTIVE = "extractive"
_SECRET = ("llm_api_key", "database_url")
# As a browser matches it in frame-ancestors: scheme, host, port.
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?")


def _origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise ValueError(
            f"embed_origins 中的 {value!r} 不是网站的来源；请写成 协议://主机[:端口]，"
            "不带路径，如 https://portal.example.gov.cn"
        )
    return value


Origin = Annotated[str, AfterValidator(_origin)]


class SettingsError(CewenError):
    """A setting is unknown or out of bounds; the message names it, in Chinese."""


class Settings(BaseSettings):
    """Everything an administrator can set.

    ``model`` is ``builtin``, a sentence-transformers model folder, or a hub name;
    ``rerank_model`` a CrossEncoder's folder or hub name, or empty for none.
    ``question_characters`` bounds a question, ``upload_megabytes`` one uploaded file.
    ``database_url`` is where conversations are kept, as SQLAlchemy writes it; empty for an SQLite
    file in ``data_dir``. ``embed_origins`` are the sites that may show the chat in a frame.

    ``llm_backend`` is ``extractive`` (no language model), ``openai`` (any server that speaks
    OpenAI's protocol, at ``llm_base_url``), ``llama`` (``llm_model`` is a GGUF file, run here), or
    the name of another LangChain provider whose package is installed. ``llm_timeout`` (seconds)
    and ``llm_max_tokens`` bound one answer, ``llm_concurrency`` the answers written at once,
    ``llm_passages`` what the model is shown; ``llm_retries`` are tried with growing pauses.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        toml_file=SETTINGS_FILE,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # which may be a key
    )

    data_dir: Path = Path("data")
    model: str = Field(default="builtin", min_length=1)
    model_backend: Literal["torch", "onnx", "openvino"] = "torch"
    rerank_model: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    allow_remote: bool = False
    allowed_hosts: tuple[str, ...] = ()
    embed_origins: tuple[Origin, ...] = ()
    question_characters: int = Field(default=500, ge=10, le=10_000)
    upload_megabytes: int = Field(default=50, ge=1, le=1000)
    database_url: str = ""
    llm_backend: Annotated[str, StringConstraints(min_length=1, to_lower=True)] = EXTRACTIVE
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = ""
    llm_timeout: int = Field(default=60, ge=1, le=3600)
    llm_retries: int = Field(default=2, ge=0, le=10)
    llm_concurrency: int = Field(default=4, ge=1, le=1000)
    llm_max_tokens: int = Field(default=600, ge=16, le=32_000)
    llm_passages: int = Field(default=8, ge=1, le=50)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @model_validator(mode="after")
    def _loopback_unless_allowed(self) -> "Settings":
        if not self.allow_remote and not is_loopback(self.host):
            raise ValueError(
                f"host 为 {self.host}，会让其他机器也能访问，而目前还没有账号和权限控制；"
                "确有需要时请同时设置 allow_remote = true（或 CEWEN_ALLOW_REMOTE=true）"
            )
        return self

    @model_validator(mode="after")
    def _model_named(self) -> "Settings":
        if self.llm_backend != EXTRACTIVE and not self.llm_model:
            raise ValueError(
                f"llm_backend 为 {self.llm_backend}，但没有设置 llm_model；"
                "请写上模型的名称（llama 则是 GGUF 文件的路径）"
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**given: Any) -> Settings:
    """Read the settings; ``given`` (None left out) comes before file and environment.

    Raises:
        SettingsError: a setting is unknown or out of bounds, or the file is not TOML.
    """
    unknown = [name for name in os.environ if _is_unknown(name)]
    if unknown:
        raise SettingsError(
            f"环境变量 {'、'.join(sorted(unknown))} 不是已知的设置；可用的有："
            f"{'、'.join(_PREFIX + name.upper() for name in Settings.model_fields)}。"
        )
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(
            "；".join(_explain(detail) for detail in error.errors()) + "。"
        ) from error
    except EnvironmentValueError as error:
        raise SettingsError(
            f'环境变量的值不是合法的 JSON（{error}）；数组请写成 ["甲", "乙"] 的形式。'
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"设置文件 {SETTINGS_FILE} 读不出来（{error}）；"
            "请检查这一处的写法和读取权限，并存为不带 BOM 的 UTF-8 编码。"
        ) from error


def _is_unknown(name: str) -> bool:
    folded = name.upper()
    return (
        folded.startswith(_PREFIX)
        and folded.removeprefix(_PREFIX).lower() not in Settings.model_fields
    )


def _explain(detail: Any) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"设置 {where} 不认识；可用的有：{'、'.join(Settings.model_fields)}"
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    value = "" if where in _SECRET else f" {detail['input']!r} "
    return f"设置 {where} 的值{value}不合适：{reason(detail)}"
