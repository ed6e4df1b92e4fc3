"""The source beside the conversation: what is marked, and that a paper's text stays text."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from service.schemas import DocumentDetail, DocumentText

PHONE: ViewportSize = {"width": 360, "height": 740}
LINE = "各单位要按照职责分工抓好落实，确保各项任务按期完成。"


def paper(title: str, body: str) -> str:
    return f"{title}\n一、总体要求\n{LINE}\n二、主要目标\n{body}\n三、保障措施\n{LINE}\n"


def text_of(page: Page, document_id: str) -> str:
    text: str = page.request.get(f"/api/v1/documents/{document_id}/text").json()["text"]
    return text


def show(
    page: Page, document_id: str, text: str, sections: Sequence[dict[str, object]] = ()
) -> None:
    """Lets the page find a paper that would take long to ingest."""
    facts = {
        "title": "长文",
        "title_derived": False,
        "issuer": "",
        "document_number": "",
        "date": "",
        "region": "",
    }
    counts = {"characters": len(text), "passages": 1, "sections": sections}
    detail = DocumentDetail.model_validate(
        {"id": document_id, "name": "长文.txt", **facts, **counts}
    ).model_dump_json()
    body = DocumentText(text=text).model_dump_json()
    address = f"**/api/v1/documents/{document_id}"
    page.route(address, lambda route: route.fulfill(body=detail, content_type="application/json"))
    page.route(
        f"{address}/text", lambda route: route.fulfill(body=body, content_type="application/json")
    )


def open_at(page: Page, document_id: str, words: str) -> None:
    """Opens a paper with ``words`` cited, by code points as the service counts them."""
    start = text_of(page, document_id).index(words)
    place = urlencode({"source": document_id, "start": start, "end": start + len(words)})
    page.goto(f"/#/?{place}")
    page.get_by_test_id("mark").first.wait_for()


@pytest.mark.parametrize("before", ["", "𠮷", "𠮷野𡈽村、𠮷" * 40])
def test_the_mark_covers_the_cited_words_after_astral_characters(
    page: Page, upload: Callable[[str], str], before: str
) -> None:
    words = "到2026年建成托育服务点12个𠮷"
    document_id = upload(
        paper("关于做好托育服务工作的实施方案", f"{before}社区{words}，覆盖全部街道。")
    )
    open_at(page, document_id, words)
    expect(page.get_by_test_id("mark")).to_have_text(words)
    expect(page.get_by_test_id("mark")).to_be_in_viewport()


def test_the_page_shows_every_character_of_the_text(
    page: Page, upload: Callable[[str], str]
) -> None:
    table = "县市区\t主导产业\t\n平江县\t食品加工\t文旅\n\n\n"
    document_id = upload(paper("关于产业布局的实施方案", f"甲。\n\n{table}乙𠮷。"))
    open_at(page, document_id, "主导产业\n平江县")
    assert page.get_by_test_id("paper").text_content() == text_of(page, document_id)
    assert "".join(page.get_by_test_id("mark").all_text_contents()) == "主导产业\n平江县"


def test_markup_in_a_paper_is_shown_as_text(page: Page, upload: Callable[[str], str]) -> None:
    image = '<img src=x onerror="window.ran = true">'
    script = "<script>window.ran = true</script>"
    document_id = upload(paper(f"关于{image}的通知", f"按照{script}要求办理。\n{image}\t{script}"))
    open_at(page, document_id, script)
    viewer = page.get_by_test_id("viewer")
    expect(viewer.get_by_test_id("mark").first).to_have_text(script)
    expect(viewer.get_by_test_id("paper")).to_contain_text(image)
    page.goto("/#/papers")
    page.get_by_test_id("paper-item").first.wait_for()
    expect(page.locator("img[onerror], #papers img, #viewer img, body script")).to_have_count(0)
    assert page.evaluate("() => window.ran") is None


def test_the_outline_leads_to_its_section(page: Page, upload: Callable[[str], str]) -> None:
    body = "\n".join(f"第{number}项任务。{LINE}" for number in range(400))
    document_id = upload(paper("关于做好重点任务的实施方案", body))
    open_at(page, document_id, "第3项任务")
    page.get_by_test_id("outline").locator("summary").click()
    page.get_by_test_id("outline").get_by_role("button", name="三、保障措施").click()
    expect(
        page.get_by_test_id("paper").get_by_role("heading", name="三、保障措施")
    ).to_be_in_viewport()


def test_half_a_million_characters_open_on_the_mark(page: Page) -> None:
    lines = [f"第{number}条　{LINE * 4}\n" for number in range(4600)]
    text = "".join(lines)
    show(page, "long", text)
    start = sum(len(line) for line in lines[:4400])
    page.goto(f"/#/?{urlencode({'source': 'long', 'start': start, 'end': start + 6})}")
    expect(page.get_by_test_id("mark")).to_be_in_viewport(
        timeout=5_000
    )  # measured: 0.2 s on two cores
    expect(page.get_by_test_id("mark")).to_have_text("第4400条")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("viewer")).to_be_hidden()


def test_the_citations_of_an_answer_are_gone_through_in_order(page: Page) -> None:
    with page.expect_response("**/api/v1/answer") as answered:
        page.get_by_test_id("question").fill("氢能产业由哪个单位牵头？")
        page.keyboard.press("Enter")
    assert answered.value.ok
    cards = page.get_by_test_id("citation-card")
    cards.first.wait_for()
    quotes = [quote.split() for quote in page.get_by_test_id("quote").all_text_contents()]
    assert len(quotes) > 1
    opener = page.get_by_test_id("citation").first
    opener.click()
    following = page.get_by_test_id("next-citation")
    expect(page.get_by_test_id("previous-citation")).to_be_disabled()
    for number, quote in enumerate(quotes, start=1):
        expect(page.get_by_test_id("citation-at")).to_have_text(f"{number} / {len(quotes)}")
        expect(page.get_by_test_id("mark").first).to_be_in_viewport()
        marked = "".join(page.get_by_test_id("mark").all_text_contents())
        assert "".join(marked.split()) == "".join(quote)
        if number < len(quotes):
            following.focus()
            page.keyboard.press("Enter")
    expect(following).to_be_disabled()
    page.get_by_test_id("previous-citation").click()
    expect(page.get_by_test_id("previous-citation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_cited_page_is_named_and_the_pdf_opens_there(page: Page) -> None:
    found = page.request.get("/api/v1/responsibilities", params={"task": "生物制造"}).json()
    record = next(each for each in found["responsibilities"] if each["page"])
    page.goto(f"/#/duties?paper={record['document_id']}&task=生物制造")
    page.get_by_test_id("duty-open").first.click()
    expect(page.get_by_test_id("cited-page")).to_have_text(f"第 {record['page']} 页")
    link = page.get_by_test_id("viewer").get_by_role("link", name="打开原件")
    address = f"/api/v1/documents/{record['document_id']}/file#page={record['page']}"
    expect(link).to_have_attribute("href", address)
    expect(link).to_have_attribute("rel", "noopener")
    page.reload()
    expect(page.get_by_test_id("cited-page")).to_have_text(f"第 {record['page']} 页")


def test_a_section_that_begins_within_a_line_makes_it_no_heading(page: Page) -> None:
    line = "推进布局氢能产业。储运：重点推进储氢。"
    text = f"一、未来产业\n{line}\n"
    sections = [("一、未来产业", 1, 0), ("储运", 2, text.index("储运"))]
    show(
        page,
        "inner",
        text,
        [{"path": (n,), "level": e, "start": s, "end": len(text)} for n, e, s in sections],
    )
    page.goto("/#/?source=inner")
    expect(page.get_by_test_id("paper").get_by_role("heading")).to_have_text(["一、未来产业"])
    page.get_by_test_id("outline").locator("summary").click()
    page.get_by_test_id("outline").get_by_role("button", name="储运").click()
    expect(page.get_by_test_id("paper").get_by_text(line)).to_be_in_viewport()


def test_a_paper_that_is_gone_is_said_so(page: Page) -> None:
    page.goto("/#/?source=no-such-paper&start=0&end=3")
    expect(page.get_by_test_id("viewer").get_by_test_id("problem")).to_be_visible()


def test_a_phone_needs_no_sideways_scrolling(page: Page, upload: Callable[[str], str]) -> None:
    page.set_viewport_size(PHONE)
    row = "\t".join(["先进装备制造及新能源装备"] * 8)
    document_id = upload(paper("关于产业布局的实施方案", f"{'x' * 300}\n{row}\n到2026年完成。"))
    page.get_by_test_id("question").fill("氢能产业由哪个单位牵头？")
    page.keyboard.press("Enter")
    page.get_by_test_id("answer").wait_for()
    assert overflow(page) == 0
    open_at(page, document_id, "到2026年完成")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert overflow(page) == 0
    page.get_by_test_id("close-viewer").click()
    page.goto("/#/papers")
    page.get_by_test_id("paper-item").first.wait_for()
    assert overflow(page) == 0


def overflow(page: Page) -> int:
    """Pixels by which the page, or the part of it that scrolls, is wider than the screen."""
    pixels: int = page.evaluate("""() => Math.max(...["html", ".viewer-scroll", "#conversation", "#papers"]
        .map((name) => document.querySelector(name)).filter((node) => node && node.clientWidth)
        .map((node) => node.scrollWidth - node.clientWidth))""")
    return pixels
