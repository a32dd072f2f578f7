"""Fetches a file from the link that Dify gives a tool, into memory, within limits of size and time."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Never
from urllib.parse import urlsplit

import requests
import tenacity
import urllib3.exceptions

from daybook.errors import FileError, LimitError
from daybook.guard import MAX_REDIRECTS, GuardedSession, is_dify_link
from daybook.language import Text
from daybook.limits import Limits
from daybook.stages import FETCHING, tell
from daybook.table.texts import FILES_TOO_LARGE, TOO_MANY_BYTES
from daybook.transport import Failure, classify

_LONGEST_LENGTH = 18
"""Digits of a length that is a number; Python refuses to read thousands of them."""

NO_HOST = Text(
    en="Dify gave the file a link without a host, because FILES_URL is empty there; set FILES_URL or INTERNAL_FILES_URL"
    " in Dify's environment, or fill in the Dify base URL in this plugin's credentials.",
    zh="Dify 给出的文件链接没有主机地址，原因是其 FILES_URL 为空；请在 Dify 的环境变量中设置 FILES_URL 或"
    " INTERNAL_FILES_URL，或在本插件的凭据中填写“Dify 地址”。",
)
NO_LINK = Text(
    en="The file's link is not an http or https address; choose the file again, or upload it to Dify.",
    zh="文件链接不是 http 或 https 地址，请重新选择文件，或将文件上传到 Dify。",
)
LOCALHOST = Text(
    en="The file's link points to localhost, where the plugin finds no Dify; set INTERNAL_FILES_URL in Dify's"
    " environment to the API's address as the plugin daemon reaches it.",
    zh="文件链接指向 localhost，插件在那里访问不到 Dify；请在 Dify 的环境变量中把 INTERNAL_FILES_URL"
    " 设为插件守护进程（plugin daemon）可以访问的 API 地址。",
    code="file_localhost",
)
UNREACHABLE = Text(
    en="The plugin cannot reach the file's host; set INTERNAL_FILES_URL or FILES_URL in Dify's environment to an"
    " address that the plugin daemon can reach.",
    zh="插件无法连接文件所在的主机；请在 Dify 的环境变量中把 INTERNAL_FILES_URL 或 FILES_URL"
    " 设为插件守护进程（plugin daemon）可以访问的地址。",
    code="file_unreachable",
)
UNTRUSTED = Text(
    en="The plugin does not trust the certificate of the file's host; set INTERNAL_FILES_URL in Dify's environment to"
    " an internal address, or install the certificate's authority where the plugin daemon runs.",
    zh="插件不信任文件所在主机的证书；请在 Dify 的环境变量中把 INTERNAL_FILES_URL"
    " 设为内网地址，或在插件守护进程（plugin daemon）的运行环境中安装该证书的颁发机构。",
)
EXPIRED = Text(
    en="Dify no longer gives out the file: its link has expired (after 300 seconds, unless FILES_ACCESS_TIMEOUT says"
    " otherwise) or the file was deleted; run the workflow again, with this node nearer to its start.",
    zh="Dify 已不再提供该文件：链接已过期（默认 300 秒，由 FILES_ACCESS_TIMEOUT 决定）或文件已被删除；"
    "请重新运行工作流，并让本节点更靠近开始节点。",
)
TOO_SLOW = Text(
    en="The file's host is too slow, the file did not arrive in time; run the workflow again, and look into the network"
    " between Dify and the plugin daemon if it happens again.",
    zh="文件所在的主机太慢，文件未能及时传完；请重新运行工作流，如再次出现，请检查 Dify"
    " 与插件守护进程（plugin daemon）之间的网络。",
)
CUT_OFF = Text(
    en="The connection broke off before the whole file had arrived; run the workflow again.",
    zh="文件尚未传完连接就中断了，请重新运行工作流。",
    code="file_cut_off",
)
HOST_ERROR = Text(
    en="The file's host answered with error {status}; run the workflow again, and look into the log of Dify's API if it"
    " happens again.",
    zh="文件所在的主机返回错误 {status}；请重新运行工作流，如再次出现，请查看 Dify API 的日志。",
    code="file_host_error",
)
REFUSED = Text(
    en="The file's host answered with status {status} instead of the file; check the file's link, or upload the file to"
    " Dify again.",
    zh="文件所在的主机没有返回文件，而是返回状态 {status}；请检查文件链接，或将文件重新上传到 Dify。",
)
REDIRECTED = Text(
    en=f"The file's host redirects more than {MAX_REDIRECTS} times; check FILES_URL and the proxy in front of Dify.",
    zh=f"文件所在的主机重定向超过 {MAX_REDIRECTS} 次，请检查 FILES_URL 和 Dify 前面的反向代理。",
)

_PASSING = frozenset(text.code for text in (LOCALHOST, UNREACHABLE, CUT_OFF, HOST_ERROR))
_GONE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_REASONS = {
    Failure.BAD_ADDRESS: NO_LINK,
    Failure.UNTRUSTED: UNTRUSTED,
    Failure.NO_TLS: UNTRUSTED,
    Failure.PROXY: UNREACHABLE,
    Failure.CONNECT_TIMEOUT: UNREACHABLE,
    Failure.UNREACHABLE: UNREACHABLE,
    Failure.TOO_MANY_REDIRECTS: REDIRECTED,
    Failure.TOO_SLOW: TOO_SLOW,
    Failure.CUT_OFF: CUT_OFF,
}
"""What a person is told of a failed request."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a fetch may take; seconds."""

    connect: float = 10.0
    read: float = 60.0
    """Between two pieces of the file."""
    total: float = 240.0
    """For everything, redirects and attempts included."""
    attempts: int = 3
    """A GET may be repeated: connections that fail or break off, and server errors, are."""
    pause: float = 0.5
    """Before the second attempt; doubled before each further one."""


