"""What OpenLineage is told of a report, asked as Airflow's provider asks."""

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow.providers.openlineage")

from airflow.providers.openlineage.extractors.base import DefaultExtractor

from daybook.airflow.workflow import DifyWorkflowOperator


def lineage(**values: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Namespace and name of what a task read, and of what it made."""
    operator = DifyWorkflowOperator(task_id="run_workflow", **values)
    found = DefaultExtractor(operator).extract_on_complete(SimpleNamespace(dag_id="daily"))
    assert found is not None
    return [(each.namespace, each.name) for each in found.inputs], [
        (each.namespace, each.name) for each in found.outputs
    ]


MADE = [("daybook", "reports/daily"), ("dingtalk", "groups/daily")]


def test_a_report_comes_from_the_folder_of_its_files_on_every_day() -> None:
    days = [lineage(files={"sales_data": f"/data/sales/sales_2026-11-{day}.csv"}) for day in (20, 21)]
    assert days == [([("file", "/data/sales")], MADE)] * 2


def test_a_report_comes_from_its_source() -> None:
    files = {"sales_data": ""}
    assert lineage(files=files, source="orders") == ([("daybook", "sources/orders")], MADE)


def test_several_files_of_one_folder_are_one_dataset() -> None:
    assert lineage(files={"exports": ["/data/a.csv", "/data/b.csv"]})[0] == [("file", "/data")]
