"""The library meets every case of a day's job as it should, with a memory and without."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from daybook.dify import DifyClient, DifyError, NoMemory, run_once
from daybook.dify.once import OnceOptions
from daybook.language import Language
from tests.dify.cases import CASES, Case
from tests.dify.conftest import Memory
from tests.doubles.dify import DifyDouble

USER = "airflow/daily/2026-11-20"


def run(client: DifyClient, inputs: Callable[[], Any], memory: Any, *, asked_again: bool) -> tuple[str, str]:
    """How a job ended, and its sentence."""
    options = OnceOptions(deadline=30, settle=0, asked_again=asked_again)
    try:
        outcome = run_once(client, inputs, user=USER, memory=memory, options=options)
        outputs = outcome.require_success(waited=30)
    except DifyError as error:
        ended = "later" if error.retryable and not error.ambiguous else "failed"
        return ended, error.sentence(Language.CHINESE)
    return ("good" if outputs["delivered"] else "failed"), outcome.reason


@pytest.mark.parametrize("memory", [Memory, NoMemory])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(
    dify: DifyDouble,
    client: DifyClient,
    case: Case,
    memory: Callable[[], Any],
) -> None:
    case.prepare(dify)
    mind = memory()

    def inputs() -> dict[str, Any]:
        file = client.upload(BytesIO(b"x"), user=USER, filename="sales.csv")
        return {"sales_data": file.as_input(), "run_key": "2026-11-20"}

    case.hold(dify, *run(client, inputs, mind, asked_again=True))
    if case.then:
        dify.faults.clear()
        case.between(dify)
        case.hold_second(dify, *run(client, inputs, mind, asked_again=case.then != "retry"))
