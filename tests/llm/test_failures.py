"""A language model that is down, slow, out of quota or out of its mind: the papers answer."""

import asyncio
import time

import pytest

from service.assistant import Assistant
from service.events import Event
from service.llm.writer import open_writer
from service.schemas import Answer, Stage
from service.workspace import Workspace
from tests.conftest import free_port
from tests.llm.conftest import heard, settings_for
from tests.llm.lying_server import (
    Behaviour,
    Exchange,
    LyingServer,
    broken,
    endless,
    fails,
    garbage,
    slow,
    writes,
)
from tests.llm.wordings import GOOD, QUESTIONS

LIE = "氢能产业由市海洋渔业局牵头，补贴4711万元。[1]"


def says_nothing(exchange: Exchange) -> None:
    exchange.begin()
    exchange.end()


def says_page(exchange: Exchange) -> None:
    """What a gateway in between shows instead of the model."""
    exchange.fail(200, body="<html>请登录</html>")


def thinks_only(exchange: Exchange) -> None:
    exchange.begin()
    exchange.say("<think>由市海洋渔业局牵头。" * 5)
    exchange.end("length")


_FAILURES: dict[str, tuple[Behaviour, str]] = {
    "empty": (says_nothing, "什么也没有写"),
    "blank": (writes("\n \n"), "没有得到原文支持"),
    "endless, without a sentence": (endless("由市海洋渔业局" * 20), "没完没了"),
    "endless, in sentences": (endless(LIE), "没有得到原文支持"),
    "broken before a sentence": (broken(["氢能产业由"]), "中途断了"),
    "broken in a figure": (broken(["到2030年，", "补贴4711"]), "中途断了"),
    "broken after a lie": (broken([LIE, LIE]), "中途断了"),
    "out of quota": (fails(429), "额度"),
    "wrong key": (fails(401), "HTTP 401"),
    "no such model": (fails(404), "HTTP 404"),
    "too long a prompt": (fails(400), "HTTP 400"),
    "server error": (fails(500), "HTTP 500"),
    "garbage in the stream": (garbage, "读不出来"),
    "garbage for an error": (fails(502, body="<html>Bad Gateway</html>"), "HTTP 502"),
    "a page": (says_page, "语言模型"),
    "slow": (slow(30, LIE), "没有及时回答"),
    "thinking only": (thinks_only, "没有写完"),
}


@pytest.mark.parametrize(("behaviour", "said"), _FAILURES.values(), ids=_FAILURES.keys())
@pytest.mark.parametrize("question", QUESTIONS[1:9:3], ids=range(3))
def test_the_papers_answer_and_the_reason_is_told(  # noqa: PLR0917
    liar: LyingServer,
    samples_workspace: Workspace,
    plain: Assistant,
    question: str,
    behaviour: Behaviour,
    said: str,
) -> None:
    liar.does = behaviour
    writer = open_writer(settings_for(liar, llm_timeout=1))
    started = time.monotonic()
    answer = heard(Assistant(samples_workspace.index, writer).events(question))[-1]
    assert time.monotonic() - started < 5
    assert isinstance(answer, Answer)
    assert answer.answer == plain.answer(question).answer
    assert answer.citations == plain.answer(question).citations
    assert said in answer.notice
    assert answer.notice.endswith("，以下为原文摘录。")
    assert not answer.ai_generated
    assert len(liar.asked) == 1


@pytest.mark.parametrize("question", QUESTIONS[:2], ids=range(2))
def test_nothing_listens(
    liar: LyingServer, samples_workspace: Workspace, plain: Assistant, question: str
) -> None:
    settings = settings_for(liar, llm_base_url=f"http://127.0.0.1:{free_port()}/v1")
    answer = Assistant(samples_workspace.index, open_writer(settings)).answer(question)
    assert answer.answer == plain.answer(question).answer
    assert answer.notice == "连不上语言模型的服务，以下为原文摘录。"


def test_a_refusal_that_passes_is_tried_again(
    liar: LyingServer, samples_workspace: Workspace
) -> None:
    question = QUESTIONS[2]
    liar.plays(fails(429), fails(503), writes(GOOD[question]))
    writer = open_writer(settings_for(liar, llm_retries=2))
    answer = Assistant(samples_workspace.index, writer).answer(question)
    assert (answer.notice, answer.ai_generated) == ("", True)
    assert len(liar.asked) == 3


