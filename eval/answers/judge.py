"""A language model that judges answers, for those who have one; it judges, it does not count."""

from collections.abc import Mapping

from langchain_core.messages import HumanMessage

from eval.answers.cases import Case
from eval.answers.run import Judge
from prompts import render
from service.llm.chat import open_chat_model
from service.schemas import Answer
from service.settings import load_settings

_RIGHT, _WRONG = "正确", "错误"


def open_judge(given: Mapping[str, str]) -> Judge:
    """A judge on the language model that the settings ``given`` name, the rest as they are.

    Raises:
        SettingsError: a setting is unknown or out of bounds, or the model cannot be had.
    """
    chat = open_chat_model(load_settings(**given))

    def judge(case: Case, answer: Answer) -> bool | None:
        if not case.answerable or answer.status == "no_evidence":
            return None
        asked = render(
            "model_judge",
            question=case.question,
            expected="；".join("或".join(group) for group in case.answer),
            evidence="；".join(case.evidence),
            answer=answer.answer,
        )
        return verdict_of(str(chat.invoke([HumanMessage(asked)]).text))

    return judge


def verdict_of(said: str) -> bool | None:
    """Whether a judge said right or wrong; None where it said neither, or both."""
    said = said.replace(f"不{_RIGHT}", _WRONG)
    right, wrong = _RIGHT in said, _WRONG in said
    return None if right == wrong else right
