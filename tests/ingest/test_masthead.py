"""Title, number, date, issuer and place of a paper."""

from collections.abc import Callable

import pytest

from ingest.metadata.masthead import read_front
from ingest.structure.closing import organs
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
        issuer="中共云溪县委、云溪县人民政府",
        number="云发〔2025〕7号",
        date="2025-04-30",
        region="云溪县",
        regions=("云溪县",),
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
        "云溪县人民政府公告",
        "云溪县人民政府常务会议纪要",
        "云溪省水库管理规程",
        "云溪县重点项目实施方案（2025—2027年）（试行）",
    ],
)
def test_kinds_of_titles(read: Read, title: str) -> None:
    assert masthead(read, title).title == title


@pytest.mark.parametrize(
    "front",
    [
        "云政发〔2025〕9号\n关于加强水库安全管理的通知",
        "云溪县人民政府文件\n关于加强水库安全管理的通知",
        "000012\n特急\n云政发〔2025〕9号\n关于加强水库安全管理的通知",
        "附件2\n关于加强水库安全管理的通知",
        "关于加强水库安全\n管理的通知",
        "关于加强水库安全管理的\n\n通知",
        "关于加强水库安全管理的通知\n（送审稿）",
        "首页 > 政务公开 > 文件\n关于加强水库安全管理的通知\n来源：县水利局　发布时间：2025-03-05"
        "　字号：大 中 小",
        "索引号\t0012/2025\t主题分类\t水利\n关于加强水库安全管理的通知",
        "云政发〔2025〕9号　签发人：周明\n\n关于加强水库安全管理的通知",
        "关 于 加 强 水 库 安 全 管 理 的 通 知",
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
        ("云 政 发 〔2025〕 9 号", "云政发〔2025〕9号"),
        ("云政发［2025］9号", "云政发［2025］9号"),
        ("云政发【2025】9号", "云政发【2025】9号"),
        ("特急　云政发〔2025〕9号", "云政发〔2025〕9号"),
        ("云溪县人民政府文件　云政发〔2025〕9号", "云政发〔2025〕9号"),
        ("云溪县人民政府令　第12号", "云溪县人民政府令第12号"),
        ("云溪县人民政府令（第12号）\n", "云溪县人民政府令第12号"),
        ("云溪县人民政府令\n第 12 号", "云溪县人民政府令第12号"),
        ("云溪县水利局公告\n2025年第3号", "云溪县水利局公告2025年第3号"),
        ("发文字号：云水发〔2025〕3号　发布时间：2025-03-05", "云水发〔2025〕3号"),
    ],
)
def test_numbers(read: Read, line: str, number: str) -> None:
    assert masthead(read, f"{line}\n关于加强水库安全管理的通知\n").number == number


@pytest.mark.parametrize(
    "lines",
    [
        "云溪县人民政府办公室关于印发《云溪县\n招商引资办法》的\n通知",
        "云溪县人民政府办公室\n关于印发云溪县招商引资办法\n的通知",
        "云溪县人民政府办公室关于转发县财政局招商引资办法\n的通知",
    ],
)
def test_a_title_that_passes_on_another_is_whole(read: Read, lines: str) -> None:
    found = masthead(read, f"{lines}\n", "各单位：\n现将办法印发给你们，请遵照执行。\n")
    assert found.title == "".join(lines.split())


def test_an_order_goes_by_what_it_puts_in_force(read: Read) -> None:
    front = "云溪县人民政府令\n第12号"
    body = (
        "《云溪县水库安全管理办法》已经县人民政府第3次常务会议通过，现予公布，自2025年4月1日起施行。\n"
        "县长　周明\n2025年3月1日\n云溪县水库安全管理办法\n第一条 为了加强管理，制定本办法。\n"
    )
    found = masthead(read, front, body)
    assert (found.title, found.number) == ("云溪县水库安全管理办法", "云溪县人民政府令第12号")
    assert (found.issuer, found.date) == ("云溪县人民政府", "2025-03-01")
    assert found.effective == "2025-04-01"


