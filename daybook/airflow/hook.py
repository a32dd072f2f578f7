"""`DifyHook`, `AnalysisServiceHook`: where a Dify app or the analysis service is, kept as an Airflow connection."""

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.providers.common.compat.sdk import BaseHook, BaseOperatorLink, XCom, mask_secret

from daybook.airflow import provider, texts
from daybook.airflow.task import airflow_errors, task_language
from daybook.errors import DaybookError, SettingsError

if TYPE_CHECKING:
    from daybook.dify import ChatClient, DifyClient
    from daybook.dify.client import AppClient
    from daybook.service_client import FunctionsClient, ServiceConnection

DMS_HEADER = "DifyApiKey"


class DifyHook(BaseHook):
    """Makes clients of one Dify app.

    The connection: ``host`` is the API's address (``https://dify.example.com/v1``), ``password`` the app's key
    (``app-...``). Its extras, all optional: ``dms_api_key`` (Dify on DMS), ``headers`` (an object of more headers),
    ``web_url`` (the page that the task's link opens, such as the app's log), ``timeout`` (seconds for an answer),
    ``longest_run`` (seconds that a run can last, where that is more than half an hour).
    """

    conn_name_attr = "dify_conn_id"
    default_conn_name = "dify_default"
    conn_type = "dify"
    hook_name = "Dify"

    def __init__(self, dify_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dify_conn_id = dify_conn_id

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """The form's own fields."""
        from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget, BS3TextFieldWidget  # noqa: PLC0415
        from flask_babel import lazy_gettext  # noqa: PLC0415
        from wtforms import PasswordField, StringField  # noqa: PLC0415
        from wtforms.validators import Optional  # noqa: PLC0415

        return {
            provider.DMS_FIELD: PasswordField(
                lazy_gettext(provider.DMS_LABEL), widget=BS3PasswordFieldWidget(), validators=[Optional()]
            ),
            provider.WEB_FIELD: StringField(
                lazy_gettext(provider.WEB_LABEL), widget=BS3TextFieldWidget(), validators=[Optional()]
            ),
        }

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Which of Airflow's fields the form shows, and under which names."""
        return {
            "hidden_fields": provider.HIDDEN,
            "relabeling": provider.LABELS,
            "placeholders": provider.PLACEHOLDERS,
        }

    def get_conn(self) -> "DifyClient":
        """A client of the workflow app.

        Raises:
            DaybookError: the connection lacks something, or its address is invalid.
        """
        from daybook.dify import DifyClient  # noqa: PLC0415 (loaded when a task runs, not at parse)

        return self._app(DifyClient)

    def _app[App: "AppClient"](self, kind: type[App]) -> App:
        from daybook.dify import Timeouts  # noqa: PLC0415

        connection = self._connection()
        key = connection.password or ""
        if not key and str(connection.login or "").startswith("app-"):
            key = connection.login  # dify://app-...@host: a URI without the colon before the key
        if not key or not connection.host:
            raise SettingsError(texts.DIFY_CONNECTION, name=self.dify_conn_id)
        extra = connection.extra_dejson
        headers = {str(name): str(value) for name, value in (extra.get("headers") or {}).items()}
        if extra.get(provider.DMS_FIELD):
            headers[DMS_HEADER] = extra[provider.DMS_FIELD]
        for secret in (key, *headers.values()):
            mask_secret(secret)
        given = {"answer": extra.get("timeout"), "longest_run": extra.get("longest_run")}
        timeouts = Timeouts(**{name: float(value) for name, value in given.items() if value})
        return kind(api_address(connection), key, headers, timeouts=timeouts)

    def _connection(self) -> Any:
        """The connection. Airflow calls one whose URI it cannot read not defined: that is said as what it is."""
        uri = os.environ.get(f"AIRFLOW_CONN_{self.dify_conn_id.upper()}", "").strip()
        if uri.partition("?")[0].count("://") > 1 and not uri.startswith("{"):
            raise SettingsError(texts.DIFY_URI, name=self.dify_conn_id)
        return self.get_connection(self.dify_conn_id)

    @property
    def web_url(self) -> str:
        """The page that shows the app's runs to a person; empty where the connection names none."""
        return str(self._connection().extra_dejson.get(provider.WEB_FIELD) or "")

    def test_connection(self) -> tuple[bool, str]:
        """Asks Dify which app the key belongs to."""
        try:
            app = self.get_conn().info()
        except DaybookError as error:
            return False, error.sentence(task_language())
        return True, f"{app.name} ({app.mode})" if app.mode else app.name

    def client(self, context: Any = None) -> "DifyClient":
        """A client of the workflow app, its errors already Airflow's."""
        with airflow_errors(context):
            return self.get_conn()

    def chat_client(self, context: Any = None) -> "ChatClient":
        """A client of the chat, agent or chatflow app, its errors already Airflow's."""
        from daybook.dify import ChatClient  # noqa: PLC0415

        with airflow_errors(context):
            return self._app(ChatClient)


def api_address(connection: Any) -> str:
    """The address in a connection's fields, also where they came from a URI, which takes it apart.

    Airflow calls what stands behind the host the schema: ``dify://:app-...@dify.example.com/v1`` has the schema ``v1``.
    One that is ``http`` or ``https`` is the address's own, any other its path.
    """
    host = str(connection.host).strip()
    schema = str(connection.schema or "").strip("/")
    is_protocol = schema in ("http", "https")
    if "://" not in host:
        host = f"{schema if is_protocol else 'https'}://{host}"
    if connection.port and urlsplit(host).port is None:
        scheme, rest = host.split("://", 1)
        name, slash, path = rest.partition("/")
        host = f"{scheme}://{name}:{connection.port}{slash}{path}"
    return host if is_protocol or not schema else f"{host.rstrip('/')}/{schema}"


class AnalysisServiceHook(BaseHook):
    """Makes clients of one analysis service.

    The connection, of any type: ``host`` is the service's address, ``password`` its key, where it needs one. The key
    goes to that address alone.
    """

    conn_name_attr = "service_conn_id"
    default_conn_name = "daybook_service"

    def __init__(self, service_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.service_conn_id = service_conn_id

    def get_conn(self) -> "FunctionsClient":
        """A client of the service's functions."""
        return self.functions()

    def functions(self, seconds: float = 600.0) -> "FunctionsClient":
        """A client of the service's functions, in the language of the task's log.

        Args:
            seconds: what a call may take.

        Raises:
            SettingsError: the connection lacks the address.
        """
        from daybook.service_client import FunctionsClient  # noqa: PLC0415 (loaded when a task runs, not at parse)

        address, key = self._address()
        return FunctionsClient(address, key, task_language(), seconds=seconds)

    def connected(self) -> "ServiceConnection":
        """A connection to the service, for another of its clients.

        Raises:
            SettingsError: the connection lacks the address.
        """
        from daybook.service_client import ServiceConnection  # noqa: PLC0415

        address, key = self._address()
        return ServiceConnection(address, key, task_language())

    def _address(self) -> tuple[str, str]:
        connection = self.get_connection(self.service_conn_id)
        if not connection.host:
            raise SettingsError(texts.SERVICE_CONNECTION, name=self.service_conn_id)
        if connection.password:
            mask_secret(connection.password)
        return api_address(connection), connection.password or ""


URL = "dify_url"


class DifyLink(BaseOperatorLink):
    """Opens the page that the connection's ``web_url`` names."""

    name = "Dify"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 (Airflow's signature)
        """The page; empty before the task ran."""
        return str(XCom.get_value(ti_key=ti_key, key=URL) or "")
