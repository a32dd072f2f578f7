"""The pages as people use them: in Chromium, against a real service, by the links that a message has."""

import io
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from daybook.language import Language
from scripts.sample_mornings import sample_mornings
from tests.browser.conftest import CORRECTED, MISSING, PHONE, WIDE

BOOK_PAGES = ("book", "day", "week", "one-book", "one-day", "one-week")
SCREENS = {"phone": PHONE, "wide": WIDE}
HEAVIEST = 300_000
"""Bytes over the wire."""


@pytest.mark.parametrize("language", ["en_US", "zh_Hans"])
@pytest.mark.parametrize("kind", [*BOOK_PAGES, "report", "alone"])
def test_a_page_fits_each_screen_and_keeps_nobody_out(
    kind: str, language: str, screens: Any, addresses: dict[str, str]
) -> None:
    is_book = kind in BOOK_PAGES
    address = f"{addresses[kind]}&language={language}" if is_book else addresses[f"{kind}-{language}"]
    # both sizes and colours, crossed the other way in the other language
    for size, colours in zip(SCREENS, ("dark", "light") if language == "en_US" else ("light", "dark"), strict=True):
        screen = screens(viewport=SCREENS[size], color_scheme=colours)
        page = screen.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[size]["width"]
        assert page.locator("html").get_attribute("lang") == {"en_US": "en", "zh_Hans": "zh-Hans"}[language]
        screen.picture(f"{kind}-{size}-{colours}-{language}")
        for closed in page.locator("details").all():
            closed.locator("summary").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        screen.close()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ["mornings", "morning"])
def test_a_page_of_mornings_fits_each_screen_and_keeps_nobody_out(kind: str, language: Language, screens: Any) -> None:
    every, one = sample_mornings(language)
    for size, colours in (("phone", "dark"), ("wide", "light")):
        screen = screens(viewport=SCREENS[size], color_scheme=colours)
        screen.page.set_content(every if kind == "mornings" else one)
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= SCREENS[size]["width"]
        screen.picture(f"{kind}-{size}-{colours}-{language}")
        found = Axe().run(screen.page)
        assert found.violations_count == 0, found.generate_report()


def test_a_ranking_is_sorted_filtered_and_unfolded(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=WIDE).open(f"{addresses['day']}&language=en_US")
    table = page.locator(".ranking").first
    shown = table.locator("tbody tr:visible")
    expect(shown).to_have_count(10)
    first = shown.first.locator("th").inner_text()

    def column(place: int) -> list[float]:
        cells = table.locator(f"tbody tr td:nth-child({place})")
        return [float(value) for value in cells.evaluate_all("cells => cells.map(cell => cell.dataset.v)")]

    assert column(2) == sorted(column(2), reverse=True)
    units, head = table.get_by_role("button", name="Units"), table.locator("thead th", has_text="Units")
    units.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert column(5) == sorted(column(5), reverse=True)
    units.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert column(5) == sorted(column(5))
    table.get_by_role("button", name="Show all 15").click()
    expect(shown).to_have_count(15)
    table.get_by_role("searchbox").fill("台灯")
    expect(shown).to_have_count(3)
    expect(table.locator("output")).to_have_text("3 of 15")
    table.get_by_role("searchbox").fill("nothing is called that")
    expect(shown).to_have_count(0)
    expect(table.locator("output")).to_have_text("Nothing has this name.")
    table.get_by_role("searchbox").fill("")
    table.get_by_role("button", name="Sales").click()
    assert shown.first.locator("th").inner_text() == first


