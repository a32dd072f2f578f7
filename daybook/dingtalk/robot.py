"""A group robot: where its messages go, how they are signed, and how many it may take.

Only the access token and the host of a pasted webhook are kept. Signing follows DingTalk's page on a custom
robot's security settings (open.dingtalk.com, "customize-robot-security-settings").

A robot is kept under DingTalk's limit: 20 messages a minute, or ten minutes of silence. The window is kept in the store
by the robot's fingerprint, so that every call through that store shares it. It is an aid, not a proof: where the store
fails, the call goes on and DingTalk's own limit decides.
"""

import base64
import hashlib
import hmac
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from daybook.dingtalk import texts
from daybook.errors import SettingsError
from daybook.language import Text
from daybook.store import GuardedStore, Store, StoreError
from daybook.transport import Clock, Redactor

HOSTS = ("oapi.dingtalk.com", "oapi.dingtalk.io")
"""DingTalk's API hosts: China's and the international edition's."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATH = "/robot/send"
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{8,256}")
_SECRET = re.compile(r"SEC[0-9a-zA-Z]{20,}")
_KEYWORD_BREAK = re.compile(r"[,，、;；\n]+")
_LONGEST = 512
_LONGEST_KEYWORDS = 200


class RobotAddress(NamedTuple):
    """What is kept of a webhook: where it leads, and the robot's access token."""

    origin: str
    token: str


@dataclass(frozen=True, slots=True)
class Robot:
    """A custom robot of a DingTalk group. Its ``repr`` shows no secret."""

    address: RobotAddress = field(repr=False)
    secret: str = field(default="", repr=False)
    """Signing secret; empty where the robot is not set to signing."""
    keywords: tuple[str, ...] = ()
    """Keywords of which one has to occur in every message; empty where the robot is not set to keywords."""

    @classmethod
    def parse(cls, webhook: str, secret: str = "", keyword: str = "", *, allow_loopback: bool = False) -> Self:
        """The robot that a person entered, by its pasted webhook or bare access token.

        Args:
            webhook: the Webhook line of the group's robot settings, or the access token alone.
            secret: the signing secret; empty without one.
            keyword: one keyword of the robot's settings, or several between commas, the first being the one that
                is added where none occurs; empty without one.
            allow_loopback: whether plain http to this machine will do, as in tests and the demo.

        Raises:
            SettingsError: a field cannot be right; the sentence begins with its name, ``values["field"]``.
        """
        webhook, secret = webhook.strip().strip("\"'"), secret.strip()
        for text, label in ((webhook, texts.WEBHOOK_FIELD), (secret, texts.SECRET_FIELD)):
            if len(text) > _LONGEST:
                raise SettingsError(texts.FIELD_TOO_LONG, field=label, limit=_LONGEST)
        address = parse_address(webhook, allow_loopback=allow_loopback)
        if "://" in secret or "access_token" in secret:
            raise SettingsError(texts.SECRET_IS_ADDRESS, field=texts.SECRET_FIELD)
        if secret == address.token:
            raise SettingsError(texts.SECRET_IS_TOKEN, field=texts.SECRET_FIELD)
        return cls(address, secret, parse_keywords(keyword))

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stand for the robot in records; the token cannot be worked out from them."""
        return hashlib.sha256(b"dingtalk robot\n" + self.address.token.encode()).hexdigest()[:16]

    @property
    def endpoint(self) -> str:
        """Where messages are posted, without its query."""
        return self.address.origin + _PATH

    @property
    def host(self) -> str:
        """The host of DingTalk that it belongs to."""
        return urlsplit(self.address.origin).hostname or ""

    @property
    def on_loopback(self) -> bool:
        """Whether this is a stand-in on this machine."""
        return self.address.origin.startswith("http:")

    def query(self, timestamp_ms: int) -> dict[str, str]:
        """The query of one request, its values not yet URL-encoded: whoever builds the URL does that, once."""
        query = {"access_token": self.address.token}
        if self.secret:
            query |= {"timestamp": str(timestamp_ms), "sign": sign(self.secret, timestamp_ms)}
        return query

    def redactor(self, *more: str) -> Redactor:
        """Blots out this robot's token and secret, and ``more``."""
        return Redactor(self.address.token, self.secret, *more)


def sign(secret: str, timestamp_ms: int) -> str:
    """The signature of a request at ``timestamp_ms`` (Unix time in milliseconds), as base64."""
    digest = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def parse_keywords(text: str) -> tuple[str, ...]:
    """The keywords that a person entered, between commas or on lines."""
    if len(text) > _LONGEST_KEYWORDS:
        raise SettingsError(texts.FIELD_TOO_LONG, field=texts.KEYWORD_FIELD, limit=_LONGEST_KEYWORDS)
    return tuple(keyword.strip() for keyword in _KEYWORD_BREAK.split(text) if keyword.strip())


