"""`DaybookFunctionOperator`: a Python function that the analysis service hosts, as a task."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import BaseOperator

from daybook.airflow import texts
from daybook.airflow.hook import AnalysisServiceHook
from daybook.airflow.task import airflow_errors, traced
from daybook.errors import DaybookError, FileError, FunctionError
from daybook.language import Language, Text, literal

if TYPE_CHECKING:
    from daybook.service_client import Attachment, FunctionsClient

_OWN_WORDS: Mapping[str, Text] = {
    "service_unreachable": texts.SERVICE_UNREACHABLE,
    "service_untrusted": texts.SERVICE_UNTRUSTED,
    "service_key": texts.SERVICE_KEY,
    "no_service": texts.NO_SERVICE,
}
"""Where the client's sentence names the plugin's credentials, a task's names the connection."""


class CallError(FunctionError):
    """The function did not run, or failed."""

    def __init__(self, text: Text, *, retryable: bool = False, **values: Any) -> None:
        super().__init__(text, **values)
        self.retryable = retryable


class DaybookFunctionOperator(BaseOperator):
    """Runs a function hosted by the analysis service (``POST /functions/{name}``) and gives its result to XCom.

    Files that it gives back are saved into the folder ``save_to``; their paths are left under the XCom key ``files``.
    A task that is killed hangs up, and the service stops the run.

    Args:
        function: the function's name.
        arguments: its arguments.
        files: paths of files to send, by the name of their argument.
        save_to: the folder for files that it gives back; they are not fetched where this is empty.
        deadline: the longest to wait for the result.
        repeatable: whether it may run again where it is not known whether it ran; say ``False`` for a function that
            changes something elsewhere.
        service_conn_id: the connection, see `AnalysisServiceHook`.
    """

    template_fields: Sequence[str] = ("function", "arguments", "files", "save_to", "service_conn_id")
    template_fields_renderers = {"arguments": "json", "files": "json"}  # noqa: RUF012 (Airflow's own form)
    ui_color = "#eaf6ec"

    def __init__(
        self,
        *,
        function: str,
        arguments: Mapping[str, Any] | None = None,
        files: Mapping[str, str] | None = None,
        save_to: str = "",
        deadline: timedelta = timedelta(minutes=10),
        repeatable: bool = True,
        service_conn_id: str = AnalysisServiceHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments
        self.files = files
        self.save_to = save_to
        self.deadline = deadline
        self.repeatable = repeatable
        self.service_conn_id = service_conn_id

    @traced
    def execute(self, context: Any) -> Any:
        """Calls the function, and fetches its files."""
        hook = AnalysisServiceHook(self.service_conn_id)
        with airflow_errors(context), hook.functions(self.deadline.total_seconds()) as client:
            run = self._call(client)
            if printed := run.get("printed"):
                self.log.info("%s printed:\n%s", self.function, printed)
            files = self._saved(client, run) if self.save_to else []
        context["ti"].xcom_push(key="text", value=run.get("text") or "")
        context["ti"].xcom_push(key="files", value=files)
        return run.get("result")

    def _call(self, client: "FunctionsClient") -> dict[str, Any]:
        from daybook.service_client import may_send_again  # noqa: PLC0415 (loaded when a task runs, not at parse)

        files = {name: _attachment(path) for name, path in (self.files or {}).items()}
        try:
            return client.call(self.function, self.arguments or {}, files)
        except DaybookError as error:
            retryable = may_send_again(error, harmless=self.repeatable)
            raise self._error(error, retryable=retryable) from None

    def _saved(self, client: "FunctionsClient", run: Mapping[str, Any]) -> list[str]:
        folder = Path(self.save_to)
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name in (str(file["name"]) for file in run.get("files") or ()):
            own = PurePath(name.replace("\\", "/")).name
            path = folder / (own if own.strip(".") else self.function)
            try:
                client.save(str(run["run_id"]), name, path)
            except DaybookError as error:  # to fetch it once more runs the function once more
                raise self._error(error, retryable=self.repeatable) from None
            paths.append(str(path))
        return paths

    def _error(self, error: DaybookError, *, retryable: bool) -> CallError:
        if own := _OWN_WORDS.get(error.code):
            return CallError(own, retryable=retryable)
        english, chinese = (literal(error.sentence(language)) for language in (Language.ENGLISH, Language.CHINESE))
        return CallError(texts.SERVICE_SAYS, retryable=retryable, name=self.function, detail=Text(english, chinese))


def _attachment(path: str) -> "Attachment":
    from daybook.service_client import Attachment  # noqa: PLC0415

    file = Path(path)
    if not file.is_file():
        raise FileError(texts.NO_FILE, name=file.name)
    return Attachment(file.name, file)
