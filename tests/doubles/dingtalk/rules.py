"""What DingTalk checks of a robot's message, in order, and the words in which it refuses.

The order up to the token is known from quoted answers; the rest of it is assumed, so a test breaks one rule at a time.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

BODY_BYTES = 20_000
PER_MINUTE = 20
HOLD_SECONDS = 600
CLOCK_SECONDS = 3600

_TYPES = ("text", "link", "markdown", "actionCard", "feedCard")


class Style(StrEnum):
    """The three wordings of refusals that have been seen over the years."""

    OLD = "old"
    Y2024 = "2024"
    Y2026 = "2026"


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes
    sender: str = "127.0.0.1"


@dataclass(frozen=True)
class Post:
    """A message that stands in the group."""

    body: dict[str, Any]
    message_id: str = ""

    @property
    def _content(self) -> dict[str, Any]:
        content = self.body[self.body["msgtype"]]
        return content if isinstance(content, dict) else {}

    @property
    def title(self) -> str:
        """What the list of conversations shows; empty for a text message."""
        return str(self._content.get("title", ""))

    @property
    def text(self) -> str:
        """What the group reads."""
        return str(self._content.get("text") or self._content.get("content") or "")

    @property
    def mentions(self) -> tuple[str, ...]:
        """Whom it alerts: only who stands in ``at`` and, as ``@...``, in the text; ``all`` for everyone."""
        if self.body["msgtype"] not in ("text", "markdown"):
            return ()
        at = self.body.get("at") or {}
        people = [*at.get("atMobiles", ()), *at.get("atUserIds", ())]
        named = tuple(person for person in people if f"@{person}" in self.text)
        return (*named, "all") if at.get("isAtAll") else named


@dataclass(frozen=True)
class Refusal:
    """An answer with an errcode other than 0."""

    code: int
    errmsg: str

    @property
    def answer(self) -> dict[str, Any]:
        return {"errcode": self.code, "errmsg": self.errmsg}


_LINK = "more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"
_ASK_2024 = "link:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;"
_ASK_2026 = "参考链接:请参考本接口对应文档查看参数获取方式，或者在https://open.dingtalk.com/document/  搜索对应文档;"


def _said(style: Style, old: str, cause: str, remedy: str) -> str:
    match style:
        case Style.OLD:
            return old
        case Style.Y2024:
            return f"description:{cause};solution:{remedy};{_ASK_2024}"
        case Style.Y2026:
            return f"错误描述:{cause}; 解决方案:{remedy};{_ASK_2026}"


def refusal(name: str, style: Style = Style.OLD, *, ip: str = "") -> Refusal:
    """The refusal called ``name``, in one of the wordings."""
    code, old, cause, remedy = _REFUSALS[name]
    return Refusal(code, _said(style, old.format(ip=ip), cause.format(ip=ip), remedy))


_REFUSALS: Mapping[str, tuple[int, str, str, str]] = {
    "timestamp": (
        310000,
        f"invalid timestamp, {_LINK}",
        "机器人发送签名过期",
        "签名生成时间和发送时间请保持在timestampms以内",
    ),
    "sign": (
        310000,
        f"sign not match, {_LINK}",
        "机器人发送签名不匹配",
        "请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确",
    ),
    "keyword": (
        310000,
        "keywords not in content",
        "关键词不匹配",
        "请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词",
    ),
    "ip": (310000, "ip {ip} not in whitelist", "机器人发送ip {ip} 不在白名单内", "请联系群管理员添加此ip"),
    "title": (
        400402,
        "miss param : markdown->title",
        "参数 markdown --》 title 缺失，或者参数格式不正确",
        "请填充上对应参数",
    ),
    "text": (
        400403,
        "miss param : markdown->text",
        "参数 markdown --》 text 缺失，或者参数格式不正确",
        "请填充上对应参数",
    ),
    "length": (
        460101,
        "message too long, exceed 20000 bytes",
        "body 大小不合法",
        "请保持大小在 20000bytes 以内",
    ),
}


@dataclass
class Group:
    """A group with one robot: its settings, and what has been posted."""

    token: str
    secret: str
    keywords: Sequence[str]
    allowed_ips: Sequence[str]
    style: Style
    now: Callable[[], float]
    posts: list[Post] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _arrivals: list[float] = field(default_factory=list)
    _held_until: float = 0.0

    def receive(self, call: Call) -> dict[str, Any]:
        """Check a message, post it where it passes, and give the answer."""
        for refused in self._refusals(call):
            if refused:
                return refused.answer
        body = json.loads(call.raw)
        message_id = body.get("msgUuid", "")
        if message_id and message_id in self._seen:
            return {"errcode": 0, "errmsg": "ok"}
        if self._throttled():
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        self._seen.add(message_id)
        self.posts.append(Post(body, message_id))
        return {"errcode": 0, "errmsg": "ok"}

    def _refusals(self, call: Call) -> Iterator[Refusal | None]:
        token = call.query.get("access_token", [""])[0]
        yield Refusal(43002, "需要POST请求") if call.method != "POST" else None
        yield Refusal(40035, "缺少参数 access_token") if not token else None
        yield Refusal(300005, "token is not exist") if token != self.token else None
        media = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        yield Refusal(43004, "无效的HTTP HEADER Content-Type") if media != "application/json" else None
        body = _object(call.raw)
        yield Refusal(40035, "缺少参数 json") if not body else None
        yield Refusal(400105, "不支持的消息类型") if body.get("msgtype") not in _TYPES else None
        yield refusal("length", self.style) if len(call.raw) > BODY_BYTES else None
        yield self._malformed(body)
        if self.secret:
            yield self._missigned(call.query)
        text = Post(body).text
        wordless = self.keywords and not any(keyword in text for keyword in self.keywords)
        yield refusal("keyword", self.style) if wordless else None
        if self.allowed_ips and call.sender not in self.allowed_ips:
            yield refusal("ip", self.style, ip=call.sender)

    def _malformed(self, body: dict[str, Any]) -> Refusal | None:
        """A part of the body that is absent or of the wrong kind; the code for types but Markdown is assumed."""
        kind = body["msgtype"]
        content = body.get(kind)
        content = content if isinstance(content, dict) else {}
        if kind == "markdown":
            for name in ("title", "text"):
                if not _words(content.get(name)):
                    return refusal(name, self.style)
        needed = {"text": ("content",), "actionCard": ("title", "text")}.get(kind, ())
        if not all(_words(content.get(name)) for name in needed):
            return Refusal(40035, f"缺少参数 {kind}")
        if kind == "actionCard" and not (
            (_words(content.get("singleTitle")) and _words(content.get("singleURL"))) or content.get("btns")
        ):
            return Refusal(40035, "缺少参数 actionCard")
        return None if _at_is_right(body.get("at")) else Refusal(40035, "缺少参数 at")

    def _missigned(self, query: Mapping[str, list[str]]) -> Refusal | None:
        timestamp, sign = (query.get(name, [""])[0] for name in ("timestamp", "sign"))
        if not re.fullmatch(r"[0-9]{13}", timestamp):
            return refusal("timestamp", self.style)
        if abs(self.now() - int(timestamp) / 1000) > CLOCK_SECONDS:
            return refusal("timestamp", self.style)
        digest = hmac.new(self.secret.encode(), f"{timestamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        return None if sign == base64.b64encode(digest).decode() else refusal("sign", self.style)

    def _throttled(self) -> bool:
        now = self.now()
        if now < self._held_until:
            return True
        self._arrivals = [moment for moment in self._arrivals if now - moment < 60]
        if len(self._arrivals) >= PER_MINUTE:
            self._held_until = now + HOLD_SECONDS
            return True
        self._arrivals.append(now)
        return False


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode("utf-8"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _at_is_right(at: object) -> bool:
    if at is None:
        return True
    if not isinstance(at, dict) or not isinstance(at.get("isAtAll", False), bool):
        return False
    lists = [at.get("atMobiles", []), at.get("atUserIds", [])]
    return all(isinstance(people, list) and all(isinstance(person, str) for person in people) for people in lists)
