"""Kept conversations: found again, renamed, exported, deleted; and what readers say of answers."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Locator, Page, expect

from service.schemas import AI_LABEL, ExchangeInfo
from tests.web.asking import HOSTILE, QUESTION, ask, ask_and_wait

OTHER = "临溪县制造业高质量发展领导小组组长是谁？"


@pytest.fixture(autouse=True)
def no_others(page: Page) -> Iterator[None]:
    """No conversations but those of the test."""
    forget(page)
    page.reload()
    yield
    forget(page)


def forget(page: Page) -> None:
    while found := page.request.get("/api/v1/conversations").json()["conversations"]:
        for each in found:
            page.request.delete(f"/api/v1/conversations/{each['id']}")


def item(page: Page, title: str) -> Locator:
    return page.get_by_test_id("history-item").filter(has_text=title)


def titles(page: Page) -> Locator:
    return page.get_by_test_id("history-title")


def choose(page: Page, title: str, action: str) -> None:
    """Picks an action from the menu of a conversation."""
    item(page, title).hover()
    item(page, title).get_by_test_id("menu").locator("summary").click()
    item(page, title).get_by_text(action, exact=True).click()


def rated(page: Page) -> list[ExchangeInfo]:
    feedback = page.request.get("/api/v1/feedback").json()["feedback"]
    return [ExchangeInfo.model_validate(each) for each in feedback]


def test_a_conversation_has_an_address_and_outlives_a_reload(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    expect(page).to_have_url(re.compile(r"#/c/[\w-]+$"))
    ask_and_wait(page, OTHER)
    conclusions = page.get_by_test_id("conclusion").all_text_contents()
    page.reload()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION, OTHER])
    expect(page.get_by_test_id("conclusion")).to_have_text(conclusions)
    expect(titles(page)).to_have_attribute("aria-current", "page")


def test_back_and_forward_go_between_conversations(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("new").click()
    expect(page.get_by_test_id("turn")).to_have_count(0)
    expect(page.get_by_test_id("question")).to_be_focused()
    ask_and_wait(page, OTHER)
    titles(page).filter(has_text=QUESTION).click()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])
    page.go_back()
    expect(page.get_by_test_id("asked")).to_have_text([OTHER])
    page.go_back()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])
    page.go_forward()
    expect(page.get_by_test_id("asked")).to_have_text([OTHER])


def test_a_source_opened_in_a_conversation_closes_on_back(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("citation").first.click()
    page.get_by_test_id("mark").first.wait_for()
    page.reload()
    page.get_by_test_id("mark").first.wait_for()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])
    expect(page.locator(".citation-number[aria-current]")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("viewer")).to_be_hidden()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])


def test_a_visit_to_the_papers_leaves_the_conversation_as_it_is(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.get_by_role("link", name="文件库").click()
    page.get_by_role("link", name="提问").click()
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])
    expect(page.get_by_test_id("answer")).to_be_visible()


def test_conversations_are_searched_by_their_words(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("new").click()
    ask_and_wait(page, OTHER)
    expect(page.get_by_test_id("history-item")).to_have_count(2)
    search = page.get_by_test_id("history-search")
    search.fill("向明")  # in the answer only
    expect(titles(page)).to_have_text([OTHER])
    search.fill("没有这样的字")
    expect(page.get_by_test_id("history-list")).to_contain_text("没有找到")
    search.fill("")
    expect(page.get_by_test_id("history-item")).to_have_count(2)


def test_older_conversations_are_fetched_when_wanted(page: Page) -> None:
    for number in range(120):
        page.request.post("/api/v1/conversations", data={"title": f"第{number:03}段"})
    page.reload()
    expect(page.get_by_test_id("history-item")).to_have_count(50)
    more = page.get_by_role("button", name="更早的对话")
    more.click()
    expect(page.get_by_test_id("history-item")).to_have_count(100)
    expect(titles(page).nth(50)).to_be_focused()
    expect(titles(page)).to_have_text([f"第{number:03}段" for number in range(119, 19, -1)])
    ask_and_wait(page, QUESTION)  # the list is read again, as long as it was
    expect(titles(page).first).to_have_text(QUESTION)
    expect(page.get_by_test_id("history-item")).to_have_count(100)
    more.click()
    expect(page.get_by_test_id("history-item")).to_have_count(121)
    expect(more).to_have_count(0)
    page.get_by_test_id("history-search").fill("第0")
    expect(page.get_by_test_id("announcer")).to_contain_text("100 段对话")
    expect(page.get_by_test_id("history-item")).to_have_count(50)


def test_a_conversation_is_renamed_and_an_input_methods_enter_does_not_end_it(
    page: Page,
) -> None:
    ask_and_wait(page, QUESTION)
    choose(page, QUESTION, "改名")
    box = page.get_by_test_id("rename")
    expect(box).to_be_focused()
    box.fill("氢能专题")
    box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "isComposing": True})
    expect(box).to_be_visible()
    box.press("Enter")
    expect(titles(page)).to_have_text(["氢能专题"])
    expect(titles(page)).to_be_focused()
    choose(page, "氢能专题", "改名")
    box.fill("不要这个")
    box.press("Escape")
    page.reload()
    expect(titles(page)).to_have_text(["氢能专题"])


def test_a_conversation_is_downloaded_as_markdown_and_as_word(page: Page, tmp_path: Path) -> None:
    ask_and_wait(page, QUESTION)
    with page.expect_download() as download:
        choose(page, QUESTION, "导出 Markdown")
    assert download.value.suggested_filename == f"{QUESTION}.md"
    download.value.save_as(tmp_path / "said.md")
    text = (tmp_path / "said.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {QUESTION}\n") and "市发展改革委" in text
    assert AI_LABEL not in text
    with page.expect_download() as download:
        choose(page, QUESTION, "导出 Word")
    download.value.save_as(tmp_path / "said.docx")
    words = Document(BytesIO((tmp_path / "said.docx").read_bytes()))
    assert QUESTION in [each.text for each in words.paragraphs]


def test_a_conversation_is_deleted_once_confirmed(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    choose(page, QUESTION, "删除")
    expect(page.get_by_test_id("confirm")).to_contain_text(QUESTION)
    page.get_by_test_id("confirm-cancel").click()
    expect(page.get_by_test_id("history-item")).to_have_count(1)
    choose(page, QUESTION, "删除")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("history-item")).to_have_count(0)
    expect(page.get_by_test_id("turn")).to_have_count(0)
    assert page.request.get("/api/v1/conversations").json()["conversations"] == []
    page.go_back()
    expect(page.get_by_test_id("question")).to_be_visible()


def test_a_conversation_deleted_elsewhere_is_told_and_the_question_asked_anew(
    page: Page,
) -> None:
    ask_and_wait(page, QUESTION)
    forget(page)
    ask(page, OTHER)
    expect(page.get_by_test_id("gone")).to_contain_text("这段对话已被删除")
    page.get_by_role("button", name="在新对话中提问").click()
    expect(page.get_by_test_id("asked")).to_have_text([OTHER])
    expect(page.get_by_test_id("conclusion")).to_contain_text("向明")
    forget(page)
    page.reload()
    expect(page.get_by_test_id("gone")).to_be_visible()
    page.get_by_role("button", name="在新对话中提问").click()
    expect(page.get_by_test_id("gone")).to_have_count(0)
    expect(page.get_by_test_id("question")).to_be_focused()


def test_a_title_made_of_markup_is_shown_as_text(page: Page) -> None:
    ask_and_wait(page, f"{HOSTILE} javascript:alert(1) 由谁牵头？")
    expect(page.get_by_test_id("history-item")).to_contain_text("<img src=x onerror=")
    conversation = page.request.get("/api/v1/conversations").json()["conversations"][0]
    page.request.patch(f"/api/v1/conversations/{conversation['id']}", data={"title": f'"{HOSTILE}'})
    page.reload()
    expect(page.get_by_test_id("history-item")).to_contain_text(f'"{HOSTILE}')
    choose(page, HOSTILE, "删除")
    expect(page.get_by_test_id("confirm")).to_contain_text(HOSTILE)
    expect(page.locator("#history img, #history script, #confirm img")).to_have_count(0)
    assert page.evaluate("() => window.ran") is None


def test_a_thumb_up_is_kept_and_taken_back(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    up = page.get_by_test_id("thumb-good")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    assert [each.helpful for each in rated(page)] == [True]
    page.reload()
    expect(up).to_have_attribute("aria-pressed", "true")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    assert rated(page) == []


def test_a_thumb_down_asks_for_the_reason(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    down = page.get_by_test_id("thumb-bad")
    down.click()
    form = page.get_by_test_id("reasons")
    expect(form.get_by_role("radio").first).to_be_focused()
    assert [(each.helpful, each.reason) for each in rated(page)] == [(False, "")]
    form.get_by_text("引用不对").click()
    form.get_by_label("补充说明").fill("出处是另一份文件")
    form.get_by_role("button", name="提交").click()
    expect(form).to_be_hidden()
    expect(page.get_by_test_id("rating-note")).to_have_text("已记录，谢谢")
    expect(down).to_be_focused()
    assert [(each.helpful, each.reason) for each in rated(page)] == [
        (False, "引用不对：出处是另一份文件")
    ]


def test_feedback_that_does_not_arrive_is_said(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.route("**/api/v1/feedback", lambda route: route.abort())
    page.get_by_test_id("thumb-good").click()
    expect(page.get_by_test_id("rating-note")).to_contain_text("无法连接服务")
    expect(page.get_by_test_id("thumb-good")).to_have_attribute("aria-pressed", "false")
