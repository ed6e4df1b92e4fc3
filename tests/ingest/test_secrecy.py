"""Files marked 秘密, 机密 or 绝密 are refused; papers that only speak of secrets are read."""

import pytest

from ingest.content import Content, Line
from ingest.errors import RefusedFileError
from ingest.metadata.secrecy import check

HEAD = ("云溪县人民政府文件", "云政发〔2025〕9号", "云溪县人民政府关于加强水库安全管理的通知")
BODY = "各乡镇人民政府要按照职责分工，认真抓好落实。"


def content(*texts: str, margins: tuple[str, ...] = ()) -> Content:
    return Content(tuple(Line(text, page=1) for text in texts), margins)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("机密★1年", "机密★1年"),
        ("密级：机密", "机密"),
        ("机 密 ★ 长期", "机密★长期"),
        ("绝密★启封前", "绝密★启封前"),
        ("000012 机密★5年 特急", "机密★5年"),
        ("特急　秘密★10年", "秘密★10年"),
        ("机密*1年", "机密★1年"),
        ("机密＊1年", "机密★1年"),
        ("秘密☆六个月", "秘密★六个月"),
        ("秘密⭐1年", "秘密★1年"),
        ("机密女1年", "机密★1年"),
        ("机密 x 1年", "机密★1年"),
        ("机密1年", "机密★1年"),
        ("密级\t机密", "机密"),
        ("份号\t000012\t密 级\t秘密★10年", "秘密★10年"),
        ("密级:秘密 保密期限:5年", "秘密"),
        ("中共云溪县委文件　机密★1年", "机密★1年"),
        ("机密★1年 云委发〔2025〕9号", "机密★1年"),
        ("（机密★1年）", "机密★1年"),
    ],
)
def test_a_mark_anywhere_refuses_the_file(line: str, mark: str) -> None:
    for lines in ((line, *HEAD, BODY), (*HEAD, BODY, BODY, line, BODY)):
        with pytest.raises(RefusedFileError, match=f"“{mark}”.*不能导入") as caught:
            check(content(*lines))
        assert "云" not in str(caught.value)


@pytest.mark.parametrize(
    "line", ["机密", "秘 密", "【绝密】", "绝密 特急", "000001 秘密", "机密级"]
)
def test_a_bare_word_counts_in_the_head_and_in_margins(line: str) -> None:
    with pytest.raises(RefusedFileError):
        check(content(line, *HEAD, BODY))
    with pytest.raises(RefusedFileError):
        check(content(*HEAD, BODY, margins=("—2—", line)))
    check(content(*HEAD, BODY, line, BODY))


def test_a_bare_word_at_the_top_of_a_later_page_counts() -> None:
    lines = [Line(text, page=1) for text in (*HEAD, BODY)] + [Line("机密", page=2)]
    with pytest.raises(RefusedFileError):
        check(Content(tuple(lines)))


@pytest.mark.parametrize(
    "line",
    [
        "密级：无",
        "密级：公开",
        "密级\t非密",
        "云溪县商业秘密保护规定",
        "云溪县保守国家秘密工作办法",
        "机密文件管理",
        "一、机密文件管理",
        "秘书：周明",
        "密码应用要求",
        "国家秘密的密级分为绝密、机密、秘密三级。",
        "绝密级国家秘密是最重要的国家秘密，保密期限不超过三十年。",
        "属于机密★1年的，应当在首页左上角标明。",
        "绝密\t三十年",
        "序号\t事项\t密级\t保密期限",
        "绝密\t机密\t秘密",
    ],
)
def test_speaking_of_secrets_is_no_mark(line: str) -> None:
    check(content(line, *HEAD, BODY, margins=("云溪县水利局",)))
    check(content(*HEAD, BODY, line))
