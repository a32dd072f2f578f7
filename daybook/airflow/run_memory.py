"""`run_memory`: what a task remembers over its tries: Airflow's task state store, where there is one."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daybook.dify import RunMemory, StartRecord

KEY = "daybook_start"


class StateStoreMemory:
    """A run's start in the task state store of Airflow 3.3 and later, which outlives a try; XCom does not."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def load(self) -> "StartRecord | None":
        """What was remembered last."""
        from daybook.dify import StartRecord  # noqa: PLC0415

        return StartRecord.loads(self._store.get(KEY))

    def save(self, record: "StartRecord | None") -> None:
        """Remembers ``record``; ``None`` forgets."""
        if record is None:
            self._store.delete(KEY)
        else:
            self._store.set(KEY, record.dumps())


def run_memory(context: Any) -> "RunMemory":
    """The memory of the running task; one that holds nothing where Airflow is older than 3.3."""
    from daybook.dify import NoMemory  # noqa: PLC0415

    store = context.get("task_state_store")
    return NoMemory() if store is None else StateStoreMemory(store)


def asked_by_a_person(context: Any) -> bool:
    """Whether this is the first try of a task, or the first one after it was cleared, and so no retry.

    Clearing raises the task's ``max_tries`` by its retries; Airflow itself finds the first try of a series this way.
    """
    ti = context["ti"]
    first = (ti.max_tries or 0) - (ti.task.retries or 0) + 1
    return bool(ti.try_number <= max(first, 1))
