"""What a reader of the documents has at hand: a checkout, and the papers that they speak of."""

import io
import json
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from tests.conftest import ROOT, copy_data

# The folders of data that the documents name; each has the samples in it.
_TRIED = ("tmp/cewen-samples", "tmp/cewen-corpus", "tmp/cewen-guides")
_DATA = ("data", "srv/cewen", "甲", "乙", *_TRIED)
# The samples that stand in for papers that are not part of the repository.
_PAPERS = ("02-禾丰县新型工业化工作方案.pdf", "07-望湖区民宿和数字文旅三年行动计划.docx")
_CASES = 2
_NEW = """\
云溪县技改补助实施细则
云政办发〔2025〕12号
各乡镇人民政府，县政府各部门：
第一条　设备投资按10%补助，单个项目不超过300万元。
第二条　企业于每年3月31日前向县工业和信息化局申报。
第三条　本细则自2025年7月1日起施行，《云溪县技改补助办法》（云政办发〔2023〕5号）同时废止。
"""
_OLD = "云溪县技改补助办法\n云政办发〔2023〕5号\n第一条　设备投资按5%补助。\n"
_SECRET = "机密★1年\n专报\n一、情况\n略。\n"
_LAW = "# 测试法\n\n## 第一章 总则\n\n第一条 为了测试，制定本法。\n"


def copy_repository(folder: Path) -> Path:
    """The repository as it is cloned and installed, and a home of its own."""
    ignored = (".*", "__pycache__", "*.egg-info", "data", "tests", "wheelhouse")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ignored))
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "home").mkdir()
    return folder


def make_checkout(folder: Path, data: Path, gguf: Path) -> Path:
    """A copy of the repository, and in it all that the documents take for granted.

    Args:
        folder: Where to make it.
        data: A data folder with the samples in it.
        gguf: A language model's file.
    """
    copy_repository(folder)
    for name in ("tmp", "opt", "mnt/backup", "srv/models", "数据文件夹", "输出文件夹"):
        (folder / name).mkdir(parents=True)
    (folder / "opt" / "cewen").symlink_to(sys.prefix)
    for model in ("模型.gguf", "srv/models/qwen3-0.6b-q4_k_m.gguf"):
        (folder / model).symlink_to(gguf)
    for name in _DATA:
        copy_data(data, folder / name)
    shutil.copy(folder / "docs" / "examples" / "cewen_client.py", folder)
    (folder / "home" / ".curlrc").write_text("fail-with-body\n")  # an error ends with a code
    _write_papers(folder)
    _shorten_cases(folder)
    return folder


def _write_papers(folder: Path) -> None:
    """The files that the documents upload, ingest and typeset."""
    for name in ("新细则.txt", "公文.txt"):
        (folder / name).write_text(_NEW, "utf-8")
    (folder / "空.txt").touch()
    (folder / "残缺.docx").write_bytes(b"PK\x03\x04" + bytes(40))
    with zipfile.ZipFile(folder / "资料.zip", "w") as archive:
        archive.writestr("2023/旧办法.txt", _OLD)
        archive.writestr("专报.txt", _SECRET)
    _copy_into(folder / "文件夹", folder / "新细则.txt")
    _copy_into(folder / "文件或文件夹...", folder / "新细则.txt", folder / "资料.zip")
    _copy_into(folder / "五份公文的文件夹", *(folder / "samples" / name for name in _PAPERS))
    laws = folder / "公开数据的文件夹" / "laws"
    laws.mkdir(parents=True)
    with tarfile.open(laws / "md.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("测试法.md")
        member.size = len(_LAW.encode())
        archive.addfile(member, io.BytesIO(_LAW.encode()))


def _copy_into(folder: Path, *paths: Path) -> None:
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder)


def _shorten_cases(folder: Path) -> None:
    """A few cases in every file, of those that are for looking at, on papers that are there."""
    cases = folder / "eval" / "cases"
    kinds = ("claims", "samples")
    dev = {kind: (cases / f"{kind}_dev.jsonl").read_text("utf-8").splitlines() for kind in kinds}
    for path in cases.glob("*.jsonl"):
        read = map(json.loads, dev["claims" if path.name.startswith("claims") else "samples"])
        some = [case for case in read if set(case["docs"]) <= {*_PAPERS}][:_CASES]
        lines = (json.dumps({**case, "id": f"{path.stem}-{case['id']}"}) for case in some)
        path.write_text("".join(f"{line}\n" for line in lines))
    shutil.copy(cases / "samples_dev.jsonl", folder / "用例.jsonl")
