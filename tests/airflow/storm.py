"""A real scheduler under fire: tasks and the scheduler killed at random points, answers lost, streams cut.

    python -m tests.airflow.storm --days 90 --seed 1
    python -m tests.airflow.storm --days 90 --seed 1 --deferrable    # the triggerer is killed too

Every day must end with exactly one message in the group or with an alert, and no run that Dify accepted may be
started again. Run by hand or at night: it takes many minutes. It prints what it did, and ends with 1 where a day ended
otherwise.
"""

import argparse
import datetime as dt
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil

from tests.airflow.scheduler import Scheduler
from tests.airflow.stage import MAJOR, Stage
from tests.doubles.dify.parts import TOO_MANY_400, TOO_MANY_429, Fault, Json, Kind

FAULTS: list[tuple[str, list[Fault]]] = [
    ("stream cut", [Fault(Kind.CUT, events=1)]),
    ("stream cut at once", [Fault(Kind.CUT, events=0)]),
    ("answer lost", [Fault(Kind.DROP_AFTER)]),
    ("500 after accepting", [Fault(Kind.ANSWER_AFTER, status=500)]),
    ("504 after accepting", [Fault(Kind.ANSWER_AFTER, status=504)]),
    ("429", [TOO_MANY_429] * 6),
    ("400 too many requests", [TOO_MANY_400] * 2),
    ("500, nothing started", [Fault(Kind.ANSWER, status=500)]),
]


@dataclass
class Storm:
    """What happens, and what came of it."""

    stage: Stage
    airflow: Scheduler
    chance: random.Random
    days: list[str]
    kill_rate: float
    fault_rate: float
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    part_kills: Counter[str] = field(default_factory=Counter)
    doomed: set[int] = field(default_factory=set)
    spared: set[int] = field(default_factory=set)
    doing: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on_call(self, method: str, path: str, port: int) -> None:
        """Slows Dify down, breaks an answer now and then, and decides whether the caller is to die."""
        what = _phase(method, path)
        if what == "start" and self.chance.random() < self.fault_rate:
            name, faults = self.chance.choice(FAULTS)
            self.faults[name] += 1
            self.stage.dify.faults += faults
        process = self.airflow.caller(port)
        if process:
            with self.lock:
                self.doing[process.pid] = what
                if process.pid not in self.doomed | self.spared:
                    doomed = self.chance.random() < self.kill_rate
                    (self.doomed if doomed else self.spared).add(process.pid)
                    if doomed:
                        threading.Thread(target=self._kill, args=(process,), daemon=True).start()
        time.sleep(self.chance.uniform(0, 0.8 if what == "upload" else 0.1))

    def _kill(self, process: psutil.Process) -> None:
        time.sleep(self.chance.expovariate(1 / 1.5))
        with suppress(psutil.Error):
            supervisor = process.parent()
            process.kill()
            self.kills[self.doing[process.pid]] += 1
            if supervisor and self.chance.random() < 0.3 and _runs_a_task(supervisor):
                supervisor.kill()
                self.kills["with its supervisor"] += 1

    def workflow(self, inputs: Json, files: dict[str, bytes]) -> Json:
        """A run that takes a while."""
        time.sleep(self.chance.uniform(0.5, 3))
        return self.stage.report(inputs, files)

    def open_days(self) -> list[str]:
        """The days that have neither a message nor an alert."""
        alerts = " ".join(post.text for post in self.stage.alerts.messages)
        done = self.stage.reports()
        return [day for day in self.days if not done[day] and day not in alerts]

    def rage(self, minutes: float, part_every: float) -> None:
        """Lets it happen until every day has ended, or the time is up."""
        ends, next_kill = time.monotonic() + 60 * minutes, time.monotonic() + part_every
        mortal = [part for part in ("scheduler", "triggerer") if part in self.airflow.parts]
        told = time.monotonic()
        while self.open_days() and time.monotonic() < ends:
            time.sleep(1)
            if time.monotonic() >= next_kill:
                part = self.chance.choice(mortal)
                self.airflow.kill(part)
                self.part_kills[part] += 1
                self.airflow.start(part)
                next_kill = time.monotonic() + part_every * self.chance.uniform(0.5, 1.5)
            if time.monotonic() - told > 60:
                told = time.monotonic()
                sys.stderr.write(f"{len(self.open_days())} days open, {self.killed()} kills\n")
        time.sleep(10)  # whatever is still under way must change nothing

    def killed(self) -> int:
        """How many tasks were killed."""
        return sum(count for phase, count in self.kills.items() if phase != "with its supervisor")

    def result(self) -> dict[str, Any]:
        """What came of it."""
        messages = self.stage.reports()
        alerts = Counter(post.text.split("- 运行：")[-1].strip() for post in self.stage.alerts.messages)
        alerted = {day for day in self.days for post in self.stage.alerts.messages if day in post.text}
        started = Counter(run.user for run in self.stage.dify.runs.values())
        return {
            "airflow": MAJOR,
            "days": len(self.days),
            "task kills": self.killed(),
            "task kills by what the task was doing": dict(self.kills),
            "kills of Airflow's parts": dict(self.part_kills),
            "faults": dict(self.faults),
            "days with one message": sum(messages[day] == 1 for day in self.days),
            "days with an alert": len(alerted),
            "days with both": sum(messages[day] == 1 and day in alerted for day in self.days),
            "days with two messages": sorted(day for day in self.days if messages[day] > 1),
            "days with neither": self.open_days(),
            "runs started twice": sorted(user for user, times in started.items() if times > 1),
            "alerts sent twice": sorted(run for run, times in alerts.items() if times > 1),
        }


def _phase(method: str, path: str) -> str:
    if path.endswith("/files/upload"):
        return "upload"
    if path.endswith("/workflows/logs"):
        return "look in the log"
    return "start" if method == "POST" else "wait"


def _runs_a_task(process: psutil.Process) -> bool:
    title = " ".join(process.cmdline())
    return "tasks run" in title or "LocalExecutor" in title or "supervisor" in title


def main() -> int:
    """Runs the storm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dag", default="daily_sales_report")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kill-rate", type=float, default=0.55, help="chance that a try is killed")
    parser.add_argument("--fault-rate", type=float, default=0.15, help="chance that a start is answered wrongly")
    parser.add_argument("--part-every", type=float, default=120, help="seconds between kills of a part of Airflow")
    parser.add_argument("--deferrable", action="store_true", help="let tasks wait in the triggerer, and kill it too")
    asked = parser.parse_args()

    slot = dt.datetime.now(ZoneInfo("Asia/Shanghai")) - dt.timedelta(hours=8)
    days = [(slot.date() - dt.timedelta(days=back)).isoformat() for back in range(asked.days)][::-1]
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    with Stage(folder / "stage") as stage:
        stage.write(*days)
        env = {**stage.env(folder), "DAYBOOK_REPORTS_SINCE": days[0], "DAYBOOK_SETTLE_SECONDS": "5"}
        airflow = Scheduler(env, folder / "airflow", asked.dag, deferrable=asked.deferrable)
        chance = random.Random(asked.seed)  # noqa: S311 (repeatable on purpose)
        storm = Storm(stage, airflow, chance, days, asked.kill_rate, asked.fault_rate)
        stage.dify.on_call = storm.on_call
        stage.dify.workflow = storm.workflow
        with airflow:
            storm.rage(asked.minutes, asked.part_every)
        result = storm.result()
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    wrong = ("days with two messages", "days with neither", "runs started twice", "alerts sent twice")
    return int(any(result[name] for name in wrong))


if __name__ == "__main__":
    sys.exit(main())
