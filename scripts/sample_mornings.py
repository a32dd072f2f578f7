"""Mornings to look at: for the pictures of docs/, and for the tests that open pages in a browser."""

import datetime as dt
from dataclasses import replace
from typing import Any

from daybook.language import Language
from daybook.mornings.morning import Morning, morning_of
from daybook.mornings.schedule import due_for
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.page import texts
from daybook.page.day import Link
from daybook.page.mornings import morning_page, mornings_page


def sample_mornings(language: Language) -> tuple[str, str]:
    """Two weeks of three books, with a report that is refused and one that was late; and the late one's page."""
    books = {
        "shop-east": BookMorning.model_validate({"due": "08:00"}),
        "shop-west": BookMorning.model_validate({"due": "08:00", "days": ["tue", "wed", "thu", "fri", "sat"]}),
        "web": BookMorning.model_validate({"due": "09:30", "grace_minutes": 60}),
    }
    now = dt.datetime(2026, 11, 28, 10, 5, tzinfo=books["web"].zone)

    def at(day: dt.date, clock: str) -> dt.datetime:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.fromisoformat(clock), now.tzinfo)

    def step(day: dt.date, step_name: StepName, began: str, ended: str = "", **more: Any) -> Step:
        return Step("shop-east", day, step_name, at(day, began), at(day, ended or began), **more)

    late = dt.date(2026, 11, 24)
    what_happened = [
        step(late, StepName.WAITED, "08:00:04", "08:41:00", told_by="airflow"),
        step(late, StepName.ALERTED, "08:30:07", cause="no_file", told_by="service"),
        step(late, StepName.WORKFLOW, "08:41:02", "08:41:49", attempt=2, told_by="airflow"),
        step(late, StepName.ANALYSED, "08:41:20", seconds=6.2, told_by="service"),
        step(late, StepName.PUSHED, "08:41:31", seconds=1.1, told_by="plugin"),
        step(late, StepName.MENDED, "08:41:55", told_by="service"),
    ]

    def morning(name: str, day: dt.date) -> Morning:
        refused = (name, day) == ("shop-west", dt.date(2026, 11, 27))
        steps = [replace(step(day, StepName.PUSHED, f"08:{day.day % 9 + 3:02}"), book=name)]
        if refused:
            steps = [replace(steps[0], outcome=StepOutcome.FAILED, cause="dingtalk_310000")]
        elif (name, day) == ("shop-east", late):
            steps = what_happened
        elif day < dt.date(2026, 11, 15):
            steps = []
        since = at(dt.date(2026, 11, 14), "12:00")
        return morning_of(name, books[name], day, due_for(books[name], day), steps, now=now, watched_since=since)

    days = [dt.date(2026, 11, 27) - dt.timedelta(days=back) for back in range(14)]
    found = {name: [morning(name, day) for day in days] for name in books}
    places = {(name, day): f"#{name}{day}" for name in books for day in days}
    links = {each: [Link("Airflow", "#")] for each in what_happened[:1]}
    links |= {what_happened[2]: [Link("Dify", "#"), Link("Airflow", "#")]}
    links |= {what_happened[3]: [Link(texts.THE_REPORT.to(language), "#"), Link(texts.THE_TRACE.to(language), "#")]}
    around = [Link(texts.ALL_MORNINGS.to(language), "#")]
    return (
        mornings_page(found, books, language, places, "#"),
        morning_page(morning("shop-east", late), books["shop-east"], language, links, around, "#"),
    )
