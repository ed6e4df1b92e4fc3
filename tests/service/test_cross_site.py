"""Pages of other sites change nothing: the origin of a request against what it addresses."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import serving
from tests.service.test_refusals import ANSWER, QUESTION, error_of

NAME = "cewen.county.test"
PAPER = "/api/v1/documents/abc"


@pytest.fixture(scope="module")
def named(samples_workspace: Workspace) -> Iterator[TestClient]:
    """The service as a county reaches it by names of its own."""
    settings = Settings(
        data_dir=samples_workspace.store.data_dir, allowed_hosts=(NAME, "*.gov.test", "2001:db8::1")
    )
    with serving(settings, samples_workspace) as client:
        yield client


def deletion(client: TestClient, host: str, origin: str, **headers: str) -> int:
    """The status of a deletion that a page of ``origin`` asks of ``host``; 404 if it is let in."""
    said = {"host": host, "origin": origin, **headers}
    return client.delete(PAPER, headers=said).status_code


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (NAME, f"http://{NAME}"),
        (f"{NAME}:8000", f"http://{NAME}:8000"),
        (f"{NAME.upper()}:8000", f"http://{NAME}:8000"),
        (f"{NAME}:8000", f"HTTP://{NAME.upper()}:8000"),
        (f"{NAME}:80", f"http://{NAME}"),
        (NAME, f"http://{NAME}:80"),
        ("a.gov.test", "http://a.gov.test"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("[2001:db8::1]", "http://[2001:db8::1]"),
        # A proxy ended TLS, and handed on the name that it was called by.
        (NAME, f"https://{NAME}"),
        (f"{NAME}:443", f"https://{NAME}"),
    ],
)
def test_the_own_page_is_let_in(named: TestClient, host: str, origin: str) -> None:
    assert deletion(named, host, origin) == 404


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (NAME, "http://evil.test"),
        (NAME, "null"),
        (NAME, ""),
        (NAME, "file://"),
        (NAME, f"ftp://{NAME}"),
        (NAME, f"chrome-extension://{NAME}"),
        (NAME, f"http://{NAME}:8000"),
        (NAME, f"https://{NAME}:8443"),
        (NAME, f"https://{NAME}:80"),
        (NAME, f"http://{NAME}:443"),
        (f"{NAME}:8000", f"http://{NAME}"),
        (f"{NAME}:8000", f"http://{NAME}:8001"),
        (f"{NAME}:8000", f"https://{NAME}:8000"),
        (NAME, f"http://{NAME}."),
        (NAME, f"http://.{NAME}"),
        (NAME, f"http://{NAME}.evil.test"),
        (NAME, f"http://evil.{NAME}"),
        (NAME, f"http://evil{NAME}"),
        (NAME, f"http://{NAME}@evil.test"),
        (NAME, f"http://evil.test/{NAME}"),
        (NAME, f"http://{NAME}/"),
        (NAME, NAME),
        (NAME, f"//{NAME}"),
        (NAME, f"http://{NAME} http://evil.test"),
        (NAME, "http://127.0.0.1"),
        ("a.gov.test", "http://b.gov.test"),
        ("a.gov.test", f"http://{NAME}"),
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("127.0.0.1:8000", "https://127.0.0.1:8000"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("[::1]:8000", "http://[::1]:8001"),
        ("[::1]:8000", "http://[::2]:8000"),
        ("[::1]:8000", "http://[::1"),
    ],
)
def test_a_page_of_another_origin_is_kept_out(named: TestClient, host: str, origin: str) -> None:
    assert deletion(named, host, origin) == 403


@pytest.mark.parametrize(
    "host", ["a{b.test", 'a"b.test:8000', "a b", "", "evil.test:99999", "[::1", "127.0.0.1:80:80"]
)
def test_a_host_that_cannot_be_read_is_not_taken_for_the_own(named: TestClient, host: str) -> None:
    response = named.get("/api/v1/documents", headers={"host": host})
    assert error_of(response, 400)["code"] == "unknown_host"


@pytest.mark.parametrize(
    ("origin", "status"), [(f"https://{NAME}:8443", 404), (f"http://{NAME}:8443", 403)]
)
def test_where_the_scheme_is_known_it_counts(named: TestClient, origin: str, status: int) -> None:
    reached = f"https://{NAME}:8443{PAPER}"
    assert named.delete(reached, headers={"origin": origin}).status_code == status


@pytest.mark.parametrize(("site", "status"), [("same-origin", 404), ("none", 403)])
def test_behind_a_proxy_that_hides_its_name_the_browser_s_word_counts(
    named: TestClient, site: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site}
    assert deletion(named, "127.0.0.1:8000", f"https://{NAME}", **headers) == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_an_own_origin_does_not_outweigh_what_the_browser_says(
    named: TestClient, site: str
) -> None:
    assert deletion(named, NAME, f"http://{NAME}", **{"Sec-Fetch-Site": site}) == 403


def test_every_way_of_changing_or_asking_is_closed(named: TestClient) -> None:
    headers = {"host": NAME, "origin": "http://evil.test"}
    paper = {"files": ("a.txt", "关于甲的通知".encode(), "text/plain")}
    refused = (
        named.post("/api/v1/documents", files=paper, headers=headers),
        named.patch(PAPER, json={}, headers=headers),
        named.post(f"{PAPER}/reread", headers=headers),
        named.post("/api/v1/conversations", json={}, headers=headers),
        named.post("/api/v1/feedback", json={}, headers=headers),
        named.post(ANSWER, json=QUESTION, headers=headers),
        named.put("/", headers=headers),
    )
    for response in refused:
        assert error_of(response, 403)["code"] == "cross_site"
    assert named.post("/v1/chat/completions", json={}, headers=headers).status_code == 403


def test_reading_and_programs_without_an_origin_go_on(named: TestClient) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        headers = {"host": NAME, "origin": "http://evil.test"}
        assert named.request(method, "/", headers=headers).status_code in (200, 405)
    assert named.delete(PAPER, headers={"host": NAME}).status_code == 404
    assert named.post(ANSWER, json=QUESTION, headers={"host": NAME}).status_code == 200
