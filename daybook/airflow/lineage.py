"""`report_lineage`: where a report's figures come from and where they go, for OpenLineage.

Airflow's provider asks an operator for it where it is installed: from the files or the source to the report, and from
there to the group. Names say what a thing is, and stay the same every day.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

NAMESPACE = "daybook"


def report_lineage(files: Mapping[str, str | Sequence[str]] | None, source: str, dag_id: str) -> Any:
    """The lineage of a task that has a report made and sent.

    Args:
        files: the paths of the files that were uploaded, by the name of their input.
        source: the named source that was read instead.
        dag_id: the DAG, after which report and group are called.
    """
    from airflow.providers.common.compat.openlineage.facet import Dataset  # noqa: PLC0415 - only where it is asked for
    from airflow.providers.openlineage.extractors import OperatorLineage  # noqa: PLC0415

    given = [path for paths in (files or {}).values() for path in ([paths] if isinstance(paths, str) else paths)]
    # a folder of days' files is one dataset: a name of its own each morning would be one that nothing follows
    folders = dict.fromkeys(str(Path(path).absolute().parent) for path in given)
    read = [Dataset(NAMESPACE, f"sources/{source}")] if source else [Dataset("file", folder) for folder in folders]
    made = [Dataset(NAMESPACE, f"reports/{dag_id}"), Dataset("dingtalk", f"groups/{dag_id}")]
    return OperatorLineage(inputs=read, outputs=made)
