"""Errors to their HTTP form: {"error": {"code", "message", "request_id"}}, in Chinese."""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.errors import CewenError
from service.errors import Problem, from_error, invalid
from service.openai.errors import openai_body
from service.schemas import ErrorInfo, ErrorResponse

OPENAI_PREFIX = "/v1"
_RETRY_SECONDS = "5"
_TOO_MANY_FILES = re.compile(r"Too many files\. Maximum number of files is (\d+)\.")
_PLAIN = {
    400: ("bad_request", "请求内容读不出来。"),
    404: ("not_found", "没有这个地址。"),
    405: ("method_not_allowed", "这个地址不支持该请求方法。"),
    413: ("too_large", "请求内容过大。"),
}


def install(app: FastAPI) -> None:
    """Give every error of ``app`` the contract's body."""
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(CewenError, _on_known)


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
