"""What a reader of the paper cannot see is no part of it; what can be seen stays."""

import pytest

from ingest.content import Content, Line
from ingest.formats.markdown import reader as markdown
from ingest.formats.pdf import reader as pdf
from ingest.formats.web import reader as web
from ingest.reader import no_report
from ingest.structure.paragraphs import paragraphs
from tests.ingest.test_pdf import make, show
from tests.ingest.word_xml import NAMESPACES, lines, p, r, table, tc

WHITE = '<w:color w:val="FFFFFF"/>'
TINY = '<w:sz w:val="2"/>'


def fill(colour: str, pattern: str = "clear") -> str:
    return f'<w:shd w:val="{pattern}" w:color="auto" w:fill="{colour}"/>'


def style(properties: str, kind: str = "paragraph", more: str = "") -> str:
    """A part styles.xml with the style “a”, based on one that has ``properties``."""
    return (
        f'<w:styles {NAMESPACES}><w:style w:type="{kind}" w:styleId="b"><w:name w:val="b"/>{more}'
        f"<w:rPr>{properties}</w:rPr></w:style>"
        f'<w:style w:type="{kind}" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/>'
        "</w:style></w:styles>"
    )


@pytest.mark.parametrize(
    "body",
    [
        p(r("藏", WHITE)),
        p(r("藏", '<w:color w:val="FDFEFE"/>')),
        p(r("藏", TINY)),
        p(r("藏", "<w:vanish/>")),
        p(r("藏", '<w:color w:val="1F3864"/>'), fill("1F3864")),
        p(r("藏", WHITE + '<w:highlight w:val="white"/>'), fill("1F3864")),
        table([tc(p(r("藏", WHITE)))]),
        table([tc(p(r("藏", '<w:color w:val="C00000"/>')), fill("C00000")), "见"]),
    ],
)
def test_hidden_in_word(body: str) -> None:
    assert "藏" not in "".join(lines(p("见") + body))


@pytest.mark.parametrize(
    "body",
    [
        p(r("见", WHITE), fill("1F3864")),
        p(r("见", WHITE + fill("C00000"))),
        p(r("见", WHITE + '<w:highlight w:val="black"/>')),
        p(r("见", WHITE), fill("FFFFFF", "solid")),
        table([tc(p(r("见", WHITE)), fill("1F3864"))]),
        table([tc(table([tc(p(r("见", WHITE)))]) + p(""), fill("1F3864"))]),
        table(["甲"])
        .replace("<w:tbl>", f"<w:tbl><w:tblPr>{fill('000000')}</w:tblPr>")
        .replace(p("甲"), p(r("见", WHITE))),
        p(f"<w:r><w:txbxContent>{p(r('见', WHITE))}</w:txbxContent></w:r>"),
        p("<w:r><w:pict/></w:r>") + p(r("见", WHITE)),
        p(r("见", '<w:sz w:val="10"/>')),
        p(r("见", '<w:color w:val="F2F2F2"/>')),
    ],
)
def test_seen_in_word(body: str) -> None:
    assert "见" in "".join(lines(body))


@pytest.mark.parametrize("properties", [WHITE, TINY, "<w:vanish/>"])
@pytest.mark.parametrize(("kind", "named"), [("paragraph", "pStyle"), ("character", "rStyle")])
def test_hidden_by_a_style_in_word(properties: str, kind: str, named: str) -> None:
    of_paragraph = f'<w:{named} w:val="a"/>' * (kind == "paragraph")
    of_run = f'<w:{named} w:val="a"/>' * (kind == "character")
    hidden = p(r("藏", of_run), of_paragraph)
    own = p(r("见", '<w:vanish w:val="0"/><w:sz w:val="32"/><w:color w:val="auto"/>' + of_run))
    assert lines(hidden + own, styles=style(properties, kind)) == ["见"]


def test_a_table_style_may_be_dark() -> None:
    body = table(["甲"]).replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="a"/></w:tblPr>')
    body = body.replace(p("甲"), p(r("见", WHITE)))
    dark = f"<w:tblStylePr w:type='firstRow'><w:tcPr>{fill('1F3864')}</w:tcPr></w:tblStylePr>"
    assert lines(body, styles=style("", "table", dark)) == ["见"]
    assert lines(body, styles=style("", "table")) == []