def parse_address(webhook: str, *, allow_loopback: bool = False) -> RobotAddress:
    """What a pasted webhook or bare access token says.

    Raises:
        SettingsError: it is neither, or leads elsewhere than to DingTalk.
    """
    if not webhook:
        raise SettingsError(texts.NO_ROBOT, field=texts.WEBHOOK_FIELD)
    if _SECRET.fullmatch(webhook):
        raise _refused(texts.WEBHOOK_IS_SECRET)
    bare = webhook.removeprefix("access_token=")
    if _TOKEN.fullmatch(bare) and not bare.lower().endswith(HOSTS):
        return RobotAddress(f"https://{HOSTS[0]}", bare)
    url = _split(webhook if "://" in webhook else f"https://{webhook}")
    origin = _origin(url, allow_loopback=allow_loopback)
    if url.path.rstrip("/") != _PATH:
        raise _refused(texts.WEBHOOK_PATH)
    tokens = set(parse_qs(url.query).get("access_token", ()))
    token = tokens.pop().strip() if len(tokens) == 1 else ""
    if not _TOKEN.fullmatch(token):
        raise _refused(texts.WEBHOOK_WITHOUT_TOKEN)
    return RobotAddress(origin, token)


def _origin(url: SplitResult, *, allow_loopback: bool) -> str:
    """The origin a URL leads to, built from our own list and never from the text of the URL."""
    host, port, scheme = url.hostname or "", url.port, url.scheme.lower()
    if "." not in host and host not in _LOOPBACK:
        raise _refused(texts.WEBHOOK_UNREADABLE)
    if url.username is None and url.password is None:
        for known in HOSTS:
            if (host, scheme) == (known, "https") and port in (None, 443):
                return f"https://{known}"
        for known in _LOOPBACK:
            if allow_loopback and (host, scheme) == (known, "http"):
                return f"http://{f'[{known}]' if ':' in known else known}:{port or 80}"
    raise _refused(texts.WEBHOOK_HOST)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    return parts


def _refused(text: Text) -> SettingsError:
    return SettingsError(text, field=texts.WEBHOOK_FIELD)


CAP = 18
"""Messages in any `WINDOW`; two below DingTalk's 20, for others who use the robot."""
WINDOW = 60.0
"""Seconds."""
HOLD = 600.0
"""Seconds for which DingTalk takes nothing from a robot that sent too fast."""


class RateLimiter:
    """The messages of the last minute of one robot."""

    def __init__(self, fingerprint: str, store: Store, clock: Clock) -> None:
        self._key = f"rate-{fingerprint}"
        self._store = GuardedStore(store)
        self._clock = clock

    def acquire(self) -> float:
        """Take a place in the window, waiting up to a minute for one.

        Returns:
            0 where a place is taken, else the seconds for which the robot takes nothing.
        """
        waited = 0.0
        while True:
            try:
                wait, held = self._try()
            except StoreError:
                return 0.0
            if held or not wait:
                return held
            if waited + wait > 2 * WINDOW:  # others take every place that comes free
                return wait
            self._clock.sleep(wait)
            waited += wait

    def hold(self) -> None:
        """Remember that DingTalk said "too fast": nothing goes out for `HOLD` seconds."""
        with suppress(StoreError), self._store.exclusive(self._key):
            sent, _ = self._read()
            self._write(sent, self._clock.now() + HOLD)

    def _try(self) -> tuple[float, float]:
        """Seconds until a place is free (0: one was taken), and seconds for which the robot is held."""
        with self._store.exclusive(self._key):
            now = self._clock.now()
            sent, held_until = self._read()
            if 0 < held_until - now <= HOLD:
                return 0.0, held_until - now
            recent = [moment for moment in sent if now - WINDOW < moment <= now + 1]
            if len(recent) >= CAP:
                return recent[-CAP] + WINDOW - now, 0.0
            self._write([*recent, now], 0.0)
            return 0.0, 0.0

    def _read(self) -> tuple[list[float], float]:
        try:
            record = json.loads(self._store.get(self._key) or b"{}")
            return sorted(float(moment) for moment in record.get("sent", ())), float(record.get("held_until", 0))
        except (ValueError, TypeError, AttributeError):
            return [], 0.0

    def _write(self, sent: list[float], held_until: float) -> None:
        record = {"sent": [round(moment, 3) for moment in sent], "held_until": round(held_until, 3)}
        self._store.set(self._key, json.dumps(record).encode())
