"""Delivers a planned push: once per delivery key, within the robot's rate, retried only where that posts nothing twice.

Each part carries a ``msgUuid``, by which DingTalk drops a repetition. Under a delivery key it is the same in every
push, so that even a push whose outcome stayed unknown can be repeated.
"""

import itertools
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, cast

import requests
from tenacity import Future, RetryCallState, Retrying, retry_if_result, stop_after_attempt, wait_exponential_jitter

from daybook import tracing
from daybook.dingtalk import texts
from daybook.dingtalk.ledger import DeliveryLedger, Ledger, Record, record_name
from daybook.dingtalk.plan import Part, Plan
from daybook.dingtalk.robot import RateLimiter, Robot
from daybook.dingtalk.texts import fill
from daybook.dingtalk.transport import RobotAnswer, RobotTransport, Verdict
from daybook.errors import DeliveryError
from daybook.language import Text
from daybook.store import MemoryStore, Store, StoreError
from daybook.transport import Clock

ATTEMPTS = 3
"""Requests for one part: the first and two retries."""

_MESSAGING = {"messaging.system": "dingtalk", "messaging.operation.name": "send", "messaging.operation.type": "send"}
_RETRIED = (Verdict.NOT_SENT, Verdict.UNKNOWN, Verdict.BUSY)


class PartState(StrEnum):
    """What became of one part."""

    DELIVERED = "delivered"
    DELIVERED_BEFORE = "delivered_before"
    """By an earlier push under the same key."""
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


CODE_PREFIX = "dingtalk_"
"""Before DingTalk's own code, where a word is made of it."""


class RobotError(DeliveryError):
    """DingTalk did not take a message, or it never left.

    Attributes:
        errcode: DingTalk's; ``None`` where it gave none.
        errmsg: DingTalk's own words, redacted and clipped.
        sent: parts of this push that are in the group.
        parts: parts of this push.
        throttled: whether the robot takes nothing for up to ten minutes.
    """

    def __init__(self, text: Text, **values: Any) -> None:
        super().__init__(text, **values)
        self.errcode: int | None = None
        self.errmsg = ""
        self.sent = 0
        self.parts = 0
        self.throttled = False

    @property
    def cause_code(self) -> str:
        """Why, as a word for programs: ``dingtalk_<code>``, ``throttled`` or ``not_sent``."""
        if self.errcode is not None:
            return f"{CODE_PREFIX}{self.errcode}"
        return "throttled" if self.throttled else "not_sent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a push came to; a push that failed raises instead."""

    states: tuple[PartState, ...]
    message_ids: tuple[str, ...]
    """The ``msgUuid`` of each part."""
    already_delivered: bool = False
    """Whether the whole was delivered under this key before, and nothing was sent now."""
    unknown: Text | None = None
    """Why it is not known whether a part was posted; ``None`` where all is known."""
    warnings: tuple[Text, ...] = ()

    @property
    def delivered(self) -> bool:
        """Whether the group has all parts, from now or before."""
        return self.already_delivered or all(
            state in (PartState.DELIVERED, PartState.DELIVERED_BEFORE) for state in self.states
        )

    @property
    def named(self) -> str:
        """It in a word: for what is counted."""
        if self.already_delivered:
            return "already_delivered"
        if self.outcome_unknown:
            return "unknown"
        return "delivered" if self.delivered else "not_sent"

    @property
    def outcome_unknown(self) -> bool:
        """Whether a part was sent and no answer says what became of it."""
        return self.unknown is not None


class _Save(Protocol):
    """Records how many parts are in the group, and whether the next one may be; says whether it could."""

    def __call__(self, done: int, *, unknown: bool = False) -> bool: ...


def _save_nothing(done: int, *, unknown: bool = False) -> bool:  # noqa: ARG001 (the form of `_Save`)
    """Without a key nothing is recorded."""
    return True


@dataclass(slots=True)
class _Progress:
    """A push under way."""

    plan: Plan
    message_id: Callable[[int], str]
    done: int = 0
    """Parts in the group when the push began."""
    save: _Save = _save_nothing
    keyed: bool = False
    warnings: list[Text] = field(default_factory=list)

    def states(self) -> list[PartState]:
        return [PartState.DELIVERED_BEFORE] * self.done + [PartState.NOT_SENT] * (len(self.plan.parts) - self.done)

    def message_ids(self) -> tuple[str, ...]:
        return tuple(self.message_id(part.number) for part in self.plan.parts)


