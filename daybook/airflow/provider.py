"""What Airflow is told about this package: its connection type and its link."""

from typing import Any

from daybook import __version__


def get_provider_info() -> dict[str, Any]:
    """Airflow's own form, found by the entry point ``apache_airflow_provider``."""
    return {
        "package-name": "daybook",
        "name": "Daybook",
        "description": "Dify workflows, chat apps and the Daybook analysis service.",
        "versions": [__version__],
        "connection-types": [
            {"connection-type": "dify", "hook-class-name": "daybook.airflow.hook.DifyHook", "hook-name": "Dify"}
        ],
        "extra-links": ["daybook.airflow.links.DifyLink"],
    }
