"""Answers as a language model writes them: in what order they come, and what interrupts them."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from service.llm.writer import open_writer
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import BASE_URL, ROOT, copy_data, free_port
from tests.llm.conftest import settings_for
from tests.llm.lying_server import Exchange, LyingServer, endless, fails, lying, writes
from tests.llm.wordings import GOOD, QUESTIONS
from tests.web.asking import ANSWER_URL, ask, ask_and_wait
from tests.web.conftest import visiting
from tests.web.own_service import running

QUESTION = QUESTIONS[0]
TRUE = GOOD[QUESTION]
FALSE = "此外补贴4711万元。"


@pytest.fixture(scope="module")
def server() -> Iterator[LyingServer]:
    with lying() as server:
        yield server


@pytest.fixture
def liar(server: LyingServer) -> LyingServer:
    server.reset()
    return server


@pytest.fixture(scope="module")
def url(
    server: LyingServer,
    samples_workspace: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The service with the scripted model; its conversations are its own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("written"), port=free_port())
    with running(settings, samples_workspace, open_writer(settings_for(server))) as url:
        yield url


@pytest.fixture
def written(browser: Browser, url: str) -> Iterator[Page]:
    """The empty chat, where a language model words the answers."""
    with visiting(browser, url) as page:
        yield page


class Pausing:
    """Writes one part after another, each when the test says ``go``."""

    def __init__(self, *parts: str) -> None:
        self._parts = parts
        self._turns = threading.Semaphore(0)

    def go(self) -> None:
        self._turns.release()

    def __call__(self, exchange: Exchange) -> None:
        exchange.begin()
        for part in self._parts:
            if not self._turns.acquire(timeout=60):
                return
            exchange.say(part)
        self._turns.acquire(timeout=60)
        exchange.end()


def test_evidence_comes_first_then_sentence_by_sentence(written: Page, liar: LyingServer) -> None:
    liar.does = writer = Pausing(f"{TRUE}[1]", f"{FALSE}[1]", "完")
    ask(written, QUESTION)
    expect(written.get_by_test_id("waiting")).to_contain_text("语言模型正在撰写")
    expect(written.get_by_test_id("citation-card")).not_to_have_count(0)
    expect(written.get_by_test_id("conclusion")).to_be_empty()
    expect(written.get_by_test_id("ai-label")).to_be_hidden()
    writer.go()
    writer.go()
    expect(written.get_by_test_id("conclusion")).to_contain_text(TRUE)
    expect(written.get_by_test_id("ai-label")).to_be_visible()
    expect(written.get_by_test_id("announcer")).to_contain_text(TRUE)
    writer.go()
    expect(written.get_by_test_id("unsupported")).to_have_text(FALSE)
    expect(written.get_by_test_id("announcer")).to_contain_text(f"{FALSE}（")
    expect(written.get_by_test_id("copy")).to_have_count(0)
    writer.go()
    expect(written.get_by_test_id("copy")).to_be_visible()
    expect(written.get_by_test_id("waiting")).to_have_count(0)
    expect(written.get_by_test_id("unsupported").first).to_have_text(FALSE)
    expect(written.get_by_test_id("announcer")).to_contain_text("回答完毕")
    written.get_by_test_id("copy").click()
    written.get_by_test_id("question").press("Control+v")
    copied = written.get_by_test_id("question").input_value()
    assert TRUE in copied and FALSE not in copied and "人工智能生成" in copied


def test_the_focus_stays_on_a_citation_while_the_answer_is_completed(
    written: Page, liar: LyingServer
) -> None:
    liar.does = writer = Pausing(f"{TRUE}[1]", f"{FALSE}[1]")
    ask(written, QUESTION)
    written.get_by_test_id("source-link").first.focus()
    for _ in range(3):
        writer.go()
    expect(written.get_by_test_id("answer")).to_be_visible()
    expect(written.get_by_test_id("source-link").first).to_be_focused()


def test_stopping_stops_the_model_and_keeps_what_had_come(written: Page, liar: LyingServer) -> None:
    liar.does = endless("氢能产业")
    ask(written, QUESTION)
    written.get_by_test_id("citation-card").first.wait_for()
    expect(written.get_by_test_id("waiting")).to_contain_text("语言模型正在撰写")
    written.get_by_role("button", name="停止").click()
    assert liar.left_within(5)
    expect(written.get_by_test_id("incomplete")).to_have_text("以上回答不完整")
    expect(written.get_by_test_id("citation-card")).not_to_have_count(0)
    liar.does = writes(f"{TRUE}[1]")
    written.get_by_test_id("retry").click()
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)
    expect(written.get_by_test_id("incomplete")).to_have_count(0)


def test_a_model_that_fails_leaves_the_papers_words_and_says_so(
    written: Page, liar: LyingServer
) -> None:
    liar.does = fails(500)
    ask_and_wait(written, QUESTION)
    expect(written.get_by_test_id("notice")).to_contain_text("以下为原文摘录")
    expect(written.get_by_test_id("conclusion")).to_contain_text("市发展改革委")
    expect(written.get_by_test_id("ai-label")).to_have_count(0)


def test_an_answer_goes_on_while_another_conversation_is_open(
    written: Page, liar: LyingServer
) -> None:
    liar.does = writer = Pausing(f"{TRUE}[1]", f"{FALSE}[1]", "完")
    ask(written, QUESTION)
    expect(written.get_by_test_id("waiting")).to_contain_text("语言模型正在撰写")
    written.get_by_test_id("new").click()
    expect(written.get_by_test_id("turn")).to_have_count(0)
    expect(written.get_by_role("button", name="发送")).to_be_visible()
    writer.go()
    writer.go()
    liar.does = writes(f"{TRUE}[1]")
    ask_and_wait(written, f"泽川市的{QUESTION}")  # two at a time do not meet
    expect(written.get_by_test_id("asked")).to_have_text([f"泽川市的{QUESTION}"])
    expect(written.get_by_test_id("announcer")).to_contain_text("回答完毕")
    conversation(written, QUESTION).click()
    expect(written.get_by_test_id("asked")).to_have_text([QUESTION])
    expect(written.get_by_test_id("conclusion")).to_contain_text(TRUE)
    expect(written.get_by_test_id("waiting")).to_be_visible()
    expect(written.get_by_role("button", name="停止")).to_be_visible()
    writer.go()
    writer.go()
    expect(written.get_by_test_id("copy")).to_be_visible()
    expect(written.get_by_test_id("unsupported").first).to_have_text(FALSE)
    expect(written.get_by_role("button", name="发送")).to_be_visible()
    written.get_by_test_id("again").click()
    expect(written.get_by_test_id("announcer")).to_contain_text("回答完毕")
    written.reload()
    expect(written.get_by_test_id("turn")).to_have_count(1)


def test_an_answer_that_ended_meanwhile_is_there_as_it_was_kept(
    written: Page, liar: LyingServer
) -> None:
    liar.does = writer = Pausing(f"{TRUE}[1]")
    ask(written, QUESTION)
    expect(written.get_by_test_id("waiting")).to_contain_text("语言模型正在撰写")
    address = written.url
    written.get_by_test_id("new").click()
    with written.expect_response(re.compile("/api/v1/conversations[?]")):  # once it is kept
        writer.go()
        writer.go()
    expect(written.get_by_test_id("turn")).to_have_count(0)
    expect(written.get_by_test_id("announcer")).not_to_contain_text("回答完毕")
    written.go_back()
    expect(written).to_have_url(address)
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)
    expect(written.get_by_test_id("turn")).to_have_count(1)
    expect(written.get_by_test_id("waiting")).to_have_count(0)


def test_an_answer_come_back_to_is_stopped(written: Page, liar: LyingServer) -> None:
    liar.does = endless("氢能产业")
    ask(written, QUESTION)
    written.get_by_test_id("citation-card").first.wait_for()
    written.get_by_test_id("new").click()
    assert not liar.left_within(1)
    written.go_back()
    written.get_by_role("button", name="停止").click()
    assert liar.left_within(5)
    expect(written.get_by_test_id("reply")).to_contain_text("已停止")


def test_an_answer_that_failed_meanwhile_is_asked_for_again(
    written: Page, liar: LyingServer
) -> None:
    liar.does = writes(f"{TRUE}[1]")
    ask_and_wait(written, QUESTION)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    written.route(ANSWER_URL, hold)
    written.get_by_test_id("again").click()
    while not held:
        written.wait_for_timeout(20)
    written.get_by_test_id("new").click()
    held[0].abort()
    written.unroute(ANSWER_URL)
    written.go_back()
    expect(written.get_by_test_id("problem")).to_contain_text("无法连接服务")
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)  # was not replaced
    written.get_by_test_id("retry").click()
    expect(written.get_by_test_id("problem")).to_have_count(0)
    expect(written.get_by_test_id("turn")).to_have_count(1)
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)


def test_a_stopped_model_leaves_the_answer_it_was_to_replace(
    written: Page, liar: LyingServer
) -> None:
    liar.does = writes(f"{TRUE}[1]")
    ask_and_wait(written, QUESTION)
    liar.does = endless("氢能产业")
    written.get_by_test_id("again").click()
    written.get_by_test_id("live").get_by_test_id("citation-card").first.wait_for()
    written.get_by_role("button", name="停止").click()
    assert liar.left_within(5)
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)
    expect(written.get_by_test_id("incomplete")).to_be_visible()
    written.reload()
    expect(written.get_by_test_id("turn")).to_have_count(1)
    expect(written.get_by_test_id("answer")).to_contain_text(TRUE)


def conversation(page: Page, title: str) -> Locator:
    return page.get_by_test_id("history-title").filter(has_text=re.compile(f"^{title}$")).first


def test_an_error_in_the_middle_of_a_stream_is_shown_in_the_services_words(page: Page) -> None:
    body = 'event: status\ndata: {"stage":"retrieving"}\n\nevent: error\ndata: {"error":{"code":"busy","message":"正忙，请稍候","request_id":"r-9"}}\n\n'
    page.route(ANSWER_URL, lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    ask(page, QUESTION)
    expect(page.get_by_test_id("problem")).to_contain_text("正忙，请稍候")
    expect(page.get_by_test_id("problem")).to_contain_text("r-9")


def test_a_server_that_dies_midway_is_asked_again_when_it_is_back(
    browser: Browser,
    liar: LyingServer,
    samples_workspace: Workspace,
    tmp_path: Path,
) -> None:
    liar.does = writer = Pausing(f"{TRUE}[1]", "完")
    data = copy_data(samples_workspace.store.data_dir, tmp_path / "data")
    port = free_port()
    with served(data, port, liar) as process, visiting(browser, f"{BASE_URL}:{port}") as page:
        ask(page, QUESTION)
        writer.go()
        writer.go()
        expect(page.get_by_test_id("conclusion")).to_contain_text(TRUE)
        process.send_signal(signal.SIGKILL)
        expect(page.get_by_test_id("problem")).to_contain_text("连接中断")
        expect(page.get_by_test_id("incomplete")).to_have_text("以上回答不完整")
        expect(page.get_by_test_id("conclusion")).to_contain_text(TRUE)
        page.get_by_test_id("retry").click()
        expect(page.get_by_test_id("problem")).to_contain_text("无法连接服务")
        liar.does = writes(f"{TRUE}[1]")
        with served(data, port, liar):
            page.get_by_test_id("retry").click()
            expect(page.get_by_test_id("answer")).to_contain_text(TRUE)
            expect(page.get_by_test_id("problem")).to_have_count(0)
            page.reload()
            expect(page.get_by_test_id("answer")).to_contain_text(TRUE)
            expect(page.get_by_test_id("turn")).to_have_count(1)


@contextmanager
def served(data: Path, port: int, liar: LyingServer) -> Iterator[subprocess.Popen[bytes]]:
    """``cewen serve`` in a process of its own, with the scripted model."""
    model = {"BACKEND": "openai", "BASE_URL": liar.url, "MODEL": "m", "RETRIES": "0"}
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from service.cli.main import main; main()",
            *("serve", "--port", str(port), "--data-dir", str(data)),
        ],
        cwd=ROOT,
        env={**os.environ, **{f"CEWEN_LLM_{name}": value for name, value in model.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process, f"{BASE_URL}:{port}/readyz")
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:  # not listening yet, or answering 503
            time.sleep(0.1)
    raise RuntimeError("cewen serve did not get ready")
