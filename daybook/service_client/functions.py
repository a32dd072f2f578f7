"""`FunctionsClient`: calls the functions that an analysis service offers: list them, run one, fetch its files."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import requests

from daybook.errors import DaybookError, FunctionError, LimitError, ParameterError, ServiceError
from daybook.language import Language, Text
from daybook.service_client.connection import (
    CONNECT_SECONDS,
    NO_SERVICE_THERE,
    NOT_BEGUN,
    BusyError,
    ServiceConnection,
    UnknownTexts,
    parse_answer,
    retrying_while_busy,
)

LIST_SECONDS = 4.0
"""What a list may take: somebody looks at a form meanwhile."""
CALL_SECONDS = 580.0
"""What a call may take; Dify ends a tool after 600 s."""

TOO_SLOW = Text(
    en="The analysis service did not answer in time, and the function {function} may still be running; look at the"
    " service's runs before you call it again.",
    zh="分析服务未能及时应答，函数 {function} 可能仍在运行；请先查看服务的运行记录，再决定是否重新调用。",
)
BROKEN_OFF = Text(
    en="The connection to the analysis service broke off, and the function {function} may have run; look at the"
    " service's runs before you call it again.",
    zh="与分析服务的连接中断，函数 {function} 可能已经执行；请先查看服务的运行记录，再决定是否重新调用。",
)
LIST_FAILED = Text(
    en="The analysis service did not send its list of functions; enter the function's name by hand, or try again.",
    zh="分析服务没有返回函数列表；请手动填写函数名，或稍后重试。",
)
FILE_GONE = Text(
    en="The file {name} of the function's result could not be fetched from the analysis service; call the function"
    " again.",
    zh="无法从分析服务获取函数结果中的文件 {name}；请重新调用函数。",
)
_REFUSALS: dict[str | int, type[DaybookError]] = {
    HTTPStatus.NOT_FOUND.value: ParameterError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value: LimitError,
    HTTPStatus.UNPROCESSABLE_ENTITY.value: FunctionError,
    "parameter": ParameterError,
    "time_limit": LimitError,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A function that the service offers."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send."""

    name: str
    data: bytes
    mime_type: str


class FunctionsClient:
    """The functions of one analysis service."""

    def __init__(
        self,
        url: str,
        key: str = "",
        language: Language = Language.CHINESE,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """The functions of the service at ``url``; errors are in ``language``."""
        self._connection = ServiceConnection(url, key, language, session)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def offered(self) -> list[Offered]:
        """The functions that can be called.

        Raises:
            ServiceError: the list cannot be had.
        """
        try:
            response = self._connection.send(
                "GET",
                "/functions",
                seconds=LIST_SECONDS,
                connect_seconds=LIST_SECONDS,
                on_unknown=UnknownTexts(LIST_FAILED, LIST_FAILED),
            )
            answer = parse_answer(response, NOT_BEGUN, {})
            return [Offered(str(each["name"]), str(each["summary"])) for each in answer["functions"]]
        except BusyError as busy:
            raise busy.error from None
        except (KeyError, TypeError):
            raise ServiceError(NO_SERVICE_THERE) from None

    def call(self, name: str, arguments: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
        """Run a function and wait for its end; gives the run with its result, as the service describes it.

        A call is sent again only where the service says that it did not begin it: a function may do something that
        must not be done twice.

        Raises:
            ParameterError: there is no such function.
            FunctionError: the function refused the call, or failed.
            LimitError: it needed more than it may.
            ServiceError: the service cannot be reached, or did not answer.
        """
        return retrying_while_busy(lambda: self._call_once(name, arguments, files), self._sleep)

    def fetch(self, run_id: str, name: str) -> bytes:
        """A file of a run's result.

        Raises:
            ServiceError: it cannot be had.
        """
        path = f"/v1/runs/{quote(run_id, safe='')}/files/{quote(name, safe='')}"
        try:
            response = self._connection.send("GET", path, seconds=CONNECT_SECONDS)
        except (ServiceError, BusyError):
            raise ServiceError(FILE_GONE, name=name) from None
        if response.status_code != HTTPStatus.OK:
            raise ServiceError(FILE_GONE, name=name)
        return response.content

    def _call_once(self, name: str, arguments: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
        body: dict[str, Any] = {"json": dict(arguments)}
        if files:
            fields = {field: (file.name, file.data, file.mime_type) for field, file in files.items()}
            body = {"data": {key: _as_text(value) for key, value in arguments.items()}, "files": fields}
        texts = UnknownTexts(TOO_SLOW, BROKEN_OFF, {"function": name})
        path = f"/functions/{quote(name, safe='')}"
        run = parse_answer(
            self._connection.send("POST", path, seconds=CALL_SECONDS, on_unknown=texts, **body), NOT_BEGUN, _REFUSALS
        )
        if "run_id" not in run:
            raise ServiceError(NO_SERVICE_THERE)
        return run


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
