"""What every app of Dify has: an address, a key, an info page, uploads."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import requests

from daybook.dify import texts
from daybook.dify.errors import DifyError
from daybook.dify.files import MultipartFile, UploadedFile
from daybook.dify.outcome import AppInfo
from daybook.dify.transport import Timeouts, Transport


class AppApi:
    """An app by its API key. See `DifyClient`."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        extra_headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        timeouts: Timeouts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(base_url, api_key, extra_headers, session, timeouts or Timeouts())
        self.clock = clock
        self.sleep = sleep

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.base_url!r})"

    def info(self) -> AppInfo:
        """The app that the key belongs to; the cheapest call that shows whether address and key are right."""
        answer = self._transport.json("GET", "/info")
        return AppInfo(
            name=str(answer.get("name") or ""),
            mode=str(answer.get("mode") or ""),
            description=str(answer.get("description") or ""),
            tags=tuple(str(tag) for tag in answer.get("tags") or ()),
        )

    def parameters(self) -> dict[str, Any]:
        """The app's settings; ``user_input_form`` lists its inputs."""
        return self._transport.json("GET", "/parameters")

    def upload(self, file: Path | BinaryIO, *, user: str, filename: str = "") -> UploadedFile:
        """Gives Dify a file, streamed from where it is.

        Args:
            file: a path, or an open file that can be sought.
            user: the user of the run that will read it.
            filename: the name for Dify, which tells the type by its extension; the file's own where empty.

        Raises:
            DifyError: Dify did not take it; trying again at worst leaves a file that nothing uses.
        """
        if isinstance(file, Path):
            with file.open("rb") as content:
                return self.upload(content, user=user, filename=filename or file.name)
        name = filename or Path(str(getattr(file, "name", "file"))).name
        body = MultipartFile({"user": user}, name, file)
        try:
            answer = self._transport.json(
                "POST",
                "/files/upload",
                effects=True,
                timeout=self._transport.timeouts.upload,
                data=body,
                headers={"Content-Type": body.content_type},
            )
        except DifyError as error:
            error.ambiguous = False
            if error.text is texts.NO_ANSWER:
                error.text, error.values = texts.UPLOAD_BROKEN, {"megabytes": round(body.file_bytes / 1e6, 1)}
            raise
        return UploadedFile.of(answer)

    def _moments(self, ends: float) -> Iterator[bool]:
        """Moments to look again, further and further apart; ``True`` for the last one, at ``ends``."""
        pause = 0.5
        while self.clock() < ends:
            yield False
            pause = min(pause * 2, 10.0)
            self.sleep(max(min(pause, ends - self.clock()), 0.0))
        yield True
