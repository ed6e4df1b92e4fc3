"""Settings: which source comes first, and what is said of one that cannot be used."""

import os
from pathlib import Path

import pytest

from service.settings import Settings, SettingsError, is_loopback, load_settings

NOBODY = 65534


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no variables of ours."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("CEWEN_")]:
        monkeypatch.delenv(name)
    return tmp_path


def write(toml: str | bytes) -> None:
    Path("cewen.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())


def complaint(**given: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    return str(caught.value)


def test_defaults_keep_to_this_machine() -> None:
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert (settings.host, settings.port, settings.allow_remote) == ("127.0.0.1", 8000, False)
    assert settings.model == "builtin"
    assert settings.rerank_model == ""


def test_arguments_before_environment_before_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 7001\nquestion_characters = 71\nupload_megabytes = 11\n")
    monkeypatch.setenv("CEWEN_PORT", "7002")
    monkeypatch.setenv("CEWEN_QUESTION_CHARACTERS", "72")
    settings = load_settings(port=7003)
    assert settings.port == 7003
    assert settings.question_characters == 72
    assert settings.upload_megabytes == 11


def test_an_argument_not_given_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    write('data_dir = "from-file"')
    assert load_settings(data_dir=None).data_dir == Path("from-file")
    monkeypatch.setenv("CEWEN_DATA_DIR", "from-environment")
    assert load_settings(data_dir=None).data_dir == Path("from-environment")
    assert load_settings(data_dir=Path("given")).data_dir == Path("given")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    write('data_dir = "from-file"')
    monkeypatch.setenv("CEWEN_DATA_DIR", "")
    monkeypatch.setenv("CEWEN_PORT", "")
    assert load_settings().data_dir == Path("from-file")
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("key", "toml"), [("porrt", "porrt = 8000"), ("server", "[server]\nport = 1"), ("", '"" = 1')]
)
def test_an_unknown_key_is_named_with_those_known(key: str, toml: str) -> None:
    write(toml)
    said = complaint()
    assert f"设置 {key} 不认识" in said
    assert all(name in said for name in Settings.model_fields)


@pytest.mark.parametrize("name", ["CEWEN_PROT", "CEWEN_", "CEWEN_SERVER__PORT", "cewen_prot"])
def test_an_unknown_variable_is_named_with_those_known(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    said = complaint()
    assert f"环境变量 {name} 不是已知的设置" in said
    assert "CEWEN_PORT" in said
    assert "CEWEN_DATA_DIR" in said


def test_variables_of_others_are_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("XCEWEN_PORT", "1")
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("port = 0", "设置 port 的值 0 不合适：数值太小，不能小于 1。"),
        ("port = 65536", "设置 port 的值 65536 不合适：数值太大，不能大于 65535。"),
        ('port = "x"', "设置 port 的值 'x' 不合适：应为整数。"),
        ("port = 8.5", "设置 port 的值 8.5 不合适：应为整数。"),
        (
            "question_characters = 9",
            "设置 question_characters 的值 9 不合适：数值太小，不能小于 10。",
        ),
        ("question_characters = 10001", "不能大于 10000。"),
        ("upload_megabytes = 0", "不能小于 1。"),
        ("upload_megabytes = 1001", "不能大于 1000。"),
        ('model = ""', "设置 model 的值 '' 不合适：不能是空的。"),
        ("model = 1", "设置 model 的值 1 不合适：应为字符串。"),
        ('model_backend = "tpu"', "'tpu' 不合适：只能是 'torch'、'onnx'、'openvino'"),
        ('allow_remote = "maybe"', "'maybe' 不合适：应为 true 或 false。"),
        ('allowed_hosts = "a"', "设置 allowed_hosts 的值 'a' 不合适：应为数组。"),
    ],
)
def test_a_value_out_of_bounds(toml: str, said: str) -> None:
    write(toml)
    assert said in complaint()


@pytest.mark.parametrize(
    ("name", "bounds"),
    [("port", (1, 65535)), ("question_characters", (10, 10_000)), ("upload_megabytes", (1, 1000))],
)
def test_the_bounds_themselves_are_allowed(name: str, bounds: tuple[int, int]) -> None:
    assert [getattr(load_settings(**{name: value}), name) for value in bounds] == list(bounds)


def test_every_bad_setting_is_told_at_once() -> None:
    write('port = 0\nmodel = ""\nporrt = 1\n')
    said = complaint()
    assert "设置 port" in said
    assert "设置 model" in said
    assert "设置 porrt" in said


def test_a_bad_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEWEN_PORT", "eight")
    assert complaint() == "设置 port 的值 'eight' 不合适：应为整数。"


def test_a_list_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEWEN_ALLOWED_HOSTS", '["policy.example", "10.0.0.8"]')
    assert load_settings().allowed_hosts == ("policy.example", "10.0.0.8")
    monkeypatch.setenv("CEWEN_ALLOWED_HOSTS", "policy.example")
    said = complaint()
    assert "环境变量" in said
    assert "allowed_hosts" in said
    assert '["甲", "乙"]' in said
    assert "cewen.toml" not in said


@pytest.mark.parametrize(
    "content",
    ["port = = 1", "port", "[a", b"port = 1\0", "# 端口\n".encode("gb18030"), "\ufeffport = 1"],
)
def test_a_file_that_is_no_toml(content: str | bytes) -> None:
    write(content)
    said = complaint()
    assert "设置文件 cewen.toml 读不出来" in said
    assert "请检查" in said


def test_a_file_without_permission() -> None:
    write("port = 1")
    Path("cewen.toml").chmod(0)
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        assert "设置文件 cewen.toml 读不出来（" in complaint()
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.8", "policy.example", ""])
def test_another_machine_is_let_in_only_on_purpose(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    said = complaint(host=host)
    assert f"host 为 {host}，" in said
    assert "allow_remote = true" in said
    assert "CEWEN_ALLOW_REMOTE=true" in said
    monkeypatch.setenv("CEWEN_ALLOW_REMOTE", "true")
    assert load_settings(host=host).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_this_machine_needs_no_permission(host: str) -> None:
    assert is_loopback(host)
    assert load_settings(host=host).host == host


def test_settings_cannot_be_changed() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "origin", ["https://portal.example.gov.cn", "http://10.1.2.3:8080", "https://*.example.gov.cn"]
)
def test_an_origin_may_embed(origin: str) -> None:
    assert load_settings(embed_origins=(origin,)).embed_origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "portal.example.gov.cn",
        "https://a.cn/x",
        "https://a.cn; script-src *",
        "https://a.cn b",
    ],
)
def test_what_is_no_origin_may_not_embed(origin: str) -> None:
    said = complaint(embed_origins=(origin,))
    assert "embed_origins" in said
    assert "不带路径" in said
