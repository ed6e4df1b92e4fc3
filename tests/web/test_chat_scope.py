"""Asking some of the papers only."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.asking import ANSWER_URL, HOSTILE, QUESTION, ask, ask_and_wait

REGION = "临溪县"


def documents(page: Page) -> list[dict[str, str]]:
    found: list[dict[str, str]] = page.request.get("/api/v1/documents").json()["documents"]
    return found


def of_region(page: Page) -> list[str]:
    return [each["id"] for each in documents(page) if each["region"] == REGION]


def limit_to_region(page: Page) -> None:
    page.get_by_test_id("scope-choose").click()
    page.get_by_test_id("scope-dialog").get_by_role("combobox", name="地区").select_option(REGION)
    page.get_by_test_id("scope-accept").click()


def test_a_region_limits_the_papers_and_shows_above_the_question(page: Page) -> None:
    limit_to_region(page)
    expect(page.get_by_test_id("scope")).to_contain_text(f"范围：{REGION}（1 份）")
    expect(page.get_by_test_id("scope-choose")).to_be_focused()
    with page.expect_request(ANSWER_URL) as request:
        ask_and_wait(page, QUESTION)
    assert json.loads(request.value.post_data or "")["document_ids"] == of_region(page)
    expect(page.get_by_test_id("asked-scope")).to_have_text(f"范围：{REGION}（1 份）")
    expect(page.get_by_test_id("conclusion")).to_contain_text("县工业和信息化局牵头")
    expect(page.get_by_test_id("conclusion")).not_to_contain_text("市发展改革委")


def test_a_scope_is_taken_away_again(page: Page) -> None:
    limit_to_region(page)
    page.get_by_test_id("scope-clear").click()
    expect(page.get_by_test_id("scope")).to_have_text("范围：全部文件")
    expect(page.get_by_test_id("scope-clear")).to_be_hidden()
    with page.expect_request(ANSWER_URL) as request:
        ask_and_wait(page, QUESTION)
    assert json.loads(request.value.post_data or "")["document_ids"] == []
    expect(page.get_by_test_id("asked-scope")).to_have_count(0)
    limit_to_region(page)
    page.get_by_test_id("scope-choose").click()
    page.get_by_test_id("scope-all").click()
    expect(page.get_by_test_id("scope")).to_have_text("范围：全部文件")


def test_single_papers_are_chosen_and_none_cannot_be(page: Page) -> None:
    page.get_by_test_id("scope-choose").click()
    papers = page.get_by_test_id("scope-papers").get_by_role("checkbox")
    accept = page.get_by_test_id("scope-accept")
    expect(accept).to_be_disabled()
    papers.nth(0).check()
    papers.nth(1).check()
    expect(accept).to_have_text("只问这 2 份")
    papers.nth(1).uncheck()
    papers.nth(0).uncheck()
    expect(accept).to_be_disabled()
    page.get_by_label("查找文件").fill("现代化产业体系")
    papers.check()
    accept.click()
    expect(page.get_by_test_id("scope")).to_contain_text("范围：《")
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope-papers").get_by_role("checkbox", checked=True)).to_have_count(
        1
    )
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("scope-dialog")).to_have_count(0)
    expect(page.get_by_test_id("scope")).to_contain_text("范围：《")


def test_every_region_and_year_on_offer_has_papers(page: Page) -> None:
    page.get_by_test_id("scope-choose").click()
    dialog = page.get_by_test_id("scope-dialog")
    region = dialog.get_by_role("combobox", name="地区")
    year = dialog.get_by_role("combobox", name="年份")
    for place in region.locator("option").all_text_contents()[1:]:
        region.select_option(place)
        for when in year.locator("option").all_text_contents()[1:]:
            year.select_option(when)
            expect(page.get_by_test_id("scope-accept")).to_be_enabled()
        year.select_option("")
        region.select_option("")
    page.keyboard.press("Escape")


def test_what_a_scope_is_silent_on_is_asked_of_all_papers(page: Page) -> None:
    limit_to_region(page)
    ask_and_wait(page, "望湖区云汀古镇片由哪个单位牵头？")
    expect(page.get_by_test_id("no-evidence")).to_be_visible()
    page.get_by_test_id("ask-all").click()
    expect(page.get_by_test_id("answer")).to_have_count(2)
    expect(page.get_by_test_id("conclusion")).to_contain_text("牵头")
    expect(page.get_by_test_id("asked-scope")).to_have_count(1)


def test_an_opened_conversation_says_what_each_question_was_asked_of(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("scope-choose").click()
    dialog = page.get_by_test_id("scope-dialog")
    dialog.get_by_role("combobox", name="地区").select_option("泽川市")
    page.get_by_test_id("scope-accept").click()
    expect(page.get_by_test_id("scope")).to_contain_text("范围：泽川市（")
    region = page.get_by_test_id("scope").text_content() or ""
    ask_and_wait(page, QUESTION)
    limit_to_region(page)
    with page.expect_request(ANSWER_URL) as request:
        ask_and_wait(page, QUESTION)
    (paper,) = [each for each in documents(page) if each["region"] == REGION]
    page.reload()
    scopes = page.get_by_test_id("asked-scope")
    expect(scopes).to_have_text([region, f"范围：《{paper['title']}》"])
    turns = page.get_by_test_id("turn")
    expect(turns.first.get_by_test_id("asked-scope")).to_have_count(0)
    expect(scopes.first).to_have_attribute("title", re.compile("》\n《"))
    expect(page.get_by_test_id("scope")).to_have_text(f"范围：《{paper['title']}》")
    before = request.value.post_data_json["document_ids"]
    with page.expect_request(ANSWER_URL) as again:
        ask_and_wait(page, "那2035年呢？")
    assert again.value.post_data_json["document_ids"] == before == [paper["id"]]


def test_the_list_of_papers_is_not_fetched_for_a_conversation_about_all(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload()
    page.get_by_test_id("answer").wait_for()
    assert not [url for url in fetched if "documents" in url or "scope_dialog" in url]
    expect(page.get_by_test_id("scope")).to_have_text("范围：全部文件")


def test_a_paper_deleted_meanwhile_is_named_so(page: Page, upload: Callable[[str], str]) -> None:
    paper = upload("关于养老服务的通知\n一、目标\n到2026年建成托育服务点12个。\n")
    page.get_by_test_id("scope-choose").click()
    page.get_by_label("查找文件").fill("养老服务")
    page.get_by_test_id("scope-papers").get_by_role("checkbox").check()
    page.get_by_test_id("scope-accept").click()
    ask_and_wait(page, "建成托育服务点多少个？")
    page.request.delete(f"/api/v1/documents/{paper}")
    page.reload()
    expect(page.get_by_test_id("asked-scope")).to_have_text("范围：已删除的文件")
    expect(page.get_by_test_id("scope")).to_have_text("范围：已删除的文件")
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope-accept")).to_be_disabled()
    page.get_by_test_id("scope-all").click()
    ask_and_wait(page, QUESTION)
    expect(page.get_by_test_id("conclusion").last).to_contain_text("牵头")


def test_a_new_conversation_is_without_scope(page: Page) -> None:
    limit_to_region(page)
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("new").click()
    expect(page.get_by_test_id("scope")).to_have_text("范围：全部文件")


def test_a_paper_named_like_markup_is_chosen_and_asked(
    page: Page, upload: Callable[[str], str]
) -> None:
    upload(f"关于{HOSTILE}的通知\n一、目标\n到2026年建成托育服务点12个。\n")
    page.get_by_test_id("scope-choose").click()
    page.get_by_label("查找文件").fill("关于<img")
    page.get_by_test_id("scope-papers").get_by_role("checkbox").check()
    page.get_by_test_id("scope-accept").click()
    expect(page.get_by_test_id("scope")).to_contain_text("<img src=x")
    ask(page, "建成托育服务点多少个？")
    expect(page.get_by_test_id("asked-scope")).to_contain_text("<img src=x")
    expect(page.get_by_test_id("citation-card").first).to_contain_text("<img src=x")
    expect(page.locator("main img, main script, dialog img")).to_have_count(0)
    assert page.evaluate("() => window.ran") is None


def test_a_list_of_papers_that_cannot_be_had_is_asked_for_again(page: Page) -> None:
    page.route("**/api/v1/documents", lambda route: route.abort())
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope")).to_contain_text("未能取得文件目录")
    page.unroute("**/api/v1/documents")
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("scope")).to_have_text("范围：全部文件")


def test_addresses_and_conversations_with_the_first_digits_of_an_id_still_open(page: Page) -> None:
    """As versions had them whose ids were so short."""
    [paper] = [each for each in documents(page) if each["region"] == REGION]
    digits = paper["id"][:12]
    label = f"范围：《{paper['title']}》"
    begun = page.request.post("/api/v1/conversations", data={}).json()["id"]
    asked = {"question": QUESTION, "conversation_id": begun, "document_ids": [digits]}
    answer = page.request.post("/api/v1/answer", data=asked).json()
    cited = answer["citations"][0]
    page.goto(f"/#/c/{begun}?source={digits}&start={cited['start']}&end={cited['end']}")
    expect(page.get_by_test_id("asked-scope")).to_have_text(label)
    expect(page.get_by_test_id("scope")).to_have_text(label)
    marks = page.get_by_test_id("mark")
    expect(marks.first).to_be_in_viewport()
    assert "".join(marks.all_text_contents()).split() == cited["quote"].split()
    with page.expect_request(ANSWER_URL) as request:
        ask_and_wait(page, QUESTION)
    assert request.value.post_data_json["document_ids"] == [paper["id"]]
    page.goto(f"/#/?only={digits}")
    expect(page.get_by_test_id("scope")).to_have_text(label)
    page.goto(f"/#/duties?paper={digits}")
    page.get_by_test_id("duty").first.wait_for()
