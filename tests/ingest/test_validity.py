"""Papers that end others, the days a paper is in force, and who ends whom in a library."""

from collections.abc import Callable

import pytest

from ingest.metadata.repeals import read_repeals
from ingest.metadata.validity import find_invalid
from ingest.types import Document, RepealKind

Read = Callable[[str], Document]

REPEALED, REPLACED = RepealKind.REPEALED, RepealKind.REPLACED
DAM = "云溪县水库安全管理办法"
DAM_NUMBER = "云政发〔2019〕3号"


def said(text: str) -> list[tuple[str, str, RepealKind]]:
    return [(r.title, r.number, r.kind) for r in read_repeals(text)]


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        (f"《{DAM}》（{DAM_NUMBER}）同时废止。", [(DAM, DAM_NUMBER)]),
        (f"本办法自2025年1月1日起施行，《{DAM}》（云政发[2019]3号）同时废止。",
         [(DAM, "云政发[2019]3号")]),
        (f"自本通知印发之日起，原《{DAM}》不再执行。", [(DAM, "")]),
        (f"{DAM_NUMBER}文件同时废止。", [("", DAM_NUMBER)]),
        (f"《{DAM}》（{DAM_NUMBER}，以下简称“原办法”）自2025年7月1日起废止。", [(DAM, DAM_NUMBER)]),
        (f"2019年3月1日县人民政府发布的《{DAM}》同时废止。", [(DAM, "")]),
        (f"《{DAM}》（云溪县人民政府令第12号）即行废止。", [(DAM, "云溪县人民政府令第12号")]),
        ("《甲办法》（云政发〔2018〕1号）、《乙办法》（云政发〔2018〕2号）和《丙细则》同时失效。",
         [("甲办法", "云政发〔2018〕1号"), ("乙办法", "云政发〔2018〕2号"), ("丙细则", "")]),
        ("根据《甲条例》，《乙办法》同时废止。", [("乙办法", "")]),
        ("经县政府同意，决定废止《甲办法》（云政发〔2018〕1号）等文件。",
         [("甲办法", "云政发〔2018〕1号")]),
        ("云溪县水利局关于废止《甲办法》的通知", [("甲办法", "")]),
        ("《关于印发〈甲办法〉的通知》（云政发〔2018〕1号）自本办法施行之日起停止执行。",
         [("关于印发〈甲办法〉的通知", "云政发〔2018〕1号")]),
    ],
)  # fmt: skip
def test_a_paper_is_repealed(text: str, papers: list[tuple[str, str]]) -> None:
    assert said(text) == [(title, number, REPEALED) for title, number in papers]


@pytest.mark.parametrize(
    "text",
    [
        f"本办法代替《{DAM}》（{DAM_NUMBER}）。",
        f"《{DAM}》（{DAM_NUMBER}）由本办法替代。",
    ],
)
def test_a_paper_is_replaced(text: str) -> None:
    assert said(text) == [(DAM, DAM_NUMBER, REPLACED)]


@pytest.mark.parametrize(
    "text",
    [
        "以前规定与本办法不一致的，以本办法为准。",
        f"《{DAM}》不得废止。",
        f"《{DAM}》第六条自2025年7月1日起停止执行，其余条款继续有效。",
        f"《{DAM}》中有关收费的规定同时废止。",
        "原《取水许可证》自2025年7月1日起失效。",
        f"根据《{DAM}》规定，过期许可证予以废止。",
        f"《{DAM}》废止前已经受理的，按原规定办理。",
        f"废止程序按照《{DAM}》执行。",
        f"建议废止《{DAM}》第三条。",
        f"2024年5月1日 《关于修改和废止部分文件的决定》修订《{DAM}》",
    ],
)
def test_nothing_is_repealed(text: str) -> None:
    assert said(text) == []


def test_a_private_character_is_no_name() -> None:
    [repeal] = read_repeals(f"\ue000县\ue000政府的《{DAM}》同时废止。")
    assert repeal.title == DAM


def test_the_quote_is_the_sentence() -> None:
    text = f"第一条 甲。\n第二条 乙。《{DAM}》同时废止。\n"
    [repeal] = read_repeals(text)
    assert text[repeal.quote.start : repeal.quote.end] == f"《{DAM}》同时废止"


@pytest.mark.parametrize(
    "rows",
    [
        "1．《甲办法》（云政发〔2018〕1号）\n2．《乙办法》（云政发〔2018〕2号）",
        "1．甲办法（云政发〔2018〕1号）\n2．乙办法（云政发〔2018〕2号）",
        "一、《甲办法》（云政发〔2018〕1号）；\n二、《乙办法》（云政发〔2018〕2号）。",
        (
            "1. 云溪县水利局关于印发《甲办法》的通知（云政发〔2018〕1号）\n"
            "2. 云溪县水利局关于印发《乙办法》的通知（云政发〔2018〕2号）"
        ),
        "序号\t文件名称\t文号\n1\t云溪县甲办法\t云政发〔2018〕1号\n2\t云溪县乙办法\t云政发〔2018〕2号",
        "序号\t文号\t文件名称\n1\t云政发〔2018〕1号\t《甲办法》\n2\t云政发〔2018〕2号\t《乙办法》",
    ],
)
@pytest.mark.parametrize(
    "opening",
    ["附件\n云溪县人民政府决定废止的规范性文件目录", "经研究，决定废止下列文件："],
)
def test_lists_of_repealed_papers(opening: str, rows: str) -> None:
    text = (
        f"{opening}\n{rows}\n附件2\n继续有效的规范性文件目录\n1．《丙办法》（云政发〔2018〕3号）\n"
    )
    found = said(text)
    assert [number for _, number, _ in found] == ["云政发〔2018〕1号", "云政发〔2018〕2号"]
    assert ["甲办法" in found[0][0], "乙办法" in found[1][0]] == [True, True]


