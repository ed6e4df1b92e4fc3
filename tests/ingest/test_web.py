"""Web pages: the words of the paper, all of them, and little else."""

import codecs

import pytest

from ingest.content import Content
from ingest.errors import RefusedFileError
from ingest.formats.web.reader import read

TITLE = "青河县人民政府办公室关于印发乡村供水行动方案的通知"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>{TITLE}_青河县人民政府</title>
<style>p{{color:red}}</style><script>var words = "脚本里的话。";</script></head>
<body class="nav-open">
<div class="top"><h1 class="logo"><a>青河县人民政府</a></h1></div>
<ul class="mainNav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul>
<div class="dqwz">当前位置：<a>首页</a> &gt; <a>县政府文件</a></div>
<div class="wrap"><div class="left"><h3>政策法规</h3>
<ul><li><a>国务院文件</a></li><li><a>省政府文件</a></li></ul></div>
<div class="content">
<table><tr><th>索 引 号：</th><td>113717/2025-0031</td><th>主题分类：</th><td>水利、水务</td></tr>
<tr><th>发文字号：</th><td>青政办发〔2025〕8号</td><th>有 效 性：</th><td>有效</td></tr></table>
<div class="title">{TITLE}</div><p>各乡镇人民政府：</p>
<p style="text-indent:2em">《方案》已经县政府同意，现印发给你
们，请认真贯彻执行。<span style="display:none">隐藏的话。</span></p>
<p><strong>一、总体要求</strong></p>
<div>&emsp;&emsp;水质合格率达到92%以上，投资1.5×10<sup>4</sup>万元。<br>&emsp;&emsp;坚持<a>多方参与</a>。</div>
<ol><li>完成东岭水厂扩建。</li><li>完成西塘水厂迁建。</li></ol>
<p>附件：<a href="1.docx">1.重点项目表.docx</a></p>
<div class="share"><span>分享到：</span><a>微信</a></div>
<div><h3>相关解读</h3><ul><li><a>一图读懂</a></li></ul></div><p>【打印本页】【关闭窗口】</p></div></div>
<div class="links"><a>国家部委网站</a><a>新闻媒体</a></div>
<footer>主办：青河县人民政府办公室</footer><div>鲁ICP备00000000号-1　网站标识码：0000000000</div>
</body></html><p>（此件公开发布）</p>"""


def page(body: str) -> Content:
    return read(f"<html><body>{body}</body></html>".encode(), lambda done, total: None)


def texts(body: str) -> list[str]:
    return [line.text.strip() for line in page(body).lines]


def test_a_notice_on_a_government_site_is_read_whole_and_alone() -> None:
    content = read(PAGE.encode(), lambda done, total: None)
    assert content.title == TITLE
    assert [line.text.strip() for line in content.lines] == [
        TITLE,
        "索 引 号：113717/2025-0031",
        "主题分类：水利、水务",
        "发文字号：青政办发〔2025〕8号",
        "有 效 性：有效",
        "各乡镇人民政府：",
        "《方案》已经县政府同意，现印发给你们，请认真贯彻执行。",
        "一、总体要求",
        "水质合格率达到92%以上，投资1.5×10⁴万元。",
        "坚持多方参与。",
        "1. 完成东岭水厂扩建。",
        "2. 完成西塘水厂迁建。",
        "附件：1.重点项目表.docx",
        "（此件公开发布）",
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("", "gbk"), ("big5", "big5"), ("", "utf-16")],
)
def test_encodings(declared: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    source = f"<head>{meta if declared else ''}</head><p>縣政府辦公室負責組織實施</p>"
    content = read(source.encode(encoding), lambda done, total: None)
    assert content.lines[0].text == "縣政府辦公室負責組織實施"


def test_a_byte_order_mark_outweighs_what_the_page_says() -> None:
    source = '<meta charset="gbk"><p>由县水务局负责。</p>'.encode()
    assert (
        read(codecs.BOM_UTF8 + source, lambda done, total: None).lines[0].text == "由县水务局负责。"
    )


def test_a_character_cut_in_two_does_not_lose_the_page() -> None:
    body = "全县供水水质合格率达到百分之九十二以上。" * 20
    source = f'<meta charset="utf-8"><p>{body}</p>'.encode()
    broken = source[:200] + source[201:]
    assert "九十二以上。" in read(broken, lambda done, total: None).lines[0].text


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        pytest.param(
            "<caption>表1 任务</caption><tr><th rowspan=2>乡镇</th><th colspan=2>水厂</th></tr>"
            "<tr><th>2025年</th><th>2026年</th></tr></thead><tr><td>东岭</td><td>3</td><td>4</td></tr>",
            ["表1 任务", "乡镇\t水厂 2025年\t水厂 2026年", "东岭\t3\t4"],
            id="two levels of names",
        ),
        pytest.param(
            "<tr><td>乡镇</td><td>数量</td><td>单位</td></tr><tr><td rowspan=2>东岭</td><td>3</td>"
            "<td><p>水务局</p><p>财政局</p></td></tr><tr><td>2</td><td>住建局</td></tr>",
            ["乡镇\t数量\t单位", "东岭\t3\t水务局 财政局", "\t2\t住建局"],
            id="merged cell stands once",
        ),
        pytest.param(
            "<tr><td><a>要闻</a></td><td><table><tr><td>甲</td><td>1</td></tr>"
            "<tr><td>乙</td><td>2</td></tr></table></td></tr>",
            ["要闻", "甲\t1", "乙\t2"],
            id="layout around data",
        ),
        pytest.param(
            "<tr><td>甲</td><td colspan=x rowspan=99999999>1</td></tr><tr><td>乙</td></tr>",
            ["甲\t1", "乙"],
            id="senseless spans",
        ),
    ],
)
def test_tables(table: str, lines: list[str]) -> None:
    assert [line.text for line in page(f"<table>{table}</table>").lines] == lines


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        ("<h1>办事指南</h1><h2>条件</h2><p>满一年。</p>", [(1, "办事指南"), (2, "条件")]),
        ("<div class='step-header'><i>1</i>\n 条件</div><p>满一年。</p>", [(2, "1 条件")]),
        ("<p><b>办理条件</b></p><p>满一年。</p>", [(3, "办理条件")]),
        ("<p><b>请认真贯彻执行。</b></p><ul><li><b>身份证</b></li></ul>", []),
        ("<p><b>说明</b></p><p>一、总则</p><p>二、附则</p>", []),
        ("<h2><div>供水<br>条例</div></h2>", [(2, "供水条例")]),
    ],
)
def test_headings(body: str, headings: list[tuple[int, str]]) -> None:
    found = [(line.heading, line.text.strip()) for line in page(body).lines if line.heading]
    assert found == headings


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>推进<span>12</span>处<b>水厂</b>改造</p>", ["推进12处水厂改造"]),
        ("<ol start=3><li>一<ol><li>二</li></ol></li><li>（三）三</li></ol>",
         ["3. 一", "1. 二", "（三）三"]),
        ("<pre>组长：周明\n副组长：  陈  远</pre>", ["组长：周明", "副组长：  陈  远"]),
        ("<p>甲<br><br>乙</p>", ["甲", "乙"]),
        ("<div class='share'>各单位应当共享供水数据，不得拒绝。</div>",
         ["各单位应当共享供水数据，不得拒绝。"]),
        ("<div class=tab_con style='display:none'><p>受理条件：在本县居住满一年以上的。</p></div>",
         ["受理条件：在本县居住满一年以上的。"]),
        ("<form><p>正文<input value=x><select><option>甲</select></p></form>", ["正文"]),
        ("<![if !vml]><span style='mso-list:Ignore'>1.</span><![endif]>分级<o:p>&nbsp;</o:p>",
         ["1.分级"]),
        ("<div>" * 1500 + "深处的条款。" + "</div>" * 1500, ["深处的条款。"]),
    ],
)  # fmt: skip
def test_words_and_lines(body: str, lines: list[str]) -> None:
    assert texts(body) == lines


def test_a_line_before_a_break_may_go_on_unless_an_indent_follows() -> None:
    lines = page("<p>第一行<br>第二行<br>　　第三行</p><p>第四行</p>").lines
    assert [line.full for line in lines] == [None, False, False, False]


@pytest.mark.parametrize("data", [b"", b" \n", b"<html>\0\0\0</html>" + bytes(range(256)) * 9])
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFileError):
        read(data, lambda done, total: None)


def test_a_page_of_menus_alone_has_no_lines() -> None:
    assert page("<nav><a>首页</a></nav><script>x</script>").lines == ()
