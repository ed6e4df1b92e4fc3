"""The two sides of a comparison: the cases run under some settings, or a report saved before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.answers.cases import Case
from eval.answers.results import Report
from eval.answers.run import Progress, run
from eval.report.load import read_report
from eval.report.report import Settings
from service.assistant import open_assistant
from service.settings import SettingsError, load_settings

AS_THEY_ARE = "-"


@dataclass(frozen=True, slots=True)
class Side:
    """A report with what it was run on; ``given`` is how it was asked for."""

    given: str
    settings: Settings
    report: Report


# Runs the cases, unless their report was saved.
Measure = Callable[[Progress], Side]


def open_side(given: str, cases: Sequence[Case], data_dir: Path | None) -> Measure:
    """Make everything ready for one side, so that what is wrong with it is told before any run.

    Args:
        given: Settings as “name=value,name=value”, “-” for the settings as they are, or the
            path of a report that ``--json`` wrote.
        cases: The cases; a saved report must be over the same.
        data_dir: The data folder where ``given`` names none; None for that of the settings.

    Raises:
        ReportError: The saved report cannot be used.
        SettingsError: A setting is unknown or out of bounds.
        StoreError: The index cannot be used with these settings.
        EncoderError: The model cannot be had.
    """
    if Path(given).is_file():
        report, settings = read_report(Path(given), cases)
        return lambda _: Side(given, settings, report)
    assistant = open_assistant(load_settings(**{"data_dir": data_dir, **overrides(given)}))
    return lambda progress: Side(given, assistant.identity(), run(assistant, cases, progress))


def overrides(given: str) -> dict[str, str]:
    """The settings that “name=value,name=value” gives; “-” gives none.

    Raises:
        SettingsError: It is of another form.
    """
    if given == AS_THEY_ARE:
        return {}
    pairs = [pair.partition("=") for pair in given.split(",")]
    if not all(name and equals for name, equals, _ in pairs):
        raise SettingsError(
            f"“{given}”既不是已有的报告文件，也不是“名称=值,名称=值”形式的设置；"
            f"设置不变请写“{AS_THEY_ARE}”。"
        )
    return {name: value for name, _, value in pairs}