class RobotClient:
    """A group robot that delivers.

    Args:
        robot: where to, and how it is signed.
        store: where the rate window and the ledger are; by default one that lasts as long as this client.
        ledger: where it is kept what was delivered, if not in the store.
        session: the HTTP session to use; by default a new one for each push.
        clock: the time.
        transport: makes the transport from a session; a caller sets timeouts with it.
    """

    def __init__(
        self,
        robot: Robot,
        store: Store | None = None,
        *,
        ledger: DeliveryLedger | None = None,
        session: requests.Session | None = None,
        clock: Clock | None = None,
        transport: Callable[[requests.Session], RobotTransport] = RobotTransport,
    ) -> None:
        self._robot = robot
        self._store = store or MemoryStore()
        self._clock = clock or Clock()
        self._session = session
        self._transport = transport
        self._ledger = ledger or Ledger(self._store, self._clock)
        self._limiter = RateLimiter(robot.fingerprint, self._store, self._clock)

    def preview(self, plan: Plan, key: str = "") -> Outcome:
        """What `push` would do now, without network and without a trace."""
        before, warnings = None, list[Text]()
        if key:
            try:
                before = self._ledger.read(record_name(self._robot.fingerprint, key))
            except StoreError:
                warnings.append(texts.LEDGER_UNREADABLE)
        if before and before.delivered:
            return self._already(before, plan, key)
        record, earlier = _claimed(before, plan)
        push = self._keyed(plan, key, record, [*warnings, *earlier]) if key else _unkeyed(plan)
        return Outcome(tuple(push.states()), push.message_ids(), warnings=tuple(push.warnings))

    def push(self, plan: Plan, key: str = "") -> Outcome:
        """Send all parts of ``plan``; under ``key``, at most once.

        A push that an earlier one under the same key left half done goes on where that stopped, as long as the
        content is the same. Without a key every call sends.

        Raises:
            RobotError: DingTalk refused a part, or it could not be sent; whatever part came before it is in the
                group.
        """
        with tracing.span("send dingtalk", _MESSAGING) as span:
            span.note({"daybook.parts": len(plan.parts)})
            if key:
                span.note({"daybook.delivery_key": record_name(self._robot.fingerprint, key)})
            outcome = self._push(plan, key)
            span.note({"daybook.outcome": outcome.named})
            return outcome

    def _push(self, plan: Plan, key: str) -> Outcome:
        if not key:
            return self._send(_unkeyed(plan))
        name = record_name(self._robot.fingerprint, key)
        with ExitStack() as stack:
            try:
                stack.enter_context(self._ledger.exclusive(name))
                before = self._ledger.read(name)
                if before and before.delivered:
                    return self._already(before, plan, key)
                record, warnings = _claimed(before, plan)
                if not before:
                    self._ledger.enter(name)
                self._ledger.write(name, record)
            except StoreError:
                failure = RobotError(texts.LEDGER_UNREADABLE)
                failure.parts = len(plan.parts)
            else:
                return self._send_keyed(plan, key, record, warnings)
        raise failure

    def _send_keyed(self, plan: Plan, key: str, record: Record, warnings: list[Text]) -> Outcome:
        """Send, and keep no record of a push that DingTalk refused: those of delivered ones need the room."""
        try:
            return self._send(self._keyed(plan, key, record, warnings))
        except RobotError as error:
            if record.of_nothing and not error.sent:
                self._ledger.forget(record_name(self._robot.fingerprint, key))
            raise

    def _already(self, record: Record, plan: Plan, key: str) -> Outcome:
        other = record.digest != plan.digest
        return Outcome(
            (PartState.DELIVERED_BEFORE,) * record.parts,
            tuple(record.message_id(self._robot.fingerprint, key, part) for part in range(1, record.parts + 1)),
            already_delivered=True,
            warnings=(texts.DELIVERED_OTHER_CONTENT,) if other else (),
        )

    def _keyed(self, plan: Plan, key: str, record: Record, warnings: list[Text]) -> _Progress:
        name = record_name(self._robot.fingerprint, key)

        def save(done: int, *, unknown: bool = False) -> bool:
            try:
                self._ledger.write(name, record.model_copy(update={"done": done, "unknown": unknown}))
            except StoreError:
                return False
            return True

        def message_id(part: int) -> str:
            return record.message_id(self._robot.fingerprint, key, part)

        return _Progress(plan, message_id, record.done, save, keyed=True, warnings=warnings)

    def _send(self, push: _Progress) -> Outcome:
        parts = push.plan.parts
        states, unknown, recorded = push.states(), None, True
        with ExitStack() as stack:
            transport = self._transport(self._session or stack.enter_context(requests.Session()))
            for part in parts[push.done :]:
                answer = self._send_part(transport, part, push.message_id(part.number))
                if answer.verdict is Verdict.UNKNOWN:
                    states[part.number - 1] = PartState.UNKNOWN
                    recorded = push.save(part.number - 1, unknown=True)
                    unknown = fill(
                        texts.OUTCOME_UNKNOWN,
                        part=part.number,
                        parts=len(parts),
                        cause=answer.cause,
                        remedy=texts.REPEAT_UNDER_KEY if push.keyed else texts.LOOK_AT_GROUP,
                    )
                    break
                if answer.verdict is not Verdict.DELIVERED:
                    raise _failure(answer, push, part.number - 1)
                states[part.number - 1] = PartState.DELIVERED
                recorded = push.save(part.number)
        warnings = (*push.warnings, *(() if recorded else (texts.LEDGER_NOT_WRITTEN,)))
        return Outcome(tuple(states), push.message_ids(), unknown=unknown, warnings=warnings)

    def _send_part(self, transport: RobotTransport, part: Part, message_id: str) -> RobotAnswer:
        """Send one part, again where that posts nothing twice."""
        payload = part.payload(message_id)
        lost: list[RobotAnswer] = []

        sent = itertools.count()

        def attempt() -> RobotAnswer:
            if held := self._limiter.acquire():
                return _held(held)
            answer = self._posted(transport, part, payload, next(sent))
            if answer.verdict is Verdict.UNKNOWN:
                lost.append(answer)
            elif answer.verdict is Verdict.THROTTLED:
                self._limiter.hold()
            return answer

        retrying = Retrying(
            retry=retry_if_result(lambda answer: answer.verdict in _RETRIED),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(initial=1, max=8),
            sleep=self._clock.sleep,
            retry_error_callback=_last_answer,
        )
        answer = retrying(attempt)
        # What DingTalk refuses for good it refused before too; anything else leaves a lost attempt's outcome open.
        refused = answer.verdict is Verdict.REFUSED and answer.code is not None
        return answer if refused or answer.verdict is Verdict.DELIVERED or not lost else lost[-1]

    def _posted(self, transport: RobotTransport, part: Part, payload: bytes, resends: int) -> RobotAnswer:
        """One request, as a step of the trace; without its address, which holds the token."""
        attributes: tracing.Attributes = {
            "http.request.method": "POST",
            "http.request.body.size": len(payload),
            "http.request.resend_count": resends,
            "server.address": self._robot.host,
            "daybook.part": part.number,
        }
        with tracing.span("POST /robot/send", attributes, tracing.Kind.CLIENT) as span:
            answer = transport.post(self._robot, payload, self._clock.now_ms())
            if answer.code is not None:
                span.note({"daybook.dingtalk.errcode": answer.code})
            if answer.verdict is not Verdict.DELIVERED:
                span.fail(answer.verdict.value)
            return answer


