"""One request to DingTalk, and what its answer means.

Only HTTP 200 with a JSON object whose ``errcode`` is the integer 0 is success: DingTalk answers refusals with HTTP
200 too, and a gateway in between may answer anything. Nothing here raises: an exception of the HTTP library would
carry the address, token and all.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError

from daybook import tracing
from daybook.dingtalk import codes, texts
from daybook.dingtalk.robot import Robot
from daybook.dingtalk.texts import fill
from daybook.language import Text
from daybook.transport import Failure, Redactor, classify, quiet_http_loggers

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
ANSWER_BYTES = 64 * 1024
"""Bytes of an answer that are read; DingTalk's have a few hundred."""

_HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "daybook"}


class Verdict(Enum):
    """What became of one request."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """DingTalk or a gateway said no; the same request would be refused again."""
    BUSY = "busy"
    """DingTalk said that it is busy; not posted."""
    THROTTLED = "throttled"
    """Too many messages; not posted, and nothing will be for ten minutes."""
    NOT_SENT = "not sent"
    """No connection: not a byte of the message left this machine."""
    UNKNOWN = "unknown"
    """The message left, and no answer says what became of it."""


@dataclass(frozen=True, slots=True)
class RobotAnswer:
    """What became of one request, why, and what to do; free of secrets."""

    verdict: Verdict
    cause: Text
    remedy: Text
    code: int | None = None
    """DingTalk's errcode, where it gave one."""
    errmsg: str = ""
    """DingTalk's own words: redacted, clipped, without addresses."""


DELIVERED = RobotAnswer(Verdict.DELIVERED, Text(en="posted", zh="已发送"), Text(en="", zh=""), codes.SUCCESS, "ok")

_LOOK_AT_NETWORK = Text(
    en="see whether the machine that runs this reaches oapi.dingtalk.com (DNS, proxy, firewall, certificates)",
    zh="请检查运行环境能否访问 oapi.dingtalk.com（DNS、代理、防火墙、证书）",
)


class RobotTransport:
    """Posts bodies to robots over one HTTP session.

    Args:
        session: the session to use, not closed here.
        connect_seconds: time for name look-up, connection and TLS, each.
        read_seconds: time between two reads of the answer.
    """

    def __init__(
        self, session: requests.Session, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
    ) -> None:
        quiet_http_loggers()
        self._session = session
        self._timeout = (connect_seconds, read_seconds)

    def post(self, robot: Robot, payload: bytes, timestamp_ms: int) -> RobotAnswer:
        """Post ``payload``, signed for ``timestamp_ms``."""
        query = robot.query(timestamp_ms)
        redactor = robot.redactor(query.get("sign", ""))
        body = _WatchedBody(payload)
        try:
            with self._session.post(
                robot.endpoint,
                params=query,
                data=body,
                headers=_HEADERS,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                proxies={"http": "", "https": ""} if robot.on_loopback else None,
            ) as response:
                status, answer = response.status_code, _read(response)
                tracing.current().note({"http.response.status_code": status})
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return _broken(error, body_left=body.was_read)
        return classified(status, answer, redactor)


def classified(status: int, answer: bytes, redactor: Redactor) -> RobotAnswer:
    """What an HTTP answer means for the message."""
    fields = _object(answer)
    code = fields.get("errcode")
    said = redactor.line(fields.get("errmsg") or "", 200)
    if type(code) is int and not (code == codes.SUCCESS and status != HTTPStatus.OK):
        return DELIVERED if code == codes.SUCCESS else _refusal(code, said)
    if "punish" in fields or status == HTTPStatus.TOO_MANY_REQUESTS:
        return replace(_refusal(_THROTTLED, said), code=None)
    if status in (HTTPStatus.OK, HTTPStatus.REQUEST_TIMEOUT) or not _is_refusal(status):
        return _unknown(_unreadable(status))
    return RobotAnswer(
        Verdict.REFUSED,
        fill(
            Text(
                en="something on the way to DingTalk answered with HTTP {status} instead of DingTalk",
                zh="收到 HTTP {status} 响应，并非钉钉的正常返回",
            ),
            status=status,
        ),
        Text(
            en="see whether a proxy or firewall stands in between, and copy the Webhook line again",
            zh="请检查中间的代理或防火墙，并重新复制 Webhook",
        ),
    )


_THROTTLED = 130101
_KINDS: Mapping[codes.CodeKind, Verdict] = {
    codes.CodeKind.REFUSED: Verdict.REFUSED,
    codes.CodeKind.BUSY: Verdict.BUSY,
    codes.CodeKind.THROTTLED: Verdict.THROTTLED,
}


def _refusal(code: int, said: str) -> RobotAnswer:
    problem = codes.problem(code, said)
    return RobotAnswer(_KINDS[problem.kind], problem.cause, problem.remedy, code, said)


def _unknown(cause: Text) -> RobotAnswer:
    return RobotAnswer(Verdict.UNKNOWN, cause, texts.LOOK_AT_GROUP)


def _unreadable(status: int) -> Text:
    if status == HTTPStatus.OK:
        return Text(
            en="the answer was not one of DingTalk's (a proxy may have answered)",
            zh="返回内容不是钉钉的格式（可能由代理返回）",
        )
    return fill(Text(en="the answer was HTTP {status}", zh="返回 HTTP {status}"), status=status)


_CAUSES = {
    Failure.TOO_SLOW: Text(en="no answer came in time", zh="等待返回超时"),
    Failure.CUT_OFF: Text(en="the connection broke before an answer came", zh="返回之前连接中断"),
    Failure.UNTRUSTED: Text(en="the encrypted connection could not be set up", zh="无法建立加密连接（TLS）"),
    Failure.PROXY: Text(en="the proxy did not let the connection through", zh="代理未放行连接"),
    Failure.CONNECT_TIMEOUT: Text(en="no connection came about in time", zh="连接超时"),
    Failure.UNREACHABLE: Text(en="no connection could be made", zh="无法建立连接"),
}
_CAUSES[Failure.NO_TLS] = _CAUSES[Failure.UNTRUSTED]


def _broken(error: Exception, *, body_left: bool) -> RobotAnswer:
    """What a request means that ended without an answer."""
    failure = classify(error, sent=body_left)
    cause = _CAUSES.get(failure, _CAUSES[Failure.UNREACHABLE])
    return _unknown(cause) if body_left else RobotAnswer(Verdict.NOT_SENT, cause, _LOOK_AT_NETWORK)


def _is_refusal(status: int) -> bool:
    return HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _read(response: requests.Response) -> bytes:
    answer = b""
    for chunk in response.iter_content(8192):
        answer += chunk
        if len(answer) > ANSWER_BYTES:
            return b""
    return answer


def _object(answer: bytes) -> dict[str, object]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class _WatchedBody(io.BytesIO):
    """A request body that knows whether any of it was asked for: before that, nothing can have been posted."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        return super().read(size)
