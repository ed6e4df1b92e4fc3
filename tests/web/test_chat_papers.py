"""The papers page: uploading, refusals, deleting."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from service.schemas import ErrorInfo, ErrorResponse

BODY = "一、总体要求\n各单位要按照职责分工抓好落实。\n二、主要目标\n到2026年建成托育服务点12个。\n"


@pytest.fixture
def papers(page: Page) -> Page:
    page.get_by_role("link", name="文件库").click()
    page.get_by_test_id("paper-item").first.wait_for()
    return page


@pytest.fixture
def file_name(page: Page) -> Iterator[str]:
    """A file name of its own; what was ingested under it is deleted afterwards."""
    name = f"{uuid4().hex}.txt"
    yield name
    for document in page.request.get("/api/v1/documents").json()["documents"]:
        if document["name"] == name:
            page.request.delete(f"/api/v1/documents/{document['id']}")


def text_file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def listed(page: Page, name: str) -> Locator:
    return page.get_by_test_id("paper-item").filter(has_text=name)


def test_papers_are_uploaded_refused_with_a_reason_and_deleted(
    papers: Page, file_name: str
) -> None:
    files = [
        text_file(file_name, f"关于{file_name}的实施方案\n{BODY}"),
        text_file("空文件.txt", ""),
    ]
    papers.get_by_test_id("upload-input").set_input_files(files)
    outcomes = papers.get_by_test_id("outcome")
    expect(outcomes).to_have_count(2)
    assert [outcome.get_attribute("data-outcome") for outcome in outcomes.all()] == [
        "added",
        "refused",
    ]
    expect(outcomes.last.locator(".outcome-reason")).not_to_be_empty()
    expect(listed(papers, file_name)).to_be_visible()

    listed(papers, file_name).get_by_test_id("delete").click()
    papers.get_by_test_id("confirm-cancel").click()
    expect(listed(papers, file_name)).to_be_visible()
    listed(papers, file_name).get_by_test_id("delete").click()
    papers.get_by_test_id("confirm-delete").click()
    expect(listed(papers, file_name)).to_have_count(0)
    papers.reload()
    papers.get_by_test_id("paper-item").first.wait_for()
    expect(listed(papers, file_name)).to_have_count(0)


def test_a_paper_can_be_dropped(papers: Page, file_name: str) -> None:
    transfer = papers.evaluate_handle(
        """([name, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name, { type: "text/plain" }));
            return transfer;
        }""",
        [file_name, f"关于{file_name}的实施方案\n{BODY}"],
    )
    papers.get_by_test_id("drop-zone").dispatch_event("drop", {"dataTransfer": transfer})
    expect(listed(papers, file_name)).to_be_visible()


def test_a_listed_paper_opens(papers: Page) -> None:
    papers.get_by_test_id("paper-item").first.get_by_role("button").first.click()
    expect(papers.get_by_test_id("paper")).not_to_be_empty()
    expect(papers.get_by_test_id("mark")).to_have_count(0)
    papers.go_back()
    expect(papers.get_by_test_id("viewer")).to_be_hidden()


def test_a_failed_upload_says_why(papers: Page) -> None:
    error = ErrorInfo(code="too_large", message="文件超过上限", request_id="r-18")
    body = ErrorResponse(error=error).model_dump_json()
    refusal = {"status": 413, "body": body, "content_type": "application/json"}
    papers.route("**/api/v1/documents", lambda route: route.fulfill(**refusal))
    papers.get_by_test_id("upload-input").set_input_files([text_file("大文件.txt", BODY)])
    expect(papers.get_by_test_id("outcome")).to_contain_text("文件超过上限")
