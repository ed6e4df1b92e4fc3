"""Asking a question again or in other words: the last one is replaced, earlier ones stay."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.web.asking import ANSWER_URL, QUESTION, ask, ask_and_wait

FIRST = "泽川市氢能产业由哪个单位牵头？"
FOLLOW_UP = "那低空经济呢？"
BETTER = "那生物制造呢？"


def asked(page: Page) -> Locator:
    return page.get_by_test_id("asked")


def edit(page: Page, place: int) -> None:
    turn = page.get_by_test_id("turn").nth(place)
    turn.hover()
    turn.get_by_test_id("edit").click()


def kept(page: Page) -> list[str]:
    """The questions of the conversation that is open, as the server has them."""
    address = f"/api/v1/conversations/{page.url.rpartition('/')[2]}"
    return [each["question"] for each in page.request.get(address).json()["exchanges"]]


def test_the_last_answer_is_replaced_and_stays_so(page: Page) -> None:
    ask_and_wait(page, FIRST)
    ask_and_wait(page, FOLLOW_UP)
    page.get_by_test_id("again").last.click()
    expect(page.get_by_test_id("announcer")).to_contain_text("回答完毕")
    expect(asked(page)).to_have_text([FIRST, FOLLOW_UP])
    expect(page.get_by_test_id("answer")).to_have_count(2)
    expect(page.get_by_test_id("understood").last).to_contain_text("低空经济")
    assert kept(page) == [FIRST, FOLLOW_UP]
    page.reload()
    expect(asked(page)).to_have_text([FIRST, FOLLOW_UP])
    page.get_by_test_id("again").last.click()
    expect(page.get_by_test_id("announcer")).to_contain_text("回答完毕")
    assert kept(page) == [FIRST, FOLLOW_UP]


def test_the_last_question_is_put_in_other_words(page: Page) -> None:
    ask_and_wait(page, FIRST)
    ask_and_wait(page, FOLLOW_UP)
    page.get_by_test_id("question").fill("半句")
    edit(page, 1)
    box = page.get_by_test_id("question")
    expect(box).to_be_focused()
    expect(box).to_have_value(FOLLOW_UP)
    expect(page.get_by_test_id("editing")).to_contain_text("替换上一个问题")
    box.press("Control+z")
    expect(box).to_have_value("半句")
    ask(page, BETTER)
    expect(page.get_by_test_id("editing")).to_be_hidden()
    expect(asked(page)).to_have_text([FIRST, BETTER])
    expect(page.get_by_test_id("answer")).to_have_count(2)
    # It leans on what stood before, not on what it replaces.
    expect(page.get_by_test_id("understood").last).to_contain_text("泽川市生物制造")
    assert kept(page) == [FIRST, BETTER]
    page.reload()
    expect(asked(page)).to_have_text([FIRST, BETTER])


def test_an_edited_question_can_be_asked_beside_the_old_one(page: Page) -> None:
    ask_and_wait(page, FIRST)
    edit(page, 0)
    page.get_by_test_id("edit-keep").click()
    expect(page.get_by_test_id("editing")).to_be_hidden()
    expect(page.get_by_test_id("question")).to_have_value(FIRST)
    ask_and_wait(page, FOLLOW_UP)
    expect(asked(page)).to_have_text([FIRST, FOLLOW_UP])
    edit(page, 1)
    page.get_by_test_id("new").click()
    expect(page.get_by_test_id("editing")).to_be_hidden()


def test_earlier_questions_are_asked_anew_at_the_end(page: Page) -> None:
    ask_and_wait(page, FIRST)
    ask_and_wait(page, FOLLOW_UP)
    page.get_by_test_id("again").first.click()
    expect(page.get_by_test_id("answer")).to_have_count(3)
    expect(asked(page)).to_have_text([FIRST, FOLLOW_UP, FIRST])
    edit(page, 1)
    expect(page.get_by_test_id("editing")).to_be_hidden()
    expect(page.get_by_test_id("question")).to_have_value(FOLLOW_UP)
    ask_and_wait(page, BETTER)
    assert kept(page) == [FIRST, FOLLOW_UP, FIRST, BETTER]


def test_what_was_to_be_replaced_stays_where_asking_is_stopped_or_fails(page: Page) -> None:
    ask_and_wait(page, FIRST)
    page.route(ANSWER_URL, lambda route: None)
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("answer")).to_have_count(0)
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_test_id("answer")).to_be_visible()
    expect(page.get_by_test_id("reply").last).to_contain_text("已停止")
    page.unroute(ANSWER_URL)
    page.route(ANSWER_URL, lambda route: route.abort())
    edit(page, 0)
    ask(page, QUESTION)
    expect(page.get_by_test_id("problem")).to_contain_text("无法连接服务")
    expect(page.get_by_test_id("answer")).to_be_visible()
    assert kept(page) == [FIRST]
    page.unroute(ANSWER_URL)
    page.get_by_test_id("problem").get_by_test_id("retry").click()
    expect(page.get_by_test_id("answer")).to_have_count(1)
    expect(page.get_by_test_id("problem")).to_have_count(0)
    assert kept(page) == [QUESTION]


def test_a_question_that_failed_is_put_in_other_words_and_still_replaces(page: Page) -> None:
    ask_and_wait(page, FIRST)
    page.route(ANSWER_URL, lambda route: route.abort())
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    page.unroute(ANSWER_URL)
    edit(page, 1)
    expect(asked(page)).to_have_text([FIRST])
    expect(page.get_by_test_id("editing")).to_be_visible()
    ask(page, QUESTION)
    expect(page.get_by_test_id("announcer")).to_contain_text("回答完毕")
    expect(asked(page)).to_have_text([QUESTION])
    assert kept(page) == [QUESTION]


def test_what_was_replaced_in_another_window_is_told_and_asked_at_the_end(page: Page) -> None:
    ask_and_wait(page, FIRST)
    address = f"/api/v1/conversations/{page.url.rpartition('/')[2]}"
    (exchange,) = page.request.get(address).json()["exchanges"]
    elsewhere = {
        "question": FOLLOW_UP,
        "conversation_id": exchange["conversation_id"],
        "replaces": exchange["request_id"],
    }
    page.request.post("/api/v1/answer", data=elsewhere)
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("problem")).to_contain_text("可能已被替换")
    expect(page.get_by_test_id("gone")).to_have_count(0)
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("problem")).to_have_count(0)
    expect(page.get_by_test_id("answer")).to_have_count(2)
    assert kept(page) == [FOLLOW_UP, FIRST]


def test_a_replaced_answer_stays_among_those_rated(page: Page) -> None:
    ask_and_wait(page, FIRST)
    page.get_by_test_id("thumb-good").click()
    expect(page.get_by_test_id("rating-note")).to_have_text("已记录，谢谢")
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("announcer")).to_contain_text("回答完毕")
    expect(page.get_by_test_id("thumb-good")).to_have_attribute("aria-pressed", "false")
    rated = page.request.get("/api/v1/feedback").json()["feedback"]
    assert [each["question"] for each in rated if each["conversation_id"] in page.url] == [FIRST]
    item = page.get_by_test_id("history-item").filter(has_text=FIRST).first
    expect(item).to_be_visible()


def test_the_keyboard_keeps_its_place_when_an_answer_is_replaced(page: Page) -> None:
    ask_and_wait(page, FIRST)
    page.get_by_test_id("again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("edit")).to_be_focused()
    expect(page.get_by_test_id("answer")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"#/c/"))
