"""A browser for the web chat, and papers that clean up after themselves."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FilePayload,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

# The same Chromium without the windows of a desktop, which cost half of every page.
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# An upload takes seconds on a busy machine.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; the tests skip where the machine has none."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing (sh .ci/packages)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, server_url: str) -> Iterator[Page]:
    """The empty chat on a desktop; no script error or blocked content is let pass."""
    with visiting(browser, server_url) as page:
        yield page


@contextmanager
def visiting(browser: Browser, url: str) -> Iterator[Page]:
    """The empty chat of the service at ``url``, as ``page``."""
    context = browser.new_context(
        base_url=url,
        viewport=DESKTOP,
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
        service_workers="block",  # what it fetches, a test could not answer in its place
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("console", lambda message: faults.extend(policy_violations(message)))
    page.goto("/")
    page.get_by_test_id("question").wait_for()
    yield page
    context.close()
    assert faults == []


def policy_violations(message: ConsoleMessage) -> list[str]:
    """The console message if it tells of content the policy blocked."""
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def upload(page: Page) -> Iterator[Callable[[str], str]]:
    """Ingests a text as a paper of its own and returns its id; deleted afterwards."""
    ids: list[str] = []

    def ingest(text: str) -> str:
        file: FilePayload = {
            "name": f"{uuid4().hex}.txt",
            "mimeType": "text/plain",
            "buffer": text.encode(),
        }
        response = page.request.post("/api/v1/documents", multipart={"files": file})
        outcome = json.loads(response.text())["files"][0]
        assert outcome["outcome"] == "added", outcome
        ids.append(outcome["document_id"])
        return ids[-1]

    yield ingest
    for document_id in ids:
        page.request.delete(f"/api/v1/documents/{document_id}")
