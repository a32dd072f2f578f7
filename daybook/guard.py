"""`GuardedSession`: connects only where a file link may lead, and ends every exchange at one deadline.

A file link is what an end user typed: Dify passes the address of a remote file on as it is. So an address that is not
public is connected to only where the link is Dify's own, by its path and signed query, or where the administrator named
its host. What is judged is the address that is then connected to, at every redirect.
"""

import ipaddress
import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
import urllib3.connection
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from daybook.errors import FileError
from daybook.language import Text

HOSTS_VARIABLE = "DAYBOOK_FILE_HOSTS"
"""Environment variable: hosts or addresses, with or without a port, commas between, that any file link may lead to."""
DIFY_VARIABLES = ("INTERNAL_FILES_URL", "FILES_URL")
MAX_REDIRECTS = 5
CHUNK_BYTES = 64 * 1024

NOT_PUBLIC = Text(
    en="The file's link leads into a private network, where only Dify's own file links are followed; upload the file to"
    f" Dify, or have the administrator name the host in {HOSTS_VARIABLE}.",
    zh="文件链接指向内部网络，而内部地址只允许访问 Dify 自身的文件链接；请把文件上传到 Dify，"
    f"或请管理员在 {HOSTS_VARIABLE} 中加入该主机。",
)

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DIFY_PATH = re.compile(rf"/files/(?:{_UUID}/(?:file|image)-preview|tools/{_UUID}(?:\.\w{{1,16}})?)")
_SIGNED = {"timestamp", "nonce", "sign"}
_MAY_BE = {*_SIGNED, "as_attachment", "user_id", "hop"}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_dify_link(address: str) -> bool:
    """Whether ``address`` is a file link as Dify signs it, whatever its host."""
    parts = urlsplit(address)
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return bool(re.search(rf"{_DIFY_PATH.pattern}\Z", parts.path)) and names >= _SIGNED and names <= _MAY_BE


def may_lead(address: str, found: Address, base_url: str, environ: Mapping[str, str]) -> bool:
    """Whether the link ``address``, whose host has the address ``found``, may be followed.

    Where Dify's own host is known, a link of Dify's into a private network must lead there; where it is not, its path
    must be Dify's from the root on. A link-local address, as of a cloud's metadata, is never Dify's.
    """
    found = _unwrapped(found)
    if found.is_global and not found.is_multicast:
        return True
    place = _place(address)
    listed = {entry.strip().lower() for entry in environ.get(HOSTS_VARIABLE, "").split(",") if entry.strip()}
    names = {place[0], str(found)}
    if listed & (names | {f"{name}:{place[1]}" for name in names}):
        return True
    if found.is_link_local or found.is_multicast or found.is_unspecified or not is_dify_link(address):
        return False
    own = [url for url in (base_url, *(environ.get(name, "") for name in DIFY_VARIABLES)) if url.strip()]
    return place in map(_place, own) if own else bool(_DIFY_PATH.fullmatch(urlsplit(address).path))


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address.strip())
    return (parts.hostname or "").rstrip(".").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def _unwrapped(found: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if found in _NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else found)


