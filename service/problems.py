"""Errors to their HTTP form: {"error": {"code", "message", "request_id"}}, in Chinese."""

import logging
import re
from collections.abc import Sequence, Sized
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import (
    AmbiguousDocumentError,
    EncoderError,
    RebuildNeededError,
    StoreBusyError,
    StoreError,
    UnknownDocumentError,
    in_full,
)
from service.contract import ErrorInfo, ErrorResponse
from service.conversations import UnknownConversationError
from service.evaluations import UnknownEvaluationError
from service.log import printable
from service.openai_contract import OpenAIError, OpenAIErrorResponse

OPENAI_PREFIX = "/v1"
_log = logging.getLogger(__name__)
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (UnknownDocumentError, 404, "document_not_found"),
    # No 409, which clients take for a conflict that passes, and try again.
    (AmbiguousDocumentError, 422, "document_ambiguous"),
    (UnknownConversationError, 404, "conversation_not_found"),
    (UnknownEvaluationError, 404, "evaluation_not_found"),
    (StoreBusyError, 409, "busy"),
    (RebuildNeededError, 503, "rebuild_needed"),
    (StoreError, 507, "store"),
    (EncoderError, 503, "model"),
)
_RETRY_SECONDS = "5"
_TOO_MANY_FILES = re.compile(r"Too many files\. Maximum number of files is (\d+)\.")
# Of what is wrong with a request, so many places are told, of a field's name so many characters.
_TOLD = 5
_NAME = 100
_PLAIN = {
    400: ("bad_request", "请求内容读不出来。"),
    404: ("not_found", "没有这个地址。"),
    405: ("method_not_allowed", "这个地址不支持该请求方法。"),
    413: ("too_large", "请求内容过大。"),
}


class Problem(Exception):
    """An error with its HTTP status, a stable code and a message for the user.

    ``param`` names the field of the request at fault, where that is known.
    """

    def __init__(self, status: int, code: str, message: str, param: str = "") -> None:
        # It may quote what was asked for, of which half a surrogate pair no answer can carry.
        super().__init__(printable(message))
        self.status = status
        self.code = code
        self.param = printable(param)


def install(app: FastAPI) -> None:
    """Give every error of ``app`` the contract's body."""
    app.add_exception_handler(Problem, _on_known)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind, _, _ in _STATUS:
        app.add_exception_handler(kind, _on_known)


def response(request: Request, problem: Problem) -> JSONResponse:
    """The HTTP response of one problem, in OpenAI's form where its clients ask."""
    if request.url.path.startswith(f"{OPENAI_PREFIX}/"):
        # What we call unfit its clients know as a bad request.
        status = 400 if problem.status == 422 else problem.status
        return JSONResponse(openai_body(problem).model_dump(), status_code=status)
    request_id = getattr(request.state, "request_id", "")
    info = ErrorInfo(code=problem.code, message=str(problem), request_id=request_id)
    headers = {"Retry-After": _RETRY_SECONDS} if problem.code == "busy" else None
    return JSONResponse(ErrorResponse(error=info).model_dump(), problem.status, headers)


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


def from_error(error: Exception, request_id: str) -> Problem:
    """What an error of the layers below means over HTTP; the log is told it in full."""
    if isinstance(error, Problem):
        return error
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            log_known(error, request_id)
            return Problem(status, code, str(error))
    _log.error("%s", request_id, exc_info=error)
    return Problem(
        500, "internal", "服务内部出错，请稍后重试；如反复出现，请把请求编号告诉管理员。"
    )


def log_known(error: Exception, request_id: str) -> None:
    """Tell the administrator of an error that has a message, and what else is known of it."""
    _log.warning("%s %s: %s", request_id, type(error).__name__, in_full(error))


async def _on_known(request: Request, error: Exception) -> JSONResponse:
    return response(request, from_error(error, request.state.request_id))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return await _on_known(request, error)
    status = error.status_code
    if many := _TOO_MANY_FILES.fullmatch(str(error.detail)):
        message = f"一次上传的文件超过 {many[1]} 份；请分几次上传。"
        return response(request, Problem(413, "too_large", message))
    code, message = _PLAIN.get(status, ("http_error", f"请求没有成功（HTTP {status}）。"))
    answer = response(request, Problem(status, code, message))
    answer.headers.update(error.headers or {})
    return answer


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    return response(request, invalid(details))


def invalid(details: Sequence[Any]) -> Problem:
    """What pydantic found wrong with the fields of a request."""
    places = "；".join(f"{_dotted(detail['loc'])}：{_reason(detail)}" for detail in details[:_TOLD])
    if len(details) > _TOLD:
        places += f"；另有 {len(details) - _TOLD} 处"
    named = [detail["loc"][1:] for detail in details if detail["type"] != "json_invalid"]
    param = _dotted(named[0]) if named else ""
    return Problem(422, "invalid_request", f"请求内容不符合要求：{places}。", param)


def _dotted(place: Sequence[object]) -> str:
    return ".".join(str(part)[:_NAME] for part in place)


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "json_invalid": "不是合法的 JSON",
    "string_type": "应为字符串",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_too_long": "太长，有 {length} 个字，上限 {max_length} 个字",
    "string_too_short": "不能是空的",
    "iso_date": "应为 YYYY-MM-DD 的日期",
    "too_short": "不能是空的",
    "too_long": "太多，有 {length} 项，上限 {max_length} 项",
    "too_many_fields": "项目太多，有 {length} 个",
    "not_text": "只接受文字，不接受图片、音频和文件",
    "token_ids": "只接受文字，不接受词元编号（LangChain 请设 check_embedding_ctx_length=False）",
    "string_unicode": "含有不成对的代理字符",
    "greater_than_equal": "数值太小，不能小于 {ge}",
    "less_than_equal": "数值太大，不能大于 {le}",
    "literal_error": "不在可选的值之内",
    "tuple_type": "应为数组",
    "model_attributes_type": "应为对象",
}


def _reason(detail: dict[str, Any]) -> str:
    known = _REASONS.get(detail["type"], "格式不对")
    value = detail["input"]
    facts = {**detail.get("ctx", {}), "length": len(value) if isinstance(value, Sized) else 0}
    return known.format(**facts)
