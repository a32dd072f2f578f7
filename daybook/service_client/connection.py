"""`ServiceConnection`: how every client of the analysis service speaks to it, and reads what it answers."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import requests
import tenacity
import urllib3.exceptions

from daybook.errors import DaybookError, ServiceError
from daybook.language import Language, Text, literal
from daybook.transport_errors import never_connected

CONNECT_SECONDS = 10.0
BUSY_SECONDS = 60.0
"""How long a busy service is asked again."""
ATTEMPTS_TO_CONNECT = 3
"""A service that is only restarting is back by the last."""

NOT_BEGUN = frozenset({"queue_full", "not_ready"})
"""Codes of a service that did not begin the work, so that it may be sent again, whatever it is."""

UNREACHABLE = Text(
    en="The analysis service cannot be reached; check the “Analysis service URL” in the plugin's credentials, and that"
    " the service runs where the plugin daemon can reach it.",
    zh="无法连接分析服务；请检查插件凭据中的“分析服务地址”，并确认服务正在运行，且 plugin daemon 可以访问。",
)
UNTRUSTED = Text(
    en="The certificate of the analysis service is not trusted; use an internal http address as “Analysis service URL”,"
    " or install the certificate's authority where the plugin daemon runs.",
    zh="不信任分析服务的证书；请把“分析服务地址”改为内网 http 地址，"
    "或在 plugin daemon 的运行环境中安装证书的颁发机构。",
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
IN_BETWEEN = Text(
    en="A proxy in front of the analysis service answered with status {status}; look there at the limits of size and"
    " time, and whether the service runs.",
    zh="分析服务前面的代理返回状态 {status}；请检查代理的大小和时间限制，以及服务是否正在运行。",
)
TOO_SLOW = Text(
    en="The analysis service did not answer within {seconds} seconds; send fewer days, or have its workers increased.",
    zh="分析服务未能在 {seconds} 秒内应答；请减少数据的天数，或增加服务的工作进程。",
)
BROKEN_OFF = Text(
    en="The connection to the analysis service broke off before it answered; run the workflow again, and look into the"
    " service's log if it happens again.",
    zh="与分析服务的连接在应答之前中断；请重新运行工作流，如再次出现，请查看服务的日志。",
)
_OF_A_PROXY = frozenset({413, 429, 502, 503, 504})


class UnknownTexts(NamedTuple):
    """What a person is told where nobody knows what became of a request."""

    too_slow: Text
    broken_off: Text
    values: Mapping[str, Any] = {}
    """For the fields of the two."""


class BusyError(Exception):
    """The service did not do the work, and may be asked again after ``seconds``."""

    def __init__(self, error: ServiceError, seconds: float) -> None:
        super().__init__(seconds)
        self.error = error
        self.seconds = seconds


class ServiceConnection:
    """One analysis service: its address, its key, and the language its answers are wanted in."""

    def __init__(
        self, url: str, key: str = "", language: Language = Language.CHINESE, session: requests.Session | None = None
    ) -> None:
        self._url = url.strip().rstrip("/")
        self._session = session or requests.Session()
        self._headers = {"Accept-Language": "zh-CN" if language is Language.CHINESE else "en"}
        if key.strip():
            self._headers["Authorization"] = f"Bearer {key.strip()}"

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        connect_seconds: float = CONNECT_SECONDS,
        on_unknown: UnknownTexts | None = None,
        **request: Any,
    ) -> requests.Response:
        """What the service answers, whatever it is.

        Args:
            method: HTTP's.
            path: below the service's address.
            seconds: what the answer may take, once all is sent.
            connect_seconds: what the connection may take.
            on_unknown: what a person is told where it did not come.
            request: what `requests.Session.request` takes.

        Raises:
            ServiceError: there is no answer. `BusyError` where nothing was sent.
        """
        texts = on_unknown or UnknownTexts(TOO_SLOW, BROKEN_OFF)
        headers = self._headers | request.pop("headers", {})
        try:
            return self._session.request(
                method,
                self._url + path,
                headers=headers,
                timeout=(connect_seconds, seconds),
                allow_redirects=False,
                **request,
            )
        # raised anew: what these say holds the service's address
        except requests.exceptions.SSLError:
            raise ServiceError(UNTRUSTED) from None
        except requests.exceptions.ConnectTimeout:
            raise ServiceError(UNREACHABLE) from None
        except requests.exceptions.ReadTimeout:
            raise ServiceError(texts.too_slow, seconds=f"{seconds:g}", **texts.values) from None
        except requests.exceptions.ConnectionError as error:
            if never_connected(error):
                raise BusyError(ServiceError(UNREACHABLE), 1.0) from None
            raise ServiceError(texts.broken_off, **texts.values) from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError):
            raise ServiceError(UNREACHABLE) from None


def parse_answer(
    response: requests.Response, again: frozenset[str], refusals: Mapping[str | int, type[DaybookError]]
) -> dict[str, Any]:
    """The JSON object of a good answer.

    Args:
        response: what the service answered.
        again: codes of errors after which the request may be sent again.
        refusals: the class of error for a code or a status of the service, where it is no `ServiceError`.

    Raises:
        BusyError: the request may be sent again.
        DaybookError: the service refused it; the sentence is the service's own.
    """
    try:
        answer = response.json()
    except ValueError:
        answer = None
    status = response.status_code
    if status == HTTPStatus.UNAUTHORIZED:
        raise ServiceError(NO_KEY)
    if isinstance(answer, dict) and response.ok and status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    if not isinstance(answer, dict) or "code" not in answer:
        raise ServiceError(IN_BETWEEN, status=status) if status in _OF_A_PROXY else ServiceError(NO_SERVICE_THERE)
    sentence = literal(" ".join(str(answer.get("detail", "")).split()))
    text, code = Text(en=sentence, zh=sentence), str(answer["code"])
    if code in again:
        raise BusyError(ServiceError(text), _seconds(response.headers.get("Retry-After", "")))
    raise refusals.get(code, refusals.get(status, ServiceError))(text)


def retrying_while_busy[T](call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """The result of ``call``, repeated while it raises `BusyError`, as long as that makes sense.

    Raises:
        ServiceError: the service stays busy, or away.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(BusyError),
        stop=tenacity.stop_after_delay(BUSY_SECONDS) | _StopIfAway(),
        wait=_as_told,
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(call)
    except BusyError as busy:
        raise busy.error from None


def _as_told(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.seconds if isinstance(error, BusyError) else 1.0


class _StopIfAway(tenacity.stop.stop_base):
    """Ends the attempts at a service that cannot be connected to before a person tires of waiting."""

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        away = isinstance(error, BusyError) and error.error.text is UNREACHABLE
        return away and retry_state.attempt_number >= ATTEMPTS_TO_CONNECT


def _seconds(header: str) -> float:
    return min(30.0, float(header)) if header.isdecimal() else 2.0
