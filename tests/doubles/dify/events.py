"""`RunEvents`: what the stream of a run tells, event by event, in the order and with the fields of Dify 1.13."""

import json
import time
import uuid
from collections.abc import Iterator

from tests.doubles.dify.parts import NODES, WORKFLOW_ID, Json, NodeError, Run

CHUNKS = 32
"""Pieces of text that a run of the shipped workflow sends."""


class RunEvents:
    """Makes the events of one run."""

    def __init__(self, run: Run, inputs: Json) -> None:
        self._run = run
        self._inputs = inputs
        self._started = int(time.time())
        self._ids = [str(uuid.uuid4()) for _ in NODES]

    def event(self, name: str, data: Json) -> Json:
        """One event."""
        return {"event": name, "workflow_run_id": self._run.id, "task_id": self._run.task_id, "data": data}

    def started(self) -> Json:
        """The first event."""
        told = {"inputs": self._inputs, "created_at": self._started, "reason": "initial"}
        return self.event("workflow_started", {"id": self._run.id, "workflow_id": WORKFLOW_ID, **told})

    def before(self) -> Iterator[Json]:
        """The start node, and the beginning of the node that works."""
        yield self._node_started(0)
        yield self._node_finished(0, "succeeded", None, self._inputs)
        yield self._node_started(1)

    def after(self, failed: NodeError | None, outputs: Json) -> Iterator[Json]:
        """The end of the node that works, and the nodes after it."""
        if failed and not failed.handled:
            yield self._node_finished(1, "failed", str(failed), {})
            return
        if failed:
            told = {"error_message": str(failed), "error_type": "PluginInvokeError"}
            yield self._node_finished(1, "exception", "Unknown error", told)
        else:
            yield self._node_finished(1, "succeeded", None, {})
        for place in range(2 if not failed else 3, len(NODES)):
            yield self._node_started(place)
            if NODES[place][1] == "code":
                yield from self._text(str(outputs.get("answer") or ""))
            yield self._node_finished(place, "succeeded", None, outputs if place + 1 == len(NODES) else {})

    def _text(self, text: str) -> Iterator[Json]:
        size = -(-len(text) // CHUNKS) or 1
        for start in range(0, len(text), size):
            told = {"text": text[start : start + size], "from_variable_selector": ["outcome", "answer"]}
            yield self.event("text_chunk", told)

    def _node_started(self, place: int) -> Json:
        return self.event("node_started", {**self._node(place), "inputs": None, "inputs_truncated": False})

    def _node_finished(self, place: int, status: str, error: str | None, outputs: Json) -> Json:
        told = {
            "inputs": {},
            "inputs_truncated": False,
            "process_data": {},
            "process_data_truncated": False,
            "outputs": outputs,
            "outputs_truncated": False,
            "status": status,
            "error": error,
            "elapsed_time": 0.05,
            "execution_metadata": {},
            "finished_at": int(time.time()),
            "files": [],
        }
        return self.event("node_finished", {**self._node(place), **told})

    def _node(self, place: int) -> Json:
        node_id, node_type, title = NODES[place]
        return {
            "id": self._ids[place],
            "node_id": node_id,
            "node_type": node_type,
            "title": title,
            "index": place + 1,
            "predecessor_node_id": None,
            "created_at": self._started,
            "extras": {},
            "iteration_id": None,
            "loop_id": None,
            "agent_strategy": None,
        }


def chat_events(mode: str, answer: str, ids: Json) -> list[Json]:
    """The events of an answer. A chatflow tells of its nodes first, and of its run's end last."""
    pieces = [answer[start : start + 4] for start in range(0, len(answer), 4)]
    usage = {"usage": {"total_tokens": len(answer)}, "retriever_resources": []}
    end = {"event": "message_end", **ids, "metadata": usage}
    if mode == "agent-chat":
        thought = {"event": "agent_thought", **ids, "position": 1, "thought": "", "tool": ""}
        return [thought, *({"event": "agent_message", **ids, "answer": piece} for piece in pieces), end]
    told = [{"event": "message", **ids, "answer": piece} for piece in pieces]
    if mode != "advanced-chat":
        return [*told, end]
    run = Run(str(uuid.uuid4()), ids["task_id"], "", {}, 0)
    events = RunEvents(run, {})
    finished = events.event("workflow_finished", {"id": run.id, "status": "succeeded", "outputs": {"answer": answer}})
    flow = [events.started(), *events.before()]
    return [*({**event, **ids} for event in flow), *told, end, {**finished, **ids}]


def inputs_as_json(inputs: Json) -> str:
    """The inputs as a run's detail shows them: JSON in a string."""
    return json.dumps(inputs, ensure_ascii=False)
