"""The papers page: what is uploaded, found, corrected, read again and deleted."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import (
    APIResponse,
    Browser,
    FilePayload,
    Locator,
    Page,
    Route,
    ViewportSize,
    expect,
)

from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.conftest import visiting
from tests.web.own_service import running

PHONE: ViewportSize = {"width": 360, "height": 740}
DOCUMENTS = "**/api/v1/documents"
HOSTILE = '<img src=x onerror="window.ran = true">'
BODY = "一、总体要求\n各单位要按照职责分工抓好落实。\n二、主要目标\n到2026年建成托育服务点12个。\n"


@pytest.fixture
def papers(page: Page) -> Iterator[Page]:
    """The papers page; what a test adds is deleted afterwards."""
    before = {each["id"] for each in page.request.get("/api/v1/documents").json()["documents"]}
    page.get_by_role("link", name="文件库").click()
    page.get_by_test_id("paper-item").first.wait_for()
    yield page
    for each in page.request.get("/api/v1/documents").json()["documents"]:
        if each["id"] not in before:
            page.request.delete(f"/api/v1/documents/{each['id']}")


@pytest.fixture
def title(papers: Page, upload: Callable[[str], str]) -> str:
    """The title of a paper of the test's own, on the page."""
    title = f"关于做好{uuid4().hex}工作的通知"
    upload(f"{title}\n{BODY}")
    papers.reload()
    item(papers, title).wait_for()
    return title


def text_file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def item(page: Page, words: str) -> Locator:
    return page.get_by_test_id("paper-item").filter(has_text=words)


def send(page: Page, *files: FilePayload) -> Locator:
    """Uploads the files and waits until all are dealt with."""
    page.get_by_test_id("upload-input").set_input_files(files)
    expect(page.get_by_test_id("upload-status")).to_contain_text("处理完毕")
    return page.get_by_test_id("outcome")


def outcome(page: Page, name: str) -> Locator:
    return page.get_by_test_id("outcome").filter(has_text=name)


def original(item: Locator) -> APIResponse:
    """The original that an item of the list links to."""
    link = item.get_by_test_id("original")
    return item.page.request.get(link.get_attribute("href") or "")


def test_each_bad_file_is_refused_with_its_reason_and_the_good_one_is_read(papers: Page) -> None:
    name = uuid4().hex
    outcomes = send(
        papers,
        text_file("空.txt", ""),
        {"name": "图.rar", "mimeType": "application/vnd.rar", "buffer": b"Rar!\x1a\x07\x00" * 9},
        text_file("密.txt", f"秘密★1年\n关于某事的通知\n{BODY}"),
        {"name": "坏.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04" + b"0" * 99},
        text_file(f"{name}.txt", f"关于{name}的通知\n{BODY}"),
    )
    expect(outcomes).to_have_count(5)
    expect(outcome(papers, "空.txt")).to_contain_text("文件是空的")
    expect(outcome(papers, "图.rar")).to_contain_text("RAR")
    expect(outcome(papers, "密.txt")).to_contain_text("涉密文件不能导入")
    expect(outcome(papers, "坏.docx")).to_have_attribute("data-outcome", "refused")
    expect(outcome(papers, name)).to_have_attribute("data-outcome", "added")
    expect(papers.get_by_test_id("upload-status")).to_contain_text("5 份中有 4 份未入库")
    outcome(papers, name).get_by_test_id("outcome-open").click()
    expect(papers.get_by_test_id("paper")).to_contain_text(f"关于{name}的通知")


def test_a_file_over_the_limit_is_refused_and_the_others_are_read(
    papers: Page, tmp_path: Path
) -> None:
    big, name = tmp_path / "大.pdf", uuid4().hex
    with big.open("wb") as file:
        file.truncate(51_000_000)
    small = tmp_path / f"{name}.txt"
    small.write_text(f"关于{name}的通知\n{BODY}", encoding="utf-8")
    papers.get_by_test_id("upload-input").set_input_files([big, small])
    expect(outcome(papers, "大.pdf")).to_contain_text("超过 50 MB 的上限")
    expect(outcome(papers, name)).to_have_attribute("data-outcome", "added")
    expect(item(papers, name)).to_be_visible()