def fetch(
    link: str,
    *,
    limits: Limits,
    base_url: str = "",
    patience: Patience | None = None,
    anywhere: bool = False,
) -> bytes:
    """The file behind ``link``.

    A private address is followed only where the link is Dify's own, or its host is listed (`daybook.guard`).

    Args:
        link: the file's address; one without a host is looked for under ``base_url``.
        limits: how many bytes the file may have; enforced while reading, whatever the server announces.
        base_url: Dify's address, for a Dify whose FILES_URL is empty.
        patience: how long to wait, and how often to try.
        anywhere: follow private addresses too: the link is the program's own, and not its user's.

    Raises:
        FileError: the file is not available.
        LimitError: it is larger than ``limits``.
    """
    address, patience = _address(link, base_url), patience or Patience()
    with GuardedSession(patience.total, base_url, anywhere=anywhere) as session:
        return _retrying(patience)(_fetch_once, session, address, limits, patience)


@contextmanager
def opened(
    link: str, *, limits: Limits, base_url: str = "", patience: Patience | None = None
) -> Iterator[Iterator[bytes]]:
    """The file behind ``link``, piece by piece, for whoever passes it on; as `fetch`, but never begun anew halfway.

    Raises:
        FileError: the file is not available, also while its pieces are read.
        LimitError: it is larger than ``limits``.
    """
    address, patience = _address(link, base_url), patience or Patience()
    with (
        GuardedSession(patience.total, base_url) as session,
        _retrying(patience)(_asked, session, address, patience) as response,
    ):
        yield _pieces(response, limits, session)


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _address(link: str, base_url: str) -> str:
    link = link.strip()
    if link.startswith("/") and not link.startswith("//"):
        if not base_url.strip():
            raise FileError(NO_HOST)
        link = base_url.strip().rstrip("/") + link
    if not is_web_address(link):
        raise FileError(NO_LINK)
    return link


def _retrying(patience: Patience) -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, FileError) and error.code in _PASSING),
        stop=tenacity.stop_after_attempt(patience.attempts) | tenacity.stop_before_delay(patience.total),
        wait=tenacity.wait_exponential(multiplier=patience.pause),
        reraise=True,
    )


def _fetch_once(session: GuardedSession, address: str, limits: Limits, patience: Patience) -> bytes:
    data = bytearray()
    with _asked(session, address, patience) as response:
        for piece in _pieces(response, limits, session):
            data += piece
    return bytes(data)


def _asked(session: GuardedSession, address: str, patience: Patience) -> requests.Response:
    """The answer of the file's host, its body still to be read."""
    with _in_words(session):
        response = session.follow(address, (patience.connect, patience.read))
    try:
        _check_status(response.status_code, session.link)
    except FileError:
        response.close()
        raise
    return response


@contextmanager
def _in_words(session: GuardedSession, *, sent: bool = False) -> Iterator[None]:
    """Have an error of the transport said as a `FileError`."""
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        reason = TOO_SLOW if session.late else _REASONS[classify(error, sent=sent)]
        # raised anew: the caught error holds the address, and with it the signature, in its text
        raise FileError(LOCALHOST if reason is UNREACHABLE and _is_loopback(session.link) else reason) from None


def _check_status(status: int, address: str) -> None:
    if status in _GONE and is_dify_link(address):  # of a link that a person gave nothing has expired
        raise FileError(EXPIRED)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise FileError(HOST_ERROR, status=status)
    if status != HTTPStatus.OK:
        raise FileError(REFUSED, status=status)


def _pieces(response: requests.Response, limits: Limits, session: GuardedSession) -> Iterator[bytes]:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and (len(announced) > _LONGEST_LENGTH or int(announced) > limits.file_bytes):
        refuse_size(limits)
    if "," in response.headers.get("Content-Encoding", ""):
        raise FileError(CUT_OFF)  # folded more than once, though it was asked for plain
    size = 0
    with _in_words(session, sent=True):
        for piece in session.pieces(response):
            size += len(piece)
            tell(FETCHING, size, int(announced) if announced.isdecimal() else 0)
            if size > limits.file_bytes:
                refuse_size(limits)
            yield piece


def refuse_size(limits: Limits, *, together: bool = False) -> Never:
    """Say that the file, or several of them ``together``, has more bytes than the limits allow.

    Raises:
        LimitError: always.
    """
    text = FILES_TOO_LARGE if together else TOO_MANY_BYTES
    raise LimitError(text, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)


def _is_loopback(address: str) -> bool:
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