def test_a_notice_goes_by_its_own_title(read: Read) -> None:
    body = (
        "各单位：\n请遵照执行。\n云溪县水利局\n2025年3月1日\n附件\n云溪县水库管理办法\n"
        "（2024年1月1日）\n第一条 为了加强管理，制定本办法。\n"
    )
    found = masthead(read, "关于印发《云溪县水库管理办法》的通知", body)
    assert (found.title, found.date) == ("关于印发《云溪县水库管理办法》的通知", "2025-03-01")


def test_the_title_row_of_a_sheet(read: Read) -> None:
    body = "序号\t项目\t单位\n1\t水库加固\t县水利局\n"
    assert masthead(read, "云溪县2025年重点项目表", body).title == "云溪县2025年重点项目表"


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("中华人民共和国水库法", "中华人民共和国水库法"),
        ("云溪县水利局关于加强管理的通知", "云溪县水利局关于加强管理的通知"),
    ],
)
def test_what_the_format_declares_counts_where_the_words_show_no_title(
    declared: str, title: str
) -> None:
    found = read_front(["一、总体要求", "抓好落实。"], declared).masthead
    assert (found.title, found.title_derived) == (title, False)
    other = read_front(["政务公开", declared, "各单位：", "请执行。"], declared).masthead
    assert other.title == title


def test_the_number_of_another_paper_is_not_taken(read: Read) -> None:
    body = "根据《安全办法》（泽政发〔2022〕41号）规定，现通知如下。\n"
    assert masthead(read, "关于加强水库安全管理的通知", body).number == ""


def test_the_date_may_stand_at_the_end(read: Read) -> None:
    found = masthead(read, "关于加强水库安全管理的通知", BODY + "云溪县人民政府\n2025年 6月 2日\n")
    assert found.date == "2025-06-02"


@pytest.mark.parametrize(
    ("front", "ending", "date"),
    [
        ("（2025年3月1日）", "", "2025-03-01"),
        ("", "云溪县水利局\n二〇二五年三月一日", "2025-03-01"),
        ("", "云溪县水利局\n二○二五年十二月三十一日", "2025-12-31"),
        ("", "云溪县水利局　　　2025年3月1日", "2025-03-01"),
        ("", "云溪县水利局\n2025年3月1日\n附件\n名单\n2024年1月1日", "2025-03-01"),
        (
            "（2001年2月3日云溪省人民代表大会通过　根据2013年6月9日《甲决定》修正）",
            "",
            "2013-06-09",
        ),
        (
            "2001年2月3日 云溪省人民代表大会通过\n2013年6月9日 云溪省人民代表大会修订",
            "",
            "2013-06-09",
        ),
        ("成文日期：2025-03-01　发布日期：2025-03-05", "", "2025-03-01"),
        ("来源：县水利局　发布时间：2025-03-05", "", ""),
    ],
)
def test_dates(read: Read, front: str, ending: str, date: str) -> None:
    found = masthead(read, f"云溪省水库管理条例\n{front}", f"{BODY}{ending}\n")
    assert found.date == date


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("云溪县人民政府办公室　　2025年3月2日印发", "2025-03-02"),
        ("云溪县人民政府办公室\t2025年3月2日印发", "2025-03-02"),
        ("云溪县水利局办公室 二〇二五年三月二日印发 （共印50份）", "2025-03-02"),
        ("2025年3月2日印发的通知同时执行。", ""),
    ],
)
def test_the_day_of_printing(read: Read, line: str, printed: str) -> None:
    assert masthead(read, "关于加强水库安全管理的通知", f"{BODY}{line}\n").printed == printed