def test_the_deadline_holds_over_all_attempts(
    liar: LyingServer, samples_workspace: Workspace, plain: Assistant
) -> None:
    liar.does = fails(503)
    writer = open_writer(settings_for(liar, llm_retries=10, llm_timeout=2))
    started = time.monotonic()
    answer = Assistant(samples_workspace.index, writer).answer(QUESTIONS[2])
    assert 1.5 < time.monotonic() - started < 4
    assert "没有及时回答" in answer.notice
    assert answer.answer == plain.answer(QUESTIONS[2]).answer


def test_a_trickle_ends_at_the_deadline(
    liar: LyingServer, samples_workspace: Workspace, plain: Assistant
) -> None:
    def trickle(exchange: Exchange) -> None:
        exchange.begin()
        while not exchange.gone_within(0.1):
            exchange.say("氢")

    liar.does = trickle
    writer = open_writer(settings_for(liar, llm_timeout=1))
    answer = Assistant(samples_workspace.index, writer).answer(QUESTIONS[2])
    assert "没有及时回答" in answer.notice
    assert answer.answer == plain.answer(QUESTIONS[2]).answer


def test_after_three_failures_the_fourth_question_does_not_wait(
    liar: LyingServer, samples_workspace: Workspace, plain: Assistant
) -> None:
    liar.does = slow(30)
    assistant = Assistant(samples_workspace.index, open_writer(settings_for(liar, llm_timeout=1)))
    for question in QUESTIONS[:3]:
        assert "没有及时回答" in assistant.answer(question).notice
    started = time.monotonic()
    answer = assistant.answer(QUESTIONS[3])
    assert time.monotonic() - started < 0.5
    assert "接连出错" in answer.notice
    assert answer.answer == plain.answer(QUESTIONS[3]).answer
    assert len(liar.asked) == 3


def test_an_answer_cut_off_at_the_limit_keeps_only_whole_sentences(
    liar: LyingServer, samples_workspace: Workspace, plain: Assistant
) -> None:
    question = QUESTIONS[2]

    def cut_off(exchange: Exchange) -> None:
        exchange.begin()
        exchange.say(f"{GOOD[question]}[1]C类人才的购房补贴为4")
        exchange.end("length")

    liar.does = cut_off
    answer = Assistant(samples_workspace.index, open_writer(settings_for(liar))).answer(question)
    assert answer.sentences[0].text == GOOD[question]
    assert not [each for each in answer.sentences if "C类" in each.text]
    assert "没有写完" in answer.notice


@pytest.mark.parametrize("behaviour", [slow(5), fails(500), writes("甲。")])
def test_the_first_event_does_not_wait_for_the_model(
    liar: LyingServer, assistant: Assistant, behaviour: Behaviour
) -> None:
    liar.does = behaviour

    async def first() -> Event:
        events = assistant.events(QUESTIONS[0])
        event = await anext(events)
        await events.aclose()
        return event

    assert asyncio.run(first()) == Stage(stage="retrieving")
    assert liar.asked == []


def test_no_key_and_no_question_reach_the_log(
    liar: LyingServer, samples_workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    def tell(exchange: Exchange) -> None:
        exchange.fail(401, body=f'{{"error": {{"message": "bad {exchange.headers}"}}}}')

    liar.does = tell
    settings = settings_for(liar, llm_api_key="sk-very-secret")
    assistant = Assistant(samples_workspace.index, open_writer(settings))
    answer = assistant.answer(QUESTIONS[0])
    assert liar.asked[0].headers["Authorization"] == "Bearer sk-very-secret"
    kept = [record for record in caplog.records if record.name.startswith("service")]
    assert "AuthenticationError 401" in "".join(record.getMessage() for record in kept)
    told = f"{answer!r}{assistant.identity()}{settings!r}{[vars(record) for record in kept]}"
    assert "very-secret" not in told
    assert QUESTIONS[0] not in "".join(record.getMessage() for record in kept)
