"""`DifyWorkflowOperator`: a Dify workflow as a task, at most one run, however often the task is tried."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import BaseOperator, conf

from daybook.airflow import texts
from daybook.airflow.hook import URL, DifyHook, DifyLink
from daybook.airflow.task import airflow_errors, asked_by_a_person, run_memory, traced
from daybook.errors import DaybookError, FileError

if TYPE_CHECKING:
    from daybook.dify import DifyClient, RunHandle, RunMemory, RunOutcome
    from daybook.dify.once import OnceOptions

USER = "airflow/{{ dag.dag_id }}/{{ run_id }}"
"""The run's name for Dify: one for each DAG run, the same for all its tries."""

DEADLINE = timedelta(minutes=20)
SETTLE = timedelta(seconds=60)
_STOP_SECONDS = 4.0
"""For stopping a run while the task is being killed: after five seconds Airflow 3 kills it for good."""
DEFERRABLE: bool = conf.getboolean("operators", "default_deferrable", fallback=False)
"""Airflow's own setting for all operators that can wait in the triggerer."""
LOOK_BACK = timedelta(days=30)
"""How far back an earlier run of the same user is looked for."""


class DifyWorkflowOperator(BaseOperator):
    """Runs the workflow of a Dify app and gives its outputs to XCom.

    Before anything is started, an earlier run of the same ``user`` is looked for: in the task state store (Airflow
    3.3 and later) and in Dify's log. A run that Dify accepted is followed or reported, never started again by a
    retry. A cleared task starts anew only where the earlier run did not succeed; to repeat a successful one, give it
    another ``user``. A run whose output ``again`` is true is no success: its source did not answer, say. The task is
    left to Airflow's retries, and a retry starts a new run.

    Args:
        inputs: the values of the start node.
        files: paths of files to upload, by the name of their input; a list of paths for a list of files. One whose path
            is empty is left out.
        source: a named source of the analysis service, which the workflow reads instead: no file is uploaded then.
        source_input: the name of its input.
        user: the job's name for Dify; shared by all that must not run twice.
        key: compared with the input ``key_input`` of earlier runs, where one user has several jobs.
        key_input: the name of that input.
        workflow_id: a published version to run instead of the latest.
        deadline: the longest a run may take. It is stopped then, and the task fails without a retry.
        settle: how long to look for a run in Dify's log whose start was not answered.
        partial: take a run for good that went on after a failed node.
        deferrable: wait for the run's end in Airflow's triggerer, so that the task holds no worker meanwhile. A person
            who ends such a task stops its run on Airflow 3.3 and later; on an older one it goes on to its end. By
            default as Airflow's setting ``[operators] default_deferrable`` says.
        dify_conn_id: the connection.
    """

    template_fields: Sequence[str] = ("inputs", "files", "source", "user", "key", "workflow_id", "dify_conn_id")
    template_fields_renderers = {"inputs": "json", "files": "json"}  # noqa: RUF012 (Airflow's own form)
    operator_extra_links = (DifyLink(),)
    ui_color = "#e8edff"

    def __init__(  # noqa: PLR0913 (what the author of a DAG may say of a run)
        self,
        *,
        inputs: Mapping[str, Any] | None = None,
        files: Mapping[str, str | Sequence[str]] | None = None,
        source: str = "",
        source_input: str = "source",
        user: str = USER,
        key: str | None = None,
        key_input: str = "run_key",
        workflow_id: str = "",
        deadline: timedelta = DEADLINE,
        settle: timedelta = SETTLE,
        partial: bool = False,
        deferrable: bool = DEFERRABLE,
        dify_conn_id: str = DifyHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if self.execution_timeout and deadline >= self.execution_timeout:
            raise ValueError(f"{self.task_id}: execution_timeout must exceed deadline, or the run is not stopped")
        self.inputs = inputs
        self.files = files
        self.source = source
        self.source_input = source_input
        self.user = user
        self.key = key
        self.key_input = key_input
        self.workflow_id = workflow_id
        self.deadline = deadline
        self.settle = settle
        self.partial = partial
        self.deferrable = deferrable
        self.dify_conn_id = dify_conn_id
        self._client: DifyClient | None = None
        self._handle: RunHandle | None = None
        self._memory: RunMemory | None = None

    @traced
    def execute(self, context: Any) -> dict[str, Any]:
        """Finds or starts the run, waits for its end, and gives its outputs."""
        from daybook.dify import run_once  # noqa: PLC0415 (loaded when a task runs, not at parse)

        hook = DifyHook(self.dify_conn_id)
        self._client = client = hook.client(context)
        self._memory = run_memory(context)
        ends = time.time() + self.deadline.total_seconds()
        if url := hook.web_url:
            context["ti"].xcom_push(key=URL, value=url)
        with airflow_errors(context):
            outcome = run_once(
                client,
                lambda: self._all_inputs(client),
                user=self.user,
                memory=self._memory,
                options=replace(self._options(context), follow=not self.deferrable),
                on_start=self._started,
            )
            if self.deferrable and not outcome.finished:
                self._wait_elsewhere(outcome, ends)
            return self._outputs(outcome, context)

    def resume(self, context: Any, event: Mapping[str, str]) -> dict[str, Any]:
        """Takes the task up where the triggerer has waited: the run is at its end, or its time is up."""
        from daybook.dify import RunHandle, follow_run  # noqa: PLC0415

        client = DifyHook(self.dify_conn_id).client(context)
        handle = RunHandle(event["run_id"], event["task_id"])
        with airflow_errors(context):
            options = replace(self._options(context), deadline=0.0)
            outcome = follow_run(client, handle, user=self.user, memory=run_memory(context), options=options)
            return self._outputs(outcome, context)

    def _wait_elsewhere(self, outcome: "RunOutcome", ends: float) -> None:
        from daybook.airflow.trigger import DifyRunTrigger  # noqa: PLC0415

        self.log.info("Dify run %s: the triggerer waits for its end", outcome.run_id)
        trigger = DifyRunTrigger(outcome.run_id, outcome.task_id, self.user, ends, self.dify_conn_id)
        self.defer(trigger=trigger, method_name=self.resume.__name__)

    def _outputs(self, outcome: "RunOutcome", context: Any) -> dict[str, Any]:
        self._report(outcome, context)
        return dict(outcome.require_success(partial=self.partial, waited=self.deadline.total_seconds()))

    def on_kill(self) -> None:
        """Stops the run when a person or a timeout ends the task, and remembers that it did."""
        if self._client and self._handle and self._handle.task_id:
            # This is a signal's handler: what it interrupted may hold the very lock that remembering takes.
            stop = threading.Thread(target=self._stop, args=(self._client, self._handle), daemon=True)
            stop.start()
            stop.join(_STOP_SECONDS)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """From the files or the source to the report and the group, where Airflow's OpenLineage provider asks."""
        from daybook.airflow.lineage import report_lineage  # noqa: PLC0415

        return report_lineage(self.files, self.source, task_instance.dag_id)

    def _options(self, context: Any) -> "OnceOptions":
        from daybook.dify.once import OnceOptions  # noqa: PLC0415

        return OnceOptions(
            key=self.key or None,
            key_input=self.key_input,
            since=datetime.now(UTC) - LOOK_BACK,
            workflow_id=self.workflow_id,
            deadline=self.deadline.total_seconds(),
            settle=self.settle.total_seconds(),
            partial=self.partial,
            stop_late=True,
            asked_again=asked_by_a_person(context),
        )

    def _all_inputs(self, client: "DifyClient") -> dict[str, Any]:
        inputs = dict(self.inputs or {})
        if self.source:
            return {**inputs, self.source_input: self.source}
        for name, paths in (self.files or {}).items():
            if isinstance(paths, str):
                inputs |= {name: self._upload(client, paths)} if paths else {}
            else:
                inputs[name] = [self._upload(client, path) for path in paths]
        return inputs

    def _upload(self, client: "DifyClient", path: str) -> dict[str, str]:
        file = Path(path)
        if not file.is_file():
            raise FileError(texts.NO_FILE, name=file.name)
        uploaded = client.upload(file, user=self.user)
        self.log.info("Uploaded %s, %d bytes", uploaded.name, uploaded.size)
        return uploaded.as_input()

    def _started(self, handle: "RunHandle") -> None:
        self._handle = handle
        self.log.info("Dify run %s", handle.run_id)

    def _report(self, outcome: "RunOutcome", context: Any) -> None:
        context["ti"].xcom_push(key="run_id", value=outcome.run_id)
        context["ti"].xcom_push(key="status", value=str(outcome.status))
        self.log.info("Dify run %s: %s after %.1f s", outcome.run_id, outcome.status, outcome.elapsed_time)

    def _stop(self, client: "DifyClient", handle: "RunHandle") -> None:
        from daybook.dify import NoMemory, stop_run  # noqa: PLC0415

        try:
            stop_run(client, handle, user=self.user, memory=self._memory or NoMemory())
        except DaybookError as error:
            self.log.warning("The run could not be stopped: %s", error)
        else:
            self.log.info("Asked Dify to stop run %s", handle.run_id)
