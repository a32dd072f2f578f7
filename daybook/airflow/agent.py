"""`DifyAgentOperator`: asks a Dify chat or agent app as a task."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.common.compat.sdk import BaseOperator

from daybook.airflow.hook import URL, DifyHook, DifyLink
from daybook.airflow.task import airflow_errors, traced

USER = "airflow/{{ dag.dag_id }}/{{ run_id }}/{{ task.task_id }}"
"""The asker's name for Dify: one for each task of each DAG run, the same for all its tries."""


class DifyAgentOperator(BaseOperator):
    """Asks a chat, agent or chatflow app and gives its answer to XCom.

    A retry first looks whether the question was asked already, and takes that answer.

    Args:
        question: what to ask.
        inputs: the app's variables.
        conversation_id: a conversation to go on with; a new one where empty. The conversation that the answer belongs
            to is left under the XCom key ``conversation_id``.
        user: the asker's name for Dify.
        deadline: the longest an answer may take.
        dify_conn_id: the connection of the chat or agent app.
    """

    template_fields: Sequence[str] = ("question", "inputs", "conversation_id", "user", "dify_conn_id")
    template_fields_renderers = {"inputs": "json"}  # noqa: RUF012 (Airflow's own form)
    operator_extra_links = (DifyLink(),)
    ui_color = "#e8edff"

    def __init__(
        self,
        *,
        question: str,
        inputs: Mapping[str, Any] | None = None,
        conversation_id: str = "",
        user: str = USER,
        deadline: timedelta = timedelta(minutes=5),
        dify_conn_id: str = DifyHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.question = question
        self.inputs = inputs
        self.conversation_id = conversation_id
        self.user = user
        self.deadline = deadline
        self.dify_conn_id = dify_conn_id

    @traced
    def execute(self, context: Any) -> str:
        """Asks, or finds the answer to the same question of an earlier try."""
        hook = DifyHook(self.dify_conn_id)
        client = hook.chat_client(context)
        if url := hook.web_url:
            context["ti"].xcom_push(key=URL, value=url)
        with airflow_errors(context):
            answer = client.ask_once(
                self.question,
                user=self.user,
                inputs=self.inputs,
                conversation_id=self.conversation_id or "",
                deadline=self.deadline.total_seconds(),
            )
        context["ti"].xcom_push(key="conversation_id", value=answer.conversation_id)
        self.log.info("The app answered %d characters", len(answer.answer))
        return answer.answer