@pytest.mark.parametrize(
    ("sentence", "effective", "until"),
    [
        ("本办法自2025年4月1日起施行，有效期5年。", "2025-04-01", "2030-03-31"),
        ("本办法自印发之日起施行，有效期至2027年12月31日。", "2025-03-01", "2027-12-31"),
        ("本意见自发布之日起实施，有效期为三年。", "2025-03-01", "2028-02-29"),
        ("本办法有效期两年，自2025年4月1日起施行。", "2025-04-01", "2027-03-31"),
        ("本办法自二〇二五年四月一日起施行。", "2025-04-01", ""),
        ("许可证有效期5年。", "", ""),
        ("《甲办法》自2019年1月1日起施行，有效期5年。", "", ""),
        ("按照《甲办法》执行，有效期3年，至2028年6月30日止。", "", ""),
        ("本办法自印发之日起30日后施行。", "", ""),
    ],
)
def test_the_days_in_force(read: Read, sentence: str, effective: str, until: str) -> None:
    opening = f"{DAM}\n（2025年3月1日）\n第一条 为了加强管理，制定本办法。"
    text = f"{opening}\n第二条 {sentence}\n"
    head = read(text).masthead
    assert (head.effective, head.valid_until) == (effective, until)


def test_a_day_of_issue_that_is_not_known_fixes_nothing(read: Read) -> None:
    head = read(f"{DAM}\n第一条 本办法自印发之日起施行，有效期5年。\n").masthead
    assert (head.effective, head.valid_until) == ("", "")


def paper(read: Read, title: str, number: str, day: int, *sentences: str) -> Document:
    lines = [
        number,
        title,
        "各单位：",
        "请遵照执行。",
        *sentences,
        "云溪县水利局",
        f"2025年3月{day}日",
    ]
    return read("\n".join(line for line in lines if line) + "\n")


@pytest.mark.parametrize(
    ("title", "number", "sentence"),
    [
        (DAM, DAM_NUMBER, "《旧办法》（云政发[2019] 3号）同时废止。"),
        (DAM, DAM_NUMBER, "云政发〔2019〕第3号文件同时废止。"),
        (DAM, "", f"《{DAM}》同时废止。"),
        (DAM, "", f"《{DAM}》（{DAM_NUMBER}）同时废止。"),
        (DAM, "", "《水库安全管理办法》同时废止。"),
        (f"关于印发《{DAM}》的通知", "", f"《{DAM}》同时废止。"),
        ("云溪县水利局关于加强管理的通知", "", "《关于加强管理的通知》同时废止。"),
    ],
)
def test_a_repealed_paper_of_the_library_is_found(
    read: Read, title: str, number: str, sentence: str
) -> None:
    old = paper(read, title, number, 1)
    new = paper(read, "云溪县水利局关于水库管理的规定", "云水发〔2025〕9号", 2, sentence)
    [(ended, by)] = find_invalid([new, old]).items()
    assert (ended, by.by_document_id, by.kind) == (old.id, new.id, REPEALED)
    assert by.repeal == new.repeals[0]


@pytest.mark.parametrize(
    ("title", "number", "day", "sentence"),
    [
        (DAM, DAM_NUMBER, 3, f"《{DAM}》（{DAM_NUMBER}）同时废止。"),
        (DAM, "云政发〔2020〕8号", 1, f"《{DAM}》（{DAM_NUMBER}）同时废止。"),
        ("云溪县水库安全管理办法实施细则", "", 1, f"《{DAM}》同时废止。"),
        ("泽川市水库安全管理办法", "", 1, "《水库安全管理办法》同时废止。"),
        ("云溪县水利局关于水库管理的规定", "", 2, "《关于水库管理的规定》同时废止。"),
    ],
)
def test_another_paper_stays_in_force(
    read: Read, title: str, number: str, day: int, sentence: str
) -> None:
    other = paper(read, title, number, day)
    new = paper(read, "云溪县水利局关于水库管理的规定", "云水发〔2025〕9号", 2, sentence)
    assert find_invalid([new, other]) == {}


def test_a_new_version_ends_the_old_one_of_its_title_only(read: Read) -> None:
    first, second, third = (paper(read, DAM, "", day, f"《{DAM}》同时废止。") for day in (1, 2, 3))
    found = find_invalid([third, first, second])
    assert {id_: by.by_document_id for id_, by in found.items()} == {
        first.id: third.id,
        second.id: third.id,
    }
