"""Five missed days are made up by Airflow's own backfill; one of them has no file, and is made up when it comes.

    python -m tests.airflow.backfill

Four messages and one alert, then the fifth message. It takes a minute or two, and ends with 1 where it went otherwise.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.airflow.scheduler import Scheduler
from tests.airflow.stage import MAJOR, Stage

DAG = "daily_sales_report"
DAYS = [f"2026-03-{day:02d}" for day in range(2, 7)]
MISSING = DAYS[2]


def until(done: Callable[[], bool], seconds: float = 240) -> bool:
    """Whether something came true in time."""
    ends = time.monotonic() + seconds
    while not done() and time.monotonic() < ends:
        time.sleep(1)
    return done()


def backfill(airflow: Scheduler) -> str:
    """Asks Airflow to make the days up."""
    first, last = f"{DAYS[0]}T00:00:00+00:00", f"{DAYS[-1]}T00:00:00+00:00"
    if MAJOR > 2:
        return airflow.command("backfill", "create", "--dag-id", DAG, "--from-date", first, "--to-date", last)
    return airflow.command("dags", "backfill", DAG, "-s", first, "-e", last, "--continue-on-failures")


def main() -> int:
    """Runs it."""

    def alerts() -> int:
        return sum(MISSING in post.text for post in stage.alerts.messages)

    folder = Path(tempfile.mkdtemp(prefix="backfill-"))
    with Stage(folder / "stage") as stage:
        stage.write(*(day for day in DAYS if day != MISSING))
        with Scheduler(stage.env(folder), folder / "airflow", DAG) as airflow:
            until(lambda: DAG in airflow.command("dags", "details", DAG), 60)
            said = backfill(airflow)
            made_up = until(lambda: sum(stage.reports()[day] for day in DAYS) == len(DAYS) - 1 and alerts() > 0)
            before = dict(stage.reports())
            stage.write(MISSING)
            airflow.command("dags", "trigger", DAG, "--conf", json.dumps({"day": MISSING}))
            completed = until(lambda: stage.reports()[MISSING] == 1)
            again = backfill(airflow)
            time.sleep(15)
        result = {
            "airflow": MAJOR,
            "messages after the backfill": {day: before.get(day, 0) for day in DAYS},
            "alerts for the missing day": alerts(),
            "messages after the file came": {day: stage.reports()[day] for day in DAYS},
        }
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    good = made_up and completed and all(stage.reports()[day] == 1 for day in DAYS) and alerts() == 1
    if not good:
        sys.stderr.write(f"{said[-3000:]}\n{again[-3000:]}\n{airflow.log()}\n")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
