"""POST /api/v1/answer and /search over the sample papers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

QUESTION = "泽川市氢能产业由哪个单位牵头？"
QUESTIONS = [
    QUESTION,
    "临溪县氢能产业由谁牵头？",
    "到2030年全市规模以上工业总产值达到多少？",
    "人才安居补贴A类人才购房补贴是多少？",
    "什么是链长制？",
    "临溪县制造业高质量发展领导小组组长是谁？",
    "应急转贷资金的办理时限是多久？",
    "临溪技师学院新校区总投资多少？",
]
ANSWER = "/api/v1/answer"
SEARCH = "/api/v1/search"


def ask(client: TestClient, question: str, **more: object) -> dict[str, Any]:
    response = client.post(ANSWER, json={"question": question, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def text_of(client: TestClient, document_id: str) -> str:
    text: str = client.get(f"/api/v1/documents/{document_id}/text").json()["text"]
    return text


def document_id(client: TestClient, name_start: str) -> str:
    documents = client.get("/api/v1/documents").json()["documents"]
    [found] = [document["id"] for document in documents if document["name"].startswith(name_start)]
    return str(found)


def events(body: str) -> Iterator[tuple[str, Any]]:
    for block in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        yield fields["event"], json.loads(fields["data"])


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_quotes_the_text_at_its_offsets(client: TestClient, question: str) -> None:
    found = ask(client, question)
    assert found["status"] == "answered"
    assert found["citations"]
    for citation in found["citations"]:
        text = text_of(client, citation["document_id"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_sentences_carry_citations_that_exist(client: TestClient, question: str) -> None:
    found = ask(client, question)
    numbers = [citation["index"] for citation in found["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for sentence in found["sentences"]:
        assert sentence["supported"]
        assert sentence["citations"]
        assert set(sentence["citations"]) <= set(numbers)
    assert found["answer"] == "\n".join(sentence["text"] for sentence in found["sentences"])


def test_who_leads_is_answered_from_the_right_paper(client: TestClient) -> None:
    found = ask(client, QUESTION)
    assert "市发展改革委" in found["answer"]
    cited = found["citations"][0]
    assert cited["document_number"] == "泽发〔2025〕6号"
    assert cited["section"] == ["四、前瞻布局未来产业", "（九）氢能产业"]
    assert (found["backend"], found["ai_generated"]) == ("extractive", False)


def test_a_question_the_papers_are_silent_on(client: TestClient) -> None:
    found = ask(client, "火星基地由谁负责？")
    assert found["status"] == "no_evidence"
    assert found["answer"].startswith("未找到依据")
    assert found["citations"] == found["sentences"] == []
    for near in found["nearest"]:
        assert text_of(client, near["document_id"])[near["start"] : near["end"]] == near["quote"]


def test_a_follow_up_is_completed_from_the_history(client: TestClient) -> None:
    history = [
        {"role": "user", "content": "临溪县汽车零部件产业由谁牵头？"},
        {"role": "assistant", "content": "县工业和信息化局。"},
    ]
    found = ask(client, "那绿色食品产业呢？", history=history)
    assert "临溪县" in found["question"]
    assert found["citations"][0]["document_id"] == document_id(client, "03")


def test_an_answer_comes_only_from_the_papers_named(client: TestClient) -> None:
    only = document_id(client, "02")
    found = ask(client, "氢能产业由哪个单位牵头？", document_ids=[only])
    assert {citation["document_id"] for citation in found["citations"]} == {only}
    assert "县发展改革局" in found["answer"]


def test_papers_that_do_not_exist_have_no_evidence(client: TestClient) -> None:
    found = ask(client, QUESTION, document_ids=["no-such-paper"])
    assert found["status"] == "no_evidence"
    assert found["nearest"] == []


@pytest.mark.parametrize("question", [QUESTION, "火星基地由谁负责？"])
def test_a_stream_ends_with_the_same_answer(client: TestClient, question: str) -> None:
    response = client.post(ANSWER, json={"question": question, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["X-Request-ID"]
    heard = list(events(response.text))
    names = [name for name, _ in heard]
    whole = heard[-1][1]
    assert (names[0], names[-1]) == ("status", "done")
    assert [data for name, data in heard if name == "citation"] == whole["citations"]
    assert [data for name, data in heard if name == "delta"] == whole["sentences"]
    assert whole["request_id"] == response.headers["X-Request-ID"]
    plain = ask(client, question)
    assert {**whole, "request_id": ""} == {**plain, "request_id": ""}


def test_a_failure_in_a_stream_is_told_in_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("service.assistant.find_answer", fail)
    response = client.post(ANSWER, json={"question": QUESTION, "stream": True})
    name, data = list(events(response.text))[-1]
    assert name == "error"
    assert data["error"]["code"] == "internal"
    assert data["error"]["request_id"] == response.headers["X-Request-ID"]
    assert "disk on fire" not in response.text


def test_the_request_is_numbered_in_body_and_header(client: TestClient) -> None:
    first, second = (client.post(ANSWER, json={"question": QUESTION}) for _ in range(2))
    assert first.json()["request_id"] == first.headers["X-Request-ID"]
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


@pytest.mark.parametrize("k", [1, 7, 100])
def test_search_gives_the_best_first_with_right_offsets(client: TestClient, k: int) -> None:
    results = client.post(SEARCH, json={"question": QUESTION, "k": k}).json()["results"]
    assert 0 < len(results) <= k
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    assert len({result["passage_id"] for result in results}) == len(results)
    for result in results[:10]:
        text = text_of(client, result["document_id"])
        assert text[result["start"] : result["end"]] == result["text"]


def test_search_gives_five_unless_told(client: TestClient) -> None:
    assert len(client.post(SEARCH, json={"question": QUESTION}).json()["results"]) == 5


@pytest.mark.parametrize("k", [0, -1, 101, 2.5, "五", None])
def test_an_impossible_number_of_passages_is_refused(client: TestClient, k: object) -> None:
    response = client.post(SEARCH, json={"question": QUESTION, "k": k})
    assert response.status_code == 422
    assert "body.k" in response.json()["error"]["message"]


def test_search_in_the_papers_named(client: TestClient) -> None:
    only = document_id(client, "08")
    asked = {"question": QUESTION, "k": 50, "document_ids": [only]}
    results = client.post(SEARCH, json=asked).json()["results"]
    assert {result["document_id"] for result in results} == {only}
    none = {"question": QUESTION, "document_ids": ["no-such-paper"]}
    assert client.post(SEARCH, json=none).json() == {"results": []}


@pytest.mark.parametrize("question", ["？？？", "。", "𠮷", "a" * 500, "\u200b？", "谁 谁 谁"])
def test_odd_questions_get_an_answer_or_a_refusal(client: TestClient, question: str) -> None:
    assert ask(client, question)["status"] in ("answered", "no_evidence")
