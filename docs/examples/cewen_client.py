"""策问接口的 Python 客户端示例：复制到自己的项目里，按需增删。只依赖 httpx。

用法：
    with Cewen("http://127.0.0.1:8000") as cewen:
        print(cewen.ask("泽川市氢能产业由哪个单位牵头？").answer)
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

T = TypeVar("T")


class CewenError(Exception):
    """服务拒绝了请求或出了错。code 供程序判断，message 可以直接给用户看。

    status 是 HTTP 状态码；事件流中途出的错没有状态码，为 0。
    """

    def __init__(self, status: int, code: str, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class Citation:
    """一条引用；start、end 是文件全文中的码位，text[start:end] == quote。

    warning 是文件已失效时接在标题后面的话，如“已废止”；显示引文时要带上。
    """

    index: int
    document_id: str
    title: str
    document_number: str
    section: tuple[str, ...]
    page: int | None
    validity: str
    quote: str
    start: int
    end: int
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """一条结论和它的引用序号；supported 为 False 的不能当作事实显示。

    warns 为 True 的不是结论，是说所引文件已失效的警告。
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """一个回答；found 为 False 时文件里没有依据，nearest 是最接近的章节。"""

    answer: str
    status: str
    citations: tuple[Citation, ...]
    sentences: tuple[Sentence, ...]
    nearest: tuple[Citation, ...]
    ai_generated: bool
    request_id: str

    @property
    def found(self) -> bool:
        """文件里有没有依据。"""
        return self.status == "answered"


@dataclass(frozen=True, slots=True)
class Passage:
    """检索到的一个段落；warning 同引用。"""

    passage_id: str
    document_id: str
    title: str
    section: tuple[str, ...]
    page: int | None
    text: str
    start: int
    end: int
    warning: str = ""


class Cewen:
    """一个策问服务；线程之间可以共用。"""

    def __init__(self, url: str = "http://127.0.0.1:8000", timeout: float = 120.0) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """断开连接。"""
        self._http.close()

    def ask(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        document_ids: Sequence[str] = (),
    ) -> Answer:
        """回答一个问题；history 是先前的（提问，回答），最早的在前。

        Raises:
            CewenError: 服务拒绝了请求或出了错。
            httpx.TransportError: 连不上服务，或等得太久。
        """
        body = _question(question, history, document_ids)
        return _answer(_checked(self._http.post("/api/v1/answer", json=body)))

    def stream(
        self,
        question: str,
        history: Sequence[tuple[str, str]] = (),
        document_ids: Sequence[str] = (),
    ) -> Iterator[Citation | Sentence | Answer]:
        """边作答边给出引用和结论，最后是完整的回答；提前停止遍历，服务也停止作答。

        Raises:
            CewenError: 服务拒绝了请求或出了错。
            httpx.TransportError: 连不上服务，或等得太久。
        """
        body = {**_question(question, history, document_ids), "stream": True}
        with self._http.stream("POST", "/api/v1/answer", json=body) as response:
            if response.is_error:
                response.read()
                _checked(response)
            for name, data in _events(response.iter_lines()):
                if name == "citation":
                    yield _citation(data)
                elif name == "delta":
                    yield _made(Sentence, data, citations=tuple(data["citations"]))
                elif name == "done":
                    yield _answer(data)
                elif name == "error":
                    raise _error(0, data)

    def search(self, question: str, k: int = 5, document_ids: Sequence[str] = ()) -> list[Passage]:
        """最相关的 k 个段落。

        Raises:
            CewenError: 服务拒绝了请求或出了错。
            httpx.TransportError: 连不上服务，或等得太久。
        """
        body = {"question": question, "k": k, "document_ids": list(document_ids)}
        found = _checked(self._http.post("/api/v1/search", json=body))
        return [_made(Passage, each, section=tuple(each["section"])) for each in found["results"]]


def _question(
    question: str, history: Sequence[tuple[str, str]], document_ids: Sequence[str]
) -> dict[str, Any]:
    turns = [
        {"role": role, "content": content}
        for turn in history
        for role, content in zip(("user", "assistant"), turn, strict=True)
    ]
    return {"question": question, "history": turns, "document_ids": list(document_ids)}


def _checked(response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        try:
            body = response.json()
        except ValueError:  # 不是策问答的，例如中间的代理
            body = {}
        raise _error(response.status_code, body)
    content: dict[str, Any] = response.json()
    return content


def _error(status: int, body: Mapping[str, Any]) -> CewenError:
    error = body.get("error", {})
    return CewenError(
        status,
        error.get("code", "http_error"),
        error.get("message", f"请求没有成功（HTTP {status}）。"),
        error.get("request_id", ""),
    )


def _events(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """事件的名称和数据；一行 event，一行 data，一个空行，冒号开头的是保持连接的注释。"""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def _answer(data: Mapping[str, Any]) -> Answer:
    return _made(
        Answer,
        data,
        citations=tuple(map(_citation, data["citations"])),
        sentences=tuple(
            _made(Sentence, each, citations=tuple(each["citations"])) for each in data["sentences"]
        ),
        nearest=tuple(map(_citation, data["nearest"])),
    )


def _citation(data: Mapping[str, Any]) -> Citation:
    return _made(Citation, data, section=tuple(data["section"]))


def _made(kind: type[T], data: Mapping[str, Any], **changed: object) -> T:
    """只取认识的字段：服务以后可能增加字段。"""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in {**data, **changed}.items() if name in known})
