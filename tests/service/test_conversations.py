"""Conversations are kept, found, renamed, exported, rated and deleted."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient

from index.errors import StoreError
from service.conversations.export import as_markdown, as_word
from service.conversations.store import Conversations, UnknownConversationError
from service.schemas import (
    AI_LABEL,
    Answer,
    AnswerRequest,
    Citation,
    ConversationDetail,
    ConversationInfo,
    ExchangeInfo,
    Sentence,
)

OWNER = "甲"
HOSTILE = "<script>alert(1)</script> [x](javascript:1) `*_\x07"
VALUE = "泽川市氢能产业到2030年产值达到多少？"
LEAD = "生物制造由哪个单位牵头？"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(f"sqlite:///{tmp_path / 'kept.db'}")
    yield conversations
    conversations.close()


def an_answer(request_id: str, text: str = "由市工信局牵头。") -> Answer:
    return Answer(answer=text, status="answered", request_id=request_id)


def add(  # noqa: PLR0917  a question and all that may be said of it
    kept: Conversations,
    conversation_id: str,
    question: str,
    answer: Answer,
    replaces: str = "",
    document_ids: tuple[str, ...] = (),
) -> None:
    asked = AnswerRequest(
        question=question,
        conversation_id=conversation_id,
        replaces=replaces,
        document_ids=document_ids,
    )
    kept.add(OWNER, asked, answer, 0.5)


def said(kept: Conversations, conversation_id: str) -> list[str]:
    return [each.request_id for each in kept.conversation(OWNER, conversation_id).exchanges]


def listed(kept: Conversations, words: str = "", owner: str = OWNER) -> list[ConversationInfo]:
    return list(kept.page(owner, words, 100, 0).conversations)


def test_the_first_question_names_a_conversation(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    add(kept, begun.id, "氢能产业由谁牵头？", an_answer("r1"))
    add(kept, begun.id, "那生物制造呢？", an_answer("r2"))
    assert kept.conversation(OWNER, begun.id).title == "氢能产业由谁牵头？"
    assert said(kept, begun.id) == ["r1", "r2"]
    assert kept.rename(OWNER, begun.id, "氢能").title == "氢能"
    add(kept, begun.id, "再问", an_answer("r3"))
    assert kept.conversation(OWNER, begun.id).title == "氢能"


def test_the_latest_comes_first_and_words_find_it(kept: Conversations) -> None:
    first, second = kept.begin(OWNER, "一"), kept.begin(OWNER, "二")
    add(kept, first.id, "100%_对吗", an_answer("r1", "答案在此"))
    assert [each.title for each in listed(kept)] == ["一", "二"]
    for words in ("一", "100%_", "在此"):
        assert [each.id for each in listed(kept, words)] == [first.id]
    assert listed(kept, "_二") == []
    assert [each.id for each in listed(kept, "二")] == [second.id]


def test_a_list_comes_in_pages_that_leave_none_out(kept: Conversations) -> None:
    for number in range(5):
        kept.begin(OWNER, f"第{number}段")
    kept.begin("乙", "别人的")
    pages = [kept.page(OWNER, "", 2, offset) for offset in (0, 2, 4, 6, 10**9)]
    assert [len(page.conversations) for page in pages] == [2, 2, 1, 0, 0]
    assert [each for page in pages for each in page.conversations] == listed(kept)
    assert {page.total for page in pages} == {5}
    assert kept.page(OWNER, "第3", 1, 0).total == 1


def test_history_is_what_was_said_last(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    for number in range(3):
        add(kept, begun.id, f"问{number}", an_answer(f"r{number}", f"答{number}"))
    again = AnswerRequest(question="问", conversation_id=begun.id)
    assert [(turn.role, turn.content) for turn in kept.history(OWNER, again, 2)] == [
        ("user", "问1"), ("assistant", "答1"), ("user", "问2"), ("assistant", "答2"),
    ]  # fmt: skip
    before = again.model_copy(update={"replaces": "r1"})
    assert [turn.content for turn in kept.history(OWNER, before, 2)] == ["问0", "答0"]
    assert kept.history(OWNER, again.model_copy(update={"replaces": "r0"}), 2) == ()


def test_what_was_asked_of_some_papers_says_of_which(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    add(kept, begun.id, "问", an_answer("r1"), document_ids=("d1", HOSTILE))
    add(kept, begun.id, "再问", an_answer("r2"))
    asked_of = [each.document_ids for each in kept.conversation(OWNER, begun.id).exchanges]
    assert asked_of == [("d1", HOSTILE), ()]


def test_a_new_answer_takes_the_place_of_the_old(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    for number in range(3):
        add(kept, begun.id, f"问{number}", an_answer(f"r{number}", f"答{number}"))
    kept.rate(OWNER, "r1", False, "不全")
    kept.rate(OWNER, "r2", True)
    add(kept, begun.id, "改问", an_answer("r9", "改答"), replaces="r1")
    assert said(kept, begun.id) == ["r0", "r9", "r2"]
    asked = AnswerRequest(question="问", conversation_id=begun.id)
    history = [turn.content for turn in kept.history(OWNER, asked, 9)]
    assert history == ["问0", "答0", "改问", "改答", "问2", "答2"]
    assert listed(kept, "问1") == listed(kept, "答1") == []
    assert [each.id for each in listed(kept, "改答")] == [begun.id]
    exported = as_markdown(kept.conversation(OWNER, begun.id)).decode()
    assert "改答" in exported and "答1" not in exported
    assert [each.request_id for each in kept.rated()] == ["r2", "r1"]
    add(kept, begun.id, "末问", an_answer("r3"))
    assert said(kept, begun.id) == ["r0", "r9", "r2", "r3"]
    kept.delete(OWNER, begun.id)
    assert kept.rated() == []


def test_a_title_goes_with_the_question_that_gave_it(kept: Conversations) -> None:
    begun, named = kept.begin(OWNER), kept.begin(OWNER, "氢能专题")
    for conversation, old in ((begun, "r1"), (named, "r2")):
        add(kept, conversation.id, "氢能有谁牵头？", an_answer(old))
        add(kept, conversation.id, "氢能由谁牵头？", an_answer(f"{old}n"), replaces=old)
    assert [each.title for each in listed(kept)] == ["氢能专题", "氢能由谁牵头？"]
    assert listed(kept, "有谁") == []


def test_only_what_stands_in_the_conversation_is_replaced(kept: Conversations) -> None:
    begun, other = kept.begin(OWNER), kept.begin(OWNER)
    add(kept, begun.id, "问", an_answer("r1"))
    add(kept, begun.id, "改问", an_answer("r2"), replaces="r1")
    add(kept, other.id, "另问", an_answer("r3"))
    for replaces in ("r1", "r3", "r4", "%", "' OR 1=1 --"):
        asked = AnswerRequest(question="问", conversation_id=begun.id, replaces=replaces)
        with pytest.raises(UnknownConversationError, match=re.escape(replaces)):
            kept.history(OWNER, asked, 6)
        with pytest.raises(UnknownConversationError, match=re.escape(replaces)):
            kept.add(OWNER, asked, an_answer("r5"), 0.1)
    assert (said(kept, begun.id), said(kept, other.id)) == (["r2"], ["r3"])


def test_nobody_reads_rates_or_replaces_anothers(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    add(kept, begun.id, "问", an_answer("r1"))
    assert listed(kept, owner="乙") == []
    with pytest.raises(UnknownConversationError):
        kept.conversation("乙", begun.id)
    with pytest.raises(UnknownConversationError):
        kept.rate("乙", "r1", True)
    with pytest.raises(UnknownConversationError):
        kept.delete("乙", begun.id)
    theirs = kept.begin("乙")
    for conversation in (begun, theirs):
        asked = AnswerRequest(question="问", conversation_id=conversation.id, replaces="r1")
        with pytest.raises(UnknownConversationError):
            kept.history("乙", asked, 6)
        with pytest.raises(UnknownConversationError):
            kept.add("乙", asked, an_answer("r2"), 0.1)
    assert said(kept, begun.id) == ["r1"]


def test_a_rating_is_given_and_taken_back(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    add(kept, begun.id, "问", an_answer("r1"))
    kept.rate(OWNER, "r1", False, "不全")
    assert [(each.helpful, each.reason) for each in kept.rated()] == [(False, "不全")]
    kept.rate(OWNER, "r1", None)
    assert kept.rated() == []
    with pytest.raises(UnknownConversationError, match="r9"):
        kept.rate(OWNER, "r9", True)


def test_deleting_takes_everything_in_it(kept: Conversations) -> None:
    begun = kept.begin(OWNER)
    add(kept, begun.id, "问", an_answer("r1"))
    kept.rate(OWNER, "r1", True)
    kept.delete(OWNER, begun.id)
    assert listed(kept) == kept.rated() == []
    with pytest.raises(UnknownConversationError, match=begun.id):
        add(kept, begun.id, "问", an_answer("r2"))


def test_it_outlives_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    first = Conversations(url)
    begun = first.begin(OWNER, "留存")
    first.close()
    again = Conversations(url)
    assert listed(again) == [begun]
    again.close()


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="对话记录"):
        listed(Conversations(f"sqlite:///{path}"))


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
    hostile = a_conversation(HOSTILE, HOSTILE, written)
    markdown = as_markdown(hostile).decode()
    assert "<script" not in markdown
    assert not re.search(r"(?<!\\)[`*_]|(?<!\\)\]\(", markdown)
    word = "\n".join(p.text for p in Document(BytesIO(as_word(hostile))).paragraphs)
    for exported in (markdown, word):
        assert AI_LABEL in exported
        assert "虚构" not in exported
        assert "甲 乙" in exported
    plain = as_markdown(a_conversation("", "问", an_answer("r"))).decode()
    assert AI_LABEL not in plain


def a_conversation(title: str, question: str, answer: Answer) -> ConversationDetail:
    exchange = ExchangeInfo(
        request_id="r",
        conversation_id="c",
        question=question,
        answer=answer,
        seconds=1.0,
        created="",
    )
    return ConversationDetail(id="c", title=title, created="", updated="", exchanges=(exchange,))


def test_over_http(own_client: TestClient) -> None:
    begun = own_client.post("/api/v1/conversations", json={}).json()["id"]
    first = ask(own_client, begun, VALUE)
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


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_replaced_over_http(own_client: TestClient, stream: bool) -> None:
    begun = own_client.post("/api/v1/conversations", json={}).json()["id"]
    first = ask(own_client, begun, VALUE)
    second = ask(own_client, begun, "那2035年呢？")
    third = ask(own_client, begun, LEAD)
    rating = {"request_id": second["request_id"], "helpful": False}
    own_client.post("/api/v1/feedback", json=rating)
    asked = {
        "question": "那2027年呢？",
        "conversation_id": begun,
        "replaces": second["request_id"],
        "stream": stream,
    }
    assert own_client.post("/api/v1/answer", json=asked).status_code == 200
    address = f"/api/v1/conversations/{begun}"
    kept = own_client.get(address).json()["exchanges"]
    assert [each["question"] for each in kept] == [VALUE, "那2027年呢？", LEAD]
    # It leans on the question before it, not on the one after.
    assert "氢能" in kept[1]["answer"]["question"] and "2027年" in kept[1]["answer"]["question"]
    assert kept[0]["answer"] == first and kept[2]["answer"] == third
    assert "2035年呢" not in own_client.get(f"{address}/export").text
    (rated,) = own_client.get("/api/v1/feedback").json()["feedback"]
    assert rated["request_id"] == second["request_id"]
    gone = own_client.post("/api/v1/answer", json=asked)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "conversation_not_found")


@pytest.mark.parametrize("replaces", [r'"\ud800"', "7", "null", f'"{"r" * 33}"', '["r"]'])
def test_what_cannot_be_the_number_of_an_answer_is_refused(
    client: TestClient, replaces: str
) -> None:
    body = f'{{"question": "你好", "conversation_id": "c", "replaces": {replaces}}}'
    headers = {"Content-Type": "application/json"}
    response = client.post("/api/v1/answer", content=body.encode(), headers=headers)
    assert response.status_code == 422
    assert "replaces" in response.json()["error"]["message"]


def test_what_is_in_no_conversation_cannot_be_replaced(own_client: TestClient) -> None:
    response = own_client.post("/api/v1/answer", json={"question": "你好", "replaces": "r"})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_request")
    begun = own_client.post("/api/v1/conversations", json={}).json()["id"]
    other = own_client.post("/api/v1/conversations", json={}).json()["id"]
    elsewhere = ask(own_client, other, "你好")["request_id"]
    for replaces in (elsewhere, "r", begun, "\x00", "../x"):
        asked = {"question": "你好", "conversation_id": begun, "replaces": replaces}
        assert own_client.post("/api/v1/answer", json=asked).status_code == 404
    assert own_client.get(f"/api/v1/conversations/{begun}").json()["exchanges"] == []
    assert len(own_client.get(f"/api/v1/conversations/{other}").json()["exchanges"]) == 1


def test_the_papers_asked_are_kept_over_http(own_client: TestClient) -> None:
    begun = own_client.post("/api/v1/conversations", json={}).json()["id"]
    paper = own_client.get("/api/v1/documents").json()["documents"][0]["id"]
    asked = {"question": VALUE, "conversation_id": begun, "document_ids": [paper, "没有这份"]}
    own_client.post("/api/v1/answer", json=asked)
    (kept,) = own_client.get(f"/api/v1/conversations/{begun}").json()["exchanges"]
    assert kept["document_ids"] == asked["document_ids"]


def test_a_list_is_had_in_pages_over_http(own_client: TestClient) -> None:
    for number in range(3):
        own_client.post("/api/v1/conversations", json={"title": f"第{number}段"})
    assert page(own_client, {}) == (["第2段", "第1段", "第0段"], 3)
    assert page(own_client, {"limit": 2}) == (["第2段", "第1段"], 3)
    assert page(own_client, {"limit": 2, "offset": 2}) == (["第0段"], 3)
    assert page(own_client, {"offset": 10**9}) == ([], 3)
    assert page(own_client, {"words": "第1", "offset": 1}) == ([], 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"limit": ""},
        {"offset": "-1"}, {"offset": "1.5"}, {"offset": f"{10**30}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused(client: TestClient, asked: dict[str, str]) -> None:
    response = client.get("/api/v1/conversations", params=asked)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_request")


def page(client: TestClient, asked: dict[str, str | int]) -> tuple[list[str], int]:
    found = client.get("/api/v1/conversations", params=asked).json()
    return [each["title"] for each in found["conversations"]], found["total"]


def ask(client: TestClient, conversation_id: str, question: str) -> dict[str, str]:
    asked = {"question": question, "conversation_id": conversation_id}
    answer: dict[str, str] = client.post("/api/v1/answer", json=asked).json()
    return answer
