"""/v1 as OpenAI's own client, LangChain and Open WebUI use it, over a running service."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import httpx
import numpy as np
import openai
import pytest
import uvicorn
from fastapi.testclient import TestClient
from openai.types.chat import ChatCompletionChunk

from index.embedding.encoder import Encoder
from service.app.main import create_app
from service.events import Event
from service.schemas import AI_LABEL, Answer, Citation, Sentence, Stage, Turn
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import BASE_URL, free_port

QUESTION = "泽川市低空经济由哪个单位牵头？"
FOLLOW_UP = "那氢能产业呢？"
SILENT = "火星基地由谁负责？"
QUESTIONS = [
    QUESTION,
    "什么是链长制？",
    "临溪县制造业高质量发展领导小组组长是谁？",
    "泽川市氢能产业由谁牵头？到2030年产值达到多少？",
]
TEXTS = ["低空经济由市交通运输局牵头。", "应急转贷资金单笔使用不超过10个工作日。"]
CHAT = "/v1/chat/completions"
JSON = {"Content-Type": "application/json"}


def user(text: object) -> dict[str, object]:
    return {"role": "user", "content": text}


@pytest.fixture(scope="module")
def api(server_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server_url}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def vectors_model(api: openai.OpenAI) -> str:
    return [model.id for model in api.models.list()][1]


def ask(api: openai.OpenAI, *messages: Mapping[str, object], **more: Any) -> Any:
    return api.chat.completions.create(model="cewen", messages=messages, **more)  # type: ignore[call-overload]


def streamed(api: openai.OpenAI, question: str, **more: Any) -> list[ChatCompletionChunk]:
    return list(ask(api, user(question), stream=True, **more))


def content_of(chunks: Sequence[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def annotations_of(chunks: Sequence[ChatCompletionChunk]) -> list[Any]:
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return [each for delta in deltas for each in getattr(delta, "annotations", None) or ()]


# --- OpenAI's own client


def test_the_models_are_the_one_that_answers_and_the_one_for_vectors(
    api: openai.OpenAI, encoder: Encoder
) -> None:
    models = list(api.models.list())
    assert [model.id for model in models] == ["cewen", encoder.identity]
    assert {model.owned_by for model in models} == {"cewen"}
    assert api.models.retrieve(encoder.identity) == models[1]


def test_a_model_that_is_not_there_is_not_found(api: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="这里可用的是 cewen") as caught:
        api.models.retrieve("acme/gpt-9")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert caught.value.request_id


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_marks_in_the_content_are_the_annotations(
    api: openai.OpenAI, server_url: str, question: str
) -> None:
    whole = ask(api, user(question))
    [choice] = whole.choices
    content, annotations = choice.message.content, choice.message.annotations
    assert (choice.finish_reason, whole.status, whole.ai_generated) == ("stop", "answered", False)
    marks = [(found.start(), found.end()) for found in re.finditer(r"\[\d+\]", content)]
    cited = [each.url_citation for each in annotations]
    assert marks == [(each.start_index, each.end_index) for each in cited]
    for each in annotations:
        place = each.url_citation
        assert content[place.start_index : place.end_index] == f"[{each.index}]"
        source = whole.search_results[each.index - 1]
        assert (source["url"], source["snippet"]) == (place.url, each.quote)
        text = httpx.get(f"{server_url}/api/v1/documents/{each.document_id}/text").json()["text"]
        assert text[each.start : each.end] == each.quote
        at = f"source={each.document_id}&start={each.start}&end={each.end}"
        assert place.url == f"{server_url}/#/?{at}"
    numbers = list(dict.fromkeys(each.index for each in annotations))
    assert numbers == list(range(1, len(whole.search_results) + 1))


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_its_marks_the_content_is_the_answer(
    api: openai.OpenAI, client: TestClient, question: str
) -> None:
    own = client.post("/api/v1/answer", json={"question": question}).json()
    content = ask(api, user(question)).choices[0].message.content
    assert re.sub(r"\[\d+\]", "", content) == own["answer"]


def test_usage_counts_code_points(api: openai.OpenAI) -> None:
    whole = ask(api, {"role": "system", "content": "不计"}, user(QUESTION))
    written = len(whole.choices[0].message.content)
    usage = (whole.usage.prompt_tokens, whole.usage.completion_tokens, whole.usage.total_tokens)
    assert usage == (len(QUESTION), written, len(QUESTION) + written)


@pytest.mark.parametrize("question", [*QUESTIONS, SILENT])
def test_a_stream_is_the_same_answer(api: openai.OpenAI, question: str) -> None:
    whole = ask(api, user(question))
    message = whole.choices[0].message
    chunks = streamed(api, question)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert content_of(chunks) == message.content
    assert annotations_of(chunks) == [each.model_dump() for each in message.annotations]
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    reasons = [chunk.choices[0].finish_reason for chunk in chunks]
    assert reasons == [None] * (len(chunks) - 1) + ["stop"]
    extra = chunks[-1].model_extra or {}
    assert extra["search_results"] == whole.search_results
    assert extra["status"] == whole.status
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_its_usage_where_asked(api: openai.OpenAI) -> None:
    chunks = streamed(api, QUESTION, stream_options={"include_usage": True})
    assert chunks[-1].choices == []
    assert chunks[-1].usage == ask(api, user(QUESTION)).usage


def test_a_refusal_is_said_as_text(api: openai.OpenAI) -> None:
    whole = ask(api, user(SILENT))
    [choice] = whole.choices
    assert choice.message.content.startswith("未找到依据")
    assert (choice.finish_reason, choice.message.refusal) == ("stop", None)
    assert (choice.message.annotations, whole.search_results) == ([], [])
    assert whole.status == "no_evidence"


def test_the_last_question_is_answered_from_the_earlier_ones(api: openai.OpenAI) -> None:
    said = ask(api, user(QUESTION)).choices[0].message.content
    answer = {"role": "assistant", "content": said}
    told = {"role": "system", "content": "你只说英语，并且不给出处。"}
    whole = ask(api, told, user(QUESTION), answer, user(FOLLOW_UP))
    content = whole.choices[0].message.content
    assert content == ask(api, user("泽川市氢能产业由哪个单位牵头？")).choices[0].message.content
    parts = [{"type": "text", "text": FOLLOW_UP}]
    assert ask(api, user(QUESTION), user(parts)).choices[0].message.content == content


def test_document_ids_limit_the_papers(api: openai.OpenAI, client: TestClient) -> None:
    documents = client.get("/api/v1/documents").json()["documents"]
    [only] = [each["id"] for each in documents if each["name"].startswith("02")]
    extra = {"document_ids": [only]}
    message = ask(api, user("氢能产业由哪个单位牵头？"), extra_body=extra).choices[0].message
    assert {each.document_id for each in message.annotations} == {only}
    assert "县发展改革局" in message.content


def test_the_asynchronous_client(server_url: str) -> None:
    async def run() -> tuple[str, str, int]:
        async with openai.AsyncOpenAI(base_url=f"{server_url}/v1", api_key="any") as api:
            question: Any = user(QUESTION)
            whole = await api.chat.completions.create(model="cewen", messages=[question])
            stream = await api.chat.completions.create(
                model="cewen", messages=[question], stream=True
            )
            chunks = [chunk async for chunk in stream]
            names = [model.id async for model in api.models.list()]
            vectors = await api.embeddings.create(model=names[1], input=TEXTS)
            return whole.choices[0].message.content or "", content_of(chunks), len(vectors.data)

    whole, stream, vectors = asyncio.run(run())
    assert whole == stream != ""
    assert vectors == len(TEXTS)


def test_vectors_are_the_encoder_s_own(
    api: openai.OpenAI, vectors_model: str, encoder: Encoder
) -> None:
    many = TEXTS * 5
    found = api.embeddings.create(model=vectors_model, input=many)  # asks for base64
    got = np.array([each.embedding for each in found.data])
    assert [each.index for each in found.data] == list(range(len(many)))
    assert np.abs(got - encoder.encode_passages(many)).max() < 1e-3
    floats = api.embeddings.create(model=vectors_model, input=many, encoding_format="float")
    assert np.abs(got - np.array([each.embedding for each in floats.data])).max() < 1e-6
    assert found.usage.prompt_tokens == sum(map(len, many))


def test_a_question_is_nearest_to_what_answers_it(
    api: openai.OpenAI, vectors_model: str, encoder: Encoder
) -> None:
    passages = np.array(
        [each.embedding for each in api.embeddings.create(model=vectors_model, input=TEXTS).data]
    )
    for place, question in enumerate(["低空经济由谁牵头？", "应急转贷资金最长使用多久？"]):
        asked = api.embeddings.create(
            model=vectors_model, input=question, extra_body={"input_type": "query"}
        )
        query = np.array(asked.data[0].embedding)
        assert np.abs(query - encoder.encode_query(question)).max() < 1e-3
        assert np.linalg.norm(query) == pytest.approx(1, abs=1e-3)
        assert (passages @ query).argmax() == place


# --- LangChain


def test_langchain_s_chat_model(server_url: str, api: openai.OpenAI) -> None:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model="cewen", base_url=f"{server_url}/v1", api_key="any")
    first = chat.invoke(QUESTION)
    assert first.content == ask(api, user(QUESTION)).choices[0].message.content
    assert "".join(str(chunk.content) for chunk in chat.stream(QUESTION)) == first.content
    said = [SystemMessage("简短回答"), HumanMessage(QUESTION), AIMessage(str(first.content))]
    assert "市发展改革委" in str(chat.invoke([*said, HumanMessage(FOLLOW_UP)]).content)


def test_langchain_s_embeddings(server_url: str, vectors_model: str, encoder: Encoder) -> None:
    from langchain_openai import OpenAIEmbeddings

    embeddings = OpenAIEmbeddings(
        model=vectors_model,
        base_url=f"{server_url}/v1",
        api_key="any",
        check_embedding_ctx_length=False,
    )
    got = np.array(embeddings.embed_documents(TEXTS))
    assert np.abs(got - encoder.encode_passages(TEXTS)).max() < 1e-3
    assert np.allclose(embeddings.embed_query(TEXTS[0]), got[0], atol=1e-3)


# --- Open WebUI


def test_open_webui_s_request(server_url: str) -> None:
    models = httpx.get(f"{server_url}/v1/models", headers={"Authorization": "Bearer any"}).json()
    assert "cewen" in [model["id"] for model in models["data"]]
    asked = {
        "stream": True,
        "model": "cewen",
        "messages": [{"role": "system", "content": "User Context"}, user(QUESTION)],
        "params": {},
        "tool_servers": [],
        "features": {"image_generation": False, "web_search": False, "memory": False},
        "variables": {"{{USER_NAME}}": "张三", "{{CURRENT_DATE}}": "2026-11-22"},
        "model_item": {"id": "cewen", "object": "model", "owned_by": "cewen"},
        "session_id": "7pTRj1",
        "chat_id": "9b2c",
        "id": "51f0",
        "metadata": {"chat_id": "9b2c", "features": {}, "files": None},
        "background_tasks": {"title_generation": True, "follow_up_generation": True},
        "stream_options": {"include_usage": True},
        "temperature": 0.7,
        "max_tokens": 128,
        "logit_bias": {},
        "tools": [],
    }
    content = ""
    sources: dict[str, str] = {}
    usage: dict[str, int] = {}
    with httpx.stream("POST", f"{server_url}{CHAT}", json=asked) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    for line in lines[:-1]:
        data = json.loads(line.removeprefix("data: "))
        usage.update(data.get("usage") or {})
        if not data["choices"]:
            assert "error" not in data
            continue
        delta = data["choices"][0]["delta"]
        content += delta.get("content") or ""
        for each in delta.get("annotations") or ():
            sources[each["url_citation"]["url"]] = each["url_citation"]["title"]
    assert content.startswith("“低空经济”由市交通运输局牵头")
    assert content.endswith("[1][2]")
    assert len(sources) == 2
    assert usage["completion_tokens"] == len(content)


# --- What is refused


@pytest.mark.parametrize(
    ("change", "param", "said"),
    [
        ({"messages": []}, "messages", "不能是空的"),
        ({"messages": [{"role": "system", "content": "你好"}]}, "messages", "没有 role 为 user"),
        ({"messages": [user("  ")]}, None, "问题是空的"),
        ({"messages": [user("问" * 501)]}, None, "超过上限 500 个字"),
        ({"messages": [user(7)]}, "messages.0.content", "应为字符串"),
        ({"messages": [{"role": "judge"}]}, "messages.0.role", "只能是 'system'、"),
        (
            {"messages": [user([{"type": "image_url", "image_url": {"url": "data:,"}}])]},
            "messages.0.content",
            "不接受图片",
        ),
        ({"n": 2}, "n", "n 只能是 1"),
        ({"tools": [{}], "tool_choice": "required"}, "tool_choice", "不调用工具"),
        ({"response_format": {"type": "json_schema"}}, "response_format", "只能是 text"),
        ({"model": None}, "model", "应为字符串"),
    ],
)
def test_what_cannot_be_answered_is_a_bad_request(
    api: openai.OpenAI, change: dict[str, Any], param: str | None, said: str
) -> None:
    body = {"model": "cewen", "messages": [user(QUESTION)], **change}
    with pytest.raises(openai.BadRequestError, match=said) as caught:
        api.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.param == param


def test_a_model_that_does_not_answer_is_not_found(api: openai.OpenAI, vectors_model: str) -> None:
    for name in ("gpt-9", vectors_model):
        with pytest.raises(openai.NotFoundError, match="这里可用的是 cewen。"):
            api.chat.completions.create(model=name, messages=[{"role": "user", "content": "?"}])
    with pytest.raises(openai.NotFoundError, match=f"这里可用的是 {vectors_model}。"):
        api.embeddings.create(model="text-embedding-3-small", input="甲")


@pytest.mark.parametrize(
    ("change", "param", "said"),
    [
        ({"input": []}, "input", "不能是空的"),
        ({"input": ["甲", " "]}, "input.1", "第 2 条文字是空的"),
        ({"input": [1, 2]}, "input", "不接受词元编号"),
        ({"input": [[1, 2], [3]]}, "input", "不接受词元编号"),
        ({"input": ["甲"] * 2049}, "input", "超过一次 2048 条的上限"),
        ({"input": ["甲", "乙" * 8193]}, "input.1", "第 2 条文字有 8193 个字"),
        ({"dimensions": 256}, "dimensions", "维数是 384"),
        ({"encoding_format": "hex"}, "encoding_format", "只能是 'float'、'base64' 之一"),
        ({"input_type": "title"}, "input_type", "只能是 'query'、'passage' 之一"),
    ],
)
def test_what_cannot_be_a_vector_is_a_bad_request(
    api: openai.OpenAI, vectors_model: str, change: dict[str, Any], param: str, said: str
) -> None:
    body = {"model": vectors_model, "input": "甲", "dimensions": 384, "user": "u", **change}
    with pytest.raises(openai.BadRequestError, match=said) as caught:
        api.post("/embeddings", body=body, cast_to=object)
    assert caught.value.param == param


def test_every_error_under_v1_is_in_openai_s_form(client: TestClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answers = {
        (404, "not_found"): client.post("/v1/responses", json={}),
        (405, "method_not_allowed"): client.get(CHAT),
        (403, "cross_site"): client.post(CHAT, json={}, headers=foreign),
        (400, "invalid_request"): client.post(CHAT, content="{"),
    }
    for (status, code), response in answers.items():
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["param"]) == (status, code, None)
        assert set(error) == {"message", "type", "param", "code"}


def test_half_a_character_is_a_bad_request(client: TestClient) -> None:
    half = {"model": "cewen", "messages": [{"role": "user", "content": "\ud800"}]}
    response = client.post(CHAT, content=json.dumps(half), headers=JSON)
    assert response.status_code == 400
    assert "messages.0.content：含有不成对的代理字符" in response.json()["error"]["message"]


def test_the_rest_of_the_service_keeps_its_own_form(client: TestClient) -> None:
    response = client.post("/api/v1/answer", json={})
    assert response.status_code == 422
    assert set(response.json()["error"]) == {"code", "message", "request_id"}


# --- What a language model, a failure and an impatient client make of it


class Scripted:
    """An assistant that tells what it was given to tell."""

    def __init__(self) -> None:
        self.script: list[Event | Exception] = []
        self.waits = False
        self.closed = threading.Event()

    async def events(
        self, question: str, history: Sequence[Turn], document_ids: Sequence[str]
    ) -> AsyncIterator[Event]:
        try:
            for event in self.script:
                if isinstance(event, Exception):
                    raise event
                yield event
            if self.waits:
                await asyncio.sleep(60)
        finally:
            self.closed.set()


@pytest.fixture(scope="module")
def scripted_server(samples_workspace: Workspace) -> Iterator[tuple[Scripted, str]]:
    """A service in this process whose assistant is scripted."""
    settings = Settings(data_dir=samples_workspace.store.data_dir)
    app = create_app(settings, samples_workspace)
    app.state.assistant = assistant = Scripted()
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as probe:
            assert probe.get(f"{BASE_URL}:{port}/healthz").status_code == 200
        yield assistant, f"{BASE_URL}:{port}/v1"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def scripted(
    scripted_server: tuple[Scripted, str],
) -> Iterator[tuple[Scripted, openai.OpenAI]]:
    assistant, url = scripted_server
    assistant.__init__()  # type: ignore[misc]
    with openai.OpenAI(base_url=url, api_key="any", max_retries=0) as api:
        yield assistant, api


def cited(index: int, **more: Any) -> Citation:
    start = 10 * index
    return Citation(
        index=index,
        document_id="d",
        title=f"第{index}份",
        quote="原文",
        start=start,
        end=start + 2,
        **more,
    )


WRITTEN: list[Event | Exception] = [
    Stage(stage="retrieving"),
    cited(1),
    cited(2),
    Stage(stage="writing"),
    Sentence(text="先说这句。", citations=(2,), supported=True),
    Sentence(text="𠀀这句没有依据。", supported=False, reason="没有原文"),
    cited(3, validity="repealed", warning="已废止"),
    Sentence(text="𠀀再说这句。", citations=(3, 2), supported=True),
    Sentence(text="注意：第3份已废止。", citations=(3,), supported=True, warns=True),
    Answer(
        answer="先说这句。\n𠀀再说这句。\n注意：第3份已废止。",
        status="answered",
        backend="openai",
        model="some-model",
        notice="提示",
        ai_generated=True,
    ),
]


@pytest.mark.parametrize("stream", [False, True])
def test_what_a_model_wrote_is_marked_and_labelled(
    scripted: tuple[Scripted, openai.OpenAI], stream: bool
) -> None:
    assistant, api = scripted
    assistant.script = WRITTEN
    if stream:
        chunks = streamed(api, QUESTION)
        content, annotations = content_of(chunks), annotations_of(chunks)
        extra = chunks[-1].model_extra or {}
    else:
        whole = ask(api, user(QUESTION))
        message = whole.choices[0].message
        content = message.content
        annotations = [each.model_dump() for each in message.annotations]
        extra = whole.model_extra
    assert content.split("\n") == [
        "先说这句。[1]",
        "𠀀再说这句。[2][1]",
        "注意：第3份已废止。[2]",
        f"（{AI_LABEL}）",
    ]
    assert [each["index"] for each in annotations] == [1, 2, 1, 2]
    assert [each["warning"] for each in extra["search_results"]] == ["", "已废止"]
    for each in annotations:
        place = each["url_citation"]
        assert content[place["start_index"] : place["end_index"]] == f"[{each['index']}]"
    assert [each["title"] for each in extra["search_results"]] == ["第2份", "第3份"]
    assert (extra["ai_generated"], extra["backend"], extra["notice"]) == (True, "openai", "提示")


def test_a_failure_in_a_stream_is_told_in_it(scripted: tuple[Scripted, openai.OpenAI]) -> None:
    assistant, api = scripted
    assistant.script = [*WRITTEN[:5], RuntimeError("disk on fire")]
    heard = ask(api, user(QUESTION), stream=True)
    with pytest.raises(openai.APIError, match="服务内部出错") as caught:
        assert content_of(list(heard)) == "unreachable"
    assert caught.value.code == "internal"
    assert assistant.closed.is_set()


def test_a_failure_is_a_server_error(scripted: tuple[Scripted, openai.OpenAI]) -> None:
    assistant, api = scripted
    assistant.script = [RuntimeError("disk on fire")]
    with pytest.raises(openai.InternalServerError, match="服务内部出错") as caught:
        ask(api, user(QUESTION))
    assert caught.value.type == "server_error"


def test_closing_a_stream_stops_the_answer(scripted: tuple[Scripted, openai.OpenAI]) -> None:
    assistant, api = scripted
    assistant.script, assistant.waits = WRITTEN[:5], True
    heard = ask(api, user(QUESTION), stream=True)
    assert next(heard).choices[0].delta.role == "assistant"
    assert not assistant.closed.is_set()
    heard.close()
    assert assistant.closed.wait(10)


def test_giving_up_stops_the_answer(scripted: tuple[Scripted, openai.OpenAI]) -> None:
    assistant, api = scripted
    assistant.script, assistant.waits = WRITTEN[:5], True
    with pytest.raises(openai.APITimeoutError):
        ask(api, user(QUESTION), timeout=0.5)
    assert assistant.closed.wait(10)
