"""The watch: it tells once a day and cause, and once more when the report comes; whatever stops in between."""

import datetime as dt

import pytest

from daybook.language import Language
from daybook.mornings.drill import drill
from daybook.mornings.morning import MorningState
from daybook.mornings.recent import one, recent
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.mornings.watch import Watch
from tests.mornings.conftest import BOOK, DAY, Office, at

GOING, GOOD, FAILED = StepOutcome.GOING, StepOutcome.GOOD, StepOutcome.FAILED


def causes(office: Office) -> list[str]:
    return [alert.cause for alert in office.group]


def state(office: Office, clock: str) -> MorningState:
    return one(office.store, "shop", BOOK, DAY, at(clock)).state


def test_a_morning_without_a_word_is_told_once_after_its_grace(office: Office) -> None:
    office.look("08:00")
    office.look("08:29")
    assert office.group == []
    done = office.look("08:30")
    assert [morning.day for morning in done.overdue] == [DAY]
    for clock in ("08:31", "09:00", "23:00"):
        office.look(clock)
    assert causes(office) == ["nothing"]
    alert = office.group[0]
    assert alert.key == "watch shop 2026-11-27 nothing"
    assert "Fri 27 Nov" in alert.text
    assert "Sat 28 Nov 08:00 (Asia/Shanghai), 30 minutes of grace" in alert.text
    assert "no run has begun" in alert.text


def test_a_report_in_time_is_no_news(office: Office) -> None:
    office.push("08:10")
    office.look("08:40")
    assert office.group == []
    assert state(office, "08:40") is MorningState.DELIVERED


def test_what_comes_late_is_told_once_as_mended(office: Office) -> None:
    office.look("08:30")
    office.push("09:12")
    office.push("11:00")  # told again
    for clock in ("09:13", "12:00"):
        office.look(clock)
    assert causes(office) == ["nothing", "mended"]
    assert "Delivered at Sat 28 Nov 09:12 (Asia/Shanghai), 72 min late" in office.group[1].text
    assert state(office, "12:00") is MorningState.LATE


def test_late_without_an_alert_is_not_told(office: Office) -> None:
    office.look("08:00")
    office.push("08:35")  # between two looks
    office.look("08:36")
    assert office.group == []


@pytest.mark.parametrize(
    ("step", "said", "code"),
    [
        ((StepName.WAITED, {"outcome": GOING}), "looked for since 08:01", "no_file"),
        ((StepName.GATED, {"outcome": GOING, "cause": "few_rows"}), "not whole (few_rows)", "not_ready few_rows"),
        ((StepName.WORKFLOW, {"outcome": GOING}), "began at 08:01", "workflow_going"),
        (
            (StepName.WORKFLOW, {"outcome": FAILED, "cause": "node_failed"}),
            "node_failed",
            "workflow_failed node_failed",
        ),
        ((StepName.ANALYSED, {}), "made at 08:01", "not_pushed"),
        ((StepName.PUSHED, {"outcome": FAILED, "cause": "dingtalk_300005"}), "access token", "dingtalk_300005"),
        ((StepName.PUSHED, {"outcome": FAILED, "cause": "not_sent"}), "could not be sent", "not_sent not_sent"),
        ((StepName.PUSHED, {"outcome": StepOutcome.UNKNOWN}), "may be in the group", "push_unknown"),
    ],
)
def test_the_cause_is_what_came_furthest(office: Office, step: tuple, said: str, code: str) -> None:  # type: ignore[type-arg]
    name, more = step
    office.tell(name, "08:01", **more)
    office.look("08:30")
    assert causes(office) == [code]
    assert said in office.group[0].text


def test_each_settled_cause_is_told_once_and_what_moves_on_is_not(office: Office) -> None:
    office.look("08:30")
    office.tell(StepName.WAITED, "08:40", outcome=GOING)
    office.look("08:41")
    office.tell(StepName.WAITED, "08:45")
    office.tell(StepName.WORKFLOW, "08:45", outcome=GOING)
    office.look("08:46")
    office.tell(StepName.ANALYSED, "08:47")
    office.look("08:47")
    assert causes(office) == ["nothing"]
    for code in ("dingtalk_310000", "dingtalk_310000", "dingtalk_300005"):
        office.push("08:50", FAILED, cause=code)
        office.look("08:51")
        office.look("08:52")
    assert causes(office) == ["nothing", "dingtalk_310000", "dingtalk_300005"]
    office.push("09:00")
    office.look("09:01")
    assert causes(office)[-1] == "mended"


def test_a_file_that_does_not_come_for_as_long_as_the_grace_is_a_cause_of_its_own(office: Office) -> None:
    office.look("08:30")
    for clock in ("09:00", "09:10", "09:31"):
        office.tell(StepName.WAITED, clock, outcome=GOING)
        office.look(clock)
    assert causes(office) == ["nothing", "no_file"]


