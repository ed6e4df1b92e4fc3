"""Going to a page, and asking in the chat, of the service or of answers made up for a test."""

from playwright.sync_api import Page

from service.schemas import Answer, Citation, Sentence

QUESTION = "氢能产业由哪个单位牵头？"
ANSWER_URL = "**/api/v1/answer"
HOSTILE = '<img src=x onerror="window.ran = true"><script>window.ran = true</script>'


def ask(page: Page, question: str) -> None:
    """Types a question and sends it with Enter."""
    page.get_by_test_id("question").fill(question)
    page.get_by_test_id("question").press("Enter")


def ask_and_wait(page: Page, question: str) -> None:
    """Asks, and waits until the answer is whole."""
    answers = page.get_by_test_id("answer").count()
    ask(page, question)
    page.get_by_test_id("answer").nth(answers).wait_for()


def papers(page: Page) -> None:
    """The list of papers, filled."""
    page.goto("/#/papers")
    page.get_by_test_id("paper-item").first.wait_for()


def duties(page: Page) -> None:
    """Who leads what, filled."""
    page.goto("/#/duties")
    page.get_by_test_id("duty").first.wait_for()


def reply_with(page: Page, answer: Answer) -> None:
    """Lets the page get this answer to whatever it asks."""
    body = "".join(
        [
            *(sent("citation", each) for each in answer.citations),
            *(sent("delta", each) for each in answer.sentences),
            sent("done", answer),
        ]
    )
    page.route(ANSWER_URL, lambda route: route.fulfill(body=body, content_type="text/event-stream"))


def sent(name: str, data: Answer | Citation | Sentence) -> str:
    """One event of a stream, as the service writes it."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


def cited(quote: str) -> Citation:
    """A citation of a paper that is not there."""
    return Citation(
        index=1,
        document_id="d1",
        title="示范方案",
        document_number="示发〔2024〕1号",
        section=("一、目标", "（一）产值"),
        quote=quote,
        start=0,
        end=len(quote),
    )


def ai_answer() -> Answer:
    """An answer by a model, with a follow-up completed and a sentence that did not hold."""
    held = Sentence(
        text="到2025年产值达到10亿元。", citations=(1,), supported=True, ai_generated=True
    )
    failed = Sentence(
        text="到2030年达到99亿元。",
        supported=False,
        reason="原文没有“99亿元”",
        ai_generated=True,
    )
    return Answer(
        answer=held.text,
        status="answered",
        question="示范方案的产值目标是多少？",
        citations=(cited("力争到2025年产值达到10亿元"),),
        sentences=(held, failed),
        backend="openai",
        model="qwen3-8b",
        ai_generated=True,
    )
