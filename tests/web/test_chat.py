"""Asking in the web chat: answers, refusals, keys, errors."""

import pytest
from playwright.sync_api import Page, expect

from service.schemas import Answer, ErrorInfo, ErrorResponse, Sentence
from tests.web.asking import (
    ANSWER_URL,
    HOSTILE,
    QUESTION,
    ai_answer,
    ask,
    ask_and_wait,
    cited,
    reply_with,
)


def answered(page: Page) -> Answer:
    """The last answer of the conversation that is open, as it is kept."""
    kept = page.request.get(f"/api/v1/conversations/{page.url.rpartition('/')[2]}").json()
    return Answer.model_validate(kept["exchanges"][-1]["answer"])


def test_an_answer_cites_and_the_citation_opens_on_the_quoted_words(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    citation = answered(page).citations[0]
    expect(page.get_by_test_id("citation-card").first).to_contain_text(citation.title)
    page.get_by_test_id("citation").first.click()
    marks = page.get_by_test_id("mark")
    expect(marks.first).to_be_in_viewport()
    assert "".join(marks.all_text_contents()) == citation.quote


def test_escape_closes_the_source_and_the_focus_returns(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    number = page.get_by_test_id("citation").first
    number.click()
    page.get_by_test_id("mark").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("viewer")).to_be_hidden()
    expect(number).to_be_focused()


def test_a_question_the_papers_are_silent_on_is_refused(page: Page) -> None:
    ask(page, "火星基地由谁负责？")
    expect(page.get_by_test_id("no-evidence")).to_contain_text("未找到依据")
    expect(page.get_by_test_id("citation")).to_have_count(0)


def test_a_greeting_is_met_politely(page: Page) -> None:
    ask(page, "你好")
    expect(page.get_by_test_id("courtesy")).to_contain_text("您好！我是策问")
    expect(page.get_by_test_id("no-evidence")).to_have_count(0)
    expect(page.get_by_test_id("nearest")).to_have_count(0)
    expect(page.get_by_test_id("reply")).not_to_contain_text("未找到依据")


def test_a_wish_for_an_opinion_shows_where_to_read(page: Page) -> None:
    ask(page, "你觉得禾丰县的氢能产业目标合理吗？")
    expect(page.get_by_test_id("courtesy")).to_contain_text("不作评价")
    expect(page.get_by_test_id("nearest").get_by_role("listitem")).not_to_have_count(0)
    expect(page.get_by_test_id("no-evidence")).to_have_count(0)


def test_a_follow_up_is_completed_from_the_conversation(page: Page) -> None:
    ask_and_wait(page, "泽川市氢能产业由哪个单位牵头？")
    ask_and_wait(page, "那低空经济呢？")
    expect(page.get_by_test_id("understood")).to_contain_text("理解为：泽川市低空经济")


def test_a_suggestion_is_asked_when_picked(page: Page) -> None:
    suggested = page.request.get("/api/v1/suggestions").json()["suggestions"]
    shown = page.get_by_test_id("suggestions").get_by_role("button")
    expect(shown).to_have_text(suggested)
    shown.first.click()
    expect(page.get_by_test_id("asked")).to_have_text(suggested[0])
    expect(page.get_by_test_id("answer")).to_have_count(1)
    expect(page.get_by_test_id("no-evidence")).to_have_count(0)


def test_without_papers_the_chat_says_to_bring_some(page: Page) -> None:
    page.route("**/api/v1/suggestions", lambda route: route.fulfill(json={"suggestions": []}))
    page.route("**/api/v1/documents", lambda route: route.fulfill(json={"documents": []}))
    page.reload()
    expect(page.get_by_test_id("suggestions")).to_contain_text("文件库还是空的")


def test_shift_enter_breaks_the_line_and_enter_sends(page: Page) -> None:
    box = page.get_by_test_id("question")
    box.fill("氢能产业")
    box.press("Shift+Enter")
    box.press_sequentially("由哪个单位牵头？")
    expect(box).to_have_value("氢能产业\n由哪个单位牵头？")
    expect(page.get_by_test_id("turn")).to_have_count(0)
    box.press("Enter")
    expect(page.get_by_test_id("turn")).to_have_count(1)
    expect(box).to_have_value("")


@pytest.mark.parametrize("event", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_of_an_input_method_does_not_send(page: Page, event: dict[str, int]) -> None:
    box = page.get_by_test_id("question")
    box.fill("qingneng")
    box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **event})
    expect(box).to_have_value("qingneng")
    expect(page.get_by_test_id("turn")).to_have_count(0)


def test_enter_in_an_empty_box_sends_nothing(page: Page) -> None:
    ask(page, "  ")
    expect(page.get_by_test_id("turn")).to_have_count(0)


