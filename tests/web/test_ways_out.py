"""What is copied from the page, or printed, says that a paper no longer holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from service.app.main import WEB
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.service.ended_papers import ENDED, HOLDS, Ended, ended_library
from tests.web.asking import ask_and_wait
from tests.web.conftest import visiting
from tests.web.own_service import running

_SELECT = """node => {
  document.activeElement.blur();
  getSelection().selectAllChildren(node);
}"""
_WRITES_CLIPBOARD = re.compile(r"clipboardData|navigator\.clipboard|execCommand\(.copy")
_COPIES = re.compile(r"\bcopy(?:Button|Text)\(")


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    return ended_library(tmp_path_factory.mktemp("ended") / "data", models_dir)


@pytest.fixture(scope="module")
def url(stocked: Workspace) -> Iterator[str]:
    with running(Settings(data_dir=stocked.store.data_dir, port=free_port()), stocked) as url:
        yield url


@pytest.fixture
def chat(browser: Browser, url: str) -> Iterator[Page]:
    with visiting(browser, url) as page:
        yield page


def pasted(page: Page) -> str:
    """What is on the clipboard."""
    box = page.get_by_test_id("question")
    box.fill("")
    box.press("Control+v")
    copied = box.input_value()
    box.fill("")
    return copied


def by_hand(page: Page, node: Locator) -> str:
    """What comes of selecting a node's text and copying it with the keyboard."""
    node.evaluate(_SELECT)
    page.keyboard.press("Control+c")
    return pasted(page)


def pressed(page: Page, name: str) -> str:
    button = page.get_by_test_id(name).first
    button.click()
    expect(button).to_contain_text("已复制")
    return pasted(page)


@pytest.mark.parametrize("ended", ENDED, ids=lambda ended: ended.number)
def test_whatever_is_copied_says_that_the_paper_no_longer_holds(chat: Page, ended: Ended) -> None:
    ask_and_wait(chat, ended.question)
    conclusion, _, basis = pressed(chat, "copy").partition("依据：")
    for text in (
        conclusion,
        basis,
        pressed(chat, "copy-citation"),
        by_hand(chat, chat.get_by_test_id("conclusion").locator("p").first),
        by_hand(chat, chat.get_by_test_id("quote").first),
    ):
        assert ended.fact in text
        assert ended.warning in text
        assert text.count(ended.warning) == 1
    everything = by_hand(chat, chat.get_by_test_id("answer"))
    assert f"{ended.warning}。" in everything.partition("\n依据")[0]
    assert everything.count("注意：") == 2  # behind the conclusion, and in the card


@pytest.mark.parametrize("ended", ENDED, ids=lambda ended: ended.number)
def test_words_copied_from_the_source_and_the_duties_say_it_too(chat: Page, ended: Ended) -> None:
    ask_and_wait(chat, ended.question)
    chat.get_by_test_id("source-link").first.click()
    mark = chat.get_by_test_id("mark").first
    mark.wait_for()
    expect(chat.get_by_test_id("viewer-warning")).to_contain_text(f"这份文件{ended.warning}，请勿")
    words = by_hand(chat, mark)
    assert ended.fact in words
    assert ended.warning in words
    chat.goto(f"/#/duties?unit={ended.unit}")
    unit = chat.get_by_test_id("duty").get_by_test_id("unit").first
    expect(unit).to_have_text(ended.unit)
    paper = chat.get_by_test_id("duty-paper-row")
    expect(paper.get_by_test_id("validity")).to_have_text(f"注意：{ended.warning}")
    unit.evaluate(_SELECT)
    chat.keyboard.press("Control+c")
    chat.goto("/#/")
    assert ended.warning in pasted(chat)


def test_words_copied_from_the_nearest_sections_say_it_too(chat: Page) -> None:
    ask_and_wait(chat, "云溪县水库大坝安全鉴定由谁审批？")
    nearest = chat.get_by_test_id("nearest").get_by_role("link").filter(has_text=ENDED[1].fact)
    assert ENDED[1].warning in by_hand(chat, nearest.locator(".nearest-quote"))


def test_a_printed_page_says_it(chat: Page) -> None:
    [ended, *_] = ENDED
    ask_and_wait(chat, ended.question)
    with pypdfium2.PdfDocument(chat.pdf()) as printed:
        text = "".join(page.get_textpage().get_text_range() for page in printed)
    squeezed = re.sub(r"\s", "", text)
    assert ended.fact in squeezed
    assert squeezed.count(ended.warning) == 2


def test_of_a_paper_that_holds_nothing_is_said(chat: Page) -> None:
    ask_and_wait(chat, HOLDS.question)
    for text in (
        pressed(chat, "copy"),
        pressed(chat, "copy-citation"),
        by_hand(chat, chat.get_by_test_id("conclusion")),
    ):
        assert HOLDS.fact in text
        assert "注意" not in text
    expect(chat.get_by_test_id("warning")).to_have_count(0)


def test_the_conclusion_is_warned_of_on_the_page(chat: Page) -> None:
    [ended, *_] = ENDED
    ask_and_wait(chat, ended.question)
    expect(chat.get_by_test_id("warning")).to_contain_text(f"{ended.number}）{ended.warning}。")
    chat.reload()
    chat.get_by_test_id("answer").wait_for()
    expect(chat.get_by_test_id("warning")).to_have_count(1)


def test_a_case_drafted_of_an_answer_asks_for_what_was_concluded(chat: Page) -> None:
    [ended, *_] = ENDED
    ask_and_wait(chat, ended.question)
    chat.get_by_test_id("thumb-good").click()
    expect(chat.get_by_test_id("rating-note")).to_have_text("已记录，谢谢")
    chat.goto("/#/evaluation?tab=feedback")
    chat.get_by_test_id("make-case").first.click()
    expect(chat.get_by_label("答案要点")).to_have_value(ended.fact)


def test_every_script_that_copies_is_known_here() -> None:
    """What another one puts on the clipboard needs a test above."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in WEB.glob("*.js")}
    writing = {name for name, text in scripts.items() if _WRITES_CLIPBOARD.search(text)}
    assert writing == {"copy.js"}
    copying = {name for name, text in scripts.items() if _COPIES.search(text)}
    # Of case_form.js: a case for an evaluation, which is no answer.
    assert copying == {"copy.js", "answer.js", "citation.js", "case_form.js"}
