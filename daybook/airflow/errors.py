"""`airflow_errors`: what an error means to Airflow, try again or fail at once; its sentence is left for the alert."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from daybook.errors import DaybookError
from daybook.language import Language

PROBLEM = "problem"
"""XCom key under which a failed task leaves its sentence."""


def task_language() -> Language:
    """The language of task logs and alerts: ``DAYBOOK_LANGUAGE``, Chinese where it is not set."""
    return Language.of(os.environ.get("DAYBOOK_LANGUAGE"))


def fail(error: DaybookError, context: Mapping[str, Any] | None = None) -> NoReturn:
    """Ends the task with the error's sentence, which is also left for the alert.

    What is temporary is left to Airflow's retries. All else fails at once: a wrong setting stays wrong, and what may
    have happened already must not happen twice.
    """
    sentence = error.sentence(task_language())
    if context:
        context["ti"].xcom_push(key=PROBLEM, value=sentence)
    temporary = getattr(error, "retryable", False) and not getattr(error, "ambiguous", False)
    raise (AirflowException if temporary else AirflowFailException)(sentence) from None


@contextmanager
def airflow_errors(context: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Turns the library's errors into Airflow's."""
    try:
        yield
    except DaybookError as error:
        fail(error, context)
