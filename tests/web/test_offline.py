"""The page while the service is down: it comes up, says so, and goes on once the service is back."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.app import main as app
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.asking import QUESTION, ask_and_wait
from tests.web.own_service import running

SECONDS = 30
KEPT = """async () => {
    const kept = await (await caches.open("cewen")).keys();
    return kept.map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", port=free_port())


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's files, for a test to change as an upgrade would."""
    folder = tmp_path / "web"
    shutil.copytree(app.WEB, folder)
    monkeypatch.setattr(app, "WEB", folder)
    return folder


@pytest.fixture
def context(browser: Browser, settings: Settings) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=f"http://127.0.0.1:{settings.port}") as context:
        yield context


def visited(context: BrowserContext) -> Page:
    """A tab with the empty chat, once all it is made of is kept."""
    page = context.new_page()
    page.goto("/")
    wait_until_kept(page, {"/", "/static/main.js", "/static/base.css", "/static/type.js"})
    return page


def kept(page: Page) -> set[str]:
    """The paths kept."""
    return set(page.evaluate(KEPT))


def wait_until_kept(page: Page, wanted: set[str], unwanted: str = "") -> None:
    """Wait until what is ``wanted`` is kept and what is ``unwanted`` no longer is."""
    deadline = time.monotonic() + SECONDS
    while not wanted <= kept(page) or unwanted in kept(page):
        assert time.monotonic() < deadline, kept(page)
        page.wait_for_timeout(50)


def test_a_conversation_comes_back_with_the_service(
    context: BrowserContext, settings: Settings, samples_workspace: Workspace
) -> None:
    with running(settings, samples_workspace):
        page = visited(context)
        ask_and_wait(page, QUESTION)
    page.reload()
    expect(page.get_by_test_id("turns")).to_contain_text("无法连接服务")
    expect(page.get_by_test_id("turns")).to_contain_text("服务恢复后会自动打开")
    expect(page.get_by_test_id("history")).to_contain_text("无法连接服务")
    with running(settings, samples_workspace):
        expect(page.get_by_test_id("asked")).to_have_text(QUESTION)
        expect(page.get_by_test_id("conclusion")).to_contain_text("牵头")
        expect(page.get_by_test_id("history-title")).to_have_text(QUESTION)
        expect(page.get_by_test_id("problem")).to_have_count(0)


def test_without_a_network_it_comes_up_and_keeps_nothing_of_the_papers(
    context: BrowserContext, settings: Settings, samples_workspace: Workspace
) -> None:
    with running(settings, samples_workspace):
        page = visited(context)
        ask_and_wait(page, QUESTION)
        assert [
            each for each in kept(page) if each != "/" and not each.startswith("/static/")
        ] == []
        context.set_offline(True)
        page.reload()
        expect(page.get_by_test_id("turns")).to_contain_text("无法连接服务")
        expect(page.get_by_test_id("question")).to_be_editable()
        context.set_offline(False)
        expect(page.get_by_test_id("conclusion")).to_contain_text("牵头")


def test_an_upgrade_is_seen_after_one_reload_and_kept(
    context: BrowserContext, settings: Settings, samples_workspace: Workspace, web: Path
) -> None:
    with running(settings, samples_workspace):
        page = visited(context)
        index, script = web / "index.html", web / "main.js"
        index.write_text(index.read_text("utf-8").replace("问政策，看原文", "新版"), "utf-8")
        (web / "type.js").rename(web / "size.js")
        script.write_text(script.read_text("utf-8").replace("./type.js", "./size.js"), "utf-8")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("新版")
        wait_until_kept(page, {"/static/size.js"}, unwanted="/static/type.js")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("新版")


def test_the_page_in_a_portal_keeps_nothing(
    context: BrowserContext, settings: Settings, samples_workspace: Workspace
) -> None:
    with running(settings, samples_workspace):
        page = context.new_page()
        page.goto("/embed")
        page.get_by_test_id("send").locator("svg").wait_for()
        page.wait_for_load_state("networkidle")
        assert (
            page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length")
            == 0
        )
        visited(context)
        page.goto("/embed")
        expect(page.locator("html")).to_have_attribute("data-embedded", "")
    page.goto("about:blank")
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.goto("/embed")
