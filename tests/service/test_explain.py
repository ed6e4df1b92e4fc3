"""Why an answer came out as it did, for whoever mends answers."""

import pytest
from fastapi.testclient import TestClient

from service.assistant import Assistant
from service.schemas import ExplainedAnswer, Turn
from service.workspace import Workspace
from tests.conftest import BASE_URL
from tests.service.conftest import Cewen

LEADS = "泽川市氢能产业由哪个单位牵头？"
SILENT = "火星基地由谁负责？"


@pytest.fixture(scope="module")
def assistant(samples_workspace: Workspace) -> Assistant:
    return Assistant(samples_workspace.index)


def test_the_first_candidate_is_what_was_answered(assistant: Assistant) -> None:
    answer, explained = assistant.answer(LEADS), assistant.explain(LEADS)
    (part,) = explained.parts
    assert part.question == LEADS
    assert part.kind == "lead"
    assert "泽川市" in part.particulars["地区"]
    assert any("氢能" in term for term in part.terms)
    best = part.best[0]
    assert best.lacking == ()
    assert best.document_id == answer.citations[0].document_id
    assert best.text[:20] in answer.citations[0].quote
    assert explained.reason == ""


def test_the_parts_of_a_score_add_up(assistant: Assistant) -> None:
    for question in (LEADS, SILENT, "什么是链主企业？", "临溪县2026年氢能产值是多少？"):
        candidates = [each for part in assistant.explain(question).parts for each in part.best]
        assert candidates
        for each in candidates:
            assert sum(each.parts.values()) == pytest.approx(each.total, abs=0.01)


def test_a_refusal_has_a_reason(assistant: Assistant) -> None:
    explained = assistant.explain(SILENT)
    assert "覆盖" in explained.reason
    assert all(each.lacking for part in explained.parts for each in part.best)
    assert assistant.explain("临溪县2031年氢能产值是多少？").reason


def test_how_a_question_was_understood(assistant: Assistant) -> None:
    history = [Turn(role="user", content=LEADS)]
    assert assistant.explain("那生物制造呢？", history).readings[0].startswith("泽川市生物制造")
    assert assistant.explain("氢能产业迁头单位是谁？").spelt == "氢能产业牵头单位是谁？"
    assert assistant.explain("你好").remark == "greeting"
    two = assistant.explain("氢能产业和低空经济分别由哪个单位牵头？")
    assert len(two.parts) > 1


def test_without_papers(workspace: Workspace) -> None:
    assert Assistant(workspace.index).explain(LEADS).reason == "没有导入文件"


def test_only_this_machine_is_told(client: TestClient) -> None:
    asked = {"question": LEADS, "explain": True}
    refused = client.post("/api/v1/answer", json=asked)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "local_only")
    here = TestClient(client.app, base_url=BASE_URL, client=("127.0.0.1", 5000))
    answer = ExplainedAnswer.model_validate(here.post("/api/v1/answer", json=asked).json())
    assert answer.explanation.parts
    assert "explanation" not in here.post("/api/v1/answer", json={"question": LEADS}).json()
    streamed = here.post("/api/v1/answer", json={**asked, "stream": True}).text
    assert '"explanation":{' in streamed.split("event: done")[1]


def test_it_is_not_kept(own_client: TestClient) -> None:
    here = TestClient(own_client.app, base_url=BASE_URL, client=("::1", 5000))
    begun = here.post("/api/v1/conversations", json={}).json()["id"]
    asked = {"question": LEADS, "explain": True, "conversation_id": begun}
    assert here.post("/api/v1/answer", json=asked).json()["explanation"]
    kept = here.get(f"/api/v1/conversations/{begun}").json()
    assert "候选" not in str(kept) and "相邻两字" not in str(kept)


def test_at_the_command_line(samples_workspace: Workspace, cewen: Cewen) -> None:
    said = cewen("ask", SILENT, "--explain", "--data-dir", samples_workspace.store.data_dir)
    assert said.code == 0
    assert "没有依据的原因：" in said.out
    assert "词和权重：" in said.out
