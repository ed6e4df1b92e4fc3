"""The chat in a portal's page: opened, used and closed there, and nowhere it is not allowed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

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