@pytest.mark.parametrize(
    ("line", "addressee"),
    [
        ("各乡镇人民政府，县直各单位：", "各乡镇人民政府，县直各单位"),
        ("县水利局、县财政局：", "县水利局、县财政局"),
        ("云溪县人民政府：", "云溪县人民政府"),
        ("现将有关事项通知如下：", ""),
        ("本县水库分为下列三类：", ""),
        ("各位代表：", ""),
    ],
)
def test_addressees(read: Read, line: str, addressee: str) -> None:
    body = f"{line}\n请抓好落实。\n"
    assert masthead(read, "关于加强水库安全管理的通知", body).addressee == addressee


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("附件：水库名单", ("水库名单",)),
        ("附件：1. 水库名单\n　　　2. 责任分工表", ("水库名单", "责任分工表")),
        ("附件：1．水库名单　2．责任分工表", ("水库名单", "责任分工表")),
        ("附件1\n水库名单", ()),
    ],
)
def test_attachments(read: Read, lines: str, names: tuple[str, ...]) -> None:
    found = masthead(read, "关于加强水库安全管理的通知", f"{BODY}{lines}\n云溪县水利局\n")
    assert found.attachments == names


@pytest.mark.parametrize("line", ["2025年4月  日", "2025年13月40日", "力争2025年3月1日前完成。"])
def test_what_is_no_date(read: Read, line: str) -> None:
    assert masthead(read, "关于加强水库安全管理的通知", f"{BODY}{line}\n").date == ""


@pytest.mark.parametrize(
    ("front", "issuer"),
    [
        ("泽川市财政局文件\n关于加强预算管理的通知\n", "泽川市财政局"),
        ("泽川市水利局关于加强水库安全管理的通知\n", "泽川市水利局"),
        ("泽川市水库安全管理办法\n", ""),
        ("云 溪 县 水 利 局 文 件\n关于加强管理的通知\n", "云溪县水利局"),
        ("云溪县\n人民政府文件\n关于加强管理的通知\n", "云溪县人民政府"),
        ("中共云溪县委　云溪县人民政府关于加强管理的意见\n", "中共云溪县委、云溪县人民政府"),
        ("中共云溪县委云溪县人民政府关于加强管理的意见\n", "中共云溪县委、云溪县人民政府"),
        (
            "云溪县财政局\n云溪县水利局　文件\n云溪县税务局\n云财发〔2025〕9号\n关于管理的通知\n",
            "云溪县财政局、云溪县水利局、云溪县税务局",
        ),
        ("发文机关：云溪县水利局　成文日期：2025-03-01\n关于加强管理的通知\n", "云溪县水利局"),
    ],
)
def test_issuers(read: Read, front: str, issuer: str) -> None:
    assert masthead(read, front).issuer == issuer


def test_the_organs_that_sign_issue_the_paper(read: Read) -> None:
    body = f"{BODY}云溪县财政局　云溪县水利局\n云溪县税务局\n2025年3月1日\n"
    found = masthead(read, "云溪县财政局等三部门关于加强管理的通知", body)
    assert found.issuer == "云溪县财政局、云溪县水利局、云溪县税务局"


@pytest.mark.parametrize(
    ("front", "body", "regions"),
    [
        ("云溪省泽川市禾丰县水库管理办法", "", ("云溪省", "泽川市", "禾丰县")),
        ("湖南省人民政府文件\n关于加强管理的意见", "", ("湖南省",)),
        ("禾丰县水库管理办法", "支持湖南省泽川市禾丰县发展。", ("湖南省", "泽川市", "禾丰县")),
        ("禾丰县水库管理办法", "一、泽川市禾丰县水库。", ("泽川市", "禾丰县")),
        ("禾丰县水库管理办法", "湖南省禾丰县水库。", ("湖南省", "禾丰县")),
        ("禾丰县水库管理办法", "从泽川市禾丰县到望湖市。", ("禾丰县",)),
        ("保税区管理办法", "", ()),
        ("风景名胜区管理办法", "", ()),
        ("水库管理办法", "省、市、县人民政府应当加强管理，或者省人民政府批准。", ()),
    ],
)
def test_the_places_around_the_place(
    read: Read, front: str, body: str, regions: tuple[str, ...]
) -> None:
    found = masthead(read, front, f"第一条 为了加强管理，制定本办法。\n{body}\n")
    assert found.regions == regions
    assert found.region == (regions[-1] if regions else "")


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


def test_brackets_in_the_name_of_an_organ_are_no_pattern() -> None:
    assert organs("((云溪县委员会") == ("((云溪县委员会",)
