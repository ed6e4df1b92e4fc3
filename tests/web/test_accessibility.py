"""Every page and state for everyone: axe-core, the keyboard alone, no fault in the console, offline."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
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
from tests.conftest import copy_data, free_port
from tests.web.asking import duties, papers
from tests.web.own_service import portal, running
from tests.web.stocked import stock

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
QUESTION = "泽川市氢能产业由哪个单位牵头？"
UNANSWERABLE = "泽川市的房价是多少？"
FIRST_LOAD = 100_000  # bytes, uncompressed
State = Callable[[Page], None]


@pytest.fixture(scope="module")
def portal_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def service(
    samples_workspace: Workspace, portal_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("accessible")
    data_dir = copy_data(samples_workspace.store.data_dir, folder / "data")
    origins = (f"http://127.0.0.1:{portal_port}",)
    settings = Settings(data_dir=data_dir, port=free_port(), embed_origins=origins)
    with running(settings, Workspace(settings)) as url:
        stock(url, data_dir)
        yield url


@pytest.fixture
def tab(browser: Browser, service: str) -> Iterator[Page]:
    """A tab that reaches the service alone; nothing may be blocked or go wrong in it."""
    context = browser.new_context(base_url=service, viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            faults.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def empty(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("suggestions").get_by_role("button").first.wait_for()


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.get_by_test_id("question").fill(question)
    page.get_by_test_id("question").press("Enter")


def answered(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_test_id("copy").first.wait_for()


def rated(page: Page) -> None:
    answered(page)
    page.get_by_test_id("thumb-bad").first.click()
    page.get_by_test_id("reasons").wait_for()


def refused(page: Page) -> None:
    ask(page, UNANSWERABLE)
    page.get_by_test_id("no-evidence").wait_for()


def source(page: Page) -> None:
    answered(page)
    page.get_by_test_id("citation").first.click()
    page.get_by_test_id("mark").first.wait_for()


def scope(page: Page) -> None:
    empty(page)
    page.get_by_test_id("scope-choose").click()
    page.get_by_test_id("scope-dialog").wait_for()


def uploaded(page: Page) -> None:
    papers(page)
    bad: FilePayload = {"name": "空.txt", "mimeType": "text/plain", "buffer": b""}
    page.get_by_test_id("upload-input").set_input_files([bad])
    page.get_by_test_id("outcome").first.wait_for()


def deleting(page: Page) -> None:
    papers(page)
    page.get_by_test_id("delete").first.click()
    page.get_by_test_id("confirm-cancel").wait_for()


def evaluation(page: Page) -> None:
    page.goto("/#/evaluation")
    page.get_by_test_id("kinds").wait_for()
    page.get_by_test_id("failed-case").first.locator("summary").click()


def feedback(page: Page) -> None:
    page.goto("/#/evaluation?tab=feedback")
    page.get_by_test_id("feedback-item").first.wait_for()


def case_form(page: Page) -> None:
    feedback(page)
    page.get_by_test_id("make-case").first.click()
    page.get_by_test_id("case-line").wait_for()


def embedded(page: Page) -> None:
    page.goto("/embed")
    page.get_by_test_id("question").fill(QUESTION)
    page.get_by_test_id("question").press("Enter")
    page.get_by_test_id("copy").first.wait_for()


def embedded_source(page: Page) -> None:
    embedded(page)
    page.get_by_test_id("citation").first.click()
    page.get_by_test_id("mark").first.wait_for()


STATES: tuple[State, ...] = (
    empty,
    answered,
    rated,
    refused,
    source,
    scope,
    papers,
    uploaded,
    deleting,
    duties,
    evaluation,
    feedback,
    case_form,
    embedded,
    embedded_source,
)


def violations(page: Page) -> list[str]:
    """What axe-core holds serious or critical, with the first places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {[node['target'] for node in rule['nodes'][:3]]} "
        f"{rule['nodes'][0].get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_serious_violation(tab: Page, state: State) -> None:
    state(tab)
    found = {"desktop": violations(tab)}
    tab.emulate_media(color_scheme="dark")
    found["dark"] = violations(tab)
    tab.emulate_media(color_scheme="light")
    tab.evaluate("() => document.documentElement.classList.add('large-type')")
    found["large type"] = violations(tab)
    tab.evaluate("() => document.documentElement.classList.remove('large-type')")
    tab.set_viewport_size(PHONE)
    found["phone"] = violations(tab)
    assert {mode: rules for mode, rules in found.items() if rules} == {}


