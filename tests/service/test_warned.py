"""The sentences of an answer that say which of its papers no longer hold, then and later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.documents.info import Papers, restated
from service.documents.warnings import unwarned, warned
from service.schemas import Answer, Citation, Sentence
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, serving
from tests.service.ended_papers import ENDED, PAPERS, ended_library

RESERVES, DAMS, SILK = ENDED
SAYS = "注意：所依据的《{title}》（{number}）{warning}。"
NEWER = "保障.txt"
CONCLUSION = "由市工信局牵头。"


def cited(index: int, paper: str, warning: str = "", validity: str = "") -> Citation:
    return Citation(
        index=index,
        document_id=paper,
        title=f"{paper}办法",
        validity=validity,
        warning=warning,
        quote=CONCLUSION,
        start=0,
        end=len(CONCLUSION),
    )


def answered(*citations: Citation) -> Answer:
    """An answer that rests on the first of its citations; the others are its background."""
    sentence = Sentence(text=CONCLUSION, citations=(1,), supported=True)
    return Answer(answer=CONCLUSION, status="answered", sentences=(sentence,), citations=citations)


def test_a_paper_cited_twice_is_warned_of_once_with_the_marks_of_both() -> None:
    given = answered(cited(1, "甲", "已废止"), cited(2, "乙"), cited(3, "甲", "已废止"))
    answer = warned(given)
    assert answer.answer == f"{CONCLUSION}\n注意：所依据的《甲办法》已废止。"
    [conclusion, warning] = answer.sentences
    assert (conclusion, warning.warns, warning.supported) == (given.sentences[0], True, True)
    assert warning.citations == (1, 3)
    assert warned(answer) == answer
    assert unwarned(answer) == given


def test_papers_of_the_background_are_warned_of_by_their_titles() -> None:
    answer = warned(
        answered(cited(1, "甲"), cited(2, "乙", "已废止"), cited(3, "丙", "已过有效期"))
    )
    assert answer.answer.split("\n") == [
        CONCLUSION,
        "注意：所依据的《乙办法》已废止。",
        "注意：所依据的《丙办法》已过有效期。",
    ]


@pytest.mark.parametrize(
    "answer",
    [answered(cited(1, "甲")), Answer(answer="未找到依据。", status="no_evidence")],
    ids=["holds", "silent"],
)
def test_where_nothing_has_ended_an_answer_stays_as_it_is(answer: Answer) -> None:
    assert warned(answer) == unwarned(answer) == answer


def test_an_answer_kept_before_there_were_warnings_has_them_too() -> None:
    kept = answered(cited(1, "甲", validity="replaced"), cited(2, "乙", validity="valid"))
    answer = restated(kept, Papers.of(()))
    assert answer.answer == f"{CONCLUSION}\n注意：所依据的《甲办法》已被新文件替代。"
    assert [each.warning for each in answer.citations] == ["已被新文件替代", ""]


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    return ended_library(tmp_path_factory.mktemp("ended") / "data", models_dir)


@pytest.fixture
def library(stocked: Workspace, tmp_path: Path) -> Iterator[TestClient]:
    """The service over a copy of the papers, to be changed."""
    settings = Settings(data_dir=copy_data(stocked.store.data_dir, tmp_path / "data"))
    with serving(settings, Workspace(settings)) as client:
        yield client


def ids(client: TestClient) -> dict[str, str]:
    return {
        each["name"]: each["id"] for each in client.get("/api/v1/documents").json()["documents"]
    }


def delete(client: TestClient, name: str) -> None:
    assert client.delete(f"/api/v1/documents/{ids(client)[name]}").status_code == 204


def upload(client: TestClient, name: str) -> None:
    [outcome] = client.post(
        "/api/v1/documents", files={"files": (name, PAPERS[name].encode())}
    ).json()["files"]
    assert outcome["outcome"] == "added", outcome


def ask(client: TestClient, question: str, **more: object) -> dict[str, Any]:
    response = client.post("/api/v1/answer", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_kept_conversation_says_how_its_papers_stand_when_it_is_read(library: TestClient) -> None:
    warning = SAYS.format(title=RESERVES.title, number=RESERVES.number, warning=RESERVES.warning)
    delete(library, NEWER)
    conversation = library.post("/api/v1/conversations", json={}).json()["id"]
    first = ask(library, RESERVES.question, conversation_id=conversation)
    assert "注意" not in first["answer"]

    def read() -> str:
        address = f"/api/v1/conversations/{conversation}"
        answer: str = library.get(address).json()["exchanges"][0]["answer"]["answer"]
        exported = library.get(f"{address}/export").text
        assert (RESERVES.warning in exported) == (RESERVES.warning in answer)
        return answer

    assert read() == first["answer"]
    upload(library, NEWER)
    assert read() == f"{first['answer']}\n{warning}"
    old = f"/api/v1/documents/{ids(library)['储备.txt']}"
    assert library.patch(old, json={"validity": "valid"}).status_code == 200
    assert read() == first["answer"]


def test_of_a_paper_that_is_gone_a_kept_conversation_says_what_it_said(library: TestClient) -> None:
    conversation = library.post("/api/v1/conversations", json={}).json()["id"]
    first = ask(library, SILK.question, conversation_id=conversation)
    assert SILK.warning in first["answer"]
    delete(library, "桑蚕.txt")
    kept = library.get(f"/api/v1/conversations/{conversation}").json()["exchanges"][0]["answer"]
    assert kept == first


def test_the_nearest_sections_of_a_refusal_say_it_too(library: TestClient) -> None:
    silent = ask(library, "云溪县水库大坝安全鉴定由谁审批？")
    assert silent["status"] == "no_evidence"
    warnings = {each["title"]: each["warning"] for each in silent["nearest"]}
    assert warnings[DAMS.title] == DAMS.warning


def test_a_follow_up_is_understood_behind_a_warning(library: TestClient) -> None:
    first = ask(library, RESERVES.question)
    history = [
        {"role": "user", "content": RESERVES.question},
        {"role": "assistant", "content": first["answer"]},
    ]
    followed = ask(library, "那新建桑园每亩补助呢？", history=history)
    assert SILK.fact in followed["answer"]
    assert RESERVES.warning not in followed["answer"]


def test_an_administrators_word_is_said_as_far_as_it_goes(library: TestClient) -> None:
    old = f"/api/v1/documents/{ids(library)['储备.txt']}"
    for validity, words in (
        ("repealed", "已废止"),
        ("replaced", "已被新文件替代"),
        ("expired", "已过有效期"),
    ):
        assert library.patch(old, json={"validity": validity}).json()["warning"] == words
        answer = ask(library, RESERVES.question)["answer"]
        assert answer.endswith(
            SAYS.format(title=RESERVES.title, number=RESERVES.number, warning=words)
        )
