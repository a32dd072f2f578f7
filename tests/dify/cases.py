"""`CASES`: what a day's job meets at Dify, and what must come of it, whichever code runs the job.

The library (`run_once`), the operator and the DAG in one file are held by the very same cases: they are three ways to
one promise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import (
    GATEWAY_504,
    INTERNAL_500,
    QUOTA_429,
    SALES_FORM,
    TOO_MANY_400,
    TOO_MANY_429,
    Fault,
    Json,
    Kind,
    NodeError,
    Variable,
    envelope,
)

GOOD = {"answer": "2026-11-20 总销售额 561.00 元", "delivered": True}
FRAMED = "An error occurred in the daybook/sales_analyst/sales_analyst, error type: X, error details: 缺少列: Price"


def good(*_: object) -> Json:
    return dict(GOOD)


def fails(text: str = FRAMED, *, handled: bool = False, **outputs: Any) -> Callable[..., Json]:
    def workflow(*_: object) -> Json:
        raise NodeError(text, handled=handled, outputs=outputs)

    return workflow


@dataclass(frozen=True)
class Case:
    """One way that things go."""

    name: str
    faults: tuple[Fault, ...] = ()
    workflow: Callable[..., Json] = good
    ends: str = "good"
    """``good``; ``later`` where a retry makes sense; ``failed`` where it does not."""
    runs: int = 1
    """Runs that Dify accepted."""
    posts: int = 1
    """Times at most that a run was asked for."""
    says: str = ""
    """What the sentence has in it."""
    set_up: dict[str, Any] = field(default_factory=dict)
    """Attributes of the double."""
    then: str = ""
    """What a second call does that a person asks for: it reports the run (``good``), or makes another (``again``).
    Where it is ``retry``, the second call is a retry, and makes another run."""
    between: Callable[[DifyDouble], None] = lambda _: None
    """What happens between the two."""

    def hold(self, dify: DifyDouble, ended: str, said: str) -> None:
        """Holds what came of a first call: how it ended, and the sentence."""
        assert ended == self.ends, said
        assert self.says in said
        assert len(dify.runs) == self.runs
        assert dify.calls.count(("POST", "/v1/workflows/run")) <= self.posts

    def hold_second(self, dify: DifyDouble, ended: str, said: str) -> None:
        """Holds what came of a second call."""
        assert ended == "good", said
        assert len(dify.runs) == self.runs + (self.then in ("again", "retry"))

    def prepare(self, dify: DifyDouble) -> None:
        """Puts the double into the case."""
        dify.workflow, dify.idle = self.workflow, 0.1
        dify.faults += self.faults
        for name, value in self.set_up.items():
            setattr(dify, name, value)


def mend(dify: DifyDouble) -> None:
    dify.workflow, dify.never_finish = good, False


def age(dify: DifyDouble) -> None:
    """Half an hour goes by after somebody stopped the run."""
    mend(dify)
    for run in dify.runs.values():
        run.stop.set()
        run.created_at -= 1900


LOGS = "/workflows/logs"
REFUSED = '{"event": "error", "status": 400, "code": "invalid_param", "message": "no such thing"}'
LOST = '{"event": "error", "status": 500, "code": "internal_server_error", "message": "x"}'

CASES = (
    Case("all is well", then="good"),
    Case("on an old Dify, which logs at the end", set_up={"logs_at": "finish", "logs_filter_user": False}, then="good"),
    Case("on Dify 1.14", set_up={"version": "1.14.0"}),
    Case("a stream that is not chunked", set_up={"chunked": False}),
    Case("busy, told by 429", (TOO_MANY_429,) * 4, ends="later", runs=0, posts=4, then="again"),
    Case("busy, told by 400", (TOO_MANY_400,) * 4, ends="later", runs=0, posts=4, then="again"),
    Case("the quota is used up", (QUOTA_429,), ends="failed", runs=0),
    Case("the log is away", (Fault(Kind.ANSWER, LOGS, 502, method="GET"),) * 4, ends="later", runs=0, posts=0),
    Case("the answer is lost", (Fault(Kind.DROP_AFTER),)),
    Case("500 after accepting", (Fault(Kind.ANSWER_AFTER, status=500),)),
    Case("504 after accepting", (Fault(Kind.ANSWER_AFTER, status=504),)),
    Case("cut at once", (Fault(Kind.CUT),)),
    Case("cut after the start", (Fault(Kind.CUT, events=1),)),
    Case("cut later", (Fault(Kind.CUT, events=4),)),
    Case("an endless line", (Fault(Kind.FLOOD),)),
    Case("500, nothing started", (INTERNAL_500,), ends="failed", runs=0, says="日志", then="again"),
    Case("504, nothing started", (GATEWAY_504,), ends="failed", runs=0, says="日志", then="again"),
    Case("hung up on", (Fault(Kind.DROP),), ends="failed", runs=0, says="日志", then="again"),
    Case("a dead worker", (Fault(Kind.QUEUED),), ends="failed", says="日志", between=DifyDouble.work, then="good"),
    Case("an error event before the start", (Fault(Kind.EVENT, body=REFUSED),), ends="failed", says="no such thing"),
    Case("a crash before the start", (Fault(Kind.EVENT, body=LOST),)),
    Case(
        "a node fails",
        workflow=fails(),
        ends="failed",
        says="缺少列: Price",
        between=mend,
        then="again",
    ),
    Case(
        "a failure that the workflow catches",
        workflow=fails(handled=True, problem="缺少列：单价", delivered=False),
        ends="failed",
        says="缺少列：单价",
        between=mend,
        then="again",
    ),
    Case(
        "a source that does not answer, as the workflow says",
        workflow=fails(handled=True, problem="数据源 orders 没有响应", delivered=False, again=True),
        ends="later",
        says="数据源 orders 没有响应",
        between=mend,
        then="retry",
    ),
    Case(
        "a failure that it catches without naming it",
        workflow=fails(handled=True, answer="没有生成日报：缺少列: Price", delivered=False),
        faults=(Fault(Kind.CUT, events=1),),
        ends="failed",
        says="没有生成日报",
    ),
    Case(
        "the plugin's authorization was never saved",
        workflow=fails("no default provider for daybook/sales_analyst/sales_analyst"),
        ends="failed",
        says="授权",
    ),
    Case(
        "a run that somebody stopped, half an hour later",
        (Fault(Kind.CUT, events=1),),
        set_up={"never_finish": True},
        ends="failed",
        says="停止",
        between=age,
        then="again",
    ),
    Case(
        "an input that was not given",
        set_up={"form": (*SALES_FORM, Variable("region", required=True))},
        ends="failed",
        runs=0,
        posts=0,
        says="region",
    ),
    Case(
        "an input that is too long",
        set_up={"form": (SALES_FORM[0], Variable("run_key", max_length=5))},
        ends="failed",
        runs=0,
        posts=0,
        says="run_key",
    ),
    Case(
        "a file of the wrong kind",
        set_up={"form": (Variable("sales_data", "file", file_types=("image",)), Variable("run_key"))},
        ends="failed",
        runs=0,
        posts=0,
        says="sales_data",
    ),
    Case(
        "not published",
        set_up={"published": False},
        ends="failed",
        runs=0,
        posts=0,
    ),
    Case(
        "an answer of gigabytes",
        (Fault(Kind.GZIP, LOGS, method="GET"),),
        ends="failed",
        runs=0,
        posts=0,
        says="过",
    ),
    Case(
        "the key is wrong",
        (Fault(Kind.ANSWER, LOGS, 401, envelope(401, "unauthorized", "Access token is invalid"), method="GET"),),
        ends="failed",
        runs=0,
        posts=0,
    ),
)