def page(body: str) -> str:
    content = web.read(f"<html><body>{body}</body></html>".encode(), no_report)
    return "".join(line.text for line in content.lines)


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">藏</p>',
        "<p hidden>藏</p>",
        "<!-- 藏 -->",
        '<p style="font-size:0">藏</p>',
        '<p style="font-size: 1px">藏</p>',
        '<p style="opacity:0;">藏</p>',
        '<p style="text-indent:-9999px">藏</p>',
        '<p style="position:absolute;left:-9999px">藏</p>',
        '<p style="color:#FFFFFF">藏</p>',
        '<p>见<font color="white">藏</font></p>',
        '<p>见<span style="color:transparent">藏</span></p>',
        '<p class="a">见<span style="color:rgb(255, 255, 255)">藏</span></p>',
        '<div style="color:#fff">藏<b>藏</b><b style="color:red">见</b></div>',
        '<table><tr><td bgcolor="#ffffff" style="color:white">藏</td></tr></table>',
    ],
)
def test_hidden_in_a_page(hidden: str) -> None:
    found = page(f"<p>见得到的话。</p>{hidden}")
    assert "藏" not in found
    assert "见得到的话。" in found
    assert ("见" in hidden) == (found.count("见") > 1)


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="color:#fff;background:#036">见</p>',
        '<div style="background-color:#036"><p style="color:white">见</p></div>',
        '<table><tr bgcolor="#003366"><td style="color:#fff">见</td></tr></table>',
        '<div class="banner"><p style="color:#fff">见</p></div>',
        '<table><tr><th style="color:#fff">见</th></tr></table>',
        '<div style="font-size:0"><span style="font-size:14px">见</span></div>',
        '<p style="font-size:1em">见</p>',
        '<p style="text-indent:-24pt">见</p>',
        '<p style="opacity:0.9">见</p>',
        '<p style="background-color:#fff">见</p>',
        '<p aria-hidden="true">见</p>',
    ],
)
def test_seen_in_a_page(seen: str) -> None:
    assert "见" in page(f"<p>正文一段。</p>{seen}")


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- 藏 -->",
        "[//]: # (藏)",
        "[comment]: <> (藏)",
        '<span style="display: none">藏</span>',
        "<div hidden>\n藏\n</div>",
    ],
)
def test_hidden_in_markdown(hidden: str) -> None:
    found = markdown.read(f"见一段。\n\n{hidden}\n\n见二段。".encode(), no_report)
    assert [line.text for line in found.lines] == ["见一段。", "见二段。"]


def texts(*drawn: str) -> list[str]:
    content: Content = pdf.read(make(["".join(drawn)]), no_report)
    return [line.text for line in content.lines]


SEEN = show("见一段。", 100, 700)
DARK = "0 0 0.5 rg 90 590 300 40 re f\n"


@pytest.mark.parametrize(
    "hidden",
    [
        show("藏", 100, 600, more="1 g"),
        show("藏", 100, 600, more="1 1 1 rg"),
        show("藏", 100, 600, more="0 0 0 0 k"),
        show("藏", 100, 600, more="3 Tr"),
        show("藏", 100, 600, "0.01 0 0 0.01"),
        "1 g 90 590 300 40 re f\n" + show("藏", 100, 600),
        "0 g 90 590 300 40 re S\n" + show("藏", 100, 600, more="1 g"),
    ],
)
def test_hidden_in_a_pdf(hidden: str) -> None:
    assert texts(SEEN, hidden) == ["见一段。"]


@pytest.mark.parametrize(
    "seen",
    [
        DARK + show("见", 100, 600, more="1 g"),
        "q 2 0 0 2 0 0 cm 0 g 45 295 150 20 re f Q\n" + show("见", 100, 600, more="1 g"),
        "0 g 40 w 90 605 m 390 605 l S\n" + show("见", 100, 600, more="1 g"),
        show("见", 100, 600, more="0.9 g"),
        show("见", 100, 600, more="1 g 0 G 1 Tr"),
        show("见", 100, 600, more="1 g 0 G 2 Tr"),
        "0 g\n" + show("见", 100, 600, "0.2 0 0 0.2"),
    ],
)
def test_seen_in_a_pdf(seen: str) -> None:
    assert len(texts(SEEN, seen)) == 2


def test_the_words_under_a_scan_stay_but_white_ones_on_an_empty_page_are_none() -> None:
    assert texts(show("识别出的字", 100, 700, more="3 Tr")) == ["识别出的字"]
    assert texts(show("藏", 100, 700, more="1 g")) == []


def test_characters_that_are_not_seen() -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "ignore")
    [found] = paragraphs([Line(f"氢\u200b能\u2060产\u202e业\u2066。\xad{hidden}\ufeff")])
    assert found.text == "氢能产业。"
