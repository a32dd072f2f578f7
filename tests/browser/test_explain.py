"""Saying why a day stood out, as a person does it: by the message's link, on a phone, with a keyboard."""

import datetime as dt
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import HEAD, LAST, PHONE, rows_of
from tests.service.harness import ServiceProcess


def address(service: ServiceProcess, book: str) -> str:
    """The link that the message of a day of five times the sales has."""
    dates = [LAST - dt.timedelta(days=back) for back in range(60)]
    rows = "".join(rows_of(date) for date in dates[1:]) + "".join(
        rows_of(LAST).replace(f"{LAST}-", f"{LAST}-{turn}-") for turn in range(5)
    )
    made = service.post_file("/v1/reports", (HEAD + rows).encode(), book=book, language="en_US").json()
    link: str = made["links"]["explain"]
    assert link, made["judgement"]
    return link


def look(screen: Any, page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    screen.picture(name)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_day_is_explained_with_the_keyboard_and_taken_back(screens: Any, service: ServiceProcess) -> None:
    screen = screens(viewport=PHONE, color_scheme="light")
    page = screen.open(address(service, "answered"))
    look(screen, page, "explain-phone-light-en_US")
    form = page.locator("form").first
    page.get_by_label("a promotion").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("a stock-out")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("<i>no</i> tea")
    expect(page.get_by_label("In a few words")).to_have_value("<i>no</i> tea")
    page.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Keep this answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Explained: a stock-out, “<i>no</i> tea” (said on ")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("Explained by a stock-out")
    page.reload()  # a second look sends nothing again
    expect(page.locator(".answer li")).to_have_count(1)
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_text("已说明原因：缺货，“<i>no</i> tea”").first).to_be_visible()
    look(screen, page, "explain-phone-light-zh_Hans")
    page.get_by_role("button", name="撤回说明").press("Enter")
    expect(page.locator(".answer li").first).to_contain_text("已撤回")
    expect(page.get_by_role("button", name="撤回说明")).to_have_count(0)


def test_another_reason_without_a_word_is_asked_for_it(screens: Any, service: ServiceProcess) -> None:
    screen = screens(viewport=PHONE, color_scheme="dark")
    page = screen.open(address(service, "asked-again"))
    page.get_by_role("button", name="Keep this answer").click()  # no reason is chosen: the browser says so
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("another reason", exact=True).check()
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_role("alert")).to_contain_text("For another reason a note is needed")
    expect(page.get_by_label("another reason", exact=True)).to_be_checked()
    look(screen, page, "explain-phone-dark-en_US")
    screen.faults = [fault for fault in screen.faults if "422" not in fault]
