"""Where Dify starts the plugin: `python -m main`, with INSTALL_METHOD saying how the two speak."""

import os
import time
from collections.abc import Callable
from dataclasses import replace

from dify_plugin import DifyPluginEnv, Plugin
from dify_plugin.core.entities.plugin.io import PluginInStream, PluginInStreamEvent
from dify_plugin.core.server.__base.request_reader import RequestReader
from dify_plugin.core.server.__base.response_writer import ResponseWriter
from dify_plugin.core.server.stdio.request_reader import StdioRequestReader
from dify_plugin.core.server.stdio.response_writer import StdioResponseWriter

STORAGE_SECONDS = 30
"""How long Dify's storage may take to answer; the SDK's 250 seconds are made for language models."""


class SalesAnalyst(Plugin):
    """The SDK's plugin, but one that ends with its input."""

    def _launch_local_stream(self, config: DifyPluginEnv) -> tuple[RequestReader, ResponseWriter | None]:
        _, writer = super()._launch_local_stream(config)
        return EndingReader(), writer


class EndingReader(StdioRequestReader):
    """Reads the daemon's lines, and ends the process at their end, once the calls under way are answered.

    The SDK's own reader reads a closed input again and again and so takes a whole core (seen with 0.10.2).
    """

    def __init__(self) -> None:
        super().__init__()
        self._under_way = 0

    def _read_async(self) -> bytes:
        data = super()._read_async()
        if not data:
            while self._under_way:
                time.sleep(0.05)
            os._exit(0)  # heartbeat and workers would go on
        return data

    def _process_line(self, data: PluginInStream) -> None:
        if data.event is PluginInStreamEvent.Request:
            self._under_way += 1
            data = replace(data, writer=CallWriter(self._call_is_over))
        super()._process_line(data)

    def _call_is_over(self) -> None:
        self._under_way -= 1


class CallWriter(StdioResponseWriter):
    """Writes the answers of one call, and says when it is over."""

    def __init__(self, over: Callable[[], None]) -> None:
        self._over = over

    def done(self) -> None:
        """Take note that the call's last line is written."""
        self._over()


if __name__ == "__main__":  # a process that only imports this file, as multiprocessing's do, is no plugin
    SalesAnalyst(DifyPluginEnv(MAX_INVOCATION_TIMEOUT=STORAGE_SECONDS)).run()
