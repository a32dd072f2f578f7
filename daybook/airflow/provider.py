"""`get_provider_info`: what Airflow is told about this package: its connection type with its form, and its link.

Airflow 3 reads the form from here; Airflow 2.11 asks the hook, which takes it from here.
"""

from typing import Any

from daybook import __version__

HIDDEN = ["schema", "login", "port"]
LABELS = {"host": "API address", "password": "App API key"}
PLACEHOLDERS = {"host": "https://dify.example.com/v1", "password": "app-..."}
DMS_FIELD, DMS_LABEL = "dms_api_key", "DifyApiKey (Dify on DMS)"
WEB_FIELD, WEB_LABEL = "web_url", "Page of the app's log"


def get_provider_info() -> dict[str, Any]:
    """Airflow's own form, found by the entry point ``apache_airflow_provider``."""
    optional = ["string", "null"]
    return {
        "package-name": "daybook-sales",
        "name": "Daybook",
        "description": "Dify workflows, chat apps and the Daybook analysis service.",
        "versions": [__version__],
        "connection-types": [
            {
                "connection-type": "dify",
                "hook-class-name": "daybook.airflow.hook.DifyHook",
                "hook-name": "Dify",
                "ui-field-behaviour": {"hidden-fields": HIDDEN, "relabeling": LABELS, "placeholders": PLACEHOLDERS},
                "conn-fields": {
                    DMS_FIELD: {"label": DMS_LABEL, "schema": {"type": optional, "format": "password"}},
                    WEB_FIELD: {"label": WEB_LABEL, "schema": {"type": optional}},
                },
            }
        ],
        "extra-links": ["daybook.airflow.hook.DifyLink"],
    }