def test_an_archive_shows_what_became_of_each_file_in_it(papers: Page) -> None:
    packed, name = io.BytesIO(), uuid4().hex
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("好.txt", f"关于{name}的通知\n{BODY}")
        archive.writestr("空.txt", "")
    pack: FilePayload = {
        "name": "包.zip",
        "mimeType": "application/zip",
        "buffer": packed.getvalue(),
    }
    expect(send(papers, pack)).to_have_count(2)
    expect(outcome(papers, "包.zip/好.txt")).to_have_attribute("data-outcome", "added")
    expect(outcome(papers, "包.zip/空.txt")).to_have_attribute("data-outcome", "refused")


def test_the_same_file_again_is_known(papers: Page) -> None:
    name = uuid4().hex
    file = text_file(f"{name}.txt", f"关于{name}的通知\n{BODY}")
    expect(send(papers, file)).to_have_attribute("data-outcome", "added")
    expect(send(papers, file)).to_have_attribute("data-outcome", "unchanged")
    expect(item(papers, name)).to_have_count(1)


def test_a_file_is_seen_to_be_sent_and_read(papers: Page) -> None:
    papers.evaluate("""() => {
        window.seen = [];
        const look = () => document.querySelectorAll(".outcome-state").forEach(({ textContent }) => seen.push(textContent));
        new MutationObserver(look).observe(document.querySelector(".outcomes"), { childList: true, subtree: true });
    }""")
    name = uuid4().hex
    send(papers, text_file(f"{name}.txt", f"关于{name}的通知\n{BODY}"))
    seen = papers.evaluate("() => window.seen")
    assert [words for words in dict.fromkeys(seen) if "%" not in words] == ["正在上传", "正在读取…"]


