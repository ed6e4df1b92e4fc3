"""Old Word files (.doc, .wps) and .rtf: LibreOffice turns them into .docx, shut in a sandbox."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.content import Content, Report
from ingest.errors import RefusedFileError
from ingest.formats.word import reader as word

# A .doc of 25 pages took 6.7 s on two cores at a load of 8.7, one page 1.7 s at a load of 3.5.
TIMEOUT_S = 60
_LAST_WAIT_S = 2
_MEMORY_KB = 4_000_000
_FILE_BLOCKS = 400_000
_PATH = "/usr/local/bin:/usr/bin:/bin"
# The profile forbids macros, links to other files and everything that a document can start.
_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
        "CheckDocumentEvents": "true",
    },
    "org.openoffice.Office.Writer/Content/Update": {"Link": "0", "Field": "false"},
}
_LIMITS = (
    f"ulimit -v {_MEMORY_KB}; ulimit -t {TIMEOUT_S}; ulimit -f {_FILE_BLOCKS}; ulimit -c 0; "
    'exec "$@"'
)


def read(data: bytes, report: Report) -> Content:
    """Read a .doc, .wps or .rtf.

    Raises:
        RefusedFileError: damaged, protected by a password, or LibreOffice is not installed.
    """
    return word.read(_to_docx(data), report)


def _to_docx(data: bytes) -> bytes:
    program = shutil.which("soffice")
    if program is None:
        raise RefusedFileError(
            "读旧版 Word 文件（.doc、.wps、.rtf）要用 LibreOffice，本机没有安装；请管理员运行"
            " apt-get install libreoffice-writer-nogui，或者另存为 .docx 再导入。"
        )
    # Left-over files of a killed process must not hide why the file was refused.
    with TemporaryDirectory(prefix="cewen-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "paper").write_bytes(data)
        _write_profile(folder / "profile")
        _run([*_shut_in(), *_command(program, folder, _filter(data))], folder)
        return _result(folder / "out" / "paper.docx")


def _filter(data: bytes) -> str:
    """The reader LibreOffice must use; left to itself it takes for text what it cannot read."""
    if not data.startswith(b"{\\rtf"):
        return "MS Word 97"
    if not data.rstrip(b"\0\r\n\t \x1a").endswith(b"}"):
        raise RefusedFileError("文件不完整，后半部分缺失；请重新取得这份文件。")
    return "Rich Text Format"


def _command(program: str, folder: Path, reader: str) -> list[str]:
    profile = (folder / "profile").as_uri()
    return [
        "/bin/sh", "-c", _LIMITS, "sh",
        program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile}",
        f"--infilter={reader}", "--convert-to", "docx:MS Word 2007 XML",
        "--outdir", str(folder / "out"), str(folder / "paper"),
    ]  # fmt: skip


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )


@cache
def _shut_in() -> tuple[str, ...]:
    """The command that takes the network away and dies with us, where the kernel lets us."""
    alone = ("unshare", "--user", "--map-current-user", "--net", "--pid", "--fork", "--kill-child")
    command = ("setpriv", "--pdeathsig", "KILL", *alone)
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def _run(command: list[str], folder: Path) -> None:
    """Run in a session of its own, and end whatever of it is left."""
    environment = {"PATH": _PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise RefusedFileError(
            f"LibreOffice 转换这份文件超过 {TIMEOUT_S} 秒，没有导入；请另存为 .docx 再导入。"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the session and wait until it is gone, so that it writes nothing more."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + _LAST_WAIT_S
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.02)
    process.wait()


def _result(made: Path) -> bytes:
    if not made.is_file() or made.is_symlink():
        raise RefusedFileError(
            "LibreOffice 转换不了这份文件，可能已损坏或有打开密码；"
            "请用 Word 或 WPS 打开，去掉密码，另存为 .docx 再导入。"
        )
    return made.read_bytes()