def test_waiting_can_be_stopped(page: Page) -> None:
    page.route(ANSWER_URL, lambda route: None)
    ask(page, QUESTION)
    expect(page.get_by_test_id("waiting")).to_contain_text("正在检索文件")
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_test_id("reply")).to_contain_text("已停止")
    expect(page.get_by_role("button", name="发送")).to_be_visible()
    expect(page.get_by_test_id("question")).to_be_focused()


def test_a_question_that_was_stopped_makes_room_when_edited(page: Page) -> None:
    page.route(ANSWER_URL, lambda route: None)
    ask(page, "氢能由谁牵头")
    page.get_by_role("button", name="停止").click()
    page.unroute(ANSWER_URL)
    page.get_by_test_id("turn").hover()
    page.get_by_test_id("edit").click()
    expect(page.get_by_test_id("turn")).to_have_count(0)
    expect(page.get_by_test_id("question")).to_have_value("氢能由谁牵头")
    ask_and_wait(page, QUESTION)
    expect(page.get_by_test_id("asked")).to_have_text([QUESTION])


def test_an_error_of_the_service_is_shown_and_can_be_retried(page: Page) -> None:
    error = ErrorInfo(code="model_unavailable", message="语言模型暂时不可用", request_id="r-17")
    body = ErrorResponse(error=error).model_dump_json()
    page.route(
        ANSWER_URL,
        lambda route: route.fulfill(status=503, body=body, content_type="application/json"),
    )
    ask(page, QUESTION)
    expect(page.get_by_test_id("problem")).to_contain_text("语言模型暂时不可用")
    expect(page.get_by_test_id("problem")).to_contain_text("r-17")
    page.unroute(ANSWER_URL)
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("answer")).to_have_count(1)
    expect(page.get_by_test_id("problem")).to_have_count(0)


def test_an_unreachable_service_is_said_plainly(page: Page) -> None:
    page.route(ANSWER_URL, lambda route: route.abort())
    ask(page, QUESTION)
    expect(page.get_by_test_id("problem")).to_contain_text("无法连接服务，请检查服务是否在运行")


def test_ai_text_is_labelled_and_what_did_not_hold_is_struck_out(page: Page) -> None:
    reply_with(page, ai_answer())
    ask(page, "那产值呢？")
    expect(page.get_by_test_id("understood")).to_have_text("理解为：示范方案的产值目标是多少？")
    expect(page.get_by_test_id("unsupported")).to_have_text("到2030年达到99亿元。")
    expect(page.get_by_test_id("conclusion")).to_contain_text("原文没有“99亿元”，请勿采用")
    expect(page.get_by_test_id("answer")).to_contain_text("qwen3-8b · 用时")
    expect(page.get_by_test_id("ai-label")).to_have_text("人工智能生成，仅供参考")
    expect(page.get_by_test_id("citation-card")).to_contain_text("示发〔2024〕1号")
    expect(page.get_by_test_id("citation-card")).to_contain_text("一、目标 › （一）产值")


@pytest.mark.parametrize("secure", [True, False])
def test_a_copy_carries_citations_and_label_but_no_failed_sentence(
    page: Page, secure: bool
) -> None:
    if not secure:  # plain http on a county's network has no navigator.clipboard
        page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reply_with(page, ai_answer())
    ask(page, "产值目标是多少？")
    page.get_by_test_id("copy").click()
    expect(page.get_by_test_id("copy")).to_contain_text("已复制")
    box = page.get_by_test_id("question")
    box.press("Control+v")
    copied = box.input_value()
    assert "答：到2025年产值达到10亿元。[1]" in copied
    assert (
        "[1] “力争到2025年产值达到10亿元”——《示范方案》 示发〔2024〕1号，一、目标 › （一）产值"
        in copied
    )
    assert copied.endswith("（人工智能生成，仅供参考）")
    assert "99亿元" not in copied


def test_words_selected_by_hand_carry_the_label_too(page: Page) -> None:
    reply_with(page, ai_answer())
    ask(page, "产值目标是多少？")
    select = "node => { document.activeElement.blur(); getSelection().selectAllChildren(node); }"
    page.get_by_test_id("conclusion").evaluate(select)
    page.keyboard.press("Control+c")
    page.get_by_test_id("question").press("Control+v")
    assert "（人工智能生成，仅供参考）" in page.get_by_test_id("question").input_value()


def test_markup_in_an_answer_is_shown_as_text(page: Page) -> None:
    sentence = Sentence(text=HOSTILE, citations=(1,), supported=True)
    answer = Answer(
        answer=HOSTILE,
        status="answered",
        question=HOSTILE,
        citations=(cited(HOSTILE),),
        sentences=(sentence,),
        backend=HOSTILE,
    )
    reply_with(page, answer)
    ask(page, f"{HOSTILE} 甲")
    expect(page.get_by_test_id("conclusion")).to_contain_text(HOSTILE)
    expect(page.get_by_test_id("quote")).to_have_text(HOSTILE)
    expect(page.get_by_test_id("turns").locator("img, script")).to_have_count(0)
    assert page.evaluate("() => window.ran") is None