def test_waiting_files_can_be_called_off_and_a_lost_one_sent_again(papers: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    papers.route(DOCUMENTS, hold)
    files = [text_file(f"{number}.txt", BODY) for number in range(3)]
    papers.get_by_test_id("upload-input").set_input_files(files)
    rows = papers.get_by_test_id("outcomes").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("正在上传")
    expect(rows.first.get_by_role("progressbar", name="上传0.txt")).to_be_visible()
    expect(rows.last).to_contain_text("等待上传")
    papers.get_by_test_id("upload-cancel").click()
    expect(rows).to_have_count(1)
    held[0].abort()
    expect(papers.get_by_test_id("outcome")).to_contain_text("无法连接服务")
    papers.unroute(DOCUMENTS)
    papers.get_by_test_id("retry").click()
    expect(papers.get_by_test_id("outcome")).to_have_attribute("data-outcome", "added")
    assert len(held) == 1


def test_while_others_change_the_papers_an_upload_waits_and_a_deletion_says_so(
    browser: Browser, samples_copy: Path, loaded_once: None
) -> None:
    settings = Settings(data_dir=samples_copy, port=free_port())
    workspace = Workspace(settings)
    with running(settings, workspace) as url, visiting(browser, url) as page:
        page.get_by_role("link", name="文件库").click()
        rows = page.get_by_test_id("outcomes").get_by_role("listitem")
        files = [text_file(f"{number}.txt", f"{number}、{BODY}") for number in range(2)]
        with workspace.changing():
            page.get_by_test_id("upload-input").set_input_files(files)
            expect(rows.first).to_contain_text("文件库正在改动，稍后自动再传")
            expect(rows.last).to_contain_text("等待上传")
            page.get_by_test_id("delete").first.click()
            page.get_by_test_id("confirm-delete").click()
            expect(page.get_by_test_id("problem")).to_contain_text("请等它结束后再试")
        expect(page.get_by_test_id("upload-status")).to_have_text("处理完毕，共 2 份")
        with workspace.changing():
            page.get_by_test_id("upload-input").set_input_files(files[:1])
            expect(rows.first).to_contain_text("稍后自动再传")
            page.get_by_test_id("upload-cancel").click()
        expect(rows).to_have_count(0)


def drag(page: Page, selector: str, event: str, name: str, text: str) -> bool:
    """Lets a file hang over or fall on an element; whether the browser would open it instead."""
    opened: bool = page.locator(selector).first.evaluate(
        """(node, [event, name, text]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name, { type: "text/plain" }));
            return node.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [event, name, text],
    )
    return opened


def test_a_file_dropped_anywhere_on_the_page_is_read(papers: Page) -> None:
    name = uuid4().hex
    file = (f"{name}.txt", f"关于{name}的通知\n{BODY}")
    drag(papers, ".paper-list", "dragenter", *file)
    expect(papers.get_by_text("松开鼠标，上传到文件库")).to_be_visible()
    assert not drag(papers, ".paper-list", "dragover", *file)
    assert not drag(papers, ".paper-list", "drop", *file)
    expect(papers.get_by_text("松开鼠标，上传到文件库")).to_be_hidden()
    expect(item(papers, name)).to_be_visible()


def test_a_file_dropped_on_another_page_does_not_replace_it(page: Page) -> None:
    assert not drag(page, "#question", "drop", "甲.txt", BODY)


def test_papers_are_found_and_sorted(papers: Page) -> None:
    everything = papers.request.get("/api/v1/documents").json()["documents"]
    items = papers.get_by_test_id("paper-item")
    expect(items).to_have_count(len(everything))
    papers.get_by_test_id("paper-find").fill("泽财规〔2025〕1号")
    expect(items).to_have_count(1)
    expect(papers.get_by_test_id("paper-count")).to_have_text(f"1 / {len(everything)} 份")
    papers.get_by_test_id("paper-find").fill("没有这份文件")
    expect(papers.get_by_text("没有符合的文件。")).to_be_visible()
    papers.get_by_test_id("paper-find").fill("")
    dates = [each["date"] for each in everything if each["date"]]
    titles = {each["title"]: each["date"] for each in everything}
    for order, backwards in (("newest", True), ("oldest", False)):
        papers.get_by_test_id("paper-order").select_option(order)
        shown = [titles[title] for title in papers.get_by_test_id("open").all_text_contents()]
        assert shown[: len(dates)] == sorted(dates, reverse=backwards)


def test_a_masthead_is_corrected_and_only_what_was_changed_is_sent(
    papers: Page, title: str
) -> None:
    item(papers, title).get_by_test_id("correct").click()
    dialog = papers.get_by_role("dialog", name="更正版头")
    expect(dialog.get_by_label("标题")).to_have_value(title)
    dialog.get_by_label("标题").fill(f"{title}（改）")
    dialog.get_by_label("发文字号").fill("泽办发〔2025〕3号")
    dialog.get_by_label("成文日期").fill("2025-03-01")
    dialog.get_by_label("效力").select_option("repealed")
    with papers.expect_request(f"{DOCUMENTS}/*") as request:
        dialog.get_by_test_id("correction-save").click()
    assert request.value.post_data_json == {
        "title": f"{title}（改）",
        "document_number": "泽办发〔2025〕3号",
        "date": "2025-03-01",
        "validity": "repealed",
    }
    expect(dialog).to_be_hidden()
    corrected = item(papers, f"{title}（改）")
    expect(corrected).to_contain_text("泽办发〔2025〕3号")
    expect(corrected).to_contain_text("2025年3月1日")
    expect(corrected.get_by_test_id("standing")).to_have_text("已废止")
    expect(corrected.get_by_test_id("correct")).to_be_focused()
    expect(papers.get_by_test_id("paper-done")).to_contain_text("已更正")
    corrected.get_by_test_id("open").click()
    expect(papers.get_by_test_id("facts")).to_contain_text("泽办发〔2025〕3号")
    expect(papers.get_by_test_id("viewer-warning")).to_contain_text("这份文件已废止")


def test_what_the_service_finds_wrong_stands_at_the_field(papers: Page, title: str) -> None:
    item(papers, title).get_by_test_id("correct").click()
    dialog = papers.get_by_test_id("correction")
    dialog.get_by_label("标题").fill(" ")
    dialog.get_by_label("发文机关").fill("甲" * 301)
    dialog.get_by_test_id("correction-save").click()
    expect(dialog.get_by_test_id("correction-title-fault")).to_have_text("不能是空的")
    expect(dialog.get_by_test_id("correction-issuer-fault")).to_contain_text("太长，有 301 个字")
    expect(dialog.get_by_label("标题")).to_be_focused()
    expect(dialog.get_by_label("标题")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("标题").fill(title)
    dialog.get_by_label("发文机关").fill("甲县人民政府")
    dialog.get_by_test_id("correction-save").click()
    expect(dialog).to_be_hidden()
    expect(item(papers, title)).to_contain_text("甲县人民政府")


def test_half_a_date_is_not_taken_for_none(papers: Page, title: str) -> None:
    item(papers, title).get_by_test_id("correct").click()
    dialog = papers.get_by_test_id("correction")
    dialog.get_by_label("施行日期").press_sequentially("05")
    dialog.get_by_test_id("correction-save").click()
    expect(dialog.get_by_test_id("correction-effective-fault")).to_contain_text("日期不完整")
    papers.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(item(papers, title).get_by_test_id("correct")).to_be_focused()


def test_a_correction_of_a_paper_that_is_gone_is_said_on_the_form(papers: Page, title: str) -> None:
    item(papers, title).get_by_test_id("correct").click()
    gone = item(papers, title).get_attribute("data-id")
    papers.request.delete(f"/api/v1/documents/{gone}")
    papers.get_by_test_id("correction-title").fill("别的标题")
    papers.get_by_test_id("correction-save").click()
    expect(papers.get_by_test_id("form-fault")).to_contain_text(f"没有编号为 {gone} 的文件")


def test_a_paper_that_another_put_an_end_to_links_to_the_words(
    papers: Page, upload: Callable[[str], str]
) -> None:
    name = uuid4().hex
    upload(f"关于{name}补贴办法\n甲政办发〔2021〕77号\n{BODY}")
    words = f"《关于{name}补贴办法》（甲政办发〔2021〕77号）同时废止"
    upload(f"关于印发{name}新办法的通知\n{BODY}三、附则\n本办法自2025年1月1日起施行，{words}。\n")
    papers.reload()
    ended = item(papers, f"关于{name}补贴办法").filter(has=papers.get_by_test_id("standing"))
    expect(ended.get_by_test_id("standing")).to_have_text(re.compile("已废止|已被替代"))
    ended.get_by_role("link", name=f"关于印发{name}新办法的通知").click()
    expect(papers.get_by_test_id("mark").first).to_be_in_viewport()
    expect(papers.get_by_test_id("mark").first).to_contain_text("同时废止")
    papers.keyboard.press("Escape")
    ended.get_by_test_id("open").click()
    expect(papers.get_by_test_id("viewer-warning")).to_contain_text("同时废止")


def test_a_paper_is_read_again_and_keeps_its_correction(papers: Page, title: str) -> None:
    document_id = item(papers, title).get_attribute("data-id")
    papers.request.patch(f"/api/v1/documents/{document_id}", data={"region": "甲县"})
    again = item(papers, title).get_by_test_id("reread")
    again.click()
    expect(papers.get_by_test_id("paper-done")).to_contain_text("已重新读取")
    expect(item(papers, title)).to_contain_text("甲县")
    expect(again).to_be_focused()
    papers.request.delete(f"/api/v1/documents/{document_id}")
    again.click()
    expect(papers.locator("#papers").get_by_test_id("problem")).to_contain_text("没有编号为")


def test_the_original_opens_in_a_tab_or_is_saved(papers: Page, title: str) -> None:
    saved = item(papers, title).get_by_role("link", name="下载原件")
    with papers.expect_download() as download:
        saved.click()
    assert BODY.encode() in Path(download.value.path()).read_bytes()
    pdf = papers.get_by_test_id("paper-item").filter(has_text=".pdf").first
    link = pdf.get_by_role("link", name="打开原件")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")
    answer = original(pdf)
    assert answer.body().startswith(b"%PDF")
    assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize("name", [HOSTILE, "\"'><script>window.ran = true</script>", "甲\u202etxt"])
def test_a_hostile_name_or_title_is_shown_as_text(papers: Page, name: str) -> None:
    mark = uuid4().hex
    file_name = f"{mark}{name}.txt"
    sent = file_name.replace('"', "%22")  # so a browser names it in a form
    outcomes = send(papers, text_file(file_name, f"关于{mark}的通知\n{BODY}"))
    expect(outcomes).to_contain_text(sent)
    mine = item(papers, mark)
    expect(mine).to_contain_text(sent)
    title = f"关于{mark}{name}的通知"
    mine.get_by_test_id("correct").click()
    papers.get_by_test_id("correction-title").fill(title)
    papers.get_by_test_id("correction-issuer").fill(name)
    papers.get_by_test_id("correction-save").click()
    expect(papers.get_by_test_id("paper-done")).to_contain_text(title)
    expect(mine.get_by_test_id("open")).to_have_text(title)
    mine.get_by_test_id("delete").click()
    expect(papers.get_by_test_id("confirm")).to_contain_text(title)
    papers.get_by_test_id("confirm-cancel").click()
    expect(papers.locator("#papers, dialog").locator("img, script")).to_have_count(0)
    assert papers.evaluate("() => window.ran") is None


def test_deleting_leads_the_focus_on(papers: Page, title: str) -> None:
    item(papers, title).get_by_test_id("delete").click()
    papers.get_by_test_id("confirm-delete").click()
    expect(papers.get_by_test_id("paper-done")).to_contain_text("已删除")
    expect(papers.locator("[data-action='open']:focus")).to_have_count(1)


def test_it_all_works_from_the_keyboard(papers: Page, title: str) -> None:
    papers.get_by_test_id("paper-find").focus()
    papers.keyboard.type(title)
    expect(papers.get_by_test_id("paper-item")).to_have_count(1)
    pressed = []
    for _ in range(6):
        papers.keyboard.press("Tab")
        pressed.append(papers.evaluate("() => document.activeElement.textContent"))
    assert pressed[1:] == [title, "下载原件", "更正", "重新读取", "删除"]
    papers.keyboard.press("Enter")
    expect(papers.get_by_test_id("confirm-cancel")).to_be_focused()
    papers.keyboard.press("Escape")
    expect(item(papers, title).get_by_test_id("delete")).to_be_focused()
    papers.keyboard.press("Shift+Tab")
    papers.keyboard.press("Shift+Tab")
    papers.keyboard.press("Enter")
    expect(papers.get_by_test_id("correction-title")).to_be_focused()
    papers.keyboard.type("甲")
    papers.keyboard.press("Enter")
    expect(papers.get_by_test_id("paper-done")).to_contain_text("已更正")


@pytest.mark.parametrize("large", [False, True])
def test_a_phone_needs_no_sideways_scrolling(papers: Page, title: str, large: bool) -> None:
    papers.set_viewport_size(PHONE)
    if large:
        papers.get_by_test_id("type-switch").click()
    send(papers, text_file(f"{'长' * 60}.txt", ""))
    assert papers.locator("#papers").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    item(papers, title).get_by_test_id("correct").click()
    dialog = papers.get_by_test_id("correction")
    assert dialog.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    dialog.get_by_test_id("correction-cancel").click()
    item(papers, title).get_by_test_id("open").click()
    expect(papers.get_by_role("dialog").get_by_test_id("paper")).to_be_visible()
    bar = papers.locator(".viewer-head")
    assert bar.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    assert papers.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
