"""Title, number, date, issuer and place of a paper."""

from collections.abc import Callable

import pytest

from ingest.types import Document, Masthead

Read = Callable[[str], Document]

BODY = "为贯彻落实上级部署，结合我县实际，制定本方案。\n一、工作目标\n抓好落实。\n"


def masthead(read: Read, front: str, body: str = BODY) -> Masthead:
    return read(f"{front}\n{body}").masthead


def test_everything_a_paper_says_of_itself(read: Read) -> None:
    front = (
        "中共云溪县委文件\n云发〔2025〕7号\n\n　　中共云溪县委 云溪县人民政府关于推动\n"
        "　　制造业高质量发展的实施意见\n（2025年4月30日）"
        "\n"
    )
    assert masthead(read, front) == Masthead(
        title="中共云溪县委云溪县人民政府关于推动制造业高质量发展的实施意见",
        issuer="中共云溪县委",
        number="云发〔2025〕7号",
        date="2025-04-30",
        region="云溪县",
    )


@pytest.mark.parametrize(
    "title",
    [
        "关于加强水库安全管理的通知",
        "云溪县新型工业化工作方案（2025—2027年）",
        "云溪县数字经济发展若干措施（试行）",
        "云溪县专项资金管理办法",
        "云溪县便民事项办事指南",
        "关于印发《云溪县招商引资办法》的通知",
    ],
)
def test_kinds_of_titles(read: Read, title: str) -> None:
    assert masthead(read, title).title == title


@pytest.mark.parametrize(
    "front",
    [
        "云政发〔2025〕9号\n关于加强水库安全管理的通知",
        "云溪县人民政府文件\n关于加强水库安全管理的通知",
        "机密★1年\n特急\n云政发〔2025〕9号\n关于加强水库安全管理的通知",
        "附件2\n关于加强水库安全管理的通知",
        "关于加强水库安全\n管理的通知",
        "关于加强水库安全管理的\n\n通知",
        "关于加强水库安全管理的通知\n（送审稿）",
    ],
)
def test_the_title_among_other_lines(read: Read, front: str) -> None:
    assert masthead(read, f"{front}\n").title == "关于加强水库安全管理的通知"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("云政办发〔2025〕17号", "云政办发〔2025〕17号"),
        ("云发[2024] 6 号", "云发[2024]6号"),
        ("云财规（2025）第1号", "云财规（2025）第1号"),
        ("云溪县公报", ""),
    ],
)
def test_numbers(read: Read, line: str, number: str) -> None:
    assert masthead(read, f"{line}\n关于加强水库安全管理的通知\n").number == number


def test_the_number_of_another_paper_is_not_taken(read: Read) -> None:
    body = "根据《安全办法》（泽政发〔2022〕41号）规定，现通知如下。\n"
    assert masthead(read, "关于加强水库安全管理的通知", body).number == ""


def test_the_date_may_stand_at_the_end(read: Read) -> None:
    found = masthead(read, "关于加强水库安全管理的通知", BODY + "云溪县人民政府\n2025年 6月 2日\n")
    assert found.date == "2025-06-02"


@pytest.mark.parametrize("line", ["2025年4月  日", "2025年13月40日", "力争2025年3月1日前完成。"])
def test_what_is_no_date(read: Read, line: str) -> None:
    assert masthead(read, "关于加强水库安全管理的通知", f"{BODY}{line}\n").date == ""


@pytest.mark.parametrize(
    ("front", "issuer"),
    [
        ("泽川市财政局文件\n关于加强预算管理的通知\n", "泽川市财政局"),
        ("泽川市水利局关于加强水库安全管理的通知\n", "泽川市水利局"),
        ("泽川市水库安全管理办法\n", ""),
    ],
)
def test_issuers(read: Read, front: str, issuer: str) -> None:
    assert masthead(read, front).issuer == issuer


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("中共云溪县委云溪县人民政府关于加强管理的意见", "云溪县"),
        ("泽川市水库安全管理办法", "泽川市"),
        ("湘西土家族苗族自治州水库管理办法", "湘西土家族苗族自治州"),
        ("望湖区人民政府办公室关于加强管理的通知", "望湖区"),
        ("关于加强园区建设的通知", ""),
    ],
)
def test_the_place_in_the_title(read: Read, title: str, region: str) -> None:
    assert masthead(read, title, "各单位要抓好落实。\n").region == region


def test_the_place_from_the_text(read: Read) -> None:
    body = (
        "为推动我县发展，支持云溪特色产业，打响“云溪绿茶”品牌，"
        "建设云溪县产业园。\n云溪县财政局负责云溪县资金。\n"
    )
    assert masthead(read, "产业培塑行动实施方案", body).region == "云溪县"


def test_a_paper_without_a_title_gets_one_from_its_words(read: Read) -> None:
    body = (
        "为加快培育新的增长点，结合我县实际，特制定本实施方案。"
        "支持云溪茶业，打响云溪品牌，办好云溪县茶节。\n一、"
        "工作目标\n抓好落实。\n"
    )
    found = read(body).masthead
    assert found.title_derived
    assert found.title == "云溪县实施方案（“为加快培育新的增长点……”）"


def test_front_matter_is_outside_every_section(read: Read) -> None:
    document = read(f"云政发〔2025〕9号\n关于加强水库安全管理的通知\n\n{BODY}")
    assert document.passages[0].section == ()
    assert [section.path for section in document.sections] == [("一、工作目标",)]