class GuardedSession(requests.Session):
    """A session for one fetch: no redirects of its own, no credentials from anywhere, one deadline.

    Args:
        seconds: after which every connection of the session is broken off.
        base_url: Dify's address, where it is known.
        anywhere: whether private addresses are no matter, because the address is the program's own.
    """

    def __init__(self, seconds: float, base_url: str = "", *, anywhere: bool = False) -> None:
        super().__init__()
        self.deadline = time.monotonic() + seconds
        self.base_url = base_url
        self.anywhere = anywhere
        self.link = ""
        self._sockets: list[socket.socket] = []
        self._clock = threading.Timer(seconds, self._break_off)
        self._clock.daemon = True
        self._clock.start()
        adapter = _Adapter(self)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @property
    def late(self) -> bool:
        """Whether the deadline is past."""
        return time.monotonic() >= self.deadline

    def ask(self, address: str, **options: Any) -> requests.Response:
        """What ``address`` answers, its body still to be read; a redirect is an answer as any other.

        Raises:
            FileError: the link may not be followed.
        """
        self.link = address
        if get_environ_proxies(address, no_proxy=None):
            self._judge_for_proxy(address)
        # an authentication of our own, which does nothing, keeps .netrc and the address's user name out
        return self.get(address, stream=True, allow_redirects=False, auth=_no_credentials, **options)

    def follow(self, address: str, timeout: tuple[float, float]) -> requests.Response:
        """The answer behind ``address``, its body still to be read; that of a redirect is never read.

        Args:
            address: where to begin; `link` is where it ended, or failed.
            timeout: seconds to connect, and between two pieces of an answer.

        Raises:
            FileError: a link may not be followed.
            requests.RequestException: there is no answer, or it redirects more than `MAX_REDIRECTS` times.
            ValueError: a redirect names no address.
        """
        for _ in range(MAX_REDIRECTS + 1):
            # without encoding what arrives is what is counted
            response = self.ask(address, timeout=timeout, headers={"Accept-Encoding": "identity"})
            if not response.is_redirect:
                return response
            response.close()
            address = urljoin(address, response.headers["Location"])
        raise requests.TooManyRedirects

    def pieces(self, response: requests.Response) -> Iterator[bytes]:
        """The body of an answer, as it comes.

        Raises:
            requests.ReadTimeout: the deadline is past.
            urllib3.exceptions.HTTPError: the connection broke off.
        """
        while True:
            # read1 gives what has come, so that a server that drips does not outlive the deadline
            piece = response.raw.read1(CHUNK_BYTES, decode_content=True)
            if self.late:  # first: a connection that was broken off at the deadline looks like the body's end
                raise requests.ReadTimeout
            if not piece:
                return
            yield piece

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Nothing: requests would read the whole body of a redirect first, even where it is not to follow it."""
        return iter(())

    def addresses(self, host: str, port: int) -> Iterator[str]:
        """The addresses of ``host`` that may be connected to.

        Raises:
            FileError: one of them may not.
        """
        found = [str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)]
        for address in found:
            judged = ipaddress.ip_address(address)
            if not self.anywhere and not may_lead(self.link, judged, self.base_url, os.environ):
                raise FileError(NOT_PUBLIC)
        yield from dict.fromkeys(found)

    def watch(self, connection: socket.socket) -> None:
        """Break this connection off at the deadline."""
        self._sockets.append(connection.dup())  # the connection's own is replaced where TLS begins

    def close(self) -> None:
        """End all connections and the clock."""
        self._clock.cancel()
        super().close()
        for connection in self._sockets:
            connection.close()

    def _judge_for_proxy(self, address: str) -> None:
        """A proxy connects in our place: a name that only it knows is for its own rules."""
        with suppress(socket.gaierror):
            list(self.addresses(*_place(address)))

    def _break_off(self) -> None:
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Adapter(HTTPAdapter):
    """Connects to the addresses that the session's judge let pass, and to no other."""

    def __init__(self, session: GuardedSession) -> None:
        self._session = session
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        session = self._session

        class Plain(_Judged, urllib3.connection.HTTPConnection):
            judge = session

        class Encrypted(_Judged, urllib3.connection.HTTPSConnection):
            judge = session

        plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        encrypted = type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": Encrypted})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": encrypted}


class _Judged:
    """A connection of urllib3's that asks first where it may go, and goes to that very address."""

    judge: GuardedSession
    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        with _names_in_words(self):
            addresses = list(self.judge.addresses(name.strip("[]"), self.port))
        for place, address in enumerate(addresses):
            self._dns_host = address
            try:
                connection: socket.socket = super()._new_conn()  # type: ignore[misc]
            except urllib3.exceptions.NewConnectionError:
                if place + 1 == len(addresses):
                    raise
            else:
                self.judge.watch(connection)
                return connection
            finally:
                self._dns_host = name
        raise urllib3.exceptions.NewConnectionError(self, "no address")  # type: ignore[arg-type]


@contextmanager
def _names_in_words(connection: Any) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise urllib3.exceptions.NameResolutionError("", connection, error) from None  # type: ignore[arg-type]
