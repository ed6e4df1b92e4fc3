"""What a question must be to be asked."""

from service.errors import Problem
from service.settings import Settings


def check_question(question: str, settings: Settings) -> None:
    """Raise Problem where a question is empty or too long."""
    if not question.strip():
        raise Problem(422, "question_empty", "问题是空的，请输入要问的内容。")
    if len(question) > settings.question_characters:
        raise Problem(
            422,
            "question_too_long",
            f"问题有 {len(question)} 个字，超过上限 {settings.question_characters} 个字；"
            "请精简后再问。",
        )
