"""The administrator's page: runs, figures, failed cases, and cases made of readers' feedback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from eval.answers.cases import Kind, load_cases
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, free_port
from tests.web.own_service import running
from tests.web.stocked import RATED, stock


@pytest.fixture(scope="module")
def data_dir(samples_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluated")
    return copy_data(samples_workspace.store.data_dir, folder / "data")


@pytest.fixture(scope="module")
def service(data_dir: Path) -> Iterator[str]:
    settings = Settings(data_dir=data_dir, port=free_port())
    with running(settings, Workspace(settings)) as url:
        stock(url, data_dir)
        yield url


@pytest.fixture
def tab(browser: Browser, service: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=service,
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def runs_of(page: Page) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = page.request.get("/api/v1/evaluations").json()["evaluations"]
    return listed


def test_the_runs_the_trend_and_the_kinds_are_shown(tab: Page) -> None:
    tab.goto("/#/evaluation")
    expect(tab.get_by_test_id("runs").locator("tbody tr")).to_have_count(2)
    expect(tab.get_by_role("img", name="2 次评测的走势")).to_be_visible()
    expect(tab.get_by_test_id("trend").locator(".series")).to_have_count(5)
    shown = tab.request.get(f"/api/v1/evaluations/{runs_of(tab)[0]['name']}").json()
    rows = tab.get_by_test_id("kinds").locator("tbody tr")
    expect(rows).to_have_count(len(shown["by_kind"]) + 1)
    answer = shown["overall"]["answer"]
    expect(rows.last).to_contain_text(f"{answer['rate'] * 100:.1f}%")
    expect(rows.last).to_contain_text(f"{answer['passed']}/{answer['total']}，95% 区间")
    expect(tab.get_by_test_id("failed-case")).to_have_count(len(shown["failed_cases"]))


def test_an_earlier_run_can_be_chosen_and_has_an_address(tab: Page) -> None:
    tab.goto("/#/evaluation")
    tab.get_by_test_id("runs").get_by_role("link").last.click()
    expect(tab.get_by_test_id("runs").locator("tr.is-shown a")).to_have_attribute(
        "href", f"#/evaluation?run={runs_of(tab)[1]['name']}"
    )
    expect(tab.get_by_test_id("run-title")).to_be_focused()
    expect(tab.get_by_test_id("run-title")).to_be_in_viewport()
    tab.go_back()
    expect(tab.get_by_test_id("runs").locator("tbody tr").first).to_have_class("is-shown")


def test_a_failed_case_says_what_was_expected_and_what_was_said(tab: Page) -> None:
    tab.goto("/#/evaluation")
    failed = tab.request.get(f"/api/v1/evaluations/{runs_of(tab)[0]['name']}").json()[
        "failed_cases"
    ]
    if not failed:
        pytest.skip("every case passes")
    first = tab.get_by_test_id("failed-case").first
    first.locator("summary").press("Enter")
    expect(first).to_contain_text(failed[0]["id"])
    expect(first).to_contain_text(failed[0]["answer"][:20])


def test_runs_over_other_cases_are_not_compared_and_damaged_ones_are_named(
    tab: Page, data_dir: Path
) -> None:
    folder = data_dir / "evaluations"
    report = json.loads(next(folder.glob("*.json")).read_text("utf-8"))
    report["cases"] = report["cases"][:3]
    report["cases"][0]["question"] = "<img src=x onerror='window.ran = true'>"
    report["cases"][0]["failures"] = ["answer"]
    other, damaged = folder / "20261231T000000.json", folder / "20270101T000000.json"
    other.write_text(json.dumps(report), encoding="utf-8")
    damaged.write_text("{", encoding="utf-8")
    try:
        tab.goto("/#/evaluation")
        expect(tab.get_by_test_id("unreadable")).to_contain_text(damaged.name)
        expect(tab.get_by_test_id("runs").locator("tbody tr")).to_have_count(3)
        expect(tab.get_by_test_id("trend")).to_have_count(0)
        expect(tab.get_by_text("另有 2 次用的是别的用例")).to_be_visible()
        expect(tab.get_by_test_id("failed-case").first).to_contain_text("<img src=x")
        assert tab.evaluate("() => window.ran") is None
    finally:
        other.unlink()
        damaged.unlink()


def form(page: Page, question: str) -> Locator:
    page.goto("/#/evaluation?tab=feedback")
    item = page.get_by_test_id("feedback-item").filter(
        has=page.get_by_role("heading", name=question)
    )
    item.get_by_test_id("make-case").click()
    return page.get_by_test_id("case-dialog")


def line_in(dialog: Locator, folder: Path) -> Path:
    path = folder / "case.jsonl"
    path.write_text(dialog.get_by_test_id("case-line").input_value(), encoding="utf-8")
    return path


def test_ratings_are_listed_and_filtered(tab: Page) -> None:
    tab.goto("/#/evaluation?tab=feedback")
    items = tab.get_by_test_id("feedback-item")
    expect(items).to_have_count(len(RATED))
    tab.get_by_label("显示").select_option(label="没有帮助（1）")
    expect(items).to_have_count(1)
    expect(items).to_contain_text("<b>漏了</b>一家")


def test_an_answer_becomes_a_case_that_the_evaluation_reads(tab: Page, tmp_path: Path) -> None:
    dialog = form(tab, RATED[0][0])
    expect(dialog.get_by_test_id("case-problems")).to_be_empty()
    dialog.get_by_label("答案要点").fill("市发展改革委|市发改委\n牵头")
    (case,) = load_cases(line_in(dialog, tmp_path))
    assert (case.kind, case.question) == (Kind.RESPONSIBLE, RATED[0][0])
    assert case.answer == (("市发展改革委", "市发改委"), ("牵头",))
    (paper,) = case.docs
    documents = {
        each["name"]: each for each in tab.request.get("/api/v1/documents").json()["documents"]
    }
    text = tab.request.get(f"/api/v1/documents/{documents[paper]['id']}/text").json()["text"]
    (evidence,) = case.evidence
    assert "".join(text.split()).count("".join(evidence.split())) >= 1


def test_a_follow_up_brings_the_question_before_it(tab: Page, tmp_path: Path) -> None:
    (case,) = load_cases(line_in(form(tab, RATED[1][0]), tmp_path))
    assert case.kind is Kind.FOLLOW_UP
    assert case.history == (RATED[0][0],)
    assert case.answer == ()  # the reader found it wrong


def test_a_refusal_becomes_a_case_to_be_refused(tab: Page, tmp_path: Path) -> None:
    (case,) = load_cases(line_in(form(tab, RATED[2][0]), tmp_path))
    assert (case.kind, case.evidence) == (Kind.UNANSWERABLE, ())


def test_what_the_evaluation_would_refuse_is_said(tab: Page) -> None:
    dialog = form(tab, RATED[0][0])
    problems = dialog.get_by_test_id("case-problems")
    dialog.get_by_label("类别").select_option("U")
    expect(problems).to_contain_text("请清空原文依据")
    dialog.get_by_label("类别").select_option("M")
    expect(problems).to_contain_text("请写出先前的提问")
    dialog.get_by_label("类别").select_option("R")
    dialog.get_by_label("原文依据").fill("文件里没有的话")
    expect(problems).to_contain_text("所引文件中没有这段依据：文件里没有的话")
    dialog.get_by_label("原文依据").fill("")
    expect(problems).to_contain_text("请填写原文依据")


def test_a_case_is_copied_downloaded_and_left(tab: Page, tmp_path: Path) -> None:
    dialog = form(tab, RATED[0][0])
    dialog.get_by_label("编号").fill("现场 1")
    line = dialog.get_by_test_id("case-line").input_value()
    dialog.get_by_test_id("case-copy").click()
    expect(dialog.get_by_test_id("case-copy")).to_have_text("已复制")
    assert tab.evaluate("() => navigator.clipboard.readText()") == line
    with tab.expect_download() as download:
        dialog.get_by_test_id("case-download").click()
    assert download.value.suggested_filename == "现场 1.jsonl"
    download.value.save_as(tmp_path / "downloaded.jsonl")
    (case,) = load_cases(tmp_path / "downloaded.jsonl")
    assert case.id == "现场 1"
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tab.get_by_test_id("make-case").last).to_be_focused()


def test_a_phone_needs_no_sideways_scrolling(tab: Page) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    for address, waits_for in (
        ("/#/evaluation", "kinds"),
        ("/#/evaluation?tab=feedback", "feedback"),
    ):
        tab.goto(address)
        tab.get_by_test_id(waits_for).wait_for()
        widths = tab.locator("#evaluation").evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert widths[0] <= widths[1]
