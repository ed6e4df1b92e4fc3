"""LibreOffice, run on files of its own in a folder that is thrown away."""

import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from eval.typeset.errors import TypesetError

_SECONDS = 180
# Several formats are made from the same PDF.
_KEPT = 4
# The fonts that offices set papers in, and free ones of the same kind in their place.
_SERIF, _SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
_FONTS = {
    "方正小标宋简体": _SERIF,
    "仿宋_GB2312": _SERIF,
    "楷体_GB2312": _SERIF,
    "宋体": _SERIF,
    "Times New Roman": _SERIF,
    "黑体": _SANS,
}


@lru_cache(maxsize=_KEPT)
def convert(data: bytes, suffix: str, to: str) -> bytes:
    """Convert a file, say “docx” to “pdf”.

    Raises:
        TypesetError: LibreOffice or a Chinese font is missing, or the conversion failed.
    """
    program = shutil.which("soffice")
    if program is None:
        raise TypesetError(
            "没有找到 LibreOffice（soffice），排不出 PDF、扫描件、OFD 和 .doc；"
            "请安装：apt-get install libreoffice-writer-nogui"
        )
    with tempfile.TemporaryDirectory(prefix="typeset-") as name:
        folder = Path(name)
        _require_fonts()
        source = folder / f"paper.{suffix}"
        source.write_bytes(data)
        return _run(program, folder, source, to)


def _run(program: str, folder: Path, source: Path, to: str) -> bytes:
    (folder / "out").mkdir()
    (folder / "fonts.conf").write_text(_font_settings(), encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--norestore", "--convert-to", to, "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    environment = os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    try:
        ran = subprocess.run(
            command, env=environment, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TypesetError(f"LibreOffice 用了 {_SECONDS} 秒还没有转换完；请稍后再试。") from error
    made = folder / "out" / f"paper.{to}"
    if not made.exists():
        said = ran.stderr.decode(errors="replace").strip()[-300:]
        raise TypesetError(f"LibreOffice 没有转换成 .{to}（退出码 {ran.returncode}）：{said}")
    return made.read_bytes()


def _require_fonts() -> None:
    lister = shutil.which("fc-list")
    if lister is None:
        return
    found = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=False)
    if not found.stdout.strip():
        raise TypesetError(
            "系统里没有中文字体，排出的字会是方框；请安装：apt-get install fonts-noto-cjk"
        )


def _font_settings() -> str:
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{font}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{free}</string></edit></match>'
        for font, free in _FONTS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>'
    )
