"""Suggested questions come from the papers and have answers."""

from fastapi.testclient import TestClient

from service.assistant import Assistant
from service.workspace import Workspace


def test_suggestions_are_answered(samples_workspace: Workspace) -> None:
    assistant = Assistant(samples_workspace.index)
    found = samples_workspace.suggestions()
    assert len(found) == 4
    assert len(set(found)) == 4
    assert {assistant.answer(question).status for question in found} == {"answered"}


def test_they_are_of_several_kinds(client: TestClient) -> None:
    found = client.get("/api/v1/suggestions").json()["suggestions"]
    assert any("牵头" in question for question in found)
    assert any("多少" in question for question in found)
