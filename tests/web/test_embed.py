"""The chat in a portal's page: opened, used and closed there, and nowhere it is not allowed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect

from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.own_service import portal, running

QUESTION = "氢能产业由哪个单位牵头？"
PORTAL = """<!doctype html><html lang="zh-CN"><head><title>某县人民政府</title></head><body>
<h1>某县人民政府</h1><p><a href="/news">要闻</a></p>
<script src="{service}/static/embed.js" async></script></body></html>"""
FRAMING = '<!doctype html><title>他站</title><iframe src="{address}" title="框"></iframe>'
REFUSED = "chrome-error://chromewebdata/"
FOLLOW_UP = "那低空经济呢？"
# All that the widget is made of and asks the service for; the portal has embed.js.
MADE_OF = """
    answer.js api.js base.css chat.css chat.js citation.js composer.js conclusion.js copy.js dom.js early.js
    embed.js embedded.js icon.svg labels.js lines.js neighbours.js offsets.js original.js paper.js parts.js routes.js
    source.js source_link.js source_panel.js stream.js suggestions.js theme.css type.js viewer.css viewer.js
"""
ASKED = re.compile(
    r"GET /embed|GET /api/v1/suggestions|POST /api/v1/answer|GET /api/v1/documents/[0-9a-f]+(/text)?"
    rf"|GET /static/({'|'.join(map(re.escape, MADE_OF.split()))})"
)
STAFF = re.compile(
    "对话记录|查找对话|改名|导出|删除|上传|文件库|谁牵头什么|评测|有帮助|范围|只问这份"
)
HELD = """() => ({
    controls: [...document.querySelectorAll("a, button, input, select, summary, label, [aria-label]")]
        .map((node) => `${node.getAttribute("aria-label") || ""} ${node.title} ${node.textContent}`),
    addresses: [...document.querySelectorAll("[href], [src], [action]")]
        .filter((node) => !node.closest("svg, head"))
        .map((node) => node.href || node.src || node.action),
    parts: [...document.querySelectorAll("nav, aside, dialog, input, form, .view")]
        .map((node) => node.id || node.className),
})"""


@pytest.fixture(scope="module")
def portal_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def service(
    samples_workspace: Workspace, portal_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("embedded"),
        port=free_port(),
        embed_origins=(f"http://127.0.0.1:{portal_port}",),
    )
    with running(settings, samples_workspace) as url:
        yield url


@pytest.fixture(scope="module")
def portal_url(service: str, portal_port: int) -> Iterator[str]:
    policy = f"default-src 'none'; script-src {service}; frame-src {service}"
    with portal(PORTAL.format(service=service), policy, portal_port) as url:
        yield url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Page]:
    """An empty tab in which no script may fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def filling(page: Page, portal_url: str, address: str) -> Frame:
    """The frame with which a portal's page of its own fills its whole width."""
    page.goto(portal_url)
    page.evaluate(
        """address => {
            const frame = document.createElement("iframe");
            Object.assign(frame.style, { position: "fixed", left: 0, top: 0, border: 0 });
            Object.assign(frame.style, { width: "100vw", height: "100vh", zIndex: 2147483647 });
            frame.src = address;
            document.body.replaceChildren(frame);
        }""",
        address,
    )
    frame = page.frames[-1]
    frame.get_by_test_id("send").locator("svg").wait_for()
    return frame


def ask(frame: Any, question: str) -> None:
    """Asks in a frame or page, and waits until the answer is whole."""
    answers = frame.get_by_test_id("answer").count()
    frame.get_by_test_id("question").fill(question)
    frame.get_by_test_id("question").press("Enter")
    frame.get_by_test_id("answer").nth(answers).wait_for()


def assert_for_anybody(frame: Frame, service: str) -> None:
    """Nothing of the pages for staff is there, seen or hidden."""
    held = frame.evaluate(HELD)
    assert [label for label in held["controls"] if STAFF.search(label)] == []
    own = re.compile(
        rf"{re.escape(service)}/(embed(#.*)?|api/v1/documents/[0-9a-f]+/file(#page=\d+)?)"
    )
    assert [address for address in held["addresses"] if not own.fullmatch(address)] == []
    assert set(held["parts"]) == {"composer", "view chat-view"}


def opened(page: Page, portal_url: str) -> FrameLocator:
    page.goto(portal_url)
    page.get_by_role("button", name="政策问答").click()
    frame = page.frame_locator("iframe[title^='策问']")
    frame.get_by_test_id("send").locator("svg").wait_for()  # its scripts have run
    return frame