def _last_answer(state: RetryCallState) -> RobotAnswer:
    return cast("Future", state.outcome).result()  # type: ignore[no-any-return]


def _unkeyed(plan: Plan) -> _Progress:
    base = uuid.uuid4()
    return _Progress(plan, lambda part: uuid.uuid5(base, str(part)).hex)


def _claimed(before: Record | None, plan: Plan) -> tuple[Record, list[Text]]:
    """The record with which a push under a key begins, and what the sender should know of earlier ones."""
    fresh = Record(digest=plan.digest, parts=len(plan.parts))
    if not before:
        return fresh, []
    if before.digest == plan.digest:
        return before, []
    if before.done:
        restarted = fill(texts.RESTARTED, sent=before.done, parts=before.parts)
        return fresh.model_copy(update={"generation": before.generation + 1}), [restarted]
    warnings = [texts.EARLIER_UNKNOWN] if before.unknown else []
    return fresh.model_copy(update={"generation": before.generation, "unknown": before.unknown}), warnings


def _held(seconds: float) -> RobotAnswer:
    minutes = max(1, round(seconds / 60 + 0.49))
    return RobotAnswer(Verdict.THROTTLED, fill(texts.HELD, minutes=minutes), texts.HELD_REMEDY)


def _failure(answer: RobotAnswer, push: _Progress, sent: int) -> RobotError:
    text = texts.NOT_SENT if answer.verdict is Verdict.NOT_SENT else texts.REFUSED
    code = Text("", "") if answer.code is None else fill(texts.CODE, code=answer.code)
    problem = fill(text, code=code, cause=answer.cause, remedy=answer.remedy)
    parts = len(push.plan.parts)
    if sent:
        error = RobotError(
            texts.PARTLY if push.keyed else texts.PARTLY_WITHOUT_KEY, sent=sent, parts=parts, problem=problem
        )
    else:
        error = RobotError(problem)
    error.errcode, error.errmsg, error.sent, error.parts = answer.code, answer.errmsg, sent, parts
    error.throttled = answer.verdict is Verdict.THROTTLED
    return error
