"""Sets the sample papers: “python -m eval.typeset.samples”, or “make samples”.

Each of the texts in ``sources/`` is set once, in another format, into ``samples/``. The same
texts give the same files; run it after a source or a format of this package has changed.
"""

from pathlib import Path
from typing import Annotated

import typer

from eval.typeset import Format, Options, TypesetError, read_paper, set_in

SOURCES = Path(__file__).parent / "sources"
SAMPLES = Path(__file__).parents[2] / "samples"
_SETTINGS = {
    "01": (Format.DOCX, Options(numbered=True)),
    "02": (Format.PDF, Options()),
    "03": (Format.OFD, Options()),
    "04": (Format.SCAN, Options()),
    "05": (Format.XLSX, Options(merged=False)),
    "06": (Format.HTML, Options()),
    "07": (Format.DOCX, Options(tracked=True)),
    "08": (Format.TXT, Options()),
}

Folder = Annotated[Path, typer.Argument(metavar="[FOLDER]", help="写到哪个文件夹。")]


def write_samples(folder: Path) -> list[Path]:
    """Set all sample papers into ``folder``, replacing what is there of the same names.

    Raises:
        TypesetError: a program that a format needs is missing.
    """
    return [_write(source, folder) for source in sorted(SOURCES.glob("*.txt"))]


def _write(source: Path, folder: Path) -> Path:
    format_, options = _SETTINGS[source.stem.split("-")[0]]
    paper = read_paper(source.read_text(encoding="utf-8"), keep_lines=True)
    ((ending, data),) = set_in(format_, paper, options).items()
    path = folder / f"{source.stem}.{ending.rpartition('.')[2]}"
    path.write_bytes(data)
    return path


def main(folder: Folder = SAMPLES) -> None:
    """把八份样例公文排成各自的格式。"""
    try:
        for path in write_samples(folder):
            typer.echo(f"{path.name}  {path.stat().st_size / 1000:.0f} kB")
    except (TypesetError, OSError) as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