def test_a_portal_embeds_the_chat_and_a_question_is_answered(visit: Page, portal_url: str) -> None:
    violations: list[str] = []
    visit.on(
        "console",
        lambda message: (
            violations.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    frame = opened(visit, portal_url)
    frame.get_by_test_id("question").fill(QUESTION)
    frame.get_by_test_id("question").press("Enter")
    expect(frame.get_by_test_id("conclusion")).to_contain_text("牵头")
    expect(frame.locator(".app-nav")).to_be_hidden()
    expect(frame.get_by_role("link", name="文件库")).to_have_count(0)
    frame.get_by_test_id("citation").first.click()
    expect(frame.get_by_test_id("mark").first).to_be_in_viewport()
    assert violations == []


@pytest.mark.parametrize("width", [320, 360, 640, 959, 960, 1200, 1499, 1500, 1920])
def test_at_no_width_it_holds_or_asks_for_anything_of_the_staff_s_pages(
    visit: Page, portal_url: str, service: str, width: int
) -> None:
    asked: list[str] = []
    visit.on(
        "request",
        lambda request: asked.append(f"{request.method} {request.url.removeprefix(service)}"),
    )
    visit.set_viewport_size({"width": width, "height": 800})
    frame = filling(visit, portal_url, f"{service}/embed")
    assert_for_anybody(frame, service)
    ask(frame, QUESTION)
    assert_for_anybody(frame, service)
    frame.get_by_test_id("citation").first.click()
    expect(frame.get_by_test_id("mark").first).to_be_in_viewport()
    assert_for_anybody(frame, service)
    shown = frame.evaluate("() => document.querySelector('.viewer').getBoundingClientRect().width")
    assert (shown == width) == (width < 960)  # over the chat on a phone, else beside it
    assert frame.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    frame.get_by_test_id("close-viewer").click()
    frame.get_by_role("button", name="新对话").click()
    expect(frame.get_by_test_id("turn")).to_have_count(0)
    assert_for_anybody(frame, service)
    visit.wait_for_load_state("networkidle")
    of_the_service = [each for each in asked if portal_url not in each]
    assert [each for each in of_the_service if not ASKED.fullmatch(each)] == []
    assert "POST /api/v1/answer" in of_the_service


@pytest.mark.parametrize("place", ["papers", "duties", "evaluation", "c/abc", "?only=abc"])
def test_no_address_leads_to_the_staff_s_pages(
    visit: Page, portal_url: str, service: str, place: str
) -> None:
    asked: list[str] = []
    visit.on("request", lambda request: asked.append(request.url))
    frame = filling(visit, portal_url, f"{service}/embed#/{place}")
    frame.get_by_test_id("suggestions").get_by_role("button").first.wait_for()
    assert_for_anybody(frame, service)
    assert [url for url in asked if "/api/" in url] == [f"{service}/api/v1/suggestions"]


def test_a_window_of_its_own_is_the_widget_too(visit: Page, portal_url: str, service: str) -> None:
    opened(visit, portal_url)
    with visit.expect_popup() as popup:
        visit.get_by_role("link", name="新窗口打开").click()
    alone = popup.value
    alone.set_viewport_size({"width": 1280, "height": 800})
    alone.get_by_test_id("send").locator("svg").wait_for()
    assert alone.url == f"{service}/embed"
    ask(alone, QUESTION)
    alone.get_by_test_id("citation").first.click()
    expect(alone.get_by_test_id("mark").first).to_be_in_viewport()
    assert_for_anybody(alone.main_frame, service)
    alone.keyboard.press("Escape")
    expect(alone.get_by_test_id("viewer")).to_be_hidden()


def test_a_follow_up_leans_on_what_the_page_remembers_and_nothing_is_kept(
    visit: Page, portal_url: str, service: str
) -> None:
    posted: list[dict[str, Any]] = []
    visit.on(
        "request",
        lambda request: posted.append(request.post_data_json) if request.post_data else None,
    )
    frame = filling(visit, portal_url, f"{service}/embed")
    ask(frame, f"泽川市{QUESTION}")
    ask(frame, FOLLOW_UP)
    expect(frame.get_by_test_id("understood").last).to_contain_text("泽川市低空经济")
    frame.get_by_test_id("again").last.click()
    expect(frame.get_by_test_id("announcer")).to_contain_text("回答完毕")
    expect(frame.get_by_test_id("asked")).to_have_text([f"泽川市{QUESTION}", FOLLOW_UP])
    expect(frame.get_by_test_id("understood").last).to_contain_text("泽川市低空经济")
    frame.get_by_role("button", name="新对话").click()
    ask(frame, FOLLOW_UP)
    assert [set(each) for each in posted] == [{"question", "document_ids", "history", "stream"}] * 4
    said = [[turn["content"] for turn in each["history"]] for each in posted]
    assert [len(each) for each in said] == [0, 2, 2, 0]
    assert said[1] == said[2]
    assert said[1][0] == f"泽川市{QUESTION}"
    kept = visit.request.get(f"{service}/api/v1/conversations").json()
    assert kept == {"conversations": [], "total": 0}


def test_a_new_conversation_stops_the_answer_of_the_old_one(
    visit: Page, portal_url: str, service: str
) -> None:
    frame = filling(visit, portal_url, f"{service}/embed")
    visit.route("**/api/v1/answer", lambda route: None)
    frame.get_by_test_id("question").fill(QUESTION)
    frame.get_by_test_id("question").press("Enter")
    with visit.expect_event("requestfailed"):
        frame.get_by_role("button", name="新对话").click()
    visit.unroute("**/api/v1/answer")
    expect(frame.get_by_test_id("turn")).to_have_count(0)
    expect(frame.get_by_role("button", name="发送")).to_be_visible()
    ask(frame, QUESTION)
    expect(frame.get_by_test_id("conclusion")).to_contain_text("牵头")


def test_nothing_is_asked_of_the_service_before_the_button_is_used(
    visit: Page, portal_url: str, service: str
) -> None:
    asked: list[str] = []
    visit.on("request", lambda request: asked.append(request.url))
    visit.goto(portal_url)
    visit.get_by_role("button", name="政策问答").wait_for()
    assert [url for url in asked if url.startswith(service)] == [f"{service}/static/embed.js"]


def test_the_keyboard_opens_uses_and_closes_it(visit: Page, portal_url: str) -> None:
    visit.goto(portal_url)
    button = visit.get_by_role("button", name="政策问答")
    button.wait_for()
    visit.keyboard.press("Tab")
    visit.keyboard.press("Tab")
    expect(button).to_be_focused()
    visit.keyboard.press("Enter")
    frame = visit.frame_locator("iframe[title^='策问']")
    expect(frame.get_by_test_id("question")).to_be_focused()
    visit.keyboard.type("氢能")
    visit.keyboard.press("Escape")
    expect(visit.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    visit.keyboard.press("Enter")  # what was written is still there
    expect(frame.get_by_test_id("question")).to_have_value("氢能")
    visit.get_by_role("button", name="关闭").press("Escape")
    expect(button).to_be_focused()


def test_escape_closes_the_source_before_the_chat(visit: Page, portal_url: str) -> None:
    frame = opened(visit, portal_url)
    frame.get_by_test_id("question").fill(QUESTION)
    frame.get_by_test_id("question").press("Enter")
    frame.get_by_test_id("citation").first.click()
    frame.get_by_test_id("mark").first.wait_for()
    visit.keyboard.press("Escape")
    expect(frame.get_by_test_id("viewer")).to_be_hidden()
    expect(visit.get_by_role("dialog")).to_be_visible()


def test_on_a_phone_it_covers_the_page(visit: Page, portal_url: str) -> None:
    visit.set_viewport_size({"width": 360, "height": 740})
    frame = opened(visit, portal_url)
    frame.get_by_test_id("question").wait_for()
    box = visit.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert frame.locator("html").evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def test_a_message_from_elsewhere_closes_nothing(visit: Page, portal_url: str) -> None:
    frame = opened(visit, portal_url)
    frame.get_by_test_id("question").wait_for()
    visit.evaluate("() => window.postMessage('cewen-close', '*')")
    visit.evaluate("() => new Promise(requestAnimationFrame)")
    expect(visit.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("path", ["/embed", "/", "/static/index.html", "/#/papers"])
def test_another_site_cannot_frame_it(visit: Page, service: str, path: str) -> None:
    page = FRAMING.format(address=f"{service}{path}")
    with portal(page, "default-src * 'unsafe-inline'") as url:
        visit.goto(url)
        assert framed(visit) == REFUSED


@pytest.mark.parametrize("path", ["/", "/static/index.html", "/api/v1/documents"])
def test_the_allowed_site_can_frame_nothing_but_the_chat(
    visit: Page, service: str, portal_port: int, portal_url: str, path: str
) -> None:
    visit.goto(portal_url)
    visit.evaluate(
        """address => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = address;
            document.body.append(frame);
        })""",
        f"{service}{path}",
    )
    assert framed(visit) == REFUSED


def test_without_the_setting_it_refuses_every_frame(
    visit: Page, samples_workspace: Workspace, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, port=free_port())
    with running(settings, samples_workspace) as service:
        visit.goto(service)
        policy = visit.request.get(f"{service}/embed").headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'none'")
        with portal(FRAMING.format(address=f"{service}/embed"), "default-src *") as url:
            visit.goto(url)
            assert framed(visit) == REFUSED


def test_a_page_of_another_site_cannot_ask_or_change_anything(
    visit: Page, service: str, portal_url: str
) -> None:
    visit.goto(portal_url)
    outcome = visit.evaluate(
        """async (address) => {
            try { return (await fetch(address, { method: "POST", mode: "no-cors" })).type; }
            catch (error) { return error.name; }
        }""",
        f"{service}/api/v1/conversations",
    )
    assert outcome == "TypeError"  # the portal's own policy
    with portal("<!doctype html><title>他站</title>", "default-src *") as other:
        visit.goto(other)
        with visit.expect_response("**/api/v1/conversations") as response:
            visit.evaluate(
                """address => fetch(address, { method: "POST", mode: "no-cors", body: "{}" })""",
                f"{service}/api/v1/conversations",
            )
        assert response.value.status == 403


def framed(page: Page) -> str:
    """Where the frame of a page has come to."""
    frame = page.frames[-1]
    frame.wait_for_load_state()
    return frame.url
