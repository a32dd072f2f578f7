"""Calls the functions that an analysis service offers: list them, run one, fetch its files."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import requests
import tenacity

from daybook.errors import FunctionError, LimitError, ParameterError, ServiceError
from daybook.language import Language, Text, literal

CONNECT_SECONDS = 10.0
LIST_SECONDS = 4.0
"""What a list may take: somebody looks at a form meanwhile."""
CALL_SECONDS = 580.0
"""What a call may take; Dify ends a tool after 600 s."""
BUSY_SECONDS = 60.0
"""How long a busy service is asked again."""
_NOT_BEGUN = frozenset({"queue_full", "not_ready"})
"""Codes of a service that did not begin the call, so that it may be sent again."""

UNREACHABLE = Text(
    en="The analysis service cannot be reached; check the “Analysis service URL” in the plugin's credentials, and that"
    " the service runs where the plugin daemon can reach it.",
    zh="无法连接分析服务；请检查插件凭据中的“分析服务地址”，并确认服务正在运行，且 plugin daemon 可以访问。",
)
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
NO_KEY = Text(
    en="The analysis service does not accept the key; correct the “Analysis service key” in the plugin's credentials.",
    zh="分析服务不接受该密钥；请更正插件凭据中的“分析服务密钥”。",
)
NO_SERVICE_THERE = Text(
    en="What answers at the “Analysis service URL” is no Daybook analysis service; correct the address in the plugin's"
    " credentials.",
    zh="“分析服务地址”处的应答不是来自 Daybook 分析服务；请更正插件凭据中的地址。",
)
FILE_GONE = Text(
    en="The file {name} of the function's result could not be fetched from the analysis service; call the function"
    " again.",
    zh="无法从分析服务获取函数结果中的文件 {name}；请重新调用函数。",
)
SAID = {
    HTTPStatus.NOT_FOUND: ParameterError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: LimitError,
    HTTPStatus.UNPROCESSABLE_ENTITY: FunctionError,
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


class _BusyError(Exception):
    def __init__(self, error: ServiceError, seconds: float) -> None:
        super().__init__(seconds)
        self.error = error
        self.seconds = seconds


class HostedFunctions:
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
        self._url = url.strip().rstrip("/")
        self._session = session or requests.Session()
        self._sleep = sleep
        self._language = language
        self._headers = {"Accept-Language": "zh-CN" if language is Language.CHINESE else "en"}
        if key.strip():
            self._headers["Authorization"] = f"Bearer {key.strip()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def offered(self) -> list[Offered]:
        """The functions that can be called.

        Raises:
            ServiceError: the list cannot be had.
        """
        try:
            response = self._session.get(
                f"{self._url}/functions", headers=self._headers, timeout=(LIST_SECONDS, LIST_SECONDS)
            )
        except requests.RequestException as error:
            unreachable = isinstance(error, requests.ConnectionError)
            raise ServiceError(UNREACHABLE if unreachable else LIST_FAILED) from None
        try:
            return [Offered(str(each["name"]), str(each["summary"])) for each in self._answer(response)["functions"]]
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
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError),
            stop=tenacity.stop_after_delay(BUSY_SECONDS),
            wait=_as_told,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._call_once, name, arguments, files)
        except _BusyError as error:
            raise error.error from None

    def fetch(self, run_id: str, name: str) -> bytes:
        """A file of a run's result.

        Raises:
            ServiceError: it cannot be had.
        """
        address = f"{self._url}/v1/runs/{quote(run_id, safe='')}/files/{quote(name, safe='')}"
        try:
            response = self._session.get(address, headers=self._headers, timeout=(CONNECT_SECONDS, CONNECT_SECONDS))
        except requests.RequestException:
            raise ServiceError(FILE_GONE, name=name) from None
        if response.status_code != HTTPStatus.OK:
            raise ServiceError(FILE_GONE, name=name)
        return response.content

    def _call_once(self, name: str, arguments: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
        address = f"{self._url}/functions/{quote(name, safe='')}"
        body: dict[str, Any] = {"json": dict(arguments)}
        if files:
            fields = {field: (file.name, file.data, file.mime_type) for field, file in files.items()}
            body = {"data": {key: _as_text(value) for key, value in arguments.items()}, "files": fields}
        try:
            response = self._session.post(
                address, headers=self._headers, timeout=(CONNECT_SECONDS, CALL_SECONDS), allow_redirects=False, **body
            )
        except requests.ConnectTimeout:
            raise ServiceError(UNREACHABLE) from None
        except requests.ReadTimeout:
            raise ServiceError(TOO_SLOW, function=name) from None
        except requests.ConnectionError as error:
            raise ServiceError(UNREACHABLE if _never_connected(error) else BROKEN_OFF, function=name) from None
        except requests.RequestException:
            raise ServiceError(UNREACHABLE) from None
        run = self._answer(response)
        if "run_id" not in run:
            raise ServiceError(NO_SERVICE_THERE)
        return run

    def _answer(self, response: requests.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise ServiceError(NO_KEY)
        if not isinstance(answer, dict) or (response.status_code != HTTPStatus.OK and "code" not in answer):
            raise ServiceError(NO_SERVICE_THERE)
        if response.status_code == HTTPStatus.OK:
            return answer
        sentence = literal(" ".join(str(answer.get("detail", "")).split()))
        text = Text(en=sentence, zh=sentence)
        if answer["code"] in _NOT_BEGUN:
            raise _BusyError(ServiceError(text), _seconds(response.headers.get("Retry-After", "")))
        raise SAID.get(HTTPStatus(response.status_code), ServiceError)(text)


def _as_told(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.seconds if isinstance(error, _BusyError) else 1.0


def _seconds(header: str) -> float:
    return min(30.0, float(header)) if header.isdecimal() else 2.0


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _never_connected(error: requests.ConnectionError) -> bool:
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
