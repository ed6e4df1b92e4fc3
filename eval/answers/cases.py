"""Evaluation cases and their strict loader: one JSON object a line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from eval.answers.text import squeeze


class Kind(StrEnum):
    """What a case asks for."""

    RESPONSIBLE = "R"
    FIGURE = "N"
    TABLE = "T"
    LIST = "L"
    DEFINITION = "D"
    PERSON = "P"
    CROSS = "X"
    CONDITION = "C"
    WHETHER = "Y"
    FOLLOW_UP = "M"
    UNANSWERABLE = "U"


# The web page has them too: service/web/figures.js.
KIND_LABELS: Mapping[Kind, str] = {
    Kind.RESPONSIBLE: "责任单位",
    Kind.FIGURE: "数字日期",
    Kind.TABLE: "表格",
    Kind.LIST: "清单名录",
    Kind.DEFINITION: "名词解释",
    Kind.PERSON: "人员",
    Kind.CROSS: "跨段跨文",
    Kind.CONDITION: "条件办法",
    Kind.WHETHER: "是否缘由",
    Kind.FOLLOW_UP: "追问",
    Kind.UNANSWERABLE: "无依据",
}

REQUIRED = ("id", "kind", "docs", "question", "evidence", "answer")
OPTIONAL = ("history", "reject")


class CaseError(ValueError):
    """A case file cannot be used; the message says where, what and the way out."""

    def __init__(self, path: Path, line: int, problem: str, way_out: str) -> None:
        """Build the message; ``line`` 0 means the file as a whole."""
        self.path = path
        self.line = line
        place = f"{path} 第 {line} 行" if line else f"{path}"
        super().__init__(f"{place}：{problem}。{way_out}。")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer must rest on and say.

    ``docs`` holds file names, ``history`` the earlier questions, oldest first.
    ``evidence`` holds alternative strings of the source, ``answer`` groups of
    alternatives. An empty ``answer`` means that only retrieval, citations and
    refusal are judged. ``file`` and ``line`` say where the case was read.
    """

    id: str
    kind: Kind
    question: str
    docs: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answer: tuple[tuple[str, ...], ...] = ()
    reject: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def answerable(self) -> bool:
        """Whether the papers answer it; otherwise it must be refused."""
        return bool(self.evidence)


class _ProblemError(Exception):
    """A fault in one case, before its place in the file is known."""

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.way_out = way_out


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read the cases of one file; blank lines are skipped.

    Raises:
        CaseError: The file cannot be read, or a case in it is not sound.
    """
    return load_all([path])


def load_all(paths: Sequence[Path]) -> tuple[Case, ...]:
    """Read several files; an id may occur only once over all of them.

    Raises:
        CaseError: A file cannot be read, or a case in it is not sound.
    """
    cases: dict[str, Case] = {}
    for path in paths:
        found = len(cases)
        for number, line in enumerate(_read(path).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                case = _case(_parse(line), path, number)
            except _ProblemError as error:
                raise CaseError(path, number, error.problem, error.way_out) from error
            if case.id in cases:
                first = cases[case.id]
                problem = f"编号“{case.id}”重复，首次出现于 {first.file} 第 {first.line} 行"
                raise CaseError(path, number, problem, "请改用未用过的编号")
            cases[case.id] = case
        if len(cases) == found:
            raise CaseError(path, 0, "文件中没有用例", "请每行写一个 JSON 对象")
    return tuple(cases.values())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(path, 0, "不是 UTF-8 编码", "请另存为 UTF-8 后重试") from error
    except OSError as error:
        problem = f"无法读取用例文件（{error.strerror}）"
        raise CaseError(path, 0, problem, "请检查路径和读取权限") from error


def _parse(line: str) -> dict[str, object]:
    try:
        value: object = json.loads(line, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as error:
        problem = f"不是有效的 JSON（第 {error.colno} 列：{error.msg}）：{_short(line)}"
        raise _ProblemError(problem, "请每行写一个完整的 JSON 对象") from error
    except RecursionError as error:
        raise _ProblemError("JSON 嵌套过深", "请每行写一个完整的 JSON 对象") from error
    if not isinstance(value, dict):
        raise _ProblemError(f"不是 JSON 对象：{_short(line)}", "请用 {…} 写成一个对象")
    return value


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise _ProblemError(f"字段“{key}”写了两次", "请删去其中一个")
        fields[key] = value
    return fields


def _case(fields: dict[str, object], path: Path, line: int) -> Case:
    _check_keys(fields)
    case = Case(
        id=_text(fields, "id"),
        kind=_kind(_text(fields, "kind")),
        question=_text(fields, "question"),
        docs=_texts(fields["docs"], "docs"),
        history=_texts(fields.get("history", []), "history"),
        evidence=_texts(fields["evidence"], "evidence"),
        answer=_groups(fields["answer"]),
        reject=_texts(fields.get("reject", []), "reject"),
        file=str(path),
        line=line,
    )
    _check_sense(case)
    return case


def _check_keys(fields: dict[str, object]) -> None:
    allowed = "、".join((*REQUIRED, *OPTIONAL))
    for key in fields:
        if key not in REQUIRED and key not in OPTIONAL:
            raise _ProblemError(f"未知字段“{key}”", f"可用的字段：{allowed}")
    for key in REQUIRED:
        if key not in fields:
            raise _ProblemError(f"缺少字段“{key}”", "请补上；没有内容的列表写 []")


def _check_sense(case: Case) -> None:
    if not case.evidence and case.kind is not Kind.UNANSWERABLE:
        raise _ProblemError(
            f"“{case.id}”的类别是 {case.kind}，evidence 却为空",
            "请填写原文依据；若文件确无依据，类别改为 U",
        )
    if case.evidence and case.kind is Kind.UNANSWERABLE:
        raise _ProblemError(
            f"“{case.id}”的类别是 U，evidence 却有内容：{_short(case.evidence[0])}",
            "请清空 evidence，或改用其他类别",
        )
    if case.kind is Kind.FOLLOW_UP and not case.history:
        raise _ProblemError(
            f"“{case.id}”的类别是 M，history 却为空",
            "请在 history 中写出先前的提问，或改用其他类别",
        )


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError as error:
        known = "、".join(f"{kind}（{label}）" for kind, label in KIND_LABELS.items())
        raise _ProblemError(f"未知类别“{value}”", f"可用的类别：{known}") from error


def _text(fields: dict[str, object], key: str) -> str:
    value = fields[key]
    if not isinstance(value, str) or not squeeze(value):
        raise _ProblemError(f"字段“{key}”应为非空字符串，现为 {_show(value)}", "请改正")
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    # An empty string is contained in every text and would make any case a hit.
    if not isinstance(value, list):
        raise _ProblemError(f"字段“{key}”应为字符串列表，现为 {_show(value)}", "请改正")
    for item in value:
        if not isinstance(item, str) or not squeeze(item):
            raise _ProblemError(f"字段“{key}”中的 {_show(item)} 不是非空字符串", "请改正")
    return tuple(value)


def _groups(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise _ProblemError(f"字段“answer”应为列表，现为 {_show(value)}", "请改正")
    for group in value:
        if not isinstance(group, list) or not group:
            raise _ProblemError(
                f"字段“answer”中的 {_show(group)} 不是非空列表",
                '请把同一要点的各种说法写成一组，如 [["市发改委","市发展改革委"]]',
            )
    return tuple(_texts(group, "answer") for group in value)


def _show(value: object) -> str:
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
