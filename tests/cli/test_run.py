"""`daybook run`, the command for cron: it runs a job once, and says by its exit code whether to come again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daybook.cli.run import TEMPORARY
from daybook.cli.run import dify as command
from tests.cli.conftest import Run
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Kind, NodeError

JOB = "report/2026-11-22"


def main(arguments: list[str]) -> int:
    """Runs `python -m daybook.dify ...`; gives its exit code."""
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def dify() -> Iterator[DifyDouble]:
    with DifyDouble() as double:
        yield double


@pytest.fixture
def job(dify: DifyDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setenv("DIFY_BASE_URL", dify.base_url)
    monkeypatch.setenv("DIFY_API_KEY", dify.api_key)
    monkeypatch.setenv("DAYBOOK_LANGUAGE", "en")
    file = tmp_path / "sales.csv"
    file.write_text("Date,Product,Price,Amount,Region\n", encoding="utf-8")
    state = str(tmp_path / "state")
    return ["run", "--file", str(file), "--job", JOB, "--state", state, "--input", "run_key=2026-11-22"]


def test_a_job_runs_once(dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(job), main(job)] == [0, 0]
    assert capsys.readouterr().out == "ok\nok\n"
    assert dify.accepted() == {(JOB, "2026-11-22"): 1}


def test_a_failed_job_runs_again_when_it_is_asked_to(
    dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def workflow(*_: object) -> dict[str, object]:
        raise NodeError("no such column")

    dify.workflow = workflow
    assert [main(job), main(job)] == [1, 1]
    assert len(dify.runs) == 1
    assert "no such column" in capsys.readouterr().err
    dify.workflow = lambda *_: {"total": 1}
    assert main([*job, "--again"]) == 0
    assert capsys.readouterr().out == '{"total": 1}\n'


def test_the_exit_code_says_whether_to_come_again(
    dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybook.dify.once._exponential", lambda _: 0.0)
    dify.faults += [Fault(Kind.ANSWER, "/workflows/logs", 502, method="GET")] * 4
    assert main(job) == TEMPORARY
    assert main([*job[:-2], "--file", "nowhere.csv"]) == 1
    dify.api_key = "app-another"
    assert main(job) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert "/" not in "".join(errors).replace("and/or", "")
    monkeypatch.setenv("DIFY_API_KEY", "")
    assert main(["info"]) == 1


def test_an_output_that_has_to_be_true(dify: DifyDouble, job: list[str]) -> None:
    dify.workflow = lambda *_: {"answer": "没有数据", "delivered": False}
    assert main([*job, "--expect", "delivered"]) == 1
    dify.workflow = lambda *_: {"answer": "好", "delivered": True}
    assert main([*job, "--job", "another", "--expect", "delivered"]) == 0


def test_info(dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert job
    assert main(["info"]) == 0
    assert capsys.readouterr().out == f"每日销售报告 ({dify.mode})\n"


def test_daybook_run_is_the_same_command(dify: DifyDouble, job: list[str], run: Run) -> None:
    assert run(*job).stdout == run(*job).stdout == "ok\n"
    assert dify.accepted() == {(JOB, "2026-11-22"): 1}
    dify.api_key = "app-another"
    refused = run(*job[:3], "--job", "another")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)


def test_an_input_without_a_name_is_refused_before_anything_is_sent(dify: DifyDouble, job: list[str], run: Run) -> None:
    result = run(*job[:-1], "2026-11-22")
    assert result.exit_code == 2
    assert "write '2026-11-22' as NAME=VALUE" in result.stderr
    assert not dify.runs


def test_a_caught_failure_is_told_in_the_workflow_s_words(
    dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def workflow(*_: object) -> dict[str, object]:
        raise NodeError("no such column", handled=True, outputs={"problem": "the column Price is missing"})

    dify.workflow = workflow
    assert main(job) == 1
    assert "the column Price is missing" in capsys.readouterr().err


def test_an_output_that_is_not_true_is_explained(
    dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    dify.workflow = lambda *_: {"answer": "no", "delivered": False, "problem": "the robot is held"}
    assert main([*job, "--expect", "delivered"]) == 1
    assert "its output delivered is not true: the robot is held." in capsys.readouterr().err


def test_a_bad_input_is_named_at_once(dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*job, "--input", f"report_title={'x' * 65}"]) == 1
    assert "The input report_title takes at most 64 characters, and 65 were given." in capsys.readouterr().err
    assert not dify.runs


def test_a_run_that_was_stopped_elsewhere_makes_way_when_it_is_too_old(
    dify: DifyDouble, job: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dify.never_finish = True
    dify.faults.append(Fault(Kind.CUT, events=1))
    assert main([*job, "--deadline", "0.5"]) == 1
    assert "only then a new one starts" in capsys.readouterr().err
    [run] = dify.runs.values()
    run.stop.set()
    dify.never_finish = False
    monkeypatch.setenv("DIFY_LONGEST_RUN", "0")
    assert main([*job, "--again"]) == 0
    monkeypatch.setenv("DIFY_LONGEST_RUN", "long")
    assert main(job) == 1
    assert "DIFY_LONGEST_RUN" in capsys.readouterr().err
