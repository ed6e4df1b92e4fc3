"""Conversations are kept, found, renamed, exported, rated and deleted."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient

from index.errors import StoreError
from service.contract import AI_LABEL, Answer, Citation, Sentence
from service.conversations import Conversations, Exchange, UnknownConversationError
from service.export import as_markdown, as_word

OWNER = "甲"
HOSTILE = "<script>alert(1)</script> [x](javascript:1) `*_\x07"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(f"sqlite:///{tmp_path / 'kept.db'}")
    yield conversations
    conversations.close()


def an_answer(request_id: str, text: str = "由市工信局牵头。") -> Answer:
    return Answer(answer=text, status="answered", request_id=request_id)


def test_the_first_question_names_a_conversation(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    kept.add(OWNER, begun.id, "氢能产业由谁牵头？", an_answer("r1"), 0.5)
    kept.add(OWNER, begun.id, "那生物制造呢？", an_answer("r2"), 0.5)
    assert kept.heading(OWNER, begun.id).title == "氢能产业由谁牵头？"
    assert [each.id for each in kept.exchanges(OWNER, begun.id)] == ["r1", "r2"]
    assert kept.rename(OWNER, begun.id, "氢能").title == "氢能"
    kept.add(OWNER, begun.id, "再问", an_answer("r3"), 0.5)
    assert kept.heading(OWNER, begun.id).title == "氢能"


def test_the_latest_comes_first_and_words_find_it(kept: Conversations) -> None:
    first, second = kept.begin(OWNER, "一"), kept.begin(OWNER, "二")
    kept.add(OWNER, first.id, "100%_对吗", an_answer("r1", "答案在此"), 0.1)
    assert [each.title for each in kept.headings(OWNER)] == ["一", "二"]
    for words in ("一", "100%_", "在此"):
        assert [each.id for each in kept.headings(OWNER, words)] == [first.id]
    assert kept.headings(OWNER, "_二") == []
    assert [each.id for each in kept.headings(OWNER, "二")] == [second.id]


def test_history_is_what_was_said_last(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    for number in range(3):
        kept.add(OWNER, begun.id, f"问{number}", an_answer(f"r{number}", f"答{number}"), 0.1)
    said = kept.history(OWNER, begun.id, 2)
    assert [(turn.role, turn.content) for turn in said] == [
        ("user", "问1"), ("assistant", "答1"), ("user", "问2"), ("assistant", "答2"),
    ]  # fmt: skip


def test_nobody_reads_or_rates_anothers(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    kept.add(OWNER, begun.id, "问", an_answer("r1"), 0.1)
    assert kept.headings("乙") == []
    with pytest.raises(UnknownConversationError):
        kept.exchanges("乙", begun.id)
    with pytest.raises(UnknownConversationError):
        kept.rate("乙", "r1", True)
    with pytest.raises(UnknownConversationError):
        kept.delete("乙", begun.id)
    assert len(kept.exchanges(OWNER, begun.id)) == 1


def test_a_rating_is_given_and_taken_back(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    kept.add(OWNER, begun.id, "问", an_answer("r1"), 0.1)
    kept.rate(OWNER, "r1", False, "不全")
    assert [(each.helpful, each.reason) for each in kept.rated()] == [(False, "不全")]
    kept.rate(OWNER, "r1", None)
    assert kept.rated() == []
    with pytest.raises(UnknownConversationError, match="r9"):
        kept.rate(OWNER, "r9", True)


def test_deleting_takes_everything_in_it(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    kept.add(OWNER, begun.id, "问", an_answer("r1"), 0.1)
    kept.rate(OWNER, "r1", True)
    kept.delete(OWNER, begun.id)
    assert kept.headings(OWNER) == kept.rated() == []
    with pytest.raises(UnknownConversationError, match=begun.id):
        kept.add(OWNER, begun.id, "问", an_answer("r2"), 0.1)


def test_it_outlives_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    first = Conversations(url)
    begun = first.begin(OWNER, "留存")
    first.close()
    again = Conversations(url)
    assert again.heading(OWNER, begun.id) == begun
    again.close()


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="对话记录"):
        Conversations(f"sqlite:///{path}")


def test_exports_label_what_a_model_wrote_and_leave_out_what_did_not_hold() -> None:
    cited = Citation(
        index=1, document_id="d", title="意见", section=("一、",), quote="甲\n乙", start=0, end=3
    )
    written = Answer(
        answer="甲。",
        status="answered",
        sentences=(
            Sentence(text="甲。", citations=(1,), supported=True, ai_generated=True),
            Sentence(text="虚构。", supported=False, ai_generated=True),
        ),
        citations=(cited,),
        ai_generated=True,
    )
    said = [Exchange("r", "c", HOSTILE, written, 1.0, "")]
    markdown = as_markdown(HOSTILE, said).decode()
    assert "<script" not in markdown
    assert not re.search(r"(?<!\\)[`*_]|(?<!\\)\]\(", markdown)
    word = "\n".join(p.text for p in Document(BytesIO(as_word(HOSTILE, said))).paragraphs)
    for exported in (markdown, word):
        assert AI_LABEL in exported
        assert "虚构" not in exported
        assert "甲 乙" in exported
    plain = as_markdown("", [Exchange("r", "c", "问", an_answer("r"), 1.0, "")]).decode()
    assert AI_LABEL not in plain


def test_over_http(own_client: TestClient) -> None:
    begun = own_client.post("/api/v1/conversations", json={}).json()["id"]
    first = ask(own_client, begun, "泽川市氢能产业到2030年产值达到多少？")
    follow_up = ask(own_client, begun, "那2035年呢？")
    assert "2035年" in follow_up["question"] and "氢能" in follow_up["question"]
    found = own_client.get(f"/api/v1/conversations/{begun}").json()
    assert [each["request_id"] for each in found["exchanges"]] == [
        first["request_id"], follow_up["request_id"],
    ]  # fmt: skip
    assert found["exchanges"][0]["answer"] == first
    rating = {"request_id": first["request_id"], "helpful": True, "reason": "准"}
    assert own_client.post("/api/v1/feedback", json=rating).status_code == 204
    (rated,) = own_client.get("/api/v1/feedback").json()["feedback"]
    assert (rated["helpful"], rated["reason"]) == (True, "准")
    for form, beginning in (("markdown", b"# "), ("word", b"PK")):
        address = f"/api/v1/conversations/{begun}/export"
        assert own_client.get(address, params={"format": form}).content.startswith(beginning)
    assert own_client.delete(f"/api/v1/conversations/{begun}").status_code == 204
    gone = own_client.get(f"/api/v1/conversations/{begun}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "conversation_not_found")


def test_a_stream_is_kept_too(own_client: TestClient) -> None:
    begun = own_client.post("/api/v1/conversations", json={"title": "流"}).json()["id"]
    asked = {"question": "你好", "conversation_id": begun, "stream": True}
    assert "event: done" in own_client.post("/api/v1/answer", json=asked).text
    (kept,) = own_client.get(f"/api/v1/conversations/{begun}").json()["exchanges"]
    assert kept["question"] == "你好"


def test_an_unknown_conversation_is_told_before_anything_is_asked(client: TestClient) -> None:
    asked = {"question": "你好", "conversation_id": "nope"}
    assert client.post("/api/v1/answer", json=asked).status_code == 404


def ask(client: TestClient, conversation_id: str, question: str) -> dict[str, str]:
    asked = {"question": question, "conversation_id": conversation_id}
    answer: dict[str, str] = client.post("/api/v1/answer", json=asked).json()
    return answer
