"""The pictures in docs/images, taken of the page over samples/: ``python -m tests.web.screenshots``."""

import io
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from index.embedding.builtin_model import ensure_builtin_model
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, data_dir_at, free_port, ingest_papers
from tests.web.asking import ask_and_wait, duties, papers
from tests.web.conftest import ARGUMENTS, CHROMIUM, DESKTOP
from tests.web.own_service import portal, running
from tests.web.stocked import stock

IMAGES = ROOT / "docs" / "images"
PHONE: ViewportSize = {"width": 360, "height": 740}
COLOURS = 160  # letters have soft edges: two thirds of the size, no difference to the eye
LEADS = "泽川市氢能产业由哪个单位牵头？"
SILENT = "泽川市的房价是多少？"
KEPT = (
    "泽川市低空经济由哪个单位牵头？",
    "应急转贷资金单笔最多使用多久？",
    "什么是链长制？",
)
PORTAL = (
    '<!doctype html><html lang="zh-CN"><head><meta name="viewport" content="width=device-width">'
    "<title>泽川市人民政府</title></head><body><h1>泽川市人民政府</h1><p>政务公开　办事服务　互动交流</p>"
    '<script src="{service}/static/embed.js" async></script></body></html>'
)


def chat(page: Page) -> None:
    page.goto("/")
    ask_and_wait(page, LEADS)


def source(page: Page) -> None:
    chat(page)
    page.get_by_test_id("citation").first.click()
    page.get_by_test_id("mark").first.wait_for()


def refusal(page: Page) -> None:
    page.goto("/")
    ask_and_wait(page, SILENT)


def evaluation(page: Page) -> None:
    page.goto("/#/evaluation")
    page.get_by_test_id("kinds").wait_for()


def conversations(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="对话记录", exact=True).click()
    page.get_by_test_id("history-title").nth(len(KEPT) - 1).wait_for()


def dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    source(page)


def large(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("type-switch").click()
    ask_and_wait(page, LEADS)


SHOTS: tuple[tuple[str, ViewportSize, Callable[[Page], None]], ...] = (
    ("conversations-phone", PHONE, conversations),
    ("chat", DESKTOP, source),
    ("chat-phone", PHONE, chat),
    ("source-phone", PHONE, source),
    ("refusal", DESKTOP, refusal),
    ("refusal-phone", PHONE, refusal),
    ("papers", DESKTOP, papers),
    ("papers-phone", PHONE, papers),
    ("duties", DESKTOP, duties),
    ("duties-phone", PHONE, duties),
    ("evaluation", DESKTOP, evaluation),
    ("evaluation-phone", PHONE, evaluation),
    ("dark", DESKTOP, dark),
    ("dark-phone", PHONE, dark),
    ("large", DESKTOP, large),
    ("large-phone", PHONE, large),
)


def main() -> None:
    """Take all of them anew."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        models = ensure_builtin_model(ROOT / ".cache" / "models").parent
        place = free_port()
        settings = Settings(
            data_dir=data_dir_at(folder / "data", models),
            port=free_port(),
            embed_origins=(f"http://127.0.0.1:{place}",),
        )
        workspace = Workspace(settings)
        ingest_papers(workspace, ROOT / "samples")
        workspace.warm()
        url = stack.enter_context(running(settings, workspace))
        stock(url, settings.data_dir)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take(browser, url, "", DESKTOP, keep_some)
        for name, viewport, show in SHOTS:
            take(browser, url, name, viewport, show)
        policy = f"default-src 'none'; script-src {url}; frame-src {url}"
        site = stack.enter_context(portal(PORTAL.format(service=url), policy, place))
        for name, viewport in (("embed", DESKTOP), ("embed-phone", PHONE)):
            take(browser, site, name, viewport, embedded)
        browser.close()


def keep_some(page: Page) -> None:
    """Some conversations, for the list of them."""
    for question in KEPT:
        page.goto("about:blank")
        page.goto("/")
        ask_and_wait(page, question)


def embedded(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="政策问答").click()
    frame = page.frame_locator("iframe[title^='策问']")
    frame.get_by_test_id("send").locator("svg").wait_for()  # its scripts have run
    frame.get_by_test_id("question").fill(LEADS)
    frame.get_by_test_id("question").press("Enter")
    frame.get_by_test_id("copy").wait_for()


def take(
    browser: Browser, url: str, name: str, viewport: ViewportSize, show: Callable[[Page], None]
) -> None:
    """One picture of what ``show`` shows, as ``name``; none without a name."""
    phone = viewport is PHONE
    with browser.new_context(
        base_url=url, viewport=viewport, reduced_motion="reduce", has_touch=phone, is_mobile=phone
    ) as context:
        page = context.new_page()
        show(page)
        if name:
            picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
            few = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
            few.convert("RGB").save(IMAGES / f"{name}.webp", lossless=True, method=6)


if __name__ == "__main__":
    main()