def test_the_calendar_leads_to_days_and_weeks_and_back(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE).open(f"{addresses['book']}&language=en_US")
    assert page.locator(".month").count() >= 13
    day = page.get_by_role("link", name=f"Wed {CORRECTED.day} Oct, ").first
    assert "changed, revision 2" in day.inner_text()
    missing = page.locator(".month .missing").first.inner_text()
    assert "no data" in missing
    assert str(MISSING.day) in missing
    day.click()
    expect(page.locator("h1")).to_contain_text("Wed 28 Oct 2026")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    page.get_by_role("link", name="Last week, Wed 21 Oct").click()
    expect(page.locator("h1")).to_contain_text("Wed 21 Oct 2026")
    page.get_by_role("link", name="The week", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Week 43 of 2026")
    page.get_by_role("link", name="The week after").click()
    page.get_by_role("link", name="Sat 31 Oct").click()
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_contain_text("2026年10月31日 周六")
    page.get_by_role("link", name="账本 shop-east 的全部日期").click()
    expect(page.locator("h1")).to_have_text("账本 shop-east")


def test_what_is_to_be_said_of_the_data_opens_on_demand(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE).open(addresses["report-en_US"])
    quality = page.locator("details", has_text="About the data")
    expect(quality.get_by_text("What the file was taken for")).to_be_hidden()
    quality.locator("summary").press("Enter")
    expect(quality.get_by_text("What the file was taken for")).to_be_visible()


def test_a_report_leads_to_last_week_and_no_further(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE).open(addresses["report-en_US"])
    assert page.get_by_role("link", name="All days of").count() == 0
    page.get_by_role("link", name="Last week, Sat 24 Oct").click()
    expect(page.locator("h1")).to_contain_text("Sat 24 Oct 2026")
    assert page.locator(".ways a").all_inner_texts() == ["中文"]


@pytest.mark.parametrize("kind", ["day", "book", "week", "one-day", "report-zh_Hans", "alone-en_US"])
def test_a_page_prints_on_one_or_two_sheets(kind: str, screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=WIDE, color_scheme="dark").open(addresses[kind])
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) <= 2
    width, height = (float(side) for side in printed.pages[0].mediabox[2:])
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


@pytest.mark.parametrize("kind", ["day", "book", "week", "report-zh_Hans"])
def test_a_page_is_light_over_the_wire(kind: str, browser: Any, addresses: dict[str, str]) -> None:
    sizes = []
    context = browser.new_context()
    page = context.new_page()
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(addresses[kind])
    context.close()
    assert 0 < sum(sizes) < HEAVIEST


def test_without_a_script_every_row_is_there(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE, java_script_enabled=False).open(f"{addresses['day']}&language=en_US")
    expect(page.locator(".ranking").first.locator("tbody tr:visible")).to_have_count(15)
    assert page.get_by_role("searchbox").count() == 0


def test_who_opens_a_broken_link_is_told_in_words(screens: Any, addresses: dict[str, str]) -> None:
    screen = screens(viewport=PHONE, locale="en-GB")
    answer = screen.page.goto(addresses["report-zh_Hans"][:-3])
    assert answer.status == 403
    expect(screen.page.locator("main")).to_contain_text("This link is not complete or was changed")
    assert Axe().run(screen.page).violations_count == 0
    screen.picture("error-phone")
    screen.faults = [fault for fault in screen.faults if "status of 403" not in fault]


def test_a_book_shows_the_days_ahead_and_a_young_one_says_why_not(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE).open(f"{addresses['book']}&language=en_US")
    ahead = page.locator("section", has=page.get_by_role("heading", name="The days ahead"))
    expect(ahead.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"^Next 7 days: about .*Measured over"))
    expect(ahead.locator("tbody tr")).to_have_count(7)
    expect(ahead.locator("tbody tr").first).to_contain_text("Sun 1 Nov")
    page.goto(f"{addresses['book']}&language=en_US&to={MISSING}")
    expect(page.get_by_role("heading", name="The days ahead")).to_have_count(0)
    page.goto(f"{addresses['one-book']}&language=en_US")
    expect(page.get_by_text("No forecast yet: 1 day of sales")).to_be_visible()


def test_the_days_ahead_stand_on_the_latest_day_alone(screens: Any, addresses: dict[str, str]) -> None:
    page = screens(viewport=PHONE).open(addresses["report-en_US"])
    expect(page.locator('.charts svg[aria-label^="Next 7 days"]')).to_be_visible()
    page.goto(f"{addresses['day']}&language=en_US")
    expect(page.locator(".charts svg").first).to_be_visible()
    expect(page.locator('svg[aria-label^="Next 7 days"]')).to_have_count(0)
