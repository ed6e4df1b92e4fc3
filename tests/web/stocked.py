"""What an administrator's page shows: kept runs and rated answers."""

from datetime import UTC, datetime
from pathlib import Path

import httpx

from eval.answers.cases import load_cases
from eval.answers.run import run
from eval.report.save import keep
from service.cli.main import open_assistant
from tests.conftest import ROOT

_CASES = ROOT / "eval" / "cases" / "samples_tuning.jsonl"
_EVERY = 16
RATED = (
    ("泽川市氢能产业由哪个单位牵头？", True, ""),
    ("那配合单位呢？", False, "<b>漏了</b>一家"),
    ("泽川市的房价是多少？", True, "确实没有写"),
)


def stock(url: str, data_dir: Path) -> None:
    """Leave behind what an administrator's page shows: two kept runs and three rated answers."""
    cases = load_cases(_CASES)[::_EVERY]
    assistant = open_assistant(data_dir)
    report = run(assistant, cases)
    for hour in (8, 9):
        created = datetime(2026, 11, 22, hour, tzinfo=UTC)
        keep(report, assistant.identity(), created, data_dir)
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as client:
        conversation = client.post("/conversations", json={}).json()["id"]
        for question, helpful, reason in RATED:
            asked = {"question": question, "conversation_id": conversation}
            request_id = client.post("/answer", json=asked).json()["request_id"]
            rating = {"request_id": request_id, "helpful": helpful, "reason": reason}
            assert client.post("/feedback", json=rating).status_code == 204
