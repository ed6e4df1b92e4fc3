"""Who leads what: filters, the clause behind a row, the Excel file, phone, keyboard, print."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect
from python_calamine import CalamineWorkbook

from service.schemas import ErrorInfo, ErrorResponse, ResponsibilityInfo, ResponsibilityList

PHONE: ViewportSize = {"width": 360, "height": 740}
RESPONSIBILITIES = "**/api/v1/responsibilities?*"
HOSTILE = '<img src=x onerror="window.ran = true">'


@pytest.fixture
def duties(page: Page) -> Page:
    page.get_by_role("link", name="谁牵头什么").click()
    rows(page).first.wait_for()
    return page


def rows(page: Page) -> Locator:
    return page.get_by_test_id("duty")


def records(page: Page, **wanted: str) -> list[dict[str, Any]]:
    """What the service itself says."""
    answer = page.request.get("/api/v1/responsibilities", params=wanted).json()
    found: list[dict[str, Any]] = answer["responsibilities"]
    return found


def expect_count(page: Page, count: int) -> None:
    expect(page.get_by_test_id("duty-count")).to_have_text(f"共 {count} 条")
    expect(rows(page)).to_have_count(count)


def filters(page: Page) -> dict[str, list[str]]:
    """The filters that the address keeps."""
    return parse_qs(page.url.partition("?")[2])


def made_up(count: int) -> str:
    """So many records, as the service would send them."""
    one = {
        "document_id": "d1",
        "title": "示范方案",
        "document_number": "",
        "section": ("一、任务",),
    }
    rest = {"leads": ("市科技局",), "supports": ("市财政局",), "basis": "stated", "rule": ""}
    return ResponsibilityList(
        responsibilities=tuple(
            ResponsibilityInfo.model_validate(
                one
                | rest
                | {"task": f"任务{n}号", "page": None, "quote": "甲", "start": n, "end": n + 1}
            )
            for n in range(count)
        )
    ).model_dump_json()


def test_every_record_is_a_row_under_its_paper(duties: Page) -> None:
    found = records(duties)
    expect_count(duties, len(found))
    expect(duties.get_by_test_id("duty-open")).to_have_text(
        [each["task"] or each["section"][-1] for each in found]
    )
    papers = list(dict.fromkeys(each["document_id"] for each in found))
    expect(duties.get_by_test_id("duty-paper-row")).to_have_count(len(papers))
    leads = rows(duties).first.locator(".duty-leads").get_by_test_id("unit")
    expect(leads).to_have_text(found[0]["leads"])


def test_the_table_says_what_it_is_to_a_screen_reader(duties: Page) -> None:
    table = duties.get_by_role("table", name="责任分工")
    expect(table.get_by_role("columnheader")).to_have_text(["任务", "牵头单位", "配合单位"])
    expect(table.locator("th[scope=col]")).to_have_count(3)
    expect(table.locator("tr[data-testid=duty] > th[scope=row]")).to_have_count(
        len(records(duties))
    )
    expect(table.get_by_role("cell").first).to_be_visible()


def test_typing_a_unit_filters_and_the_address_keeps_it(duties: Page) -> None:
    duties.get_by_label("单位", exact=True).fill("科技局")
    expect_count(duties, len(records(duties, unit="科技局")))
    assert filters(duties) == {"unit": ["科技局"]}
    duties.reload()
    expect(duties.get_by_label("单位", exact=True)).to_have_value("科技局")
    expect_count(duties, len(records(duties, unit="科技局")))


def test_filters_by_task_and_paper_go_together(duties: Page) -> None:
    paper = next(each for each in records(duties) if "氢能" in each["task"])
    duties.get_by_label("任务或章节").fill("氢能")
    expect_count(duties, len(records(duties, task="氢能")))
    duties.get_by_label("文件", exact=True).select_option(paper["document_id"])
    expect_count(duties, len(records(duties, task="氢能", document_id=paper["document_id"])))
    expect(duties.get_by_test_id("duty-paper-row")).to_have_count(1)
    assert filters(duties) == {"task": ["氢能"], "paper": [paper["document_id"]]}


def test_a_unit_clicked_is_filtered_by_and_back_undoes_it(duties: Page) -> None:
    everything = len(records(duties))
    unit = rows(duties).first.get_by_test_id("unit").first
    name = unit.text_content() or ""
    unit.click()
    expect_count(duties, len(records(duties, unit=name)))
    expect(duties.get_by_test_id("duty-unit")).to_have_value(name)
    duties.go_back()
    expect_count(duties, everything)
    expect(duties.get_by_test_id("duty-unit")).to_have_value("")


def test_a_row_opens_on_its_clause_and_leads_on_to_the_next(duties: Page) -> None:
    first, second = records(duties, task="产业")[:2]
    duties.get_by_label("任务或章节").fill("产业")
    expect_count(duties, len(records(duties, task="产业")))
    duties.get_by_test_id("duty-open").first.click()
    marks = duties.get_by_test_id("mark")
    expect(marks.first).to_be_in_viewport()
    assert "".join(marks.all_text_contents()) == first["quote"]
    expect(rows(duties).first).to_have_attribute("aria-current", "true")
    duties.get_by_role("button", name="下一条引文").click()
    expect(rows(duties).nth(1)).to_have_attribute("aria-current", "true")
    assert "".join(marks.all_text_contents()) == second["quote"]
    duties.keyboard.press("Escape")
    expect(duties.get_by_test_id("viewer")).to_be_hidden()
    expect(duties.get_by_label("任务或章节")).to_have_value("产业")


def test_filters_set_beside_an_open_clause_outlive_its_closing(duties: Page) -> None:
    duties.get_by_test_id("duty-open").first.click()
    duties.get_by_test_id("mark").first.wait_for()
    duties.get_by_label("任务或章节").fill("氢能")
    expect_count(duties, len(records(duties, task="氢能")))
    duties.get_by_test_id("close-viewer").click()
    expect(duties.get_by_test_id("viewer")).to_be_hidden()
    expect_count(duties, len(records(duties, task="氢能")))


def test_the_excel_file_holds_what_is_filtered(duties: Page) -> None:
    duties.get_by_label("单位", exact=True).fill("财政局")
    found = records(duties, unit="财政局")
    expect_count(duties, len(found))
    with duties.expect_download() as download:
        duties.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "责任分工.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(download.value.path()).read_bytes()))
    header, *lines = book.get_sheet_by_index(0).to_python()
    assert header[:3] == ["任务", "牵头单位", "其他责任单位"]
    assert [line[0] for line in lines] == [each["task"] for each in found]
    assert [line[1] for line in lines] == ["、".join(each["leads"]) for each in found]


def test_nothing_found_is_said_and_the_filters_can_be_cleared(duties: Page) -> None:
    everything = len(records(duties))
    duties.get_by_label("单位", exact=True).fill("火星开发局")
    expect(duties.get_by_test_id("duty-none")).to_contain_text("没有符合条件的责任分工")
    expect(duties.get_by_test_id("duty-export")).to_be_hidden()
    duties.get_by_role("button", name="清除筛选，看全部").click()
    expect_count(duties, everything)
    assert filters(duties) == {}


def test_the_mark_explains_how_the_lead_is_known(duties: Page) -> None:
    number, found = next(
        (number, each)
        for number, each in enumerate(records(duties))
        if each["basis"] == "first_listed"
    )
    mark = rows(duties).nth(number).get_by_test_id("basis")
    expect(mark).to_have_text("依据：排第一的为牵头")
    expect(mark).to_have_attribute("aria-expanded", "false")
    mark.click()
    expect(mark).to_have_attribute("aria-expanded", "true")
    expect(rows(duties).nth(number).locator(".basis-why")).to_contain_text(found["rule"])


def test_where_the_paper_names_no_lead_none_is_shown(
    page: Page, upload: Callable[[str], str]
) -> None:
    upload(
        "关于做好供水工作的通知\n一、主要任务\n（一）改造管网。完成改造。（责任单位：县水利局、县住建局）\n"
    )
    page.goto("/#/duties?task=改造管网")
    expect_count(page, 1)
    assert records(page, task="改造管网")[0]["basis"] == "not_stated"
    expect(rows(page).locator(".duty-leads").get_by_test_id("unit")).to_have_count(0)
    expect(rows(page).get_by_test_id("basis")).to_have_text("依据：未写明")
    expect(rows(page).locator(".duty-supports").get_by_test_id("unit")).to_have_text(
        ["县水利局", "县住建局"]
    )


def test_markup_in_a_record_is_shown_as_text(page: Page) -> None:
    hostile = json.loads(made_up(1))
    hostile["responsibilities"][0] |= {
        "title": f"方案{HOSTILE}",
        "task": HOSTILE,
        "section": [HOSTILE],
        "leads": [f"\u202e{HOSTILE}"],
        "supports": ["</td></table><script>window.ran = true</script>"],
        "basis": "first_listed",
        "rule": HOSTILE,
    }
    body = json.dumps(hostile)
    page.route(RESPONSIBILITIES, lambda route: route.fulfill(body=body, content_type="text/json"))
    page.goto(f"/#/duties?unit={HOSTILE}")
    expect(page.get_by_test_id("duty-open")).to_have_text(HOSTILE)
    expect(page.get_by_test_id("duty-unit")).to_have_value(HOSTILE)
    page.get_by_test_id("basis").click()
    page.get_by_test_id("unit").last.click()
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#duties").locator("img, script")).to_have_count(0)
    assert page.evaluate("() => window.ran") is None


def test_thousands_of_rows_are_all_drawn_while_the_page_answers(page: Page) -> None:
    body = made_up(3000)
    page.route(RESPONSIBILITIES, lambda route: route.fulfill(body=body, content_type="text/json"))
    page.goto("/#/duties")
    rows(page).first.wait_for()
    assert page.get_by_test_id("duty-count").text_content() == "共 3000 条"
    page.get_by_test_id("basis").first.click()
    expect(rows(page).first.locator(".basis-why")).to_be_visible()
    expect(rows(page)).to_have_count(3000)
    expect(page.get_by_test_id("duty-open").last).to_have_text("任务2999号")


def test_all_rows_are_printed(page: Page) -> None:
    body = made_up(400)
    page.route(RESPONSIBILITIES, lambda route: route.fulfill(body=body, content_type="text/json"))
    page.goto("/#/duties")
    rows(page).first.wait_for()
    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))
    text = "".join("".join(sheet.get_textpage().get_text_range() for sheet in printed).split())
    assert len(printed) > 5
    assert "任务0号" in text
    assert "任务399号" in text
    assert "导出Excel" not in text


def test_a_failing_service_is_said_and_can_be_tried_again(page: Page) -> None:
    error = ErrorInfo(code="store", message="索引暂时读不出来", request_id="r-9")
    body = ErrorResponse(error=error).model_dump_json()
    page.route(RESPONSIBILITIES, lambda route: route.fulfill(status=507, body=body))
    page.goto("/#/duties")
    problem = page.locator("#duties").get_by_test_id("problem")
    expect(problem).to_contain_text("索引暂时读不出来")
    page.unroute(RESPONSIBILITIES)
    problem.get_by_role("button", name="重试").click()
    expect_count(page, len(records(page)))


def test_it_all_works_from_the_keyboard(duties: Page) -> None:
    duties.get_by_label("单位", exact=True).focus()
    duties.keyboard.type("科技局")
    expect_count(duties, len(records(duties, unit="科技局")))
    link = duties.get_by_test_id("duty-open").first
    for _ in range(12):
        duties.keyboard.press("Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    expect(link).to_be_focused()
    duties.keyboard.press("Enter")
    expect(duties.get_by_test_id("mark").first).to_be_in_viewport()
    duties.keyboard.press("Escape")
    expect(link).to_be_focused()


@pytest.mark.parametrize("large", [False, True])
def test_a_phone_shows_cards_and_needs_no_sideways_scrolling(page: Page, large: bool) -> None:
    page.set_viewport_size(PHONE)
    if large:
        page.get_by_test_id("type-switch").click()
    page.goto("/#/duties")
    rows(page).first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("#duties").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    task, leads = (
        rows(page).first.locator(part).bounding_box() for part in (".duty-task", ".duty-leads")
    )
    assert task and leads and leads["y"] >= task["y"] + task["height"]
    page.get_by_test_id("duty-open").first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_test_id("mark").first).to_be_in_viewport()
    box = sheet.bounding_box()
    assert box and (box["width"], box["height"]) == (360, 740)
    sheet.get_by_test_id("close-viewer").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_test_id("duty-open").first).to_be_focused()
