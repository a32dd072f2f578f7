"""Dify's service API: run a workflow or ask a chat app from outside, with ``requests`` and nothing else.

    client = DifyClient("https://dify.example.com/v1", api_key)
    file = client.upload(Path("sales_2026-11-22.csv"), user="report/2026-11-22")
    outcome = client.run({"sales_data": file.as_input()}, user="report/2026-11-22")
    print(outcome.require_success()["answer"])

For a schedule use `run_once`: it looks for an earlier run before it starts one.
"""

from daybook.dify.chat import ChatClient
from daybook.dify.client import DEADLINE, DifyClient
from daybook.dify.errors import DifyError, NotFoundError, StartUnknownError
from daybook.dify.inputs import UploadedFile, linked_file_input, uploaded_file_input
from daybook.dify.once import NoMemory, RunMemory, StartRecord, follow_run, run_once, stop_run
from daybook.dify.outcome import (
    AppInfo,
    ChatAnswer,
    LoggedRun,
    NodeFailure,
    RunHandle,
    RunOutcome,
    RunStatus,
    RunUnsuccessfulError,
)
from daybook.dify.transport import Timeouts

__all__ = [
    "DEADLINE",
    "AppInfo",
    "ChatAnswer",
    "ChatClient",
    "DifyClient",
    "DifyError",
    "LoggedRun",
    "NoMemory",
    "NodeFailure",
    "NotFoundError",
    "RunHandle",
    "RunMemory",
    "RunOutcome",
    "RunStatus",
    "RunUnsuccessfulError",
    "StartRecord",
    "StartUnknownError",
    "Timeouts",
    "UploadedFile",
    "follow_run",
    "linked_file_input",
    "run_once",
    "stop_run",
    "uploaded_file_input",
]
