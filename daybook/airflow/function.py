"""Runs a Python function that the analysis service hosts, as a task."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from airflow.providers.common.compat.sdk import BaseHook, BaseOperator, mask_secret

from daybook.airflow import texts
from daybook.airflow.errors import airflow_errors, task_language
from daybook.airflow.hook import api_address
from daybook.errors import FileError, FunctionError, SettingsError
from daybook.language import Language, Text

if TYPE_CHECKING:
    import requests

_TEMPORARY = frozenset({429, 502, 503, 504})
_ERRORS = 400


class CallError(FunctionError):
    """The function did not run, or failed."""

    def __init__(self, text: Text, *, retryable: bool = False, ambiguous: bool = False, **values: Any) -> None:
        super().__init__(text, **values)
        self.retryable = retryable
        self.ambiguous = ambiguous


class DaybookFunctionOperator(BaseOperator):
    """Runs a function hosted by the analysis service (``POST /functions/{name}``) and gives its result to XCom.

    Files that it gives back are saved into the folder ``save_to``; their paths are left under the XCom key ``files``.
    A task that is killed hangs up, and the service stops the run.

    The connection: ``host`` is the service's address, ``password`` its API key.

    Args:
        function: the function's name.
        arguments: its arguments.
        files: paths of files to send, by the name of their argument.
        save_to: the folder for files that it gives back; they are not fetched where this is empty.
        deadline: the longest to wait for the result.
        repeatable: whether it may run again where it is not known whether it ran; say ``False`` for a function that
            changes something elsewhere.
        service_conn_id: the connection.
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
        service_conn_id: str = "daybook_service",
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

    def execute(self, context: Any) -> Any:
        """Calls the function, and fetches its files."""
        with airflow_errors(context), ExitStack() as stack:
            url, headers = self._service()
            response = stack.enter_context(self._call(stack, url, headers))
            answer = _json(response)
            if response.status_code >= _ERRORS:
                raise CallError(
                    texts.SERVICE_SAYS,
                    retryable=response.status_code in _TEMPORARY,
                    name=self.function,
                    detail=str(answer.get("detail") or f"HTTP {response.status_code}"),
                )
            if printed := answer.get("printed"):
                self.log.info("%s printed:\n%s", self.function, printed)
            files = [self._save(url, headers, file) for file in answer.get("files") or ()] if self.save_to else []
        context["ti"].xcom_push(key="text", value=answer.get("text") or "")
        context["ti"].xcom_push(key="files", value=files)
        return answer.get("result")

    def _save(self, url: str, headers: Mapping[str, str], file: Mapping[str, Any]) -> str:
        import requests  # noqa: PLC0415

        folder = Path(self.save_to)
        folder.mkdir(parents=True, exist_ok=True)
        path, part = folder / Path(str(file["name"])).name, folder / f".{token_hex(8)}"
        try:
            with requests.get(urljoin(f"{url}/", str(file["url"])), headers=headers, timeout=60, stream=True) as answer:
                answer.raise_for_status()
                with part.open("wb") as target:
                    for piece in answer.iter_content(1 << 16):
                        target.write(piece)
            part.replace(path)
        except requests.RequestException:
            raise CallError(texts.SERVICE_FILE, retryable=True, name=path.name) from None
        finally:
            part.unlink(missing_ok=True)
        return str(path)

    def _call(self, stack: ExitStack, url: str, headers: Mapping[str, str]) -> "requests.Response":
        import requests  # noqa: PLC0415 (loaded when a task runs, not at parse)

        request: dict[str, Any] = {"json": dict(self.arguments or {})}
        if self.files:
            fields = {name: _field(value) for name, value in (self.arguments or {}).items()}
            files = {name: stack.enter_context(_open(path)) for name, path in self.files.items()}
            request = {"data": fields, "files": files}
        try:
            return requests.post(
                f"{url}/functions/{quote(self.function, safe='')}",
                headers=dict(headers),
                timeout=(10, self.deadline.total_seconds()),
                allow_redirects=False,
                **request,
            )
        except requests.ConnectTimeout:
            raise CallError(texts.SERVICE_UNREACHABLE, retryable=True) from None
        except requests.ConnectionError as error:
            sent = "NewConnectionError" not in repr(error) and "NameResolutionError" not in repr(error)
            text = texts.SERVICE_BROKEN if sent else texts.SERVICE_UNREACHABLE
            raise CallError(text, retryable=True, ambiguous=sent and not self.repeatable) from None
        except requests.RequestException:
            raise CallError(texts.SERVICE_BROKEN, retryable=True, ambiguous=not self.repeatable) from None

    def _service(self) -> tuple[str, dict[str, str]]:
        connection = BaseHook.get_connection(self.service_conn_id)
        if not connection.host:
            raise SettingsError(texts.SERVICE_CONNECTION, name=self.service_conn_id)
        headers = {"Accept-Language": "zh-CN" if task_language() is Language.CHINESE else "en"}
        if connection.password:
            mask_secret(connection.password)
            headers["Authorization"] = f"Bearer {connection.password}"
        return api_address(connection).rstrip("/"), headers


def _open(path: str) -> Any:
    file = Path(path)
    if not file.is_file():
        raise FileError(texts.NO_FILE, name=file.name)
    return file.open("rb")


def _field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json(response: "requests.Response") -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}
