"""An earlier run is found by user and key, also where Dify's own filter does nothing."""

import datetime as dt

import pytest

from daybook.dify import DifyClient, DifyError, texts
from daybook.dify import client as client_module
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble


@pytest.fixture(autouse=True)
def _no_inputs(dify: DifyDouble) -> None:
    dify.form = ()


@pytest.mark.parametrize("filters", [True, False])
def test_only_the_user_s_own_runs_count(dify: DifyDouble, client: DifyClient, filters: bool) -> None:
    dify.logs_filter_user = filters
    mine = client.run({}, user=USER)
    client.run({}, user=USER + "/other")
    found = client.find_run(USER, since=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert found is not None
    assert (found.run_id, found.user) == (mine.run_id, USER)
    assert client.find_run("nobody") is None


def test_the_key_is_compared_with_the_run_s_input(dify: DifyDouble, client: DifyClient) -> None:
    first = client.run({"run_key": "2026-11-21", "销售": "茶"}, user=USER)
    second = client.run({"run_key": "2026-11-22"}, user=USER)
    assert client.inputs_of(first.run_id) == {"run_key": "2026-11-21", "销售": "茶"}
    for key, run in (("2026-11-21", first), ("2026-11-22", second), (None, second)):
        found = client.find_run(USER, key=key)
        assert found is not None
        assert found.run_id == run.run_id
    assert client.find_run(USER, key="2026-11-20") is None
    assert len(dify.runs) == 2


def test_the_search_goes_through_the_pages(
    dify: DifyDouble, client: DifyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LOG_PAGE", 2)
    dify.logs_filter_user = False
    mine = client.run({}, user=USER)
    for _ in range(5):
        client.run({}, user="others")
    found = client.find_run(USER)
    assert found is not None
    assert found.run_id == mine.run_id
    assert dify.calls.count(("GET", "/v1/workflows/logs")) == 3


def test_a_log_without_end_is_no_proof_of_absence(
    dify: DifyDouble, client: DifyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LOG_PAGE", 1)
    monkeypatch.setattr(client_module, "LOG_PAGES", 3)
    dify.logs_filter_user = False
    for _ in range(4):
        client.run({}, user="others")
    with pytest.raises(DifyError) as caught:
        client.find_run(USER)
    assert caught.value.text is texts.SEARCH_TOO_LONG
