"""The command “python -m eval.typeset”."""

from pathlib import Path
from typing import Annotated

import typer

from eval.typeset import Format, Options, TypesetError, read_paper, set_in
from ingest.container.decode import decode
from ingest.errors import RefusedFileError

_ALL = ",".join(format_ for format_ in Format if format_ is not Format.XLSX)

Source = Annotated[
    Path, typer.Argument(metavar="SOURCE.txt", exists=True, dir_okay=False, help="公文的文本。")
]
Folder = Annotated[Path, typer.Argument(metavar="OUT_DIR", help="写到哪个文件夹。")]
To = Annotated[str, typer.Option("--to", help=f"格式，用逗号分隔：{'、'.join(Format)}。")]
Numbered = Annotated[bool, typer.Option(help="docx 的标题序号用自动编号，不写在文字里。")]
Tracked = Annotated[bool, typer.Option(help="docx 带一处批注和一处修订。")]
Merged = Annotated[bool, typer.Option(help="表格中同列相同的单元格合并。")]
KeepLines = Annotated[bool, typer.Option(help="一行就是一段，不接续断行。")]
Encoding = Annotated[str, typer.Option(help="网页的编码：utf-8 或 gb18030。")]
Grey = Annotated[bool, typer.Option(help="扫描件为灰度；不给则为黑白。")]
Seed = Annotated[int, typer.Option(help="扫描件歪斜和噪点的随机种子。")]


def main(  # noqa: PLR0913, PLR0917 (typer makes an option of each argument)
    source: Source,
    folder: Folder,
    to: To = _ALL,
    numbered: Numbered = False,
    tracked: Tracked = False,
    merged: Merged = True,
    keep_lines: KeepLines = False,
    encoding: Encoding = "utf-8",
    grey: Grey = False,
    seed: Seed = 0,
) -> None:
    """把一份公文的文本排成各种格式。"""
    options = Options(numbered, tracked, merged, encoding, grey, seed)
    try:
        paper = read_paper(decode(source.read_bytes()), keep_lines)
        folder.mkdir(parents=True, exist_ok=True)
        for format_ in _formats(to):
            for ending, data in set_in(format_, paper, options).items():
                path = folder / f"{source.stem}{ending}"
                path.write_bytes(data)
                typer.echo(f"{path}  {len(data) / 1000:.0f} kB")
    except (TypesetError, RefusedFileError, OSError, LookupError) as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error


def _formats(to: str) -> list[Format]:
    names = [name.strip() for name in to.split(",")]
    unknown = [name for name in names if name not in set(Format)]
    if unknown:
        raise TypesetError(f"没有“{unknown[0]}”这种格式；可以是：{'、'.join(Format)}。")
    return [Format(name) for name in names]


if __name__ == "__main__":
    typer.run(main)
