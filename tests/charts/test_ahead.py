"""The picture of the days ahead: what it is called, what it draws, and that a gap stays one."""

import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

import pytest

import daybook
from daybook.charts import Chart, png
from daybook.charts.ahead import ahead_chart, ahead_echarts
from daybook.expect.forecast import Forecast
from daybook.language import Language

LAST = dt.date(2026, 9, 25)
ENGLISH = Language.ENGLISH


def forecast(language: Language = ENGLISH, *, ahead: int = 7, days: int = 70, closed: int | None = None) -> Forecast:
    dates = [LAST - dt.timedelta(days=back) for back in range(days)]
    known = {date: 1000.0 + 100 * (date.weekday() + date.day % 3) for date in dates if date.weekday() != closed}
    known.pop(dt.date(2026, 9, 17), None)
    return daybook.forecast(known, ahead, language)


def drawn(found: Forecast, language: Language = ENGLISH) -> Chart:
    chart = ahead_chart(found, language=language)
    assert chart is not None
    return chart


@pytest.mark.parametrize("language", list(Language))
def test_it_is_called_by_its_finding_and_says_how_far_off_it_may_be(language: Language) -> None:
    found = forecast(language)
    chart = drawn(found, language)
    assert chart.title == found.finding
    words = "".join(ET.fromstring(chart.svg).itertext())  # noqa: S314 - our own
    said = re.sub(r"\s", "", words)
    for sentence in (found.finding, found.error, *found.notes):
        assert re.sub(r"\s", "", sentence) in said
    assert found.error in chart.text
    assert len(png(chart, scale=1)) > 3000


def test_known_days_are_columns_and_coming_ones_a_range_with_a_line() -> None:
    svg = drawn(forecast()).svg
    titles = re.findall(r"<title>([^<]*)</title>", svg)
    assert len(titles) == 27 + 7  # a day of the four weeks is not known
    assert titles[26].startswith("Fri 25 Sep: ")
    assert re.fullmatch(r"Sat 26 Sep: about [\d,]+ \([\d,]+ to [\d,]+\)", titles[27])
    (corners,) = re.findall(r'<polygon points="([^"]+)"', svg)
    assert len(corners.split()) == 2 * (7 + 2)
    assert "no figures" in svg


def test_holidays_are_marked_and_named_with_their_days() -> None:
    svg = drawn(forecast(ahead=14)).svg
    assert "The Mid-Autumn Festival (Fri 25 Sep to Sun 27 Sep)" in svg
    assert "National Day (Thu 1 Oct to Wed 7 Oct)" in svg
    marks = re.findall(r'width="5.0" height="5.0" rx="1.5" class="chart-down"', svg)
    assert len(marks) == 3 + 7 + 1 + 3  # the holidays, a make-up working day, and the legend


def test_a_day_without_sales_breaks_the_range() -> None:
    chart = drawn(forecast(closed=1))
    assert chart.svg.count("<polygon") == 2
    assert "Tue 29 Sep: usually no sales" in chart.text


def test_with_too_few_days_there_is_no_picture() -> None:
    found = forecast(days=12)
    assert ahead_chart(found, language=ENGLISH) is None
    assert ahead_echarts(found, language=ENGLISH) == ""


def test_the_chat_draws_the_same() -> None:
    found = forecast()
    head, body, foot = ahead_echarts(found, language=ENGLISH).split("\n")
    assert (head, foot) == ("```echarts", "```")
    option = json.loads(body)
    assert option["title"]["text"] == found.finding
    known, low, width, line = (each["data"] for each in option["series"])
    assert len(option["xAxis"]["data"]) == len(line) == 28 + 7
    assert known[-1] == found.recent[-1].sales
    ahead = found.days[0]
    assert (low[28], line[28]) == (ahead.low, ahead.expected_sales)
    assert low[28] + width[28] == pytest.approx(ahead.high)
    assert low[:28] == [None] * 28


def test_a_range_far_above_what_came_is_cut_and_said_to_go_on() -> None:
    found = forecast()
    days = [day.model_copy(update={"high": 1e6}) for day in found.days]
    chart = drawn(found.model_copy(update={"days": days}))
    assert "its range goes on above" in chart.svg
    assert "(1,000,000" not in chart.svg
    assert "to 1,000,000)" in chart.text
    assert "its range goes on above" not in drawn(found).svg
    (corners,) = re.findall(r'<polygon points="([^"]+)"', chart.svg)
    tops = [float(corner.split(",")[1]) for corner in corners.split()]
    lowest_rule = min(float(y) for y in re.findall(r'<line [^>]*y1="([\d.]+)"[^>]*chart-grid', chart.svg))
    assert min(tops) == pytest.approx(lowest_rule, abs=0.2)