def test_a_group_that_refuses_is_told_again_until_it_takes_it(office: Office) -> None:
    office.refuses = True
    assert office.look("08:30").failed == "refused"
    assert office.look("08:31").failed == "refused"
    office.refuses = False
    assert office.look("08:32").failed == ""
    assert causes(office) == ["nothing"]


def test_a_lost_answer_is_asked_for_again_under_the_same_key(office: Office) -> None:
    office.loses = True
    assert office.look("08:30").failed == "outcome_unknown"
    office.loses = False
    assert [alert.cause for alert in office.look("08:31").sent] == ["nothing"]
    assert office.look("08:32").sent == ()
    assert causes(office) == ["nothing"]


def test_days_before_the_book_was_watched_are_not_missed(office: Office) -> None:
    shown = recent(office.store, {"shop": BOOK}, at("09:00"), 3)["shop"]
    assert [each.state for each in shown] == [MorningState.MISSING, MorningState.UNWATCHED, MorningState.UNWATCHED]
    office.look("09:00")
    assert len(office.group) == 1


def test_a_watch_that_was_away_says_so(office: Office) -> None:
    office.look("12:00", DAY + dt.timedelta(days=3))
    assert causes(office) == ["unseen", "unseen", "unseen"]
    assert "the service itself was down" in office.group[0].text


def test_what_is_long_past_is_not_told(office: Office) -> None:
    office.look("12:00", DAY + dt.timedelta(days=30))
    assert len(office.group) == 7


def test_steps_that_come_in_another_order_change_nothing(office: Office) -> None:
    office.tell(StepName.WORKFLOW, "08:05", "run", outcome=GOOD, dify_run="r1")
    office.tell(StepName.WORKFLOW, "08:06", "run", outcome=GOING, airflow_run="a1")
    office.push("08:07")
    office.push("08:08", FAILED, cause="not_sent")
    [workflow, pushed] = [step for step in office.store.steps(DAY) if step.name is not StepName.DUE]
    assert (workflow.outcome, workflow.dify_run, workflow.airflow_run) == (GOOD, "r1", "a1")
    assert (pushed.outcome, pushed.cause) == (GOOD, "")
    office.tell(StepName.WORKFLOW, "08:10", "other", outcome=FAILED, attempt=1)
    office.tell(StepName.WORKFLOW, "08:11", "other", outcome=GOING, attempt=1)
    office.tell(StepName.WORKFLOW, "08:12", "third", outcome=FAILED, attempt=1)
    office.tell(StepName.WORKFLOW, "08:13", "third", outcome=GOING, attempt=2)
    found = [(step.outcome, step.attempt) for step in office.store.steps(DAY) if step.name is StepName.WORKFLOW]
    assert found == [(GOOD, 1), (FAILED, 1), (GOING, 2)]


def test_the_newest_delivered_day_is_known(office: Office) -> None:
    assert office.store.newest_delivered() == {}
    office.push("08:00", FAILED)
    for back in (0, 3):
        office.tell(StepName.PUSHED, "08:01", "k", DAY - dt.timedelta(days=back))
    assert office.store.newest_delivered() == {"shop": DAY}


def test_old_steps_go_and_the_watch_goes_on(office: Office) -> None:
    office.tell(StepName.PUSHED, "08:00", day=DAY - dt.timedelta(days=900))
    office.tell(StepName.PUSHED, "08:00", day=dt.datetime.now(dt.UTC).date())
    assert office.store.remove_old() == 1
    assert [step.day for step in office.store.steps(DAY - dt.timedelta(days=1000))] == [dt.datetime.now(dt.UTC).date()]
    assert office.store.watched_since("shop", at("23:00")) == at("00:01")


def test_a_drill_plays_both_messages_and_leaves_nothing(office: Office) -> None:
    def made(books: dict[str, BookMorning], word: str) -> Watch:
        watch = office.watch
        return Watch(books, office.store, watch.announce, lambda: at("00:20"), watch.turn, Language.CHINESE, drill=word)

    before = office.store.steps(dt.date.min)
    done = drill(office.store, made)
    assert (done.failed, [alert.cause for alert in done.sent]) == ("", ["nothing", "mended"])
    assert all(alert.title.startswith("【演练】") and "这是一次演练" in alert.text for alert in done.sent)
    assert office.store.steps(dt.date.min) == before
    again = drill(office.store, made)
    assert not {alert.key for alert in again.sent} & {alert.key for alert in done.sent}
    office.refuses = True
    assert drill(office.store, made).failed == "refused"
    assert office.store.steps(dt.date.min) == before


def test_a_step_of_another_book_is_its_own(office: Office) -> None:
    moment = at("08:00")
    office.store.note(Step("other", DAY, StepName.PUSHED, moment, moment), "key")
    office.look("08:30")
    assert causes(office) == ["nothing"]
