"""The watch under fire: ``python -m tests.mornings.storm --kills 100``.

Two instances on one database look for missing reports, without a pause, while one of them is killed again and again at
random moments and DingTalk's answers get lost. Counted is what stands in the group: one message for each day and cause,
and one for each that came after all. At the end: how long after the deadline an instance with the usual pause tells.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import delete

from daybook.database import Database, sqlite_url
from daybook.mornings.steps import Step, StepName
from daybook.mornings.store import MorningStore
from daybook.service.tables import kept_values
from tests.doubles.dingtalk import DingTalkDouble, Fault

BOOKS = 3
"""Missing reports of a wave."""
KILLS_A_WAVE = 8


def look(folder: Path, books: list[str], due: str, webhook: str, pause: float) -> None:
    """An instance: the mornings of a service with its database, its ledger and its robot; it ends when it is killed."""
    from daybook.service.settings import Settings  # noqa: PLC0415 - in the child alone
    from daybook.service.state import ServiceState  # noqa: PLC0415 - the same

    os.environ["DAYBOOK_ALLOW_LOOPBACK_ROBOT"] = "1"
    file = folder / f"mornings-{os.getpid()}.toml"
    rules = f'due = "{due}"\nzone = "Etc/UTC"\ngrace_minutes = 0\nday_offset = 0\n'
    file.write_text("".join(f"[books.{book}]\n{rules}" for book in books), "utf-8")
    settings = Settings.load(mornings=file, state_folder=folder, robots=json.dumps({"ops": {"webhook": webhook}}))
    watching = ServiceState(settings).mornings
    while True:
        watching.look()
        time.sleep(pause)


class Storm:
    """One database, and the group."""

    def __init__(self, folder: Path, ding: DingTalkDouble) -> None:
        self.folder, self.ding = folder, ding
        self.database = Database(sqlite_url(folder / "daybook.sqlite"))
        self.database.open()
        self.store = MorningStore(self.database)
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload(["daybook.service.state"])
        self.today = dt.datetime.now(dt.UTC).date()
        self.kills = 0

    def started(self, books: list[str], due: str = "00:00", pause: float = 0.02) -> BaseProcess:
        process = self.processes.Process(
            target=look, args=(self.folder, books, due, self.ding.webhook, pause), daemon=True
        )
        process.start()
        return process

    def noted(self, books: list[str], name: StepName) -> bool:
        steps = self.store.steps(self.today)
        return {step.book for step in steps if step.name is name} >= set(books)

    def wave(self, number: int) -> None:
        """Some reports go missing, and then come; instances are killed all the while."""
        books = [f"wave{number}-{place}" for place in range(BOOKS)]
        midnight = dt.datetime.combine(self.today, dt.time(), dt.UTC)
        for book in books:
            self.store.note(Step(book, self.today, StepName.WATCHED, midnight, midnight))
            self.store.note(Step(book, self.today, StepName.DUE, midnight, midnight, seconds=0.0))
        self.fire(books, StepName.ALERTED)
        now = dt.datetime.now(dt.UTC)
        for book in books:
            self.store.note(Step(book, self.today, StepName.PUSHED, now, now), "key")
        self.fire(books, StepName.MENDED)

    def fire(self, books: list[str], wanted: StepName) -> None:
        """Kill instances until all is told; at least a few times, however soon that is."""
        with self.database.writing() as connection:
            connection.execute(delete(kept_values))  # the robot's messages of the last minute
        running = [self.started(books), self.started(books)]
        killed, before = 0, len(self.ding.requests)
        while killed < KILLS_A_WAVE // 2 or not self.noted(books, wanted):
            if random.random() < 0.7:  # noqa: S311 - as a message is under way
                ends = time.monotonic() + 5
                while len(self.ding.requests) == before and time.monotonic() < ends:
                    time.sleep(0.0005)
                before = len(self.ding.requests)
            time.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret
            if random.random() < 0.2:  # noqa: S311
                self.ding.fail_next(random.choice([Fault.DROP_AFTER_ACCEPT, Fault.DROP, Fault.HTTP_502]))  # noqa: S311
            place = random.randrange(2)  # noqa: S311
            os.kill(running[place].pid or 0, signal.SIGKILL)
            running[place].join()
            killed += 1
            running[place] = self.started(books)
        for process in running:
            process.kill()
            process.join()
        self.kills += killed


def seconds_after_the_deadline(storm: Storm, number: int) -> float:
    """How long after its deadline a report is told of by an instance that looks every 30 seconds."""
    book = f"timed-{number}"
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    due = at.replace(second=0, microsecond=0)
    midnight = dt.datetime.combine(storm.today, dt.time(), dt.UTC)
    storm.store.note(Step(book, storm.today, StepName.WATCHED, midnight, midnight))
    process = storm.started([book], f"{due:%H:%M}", 30)
    while not any(book in post.title for post in storm.ding.messages):
        time.sleep(0.05)
    process.kill()
    process.join()
    return (dt.datetime.now(dt.UTC) - due).total_seconds()


def main() -> int:
    """Count, and say; 1 where a message was missing or came twice."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--timed", type=int, default=1)
    asked = options.parse_args()
    ticks = count(step=10)  # DingTalk's own limit of a minute is not what is tried here
    with tempfile.TemporaryDirectory() as folder, DingTalkDouble(now=lambda: float(next(ticks))) as ding:
        storm, waves = Storm(Path(folder), ding), 0
        while storm.kills < asked.kills:
            storm.wave(waves)
            waves += 1
        titles = Counter(post.title for post in ding.messages)
        wrong = {title: number for title, number in titles.items() if number != 1}
        expected = 2 * BOOKS * waves
        found = f"{len(ding.requests)} requests, {len(ding.messages)} messages of {expected}, {wrong=}"
        print(f"{storm.kills} kills, {found}")  # noqa: T201 - what it is run for
        timed = [seconds_after_the_deadline(storm, number) for number in range(asked.timed)]
        print("seconds after the deadline:", ", ".join(f"{each:.1f}" for each in timed))  # noqa: T201
        return int(bool(wrong) or len(ding.messages) != expected)


if __name__ == "__main__":
    sys.exit(main())
