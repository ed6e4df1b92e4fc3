"""Pages of another site in a real browser: nothing they send is taken in, by name or by address."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, free_port
from tests.web.asking import QUESTION, ask_and_wait
from tests.web.own_service import portal, running

NAME = "cewen.county.test"  # browsers find it at 127.0.0.1 (conftest.py)
Ports = tuple[int, int]
OTHER_PAGE = "<!doctype html><title>他站</title>"
ANYTHING = "default-src * data: 'unsafe-inline'"
PAPER: FilePayload = {
    "name": "关于推广蓝莓种植的通知.txt",
    "mimeType": "text/plain",
    "buffer": "关于推广蓝莓种植的通知\n\n一、由市农业农村局牵头推广蓝莓种植。\n".encode(),
}
# Each sends a paper to `address` as a page can without being asked whether it may.
_FILE = """const file = new File(["关于他站的通知\\n\\n由他站牵头。"], "他站.txt", {type: "text/plain"});
    const body = new FormData();
    body.append("files", file);"""
_FORM = """const form = document.createElement("form");
    Object.assign(form, {method: "POST", action: address, enctype: "multipart/form-data"});
    const input = Object.assign(document.createElement("input"), {type: "file", name: "files"});
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    form.append(input);
    document.body.append(form);
    form.submit();"""
_SEND = "fetch(address, {method: 'POST', mode: 'no-cors', body});"
SENDING = {
    "fetch": _FILE + _SEND,
    "without a referrer": _FILE + _SEND.replace("body}", "body, referrerPolicy: 'no-referrer'}"),
    "beacon": _FILE + "navigator.sendBeacon(address, body);",
    "form": _FILE + _FORM,
}


@pytest.fixture(scope="module")
def ports(
    samples_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ports]:
    """Where a service listens that is also called by a name, and where another site does."""
    data = copy_data(samples_workspace.store.data_dir, tmp_path_factory.mktemp("named") / "data")
    settings = Settings(data_dir=data, port=free_port(), allowed_hosts=(NAME,))
    with running(settings, Workspace(settings)), portal(OTHER_PAGE, ANYTHING) as other:
        yield settings.port, urlsplit(other).port or 0


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_context(reduced_motion="reduce") as context:
        yield context.new_page()


def names(port: int) -> list[str]:
    """The file names of the papers there are."""
    listed = httpx.get(f"http://127.0.0.1:{port}/api/v1/documents", timeout=60).json()
    return [each["name"] for each in listed["documents"]]


@pytest.mark.parametrize("sending", SENDING)
@pytest.mark.parametrize("host", [NAME, "127.0.0.1"])
@pytest.mark.parametrize("other", ["evil.test", "127.0.0.1", f"evil.{NAME}", NAME])
def test_a_page_of_another_site_uploads_nothing(
    tab: Page, ports: Ports, other: str, host: str, sending: str
) -> None:
    port, other_port = ports
    before = names(port)
    address = f"http://{host}:{port}/api/v1/documents"
    tab.goto(f"http://{other}:{other_port}/")
    with tab.expect_response(address) as answered:
        tab.evaluate(f"address => {{ {SENDING[sending]} }}", address)
    assert answered.value.request.method == "POST"
    assert answered.value.status == 403
    assert names(port) == before


@pytest.mark.parametrize("host", [NAME, "127.0.0.1"])
def test_nor_does_a_frame_without_an_origin(tab: Page, ports: Ports, host: str) -> None:
    port, other_port = ports
    before = names(port)
    tab.goto(f"http://evil.test:{other_port}/")
    sent = tab.evaluate(
        """([address, script]) => new Promise((resolve) => {
            addEventListener("message", ({ data }) => resolve(data));
            const frame = document.createElement("iframe");
            frame.sandbox = "allow-scripts";
            frame.srcdoc = `<script>const address = "${address}"; ${script}</script>`;
            document.body.append(frame);
        })""",
        [
            f"http://{host}:{port}/api/v1/documents",
            _FILE + _SEND.replace(";", ".then(({ type }) => parent.postMessage(type, '*'));"),
        ],
    )
    assert sent == "opaque"  # the service has answered, whatever it said
    assert names(port) == before


@pytest.mark.parametrize("host", [NAME, "127.0.0.1"])
def test_the_own_page_asks_uploads_and_deletes(tab: Page, ports: Ports, host: str) -> None:
    port, _ = ports
    tab.goto(f"http://{host}:{port}/")
    ask_and_wait(tab, QUESTION)
    expect(tab.get_by_test_id("conclusion")).to_contain_text("牵头")
    tab.get_by_role("link", name="文件库").click()
    tab.get_by_test_id("upload-input").set_input_files([PAPER])
    expect(tab.get_by_test_id("outcome")).to_contain_text("已入库")
    assert PAPER["name"] in names(port)
    item = tab.get_by_test_id("paper-item").filter(has_text="蓝莓").first
    item.get_by_test_id("delete").click()
    tab.get_by_test_id("confirm-delete").click()
    expect(tab.get_by_test_id("paper-item").filter(has_text="蓝莓")).to_have_count(0)
    assert PAPER["name"] not in names(port)


@pytest.mark.parametrize(("said", "status"), [("https", 404), ("http", 403)])
def test_a_proxy_that_says_it_ended_tls_is_believed(ports: Ports, said: str, status: int) -> None:
    headers = {
        "Host": f"{NAME}:8443",
        "Origin": f"https://{NAME}:8443",
        "X-Forwarded-Proto": said,
    }
    address = f"http://127.0.0.1:{ports[0]}/api/v1/documents/abc"
    assert httpx.delete(address, headers=headers, timeout=60).status_code == status


@pytest.mark.parametrize("name", ["evil.test", "evil{x.test", 'evil"x.test'])
def test_a_name_that_was_made_to_point_here_reads_nothing(
    tab: Page, ports: Ports, name: str
) -> None:
    answer = tab.goto(f"http://{name}:{ports[0]}/api/v1/documents")
    assert answer is not None
    assert answer.status == 400
