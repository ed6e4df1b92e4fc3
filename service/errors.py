"""What a client is told of an error, whatever the protocol, and of what is wrong with a request."""

import logging
from collections.abc import Sequence, Sized
from typing import Any

from ingest.errors import CewenError
from service.log import printable

GONE = 499
_log = logging.getLogger(__name__)
# Of what is wrong with a request, so many places are told, of a field's name so many characters.
_TOLD = 5
_NAME = 100
_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "json_invalid": "不是合法的 JSON",
    "string_type": "应为字符串",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
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
    "literal_error": "只能是 {expected} 之一",
    "tuple_type": "应为数组",
    "model_attributes_type": "应为对象",
}


class Problem(CewenError):
    """An error with its HTTP status, a stable code and a message for the user.

    ``param`` names the field of the request at fault, where that is known.
    """

    def __init__(self, status: int, code: str, message: str, param: str = "") -> None:
        # It may quote what was asked for, of which half a surrogate pair no answer can carry.
        super().__init__(printable(message))
        self.status = status
        self.code = code
        self.param = printable(param)


def from_error(error: Exception, request_id: str) -> Problem:
    """What an error of any layer means to a client; the log is told it in full."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, CewenError):
        log_known(error, request_id)
        return Problem(error.status, error.code, str(error))
    _log.error("%s", request_id, exc_info=error)
    return Problem(
        500, "internal", "服务内部出错，请稍后重试；如反复出现，请把请求编号告诉管理员。"
    )


def log_known(error: CewenError, request_id: str) -> None:
    """Tell the administrator of an error that has a message, and what else is known of it."""
    _log.warning("%s %s: %s", request_id, type(error).__name__, error.in_full())


def invalid(details: Sequence[Any]) -> Problem:
    """What pydantic found wrong with the fields of a request."""
    places = "；".join(f"{_dotted(detail['loc'])}：{reason(detail)}" for detail in details[:_TOLD])
    if len(details) > _TOLD:
        places += f"；另有 {len(details) - _TOLD} 处"
    named = [detail["loc"][1:] for detail in details if detail["type"] != "json_invalid"]
    param = _dotted(named[0]) if named else ""
    return Problem(422, "invalid_request", f"请求内容不符合要求：{places}。", param)


def _dotted(place: Sequence[object]) -> str:
    return ".".join(str(part)[:_NAME] for part in place)


def reason(detail: Any) -> str:
    """One of pydantic's errors in Chinese: what is wrong with a value."""
    known = _REASONS.get(detail["type"], "格式不对")
    value = detail["input"]
    facts = {**detail.get("ctx", {}), "length": len(value) if isinstance(value, Sized) else 0}
    return known.format(**facts).replace(", ", "、").replace(" or ", "、")
