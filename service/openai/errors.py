"""Errors in OpenAI's form."""

from service.errors import Problem
from service.openai.schemas import OpenAIError, OpenAIErrorResponse


def openai_body(problem: Problem) -> OpenAIErrorResponse:
    """The body of one problem in OpenAI's form."""
    return OpenAIErrorResponse(
        error=OpenAIError(
            message=str(problem),
            type="server_error" if problem.status >= 500 else "invalid_request_error",
            param=problem.param or None,
            code=problem.code,
        )
    )
