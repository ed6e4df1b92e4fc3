"""The chat for everyone: by keyboard, on a phone, in large type, in the dark, on a slow line."""

from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect

from tests.web.asking import QUESTION, ai_answer, ask, ask_and_wait, reply_with

PHONE: ViewportSize = {"width": 360, "height": 740}
ZOOMED: ViewportSize = {"width": 640, "height": 400}  # 1280 × 800 at 200 %
FIRST_LOAD = 100_000  # bytes, nothing compressed


def press(page: Page, key: str, times: int) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Goes on with Tab until the control of this accessible name or text has the focus."""
    script = """name => [document.activeElement.getAttribute("aria-label"),
        document.activeElement.textContent.trim()].includes(name)"""
    for _ in range(80):
        if page.evaluate(script, name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def overflow(page: Page) -> int:
    """Pixels by which anything shown is wider than the screen."""
    pixels: int = page.evaluate("""() => Math.max(...[...document.querySelectorAll("body *")]
        .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden, svg"))
        .map((node) => node.getBoundingClientRect().right - innerWidth), 0)""")
    return pixels


def test_the_first_load_is_small(browser: Browser, server_url: str) -> None:
    with closing(browser.new_context(base_url=server_url)) as context:
        page = context.new_page()
        sizes: dict[str, int] = {}
        page.on("requestfinished", lambda request: sizes.update({request.url: size_of(request)}))
        page.goto("/")
        page.get_by_test_id("suggestions").get_by_role("button").first.wait_for()
        page.wait_for_load_state("networkidle")
    assert len(sizes) > 10
    assert sum(sizes.values()) < FIRST_LOAD, sizes


def size_of(request: Request) -> int:
    response = request.response()
    return len(response.body()) if response else 0


def test_all_is_done_with_the_keyboard(page: Page) -> None:
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_test_id("answer").wait_for()
    expect(page.get_by_test_id("question")).to_be_focused()
    press(page, "Shift+Tab", 1)
    expect(page.get_by_test_id("scope-choose")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("scope-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("scope-choose")).to_be_focused()
    page.get_by_test_id("history-search").focus()
    tab_to(page, f"“{QUESTION}”的操作")
    page.keyboard.press("Enter")
    tab_to(page, "改名")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("menu").first.locator("summary")).to_be_focused()
    tab_to(page, "编辑这个问题")
    tab_to(page, "[1]")
    page.keyboard.press("Enter")
    page.get_by_test_id("mark").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("citation").first).to_be_focused()
    tab_to(page, "没有帮助")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reasons")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="引用不对")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reasons")).to_be_hidden()


def test_large_type_enlarges_everything_and_is_remembered(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    conclusion = page.get_by_test_id("conclusion")
    before = conclusion.evaluate(size)
    page.get_by_test_id("type-switch").click()
    assert conclusion.evaluate(size) >= before * 1.2
    page.reload()
    expect(page.get_by_test_id("type-switch")).to_have_attribute("aria-pressed", "true")
    assert conclusion.evaluate(size) >= before * 1.2
    small = page.evaluate("""() => [...document.querySelectorAll("body *")]
        .filter((node) => node.offsetParent && [...node.childNodes].some((child) => child.nodeType === 3))
        .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 15)
        .map((node) => node.textContent)""")
    assert small == []
    page.get_by_test_id("type-switch").click()
    assert conclusion.evaluate(size) == before


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("screen", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_a_small_screen_holds_everything(page: Page, screen: ViewportSize, large: bool) -> None:
    page.set_viewport_size(screen)
    if large:
        page.get_by_test_id("type-switch").click()
    page.get_by_test_id("suggestions").get_by_role("button").first.wait_for()
    assert overflow(page) <= 0
    ask_and_wait(page, QUESTION)
    page.get_by_test_id("thumb-bad").click()
    expect(page.get_by_test_id("reasons")).to_be_visible()
    assert overflow(page) <= 0
    page.get_by_role("button", name="对话记录").click()
    drawer = page.get_by_role("dialog", name="对话记录")
    expect(drawer.get_by_test_id("history-item").first).to_be_visible()
    assert overflow(page) <= 0
    drawer.get_by_test_id("menu").first.locator("summary").click()
    expect(drawer.get_by_text("导出 Word").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="对话记录")).to_be_focused()
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope-accept")).to_be_in_viewport()
    assert overflow(page) <= 0


def test_the_drawer_leads_to_a_conversation_and_closes(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="对话记录").click()
    page.get_by_test_id("new").click()
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.get_by_test_id("turn")).to_have_count(0)
    page.get_by_role("button", name="对话记录").click()
    page.get_by_test_id("history-item").first.get_by_role("link").first.click()
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.get_by_test_id("asked")).to_have_text(QUESTION)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#sidebar").get_by_test_id("history-list")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
def test_no_barrier_is_left(page: Page, scheme: str, large: bool) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if large:
        page.get_by_test_id("type-switch").click()
    page.get_by_test_id("suggestions").get_by_role("button").first.wait_for()
    assert barriers(page) == []
    ask_and_wait(page, QUESTION)
    ask_and_wait(page, "火星基地由谁负责？")
    page.get_by_test_id("thumb-bad").last.click()
    expect(page.get_by_test_id("reasons").last).to_be_visible()
    page.get_by_test_id("menu").first.locator("summary").click()
    assert barriers(page) == []
    reply_with(page, ai_answer())
    ask(page, "那产值呢？")
    page.get_by_test_id("unsupported").wait_for()
    assert barriers(page) == []
    page.get_by_test_id("scope-choose").click()
    expect(page.get_by_test_id("scope-dialog")).to_be_visible()
    assert barriers(page) == []


def barriers(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['html'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
