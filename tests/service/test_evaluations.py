"""Kept evaluations over HTTP: what is listed, what is skipped, what cannot be reached."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.evaluations import UnknownEvaluationError, get_evaluation

SHARE = {"passed": 1, "total": 2, "rate": 0.5, "low": 0.1, "high": 0.9}
SCORES = {
    "cases": 2,
    "failed": 1,
    "hit": {"1": None, "5": SHARE},
    "mrr": 0.5,
    "answer": SHARE,
    "citation": None,
    "refusal": None,
    "false_refusal": SHARE,
}
CASES = [
    {"id": "a", "kind": "R", "question": "谁牵头？", "failures": [], "answer": None},
    {
        "id": "b",
        "kind": "N",
        "question": "多少？",
        "failures": ["answer"],
        "expected": [["十", "10"]],
        "answer": {"answer": "九", "status": "answered"},
        "added by a later version": 1,
    },
]


@pytest.fixture
def folder(own_client: TestClient, samples_copy: Path) -> Path:
    folder = samples_copy / "evaluations"
    folder.mkdir()
    return folder


def save(folder: Path, name: str, **changed: object) -> None:
    report = {
        "created": "2026-11-22T08:00:00+08:00",
        "settings": {"model": "m", "threshold": 0.5, "rerank_model": None},
        "overall": SCORES,
        "by_kind": {"R": SCORES},
        "cases": CASES,
        **changed,
    }
    (folder / name).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")


def test_no_folder_is_no_runs(own_client: TestClient) -> None:
    assert own_client.get("/api/v1/evaluations").json() == {"evaluations": [], "unreadable": []}


def test_runs_are_listed_latest_first_and_shown_one_by_one(
    own_client: TestClient, folder: Path
) -> None:
    save(folder, "20261101T000000.json")
    save(folder, "20261102T000000.json")
    save(folder, "20261103T000000.json", cases=CASES[:1])
    listed = own_client.get("/api/v1/evaluations").json()["evaluations"]
    assert [run["name"] for run in listed] == [f"2026110{day}T000000" for day in (3, 2, 1)]
    assert listed[1]["overall"]["hit5"] == SHARE
    assert listed[1]["overall"]["citation"] is None
    other, one, same = (run["case_set"] for run in listed)
    assert one == same != other
    shown = own_client.get("/api/v1/evaluations/20261101T000000").json()
    assert shown["by_kind"]["R"]["answer"] == SHARE
    (failed,) = shown["failed_cases"]
    assert failed["answer"] == "九"
    assert failed["expected"] == [["十", "10"]]


def test_a_run_written_again_is_read_again(own_client: TestClient, folder: Path) -> None:
    save(folder, "20261101T000000.json")
    own_client.get("/api/v1/evaluations")
    save(folder, "20261101T000000.json", created="2026-11-23T08:00:00+08:00")
    (run,) = own_client.get("/api/v1/evaluations").json()["evaluations"]
    assert run["created"].startswith("2026-11-23")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"created": 1}', b'{"overall": {}}']
)
def test_a_damaged_file_is_skipped_and_said(
    own_client: TestClient, folder: Path, content: bytes
) -> None:
    save(folder, "20261101T000000.json")
    (folder / "damaged.json").write_bytes(content)
    listed = own_client.get("/api/v1/evaluations").json()
    assert [run["name"] for run in listed["evaluations"]] == ["20261101T000000"]
    assert listed["unreadable"] == ["damaged.json"]
    response = own_client.get("/api/v1/evaluations/damaged")
    assert response.status_code == 404
    assert "读不出来" in response.json()["error"]["message"]


@pytest.mark.parametrize("name", ["none", "..%2Foutside", "%2Fetc%2Fpasswd", "a%00b", "*", "%2E"])
def test_a_name_reaches_only_what_is_listed(
    own_client: TestClient, folder: Path, samples_copy: Path, name: str
) -> None:
    save(samples_copy, "outside.json")
    assert own_client.get(f"/api/v1/evaluations/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../outside", "..", "", "./20261101T000000", "*"])
def test_a_name_is_no_path(folder: Path, samples_copy: Path, name: str) -> None:
    save(samples_copy, "outside.json")
    save(folder, "20261101T000000.json")
    with pytest.raises(UnknownEvaluationError):
        get_evaluation(samples_copy, name)


def test_a_folder_of_that_name_is_no_run(own_client: TestClient, folder: Path) -> None:
    (folder / "20261101T000000.json").mkdir()
    assert own_client.get("/api/v1/evaluations").json()["evaluations"] == []
