"""A client of Dify's service API: upload a file, run a workflow, ask a chat or agent app."""

from daybook.dify.chat import ChatApi
from daybook.dify.workflow import WorkflowApi


class DifyClient(WorkflowApi, ChatApi):
    """One app of a Dify instance, by its API key.

    ``user`` is the same for upload, run, search and stop: Dify ties files and runs to it.

    Args:
        base_url: the API's address, such as ``https://dify.example.com/v1``.
        api_key: the app's key (``app-...``).
        extra_headers: more headers for every call; Dify on DMS needs ``DifyApiKey``.
        session: a ``requests`` session to use, for proxies or own certificates.
        timeouts: how long to wait for connections and answers.
        clock: seconds that only go forward.
        sleep: waits so many seconds.
    """