def test_no_serious_violation_in_a_portal(tab: Page, service: str, portal_port: int) -> None:
    page = (
        '<!doctype html><html lang="zh-CN"><head><title>某县</title></head><body><main>'
        f'<h1>某县</h1></main><script src="{service}/static/embed.js" async></script></body></html>'
    )
    with portal(
        page, f"default-src 'none'; script-src {service}; frame-src {service}", portal_port
    ) as url:
        tab.goto(url)
        tab.get_by_role("button", name="政策问答").wait_for()
        assert violations(tab) == []
        tab.get_by_role("button", name="政策问答").click()
        tab.frame_locator("iframe[title^='策问']").get_by_test_id("question").wait_for()
        assert violations(tab) == []


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus, as somebody without a mouse would."""
    for _ in range(100):
        page.keyboard.press(key)
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def test_the_whole_way_with_the_keyboard_alone(tab: Page) -> None:
    empty(tab)
    tab_to(tab, tab.get_by_test_id("question"))
    tab.keyboard.type(QUESTION)
    tab.keyboard.press("Enter")
    tab.get_by_test_id("copy").first.wait_for()
    citation = tab.get_by_test_id("citation").first
    tab_to(tab, citation, "Shift+Tab")
    tab.keyboard.press("Enter")
    tab.get_by_test_id("mark").first.wait_for()
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("viewer")).to_be_hidden()
    expect(citation).to_be_focused()

    tab_to(tab, tab.get_by_role("link", name="谁牵头什么"), "Shift+Tab")
    tab.keyboard.press("Enter")
    tab.get_by_test_id("duty").first.wait_for()
    tab_to(tab, tab.get_by_test_id("duty-open").first)
    tab.keyboard.press("Enter")
    tab.get_by_test_id("viewer").wait_for()
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("viewer")).to_be_hidden()

    tab_to(tab, tab.get_by_role("link", name="文件库"), "Shift+Tab")
    tab.keyboard.press("Enter")
    tab.get_by_test_id("paper-item").first.wait_for()
    tab_to(tab, tab.get_by_test_id("delete").first)
    tab.keyboard.press("Enter")
    tab.get_by_test_id("confirm-cancel").wait_for()
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("delete").first).to_be_focused()

    tab_to(tab, tab.get_by_role("link", name="评测记录和读者反馈"))
    tab.keyboard.press("Enter")
    tab.get_by_test_id("kinds").wait_for()
    tab_to(tab, tab.get_by_test_id("failed-case").first.locator("summary"))
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("failed-case").first.locator("dl")).to_be_visible()


@pytest.mark.parametrize(
    "state",
    [empty, answered, papers, duties, evaluation, feedback],
    ids=lambda state: state.__name__,
)
def test_the_focus_is_seen_wherever_it_is(tab: Page, state: State) -> None:
    state(tab)
    tab.evaluate("() => document.activeElement.blur()")
    unseen = []
    for _ in range(30):
        tab.keyboard.press("Tab")
        unseen += tab.evaluate(
            """() => {
                const node = document.activeElement;
                if (node === document.body) return [];
                const seen = [node, node.closest(".composer"), node.nextElementSibling].some((each) => {
                    if (!each) return false;
                    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
                    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
                });
                const { width, height } = node.getBoundingClientRect();
                return seen && width && height ? [] : [node.outerHTML.slice(0, 120)];
            }"""
        )
    assert unseen == []


def test_the_first_load_is_small_and_from_here_alone(tab: Page, service: str) -> None:
    loaded: list[str] = []
    tab.on("request", lambda request: loaded.append(request.url))
    empty(tab)
    tab.wait_for_load_state("networkidle")
    assert all(url.startswith(service) for url in loaded)
    files = {url for url in loaded if "/api/" not in url}
    sizes = {url: len(tab.request.get(url).body()) for url in files}
    assert sum(sizes.values()) < FIRST_LOAD, sizes
    assert not [url for url in files if "evaluation" in url or "trend" in url]
