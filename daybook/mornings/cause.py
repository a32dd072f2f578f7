"""`cause_of`: why a report that is due is not in its group, as its steps say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from daybook.dingtalk.codes import problem
from daybook.dingtalk.deliver import CODE_PREFIX
from daybook.dingtalk.texts import fill
from daybook.language import Text
from daybook.mornings import texts
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName, StepOutcome

_CODE = re.compile(rf"{CODE_PREFIX}(-?\d{{1,9}})")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a report is not there."""

    code: str
    """The same for the same cause."""
    text: Text
    remedy: Text
    settled: bool = False
    """Whether it stays so until somebody does something; else the report may still be on its way."""


def cause_of(book: BookMorning, steps: Sequence[Step], *, seen_late: bool) -> Cause:
    """Why a day's report is not delivered.

    What came furthest counts: a push that was refused says more than the workflow that failed for it.

    Args:
        book: the book's settings.
        steps: the day's steps, oldest first.
        seen_late: whether the watch itself was away when the report was due.
    """
    last = {step.name: step for step in sorted(steps, key=lambda step: step.last_at)}
    pushed, gated, workflow = (last.get(name) for name in (StepName.PUSHED, StepName.GATED, StepName.WORKFLOW))
    if pushed and pushed.outcome is not StepOutcome.GOING:
        return _of_push(pushed)
    if gated and gated.outcome in (StepOutcome.GOING, StepOutcome.FAILED):
        code = gated.cause or "not_ready"
        settled = gated.outcome is StepOutcome.FAILED
        return Cause(f"not_ready {code}", fill(texts.NOT_READY, code=code), texts.NOT_READY_REMEDY, settled)
    if workflow and workflow.outcome in (StepOutcome.FAILED, StepOutcome.UNKNOWN):
        code = workflow.cause or str(workflow.outcome)
        text = fill(texts.WORKFLOW_FAILED, code=code)
        return Cause(f"workflow_failed {code}", text, texts.WORKFLOW_FAILED_REMEDY, settled=True)
    return _under_way(book, last) or (
        Cause("unseen", texts.UNSEEN, texts.UNSEEN_REMEDY, settled=True)
        if seen_late
        else Cause("nothing", texts.NOTHING, texts.NOTHING_REMEDY, settled=True)
    )


def _under_way(book: BookMorning, last: Mapping[StepName, Step]) -> Cause | None:
    """How far a report has come that nobody has called failed; ``None`` where nothing has begun."""
    workflow, waited = last.get(StepName.WORKFLOW), last.get(StepName.WAITED)
    done = workflow if workflow and workflow.outcome is StepOutcome.GOOD else None
    made = last.get(StepName.ANALYSED) or last.get(StepName.PUSHED) or done
    if made:
        text = fill(texts.NOT_PUSHED, since=_clock(made, book.zone))
        return Cause("not_pushed", text, texts.NOT_PUSHED_REMEDY)
    if workflow:
        text = fill(texts.WORKFLOW_GOING, since=_clock(workflow, book.zone))
        return Cause("workflow_going", text, texts.WORKFLOW_GOING_REMEDY)
    if waited:
        text = fill(texts.NO_SALES_FILE, since=_clock(waited, book.zone))
        settled = waited.outcome is StepOutcome.FAILED or waited.last_at - waited.at >= book.grace
        return Cause("no_file", text, texts.NO_SALES_FILE_REMEDY, settled)
    return None


def _of_push(pushed: Step) -> Cause:
    if pushed.outcome is StepOutcome.UNKNOWN:
        return Cause("push_unknown", texts.PUSH_UNKNOWN, texts.PUSH_UNKNOWN_REMEDY, settled=True)
    code = pushed.cause or "not_sent"
    found = _CODE.fullmatch(code)
    if found:
        why = problem(int(found[1]))
        return Cause(code, fill(texts.REFUSED, code=found[1], cause=why.cause), why.remedy, settled=True)
    return Cause(f"not_sent {code}", fill(texts.NOT_SENT, code=code), texts.NOT_SENT_REMEDY, settled=True)


def _clock(step: Step, zone: ZoneInfo) -> str:
    return f"{step.at.astimezone(zone):%H:%M}"
