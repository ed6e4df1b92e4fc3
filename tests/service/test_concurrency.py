"""Many questions at once while the papers change."""

from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient

QUESTIONS = [
    "泽川市氢能产业由哪个单位牵头？",
    "临溪县氢能产业由谁牵头？",
    "人才安居补贴A类人才购房补贴是多少？",
    "什么是链长制？",
]
PAPER = (
    "关于做好托育服务工作的实施方案\n一、主要目标\n到2026年建成托育服务点{}个，"
    "由县卫生健康局牵头。\n"
)


def ask(client: TestClient, question: str) -> tuple[str, tuple[str, ...]]:
    response = client.post("/api/v1/answer", json={"question": question})
    assert response.status_code == 200, response.text
    found = response.json()
    return found["answer"], tuple(citation["quote"] for citation in found["citations"])


def test_twenty_questions_while_a_paper_comes_and_goes(own_client: TestClient) -> None:
    alone = {question: ask(own_client, question) for question in QUESTIONS}
    asked = QUESTIONS * 5
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, own_client, question) for question in asked]
        for number in range(3):
            files = {"files": ("托育.txt", PAPER.format(number).encode(), "text/plain")}
            [outcome] = own_client.post("/api/v1/documents", files=files).json()["files"]
            assert outcome["outcome"] == "added"
            address = f"/api/v1/documents/{outcome['document_id']}"
            assert own_client.delete(address).status_code == 204
        assert [answer.result() for answer in answers] == [alone[question] for question in asked]


def test_uploads_at_once_all_arrive(own_client: TestClient) -> None:
    def upload(number: int) -> str:
        files = {"files": (f"{number}.txt", PAPER.format(number).encode(), "text/plain")}
        [outcome] = own_client.post("/api/v1/documents", files=files).json()["files"]
        assert outcome["outcome"] == "added"
        return str(outcome["document_id"])

    with ThreadPoolExecutor(4) as pool:
        added = set(pool.map(upload, range(4)))
    listed = {found["id"] for found in own_client.get("/api/v1/documents").json()["documents"]}
    assert len(added) == 4
    assert added <= listed
