"""What the service refuses, and how it says so; headers, health, the description."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from service.http import answer_routes as routes
from service.http import conversation_routes, document_routes, evaluation_routes
from service.openai import routes as openai_api
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import serving

ANSWER = "/api/v1/answer"
QUESTION = {"question": "氢能产业由哪个单位牵头？"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def error_of(response: Any, status: int) -> dict[str, str]:
    """The error of a response, checked for what every error has."""
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"}
    error: dict[str, str] = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert CHINESE.search(error["message"])
    assert error["request_id"] == response.headers["X-Request-ID"] != ""
    assert re.fullmatch("[a-z_]+", error["code"])
    return error


def test_an_unknown_address(client: TestClient) -> None:
    for path in ("/api/v1/nothing", "/nothing", "/static/nothing.js", "/static/../app.py", "/docs"):
        assert error_of(client.get(path), 404)["code"] == "not_found"


def test_an_unknown_paper(client: TestClient) -> None:
    for path in ("/api/v1/documents/abc", "/api/v1/documents/abc/text"):
        error = error_of(client.get(path), 404)
        assert error["code"] == "document_not_found"
        assert "abc" in error["message"]
    error_of(client.delete("/api/v1/documents/abc"), 404)


def test_a_method_that_is_not_allowed(client: TestClient) -> None:
    response = client.get(ANSWER)
    assert error_of(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "POST"
    error_of(client.put("/api/v1/documents"), 405)


@pytest.mark.parametrize("path", [ANSWER, "/api/v1/search"])
@pytest.mark.parametrize("question", ["", "  ", "\n\t", "　"])
def test_an_empty_question(client: TestClient, path: str, question: str) -> None:
    error = error_of(client.post(path, json={"question": question}), 422)
    assert error["code"] == "question_empty"


@pytest.mark.parametrize("path", [ANSWER, "/api/v1/search"])
def test_a_question_of_ten_thousand_characters(client: TestClient, path: str) -> None:
    error = error_of(client.post(path, json={"question": "问" * 10_000}), 422)
    assert error["code"] == "question_too_long"
    assert "10000" in error["message"]
    assert "500" in error["message"]
    assert client.post(path, json={"question": "问" * 500}).status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "body.question：缺少这一项"),
        ({"question": 5}, "body.question：应为字符串"),
        ({"question": None}, "body.question：应为字符串"),
        ({**QUESTION, "top_k": 5}, "body.top_k：不认识这一项"),
        ({**QUESTION, "history": "x"}, "body.history：应为数组"),
        ({**QUESTION, "history": ["x"]}, "body.history.0：应为对象"),
        (
            {**QUESTION, "history": [{"role": "system", "content": "x"}]},
            "role：只能是 'user'、'assistant' 之一",
        ),
        ({**QUESTION, "history": [{"role": "user"}]}, "content：缺少这一项"),
        ({**QUESTION, "document_ids": [1]}, "body.document_ids.0：应为字符串"),
        ({**QUESTION, "stream": "也许"}, "body.stream：应为 true 或 false"),
        ({**QUESTION, "stream": []}, "body.stream：应为 true 或 false"),
        ([], "body：应为对象"),
        ("问题", "body：应为对象"),
        ({"question": 1, "stream": 7}, "body.stream"),
    ],
)
def test_a_body_that_does_not_fit(client: TestClient, body: object, said: str) -> None:
    error = error_of(client.post(ANSWER, json=body), 422)
    assert error["code"] == "invalid_request"
    assert said in error["message"]
    assert not re.search("[a-z]{3,} [a-z]{2,}", error["message"])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 422),
        (b"question=x", 422),
        (b"", 422),
        (b'{"question": "\xff\xfe"}', 400),
        (b'{"question": "\\ud800"}', 422),
        (b'{"question": "x", "\\ud800": 1}', 422),
        (b"[" * 100_000, 400),
    ],
    ids=["open", "form", "nothing", "no utf-8", "half a pair", "name of half a pair", "deep"],
)
def test_a_body_that_is_no_json(client: TestClient, data: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    error_of(client.post(ANSWER, content=data, headers=headers), status)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "cewen", "192.168.1.5"])
def test_the_name_of_another_site_is_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/healthz", "/api/v1/documents", "/static/main.js"):
        response = client.get(path, headers={"host": host})
        assert error_of(response, 400)["code"] == "unknown_host"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9", "[::1]:8000", "LOCALHOST"]
)
def test_this_machine_may_be_called_by_all_its_names(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_more_names_can_be_allowed(samples_workspace: Workspace) -> None:
    folder = samples_workspace.store.data_dir
    named = Settings(data_dir=folder, allowed_hosts=("Cewen.county.example", "*.gov.example"))
    with serving(named, samples_workspace) as client:
        for host, status in (
            ("cewen.county.example", 200),
            ("a.gov.example", 200),
            ("b.example", 400),
        ):
            assert client.get("/healthz", headers={"host": host}).status_code == status
    with serving(Settings(data_dir=folder, allow_remote=True), samples_workspace) as client:
        assert client.get("/healthz", headers={"host": "any.example"}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_can_change_and_ask_nothing(client: TestClient, site: str) -> None:
    headers = {"sec-fetch-site": site}
    assert (
        error_of(client.post(ANSWER, json=QUESTION, headers=headers), 403)["code"] == "cross_site"
    )
    error_of(client.delete("/api/v1/documents/abc", headers=headers), 403)
    error_of(
        client.post("/api/v1/documents", files={"files": ("a.txt", b"x")}, headers=headers), 403
    )
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_the_own_page_and_programs_may_ask(client: TestClient, site: str | None) -> None:
    headers = {"sec-fetch-site": site} if site else {}
    assert client.post(ANSWER, json=QUESTION, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/static/main.js"),
        ("GET", "/healthz"),
        ("GET", "/nothing"),
        ("POST", ANSWER),
    ],
)
def test_every_response_has_the_security_headers(
    client: TestClient, method: str, path: str
) -> None:
    headers = client.request(method, path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_failure_is_told_without_its_cause(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("service.assistant.find_answer", fail)
    response = client.post(ANSWER, json=QUESTION)
    assert error_of(response, 500)["code"] == "internal"
    assert "disk on fire" not in response.text
    assert "Content-Security-Policy" in response.headers
    assert any(
        record.exc_info and "disk on fire" in str(record.exc_info[1]) for record in caplog.records
    )


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    names = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert names
    for name in names:
        assert name.startswith("/static/"), name
        assert client.get(name).status_code == 200
    for script in (Path(__file__).parents[2] / "service" / "web").rglob("*.*"):
        outside = re.findall(r"https?://[^\s\"'`)]+", script.read_text(encoding="utf-8"))
        assert all(address.startswith("http://www.w3.org/") for address in outside), script


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_the_description_names_every_route_and_the_errors(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert paths >= {
        ("/api/v1/answer", "post"),
        ("/api/v1/search", "post"),
        ("/api/v1/documents", "get"),
        ("/api/v1/documents", "post"),
        ("/api/v1/documents/{document_id}", "get"),
        ("/api/v1/documents/{document_id}", "patch"),
        ("/api/v1/documents/{document_id}", "delete"),
        ("/api/v1/documents/{document_id}/text", "get"),
        ("/api/v1/responsibilities", "get"),
        ("/v1/chat/completions", "post"),
        ("/v1/embeddings", "post"),
        ("/v1/models", "get"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    }
    assert paths == {
        (f"{prefix}{route.path_format}", method.lower())
        for prefix, router in (
            ("/api/v1", routes.api),
            ("/api/v1", document_routes.router),
            ("/api/v1", document_routes.changes),
            ("/api/v1", conversation_routes.router),
            ("/api/v1", evaluation_routes.router),
            ("/v1", openai_api.router),
            ("", routes.health),
        )
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods or ()
    }
    for path, _ in paths:
        for operation in described["paths"][path].values():
            if path.startswith(("/api/", "/v1/")):
                assert "ErrorResponse" in json.dumps(operation["responses"]["4XX"])
            assert "422" not in operation["responses"]
    refer = re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(described))
    assert set(refer) <= set(described["components"]["schemas"])
    assert described["openapi"].startswith("3.")
