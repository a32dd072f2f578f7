import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from typing import Any

import gevent
from dify_plugin import Tool
from dify_plugin.entities.tool import ToolInvokeMessage
from gevent.monkey import get_original

type Messages = Generator[ToolInvokeMessage, None, None]


class ActTool(Tool):
    def _invoke(self, tool_parameters: dict[str, Any]) -> Messages:
        action = getattr(self, "do_" + tool_parameters.pop("action"))
        yield from action(**tool_parameters)

    def do_everything(self) -> Messages:
        yield self.create_text_message("one, ")
        log = self.create_log_message("step", {"n": 1}, ToolInvokeMessage.LogMessage.LogStatus.START)
        yield log
        yield self.create_text_message("two")
        yield self.create_json_message({"a": [1, 2.5, None, "文"]})
        yield self.create_json_message([{"b": True}])
        yield self.create_variable_message("number", 3)
        yield self.create_variable_message("number", 4)
        yield self.create_variable_message("words", ["x", "y"])
        yield self.create_stream_variable_message("story", "once ")
        yield self.create_stream_variable_message("story", "upon a time")
        yield self.create_link_message("https://example.com/report")
        yield self.create_image_message("https://example.com/chart.png")
        yield self.create_blob_message(bytes(range(256)) * 100, {"mime_type": "image/png", "filename": "chart.png"})
        yield self.create_blob_message(b"", {"mime_type": "text/plain"})
        yield self.finish_log_message(log)

    def do_fail(self) -> Messages:
        yield self.create_text_message("so far so good")
        raise ValueError("the shelf is empty")

    def do_echo(self, **parameters: Any) -> Messages:
        yield self.create_json_message({**parameters, "credentials": self.runtime.credentials})

    def do_wait(self, amount: float) -> Messages:
        gevent.sleep(amount)
        yield self.create_variable_message("number", amount)

    def do_block(self, amount: float) -> Messages:
        get_original("time", "sleep")(amount)
        yield self.create_text_message("awake")

    def do_forever(self) -> Messages:
        while True:
            time.sleep(1)
        yield

    def do_long_line(self, amount: int) -> Messages:
        yield self.create_text_message("x" * int(amount))

    def do_print(self, value: str) -> Messages:
        print(value)  # noqa: T201
        sys.stderr.write(value + " to stderr\n")
        sys.stderr.flush()
        yield self.create_text_message("printed")

    def do_blob(self, amount: int) -> Messages:
        yield self.create_blob_message(os.urandom(1) * int(amount), {"filename": "big.bin"})

    def do_big_chunk(self) -> Messages:
        chunk = ToolInvokeMessage.BlobChunkMessage(id="1", sequence=0, total_length=9000, blob=b"x" * 9000, end=True)
        yield ToolInvokeMessage(type=ToolInvokeMessage.MessageType.BLOB_CHUNK, message=chunk)

    def do_exit(self, amount: int) -> Messages:
        os._exit(int(amount))
        yield

    def do_stubborn(self) -> Messages:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        yield self.create_variable_message("number", child.pid)

    def do_environment(self) -> Messages:
        yield self.create_json_message(dict(os.environ))

    def do_set(self, key: str, value: str) -> Messages:
        self.session.storage.set(key, value.encode())
        yield self.create_text_message("kept")

    def do_get(self, key: str) -> Messages:
        yield self.create_text_message(self.session.storage.get(key).decode())

    def do_exist(self, key: str) -> Messages:
        yield self.create_variable_message("number", int(self.session.storage.exist(key)))

    def do_delete(self, key: str) -> Messages:
        self.session.storage.delete(key)
        yield self.create_text_message("gone")

    def do_ask_for_app(self) -> Messages:
        yield self.create_json_message(self.session.app.fetch_app("1"))
