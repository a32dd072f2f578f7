"""`LineStream`: lines over a pair of byte streams, be they those of a process or of a connection."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import IO


class LongLineError(Exception):
    """A line is longer than the daemon reads."""


def start_thread[*T](work: Callable[[*T], object], *arguments: *T) -> threading.Thread:
    """Start a thread that does not keep this process alive."""
    thread = threading.Thread(target=work, args=arguments, name=f"plugin: {work.__name__}", daemon=True)
    thread.start()
    return thread


class LineStream:
    """Reads lines from one stream, and writes lines to another from a thread of its own.

    The thread is what keeps a caller's timeout: a plugin that does not read holds up nobody but it.
    """

    def __init__(self, reader: IO[bytes], writer: IO[bytes], max_line_bytes: int) -> None:
        self._reader = reader
        self._writer = writer
        self._limit = max_line_bytes
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = start_thread(self._write)

    def send(self, line: bytes) -> None:
        """Write a line, as soon as the other side reads."""
        self._outgoing.put(line)

    def close_writing(self) -> None:
        """Close the stream to the other side, after what is still to be written."""
        self._outgoing.put(None)

    def join(self, timeout: float) -> None:
        """Wait for the end of the writing."""
        self._thread.join(timeout)

    def lines(self) -> Iterator[bytes]:
        """The lines from the other side, each with its end, until it closes the stream.

        Raises:
            LongLineError: a line is over the limit, its end counted (as Go's scanner counts, which the daemon uses).
        """
        with contextlib.suppress(OSError), self._reader:
            while line := self._reader.readline(self._limit):
                if len(line) == self._limit and not line.endswith(b"\n"):
                    raise LongLineError
                yield line

    def _write(self) -> None:
        # whoever is gone breaks the pipe: the reading side says so to the calls
        with contextlib.suppress(OSError, ValueError), self._writer:
            while (line := self._outgoing.get()) is not None:
                self._writer.write(line)
                self._writer.flush()
