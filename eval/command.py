"""The command “cewen eval”."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from eval.answers.cases import Case, CaseError, load_all
from eval.answers.judge import open_judge
from eval.answers.results import Report
from eval.answers.run import AssistantLike, Judge, missing_papers, run
from eval.report import compare_report
from eval.report.html import to_html
from eval.report.load import ReportError
from eval.report.report import Settings, to_json, to_text
from eval.report.save import keep
from eval.report.sources import open_side, overrides
from index.errors import StoreError
from service.log import printable
from service.settings import load_settings

# Takes the data folder and settings by name.
OpenAssistant = Callable[..., AssistantLike]
Describe = Callable[[AssistantLike], Settings]

EXIT_RAN = 0
EXIT_BROKEN = 1
EXIT_BAD_CASES = 2

CasePaths = Annotated[
    list[Path], typer.Argument(metavar="CASES.jsonl...", help="用例文件，每行一个 JSON 对象。")
]
AsJson = Annotated[bool, typer.Option("--json", help="在标准输出写 JSON 报告，代替表格。")]
HtmlPath = Annotated[
    Path | None, typer.Option("--html", metavar="REPORT", help="另写一份可离线打开的 HTML 报告。")
]
Save = Annotated[bool, typer.Option("--save", help="把报告存入数据目录，供网页的“评测记录”查看。")]
Compare = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="A B",
        help="比较两边：“名称=值,名称=值”的设置，-（设置不变），或 --json 存下的报告。",
    ),
]
Backend = Annotated[
    str | None,
    typer.Option("--backend", metavar="NAME", help="由什么作答：extractive、openai、llama 等。"),
]
JudgedBy = Annotated[
    str | None,
    typer.Option(
        "--judge",
        metavar="A",
        help="另请一个语言模型评判答案：“llm_backend=openai,llm_base_url=…,llm_model=…”。",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", envvar="CEWEN_DATA_DIR", help="数据目录，默认 ./data。"),
]


def register(
    app: typer.Typer, open_assistant: OpenAssistant, describe: Describe | None = None
) -> None:
    """Add the command “eval” to the command line.

    Args:
        app: The command line.
        open_assistant: Opens the assistant on a data directory, None for the default one.
            Called after the cases have been read, so a bad case is told at once.
        describe: Says what is under test (model, index generation, thresholds), for the
            JSON and HTML reports.
    """

    @app.command("eval", help="用一组用例评测检索、答案、引用和拒答。")
    def command(  # noqa: PLR0913, PLR0917  each is an option of the command
        cases: CasePaths,
        as_json: AsJson = False,
        html: HtmlPath = None,
        save: Save = False,
        compare: Compare = None,
        backend: Backend = None,
        judge: JudgedBy = None,
        data_dir: DataDir = None,
    ) -> None:
        apart = {"--html": html, "--save": save, "--backend": backend, "--judge": judge}
        clash = [name for name, given in apart.items() if compare and given]
        if clash:
            _say(f"错误：{clash[0]} 不能与 --compare 同用。请去掉其中一个。")
            raise typer.Exit(EXIT_BAD_CASES)
        found = _load(cases, html)
        if found is None:
            raise typer.Exit(EXIT_BAD_CASES)
        if compare:
            raise typer.Exit(_compare(found, compare, as_json, data_dir))
        judged_by = open_judge(overrides(judge)) if judge else None
        kept_in = load_settings(data_dir=data_dir).data_dir if save else None
        assistant = open_assistant(data_dir, **({"llm_backend": backend} if backend else {}))
        settings = describe(assistant) if describe else {}
        report = _report(assistant, found, judged_by)
        raise typer.Exit(_written(report, settings, as_json, html, kept_in))


def evaluate(
    assistant: AssistantLike,
    case_paths: Sequence[Path],
    as_json: bool = False,
    html: Path | None = None,
    settings: Settings | None = None,
) -> int:
    """Run case files and write the report; progress and warnings go to standard error.

    Args:
        assistant: The answer pipeline under test.
        case_paths: Files of cases.
        as_json: Write JSON to standard output in place of the table.
        html: Where to write the HTML page as well, if anywhere.
        settings: What is under test, for the JSON and HTML reports.

    Returns:
        The exit status: 0 it ran; 1 the assistant broke off in some case, or the page could
        not be written; 2 the cases are not sound or there is no place for the page.
    """
    cases = _load(case_paths, html)
    if cases is None:
        return EXIT_BAD_CASES
    return _written(_report(assistant, cases), settings or {}, as_json, html)


def _load(paths: Sequence[Path], html: Path | None) -> tuple[Case, ...] | None:
    # Better told now than after an hour's run.
    if html is not None and (html.is_dir() or not html.parent.is_dir()):
        _say(f"错误：无法写入 HTML 报告 {html}。请给出已有目录下的文件名。")
        return None
    try:
        return load_all(paths)
    except CaseError as error:
        _say(f"错误：{error}")
        return None


def _report(assistant: AssistantLike, cases: Sequence[Case], judge: Judge | None = None) -> Report:
    _warn_missing(missing_papers(assistant, cases))
    report = run(assistant, cases, _show_progress, judge=judge)
    _warn_errors(report)
    return report


def _written(
    report: Report,
    settings: Settings,
    as_json: bool,
    html: Path | None,
    kept_in: Path | None = None,
) -> int:
    created = datetime.now().astimezone()
    typer.echo(to_json(report, settings, created) if as_json else to_text(report), nl=False)
    written = html is None or _write(html, to_html(report, settings, created))
    kept = kept_in is None or _keep(report, settings, created, kept_in)
    return EXIT_RAN if written and kept and not report.errors else EXIT_BROKEN


def _compare(
    cases: Sequence[Case], given: tuple[str, str], as_json: bool, data_dir: Path | None
) -> int:
    try:
        # Both before the first run, so that what is wrong with the second is told at once.
        measures = [open_side(each, cases, data_dir) for each in given]
    except ReportError as error:
        _say(f"错误：{error}")
        return EXIT_BAD_CASES
    a, b = (measure(_show_progress) for measure in measures)
    for side in (a, b):
        _warn_missing(side.report.missing)
        _warn_errors(side.report)
    created = datetime.now().astimezone()
    written = compare_report.to_json(a, b, created) if as_json else compare_report.to_text(a, b)
    typer.echo(written, nl=False)
    return EXIT_BROKEN if a.report.errors or b.report.errors else EXIT_RAN


def _warn_errors(report: Report) -> None:
    if report.errors:
        _say(f"警告：有 {report.errors} 个用例运行出错，已按未通过计。")
        _say(f"首个错误：{next(result.error for result in report.results if result.error)}")


def _write(path: Path, page: str) -> bool:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        _say(f"错误：无法写入 HTML 报告 {path}（{error.strerror}）。请换一个位置重试。")
        return False
    _say(f"HTML 报告已写入 {path}")
    return True


def _keep(report: Report, settings: Settings, created: datetime, data_dir: Path) -> bool:
    try:
        path = keep(report, settings, created, data_dir)
    except StoreError as error:
        _say(f"错误：报告没有存下。{error.in_full()}")
        return False
    _say(f"报告已存为 {path}")
    return True


def _warn_missing(names: Sequence[str]) -> None:
    if not names:
        return
    _say(f"警告：用例涉及的 {len(names)} 份文件尚未入库，评测数字不可采信：")
    for name in names:
        _say(f"  {name}")
    _say("请先用 cewen ingest 导入这些文件，并核对用例 docs 中的文件名。")


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r评测 {done}/{total}", err=True, nl=done == total)
    elif done == total:
        _say(f"评测完成：{total} 个用例")


def _say(line: str) -> None:
    typer.echo(printable(line), err=True)
