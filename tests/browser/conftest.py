"""A real service with two books, one of a day and one of 400, and Chromium, which may go nowhere else."""

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from daybook.book import Shelf
from daybook.pipeline import add_to_book
from tests.service.harness import ROOT, ServiceProcess

PICTURES = ROOT / "out" / "browser"
"""Where pictures of the pages are kept, for people to look at."""
LAST = dt.date(2026, 10, 31)
CORRECTED = dt.date(2026, 10, 28)
MISSING = dt.date(2026, 9, 28)
DAYS = 400
HEAD = "订单编号,日期,商品,单价,数量,地区\n"
PRODUCTS = [
    f"{kind}{size}" for kind in ("保温杯", "蓝牙音箱", "台灯", "行李箱", "瑜伽垫") for size in ("小", "中", "大")
]
REGIONS = ("华东", "华南", "华北", "西南")


def rows_of(date: dt.date, seed: int = 0) -> str:
    """A day's orders: more at weekends, and a little more each week."""
    chance = random.Random(date.toordinal() + seed)  # noqa: S311 - no secret
    level = (1.5 if date.weekday() > 4 else 1.0) * (1 + date.toordinal() % 1000 / 1000)
    return "".join(
        f"{date}-{place},{date},{name},{10 * place + 9.5},{1 + int(chance.expovariate(0.4) * level)},"
        f"{chance.choice(REGIONS)}\n"
        for place, name in enumerate(PRODUCTS)
    )


def day_file(date: dt.date = LAST) -> bytes:
    return (HEAD + rows_of(date)).encode()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("pages")
    shelf = Shelf.open(folder / "books")
    dates = [LAST - dt.timedelta(days=back) for back in range(DAYS)]
    rows = "".join(rows_of(date) for date in dates if date != MISSING)
    add_to_book((HEAD + rows).encode(), shelf.book("shop-east"), source_name="history.csv")
    corrected = (HEAD + rows_of(CORRECTED, seed=1)).encode()
    add_to_book(corrected, shelf.book("shop-east"), source_name="corrected.csv")
    add_to_book(day_file(), shelf.book("one-day"), source_name="day.csv")
    with ServiceProcess(folder, workers=1) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium: scripts/chromium.sh installs it"
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        # a container's Chromium has no sandbox, and meets pages of our own alone
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--no-proxy-server"])
        yield running
        running.close()


class Screen:
    """A browser's window that notes what must not happen: an error on the console, a request to elsewhere."""

    def __init__(self, browser: Browser, home: str, **about: Any) -> None:
        self._context = browser.new_context(**about)
        self.page: Page = self._context.new_page()
        self.faults: list[str] = []
        self._home = home
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._look(request.url))

    def open(self, address: str) -> Page:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, answer.text()
        return self.page

    def picture(self, name: str) -> Path:
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def close(self) -> None:
        self._context.close()

    def _look(self, address: str) -> None:
        if not address.startswith((self._home, "data:")):
            self.faults.append(address)


WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def screens(browser: Browser, service: ServiceProcess) -> Iterator[Any]:
    """Opens windows: ``screens(viewport=..., color_scheme=...)``; fails at the end where one saw a fault."""
    opened: list[Screen] = []

    def screen(**about: Any) -> Screen:
        opened.append(Screen(browser, service.url, **about))
        return opened[-1]

    yield screen
    for each in opened:
        each.close()
    assert [each.faults for each in opened if each.faults] == []


@pytest.fixture(scope="session")
def addresses(service: ServiceProcess) -> dict[str, str]:
    """Pages by what they show; those of books without a language."""
    found = {}
    for book, kind in (("shop-east", ""), ("one-day", "one-")):
        link = service.client.get(f"/v1/books/{book}").json()["links"]["page"]
        found[f"{kind}book"] = link
        found[f"{kind}day"] = link.replace("book.html", f"days/{LAST if kind else CORRECTED}.html")
        found[f"{kind}week"] = link.replace("book.html", f"weeks/{LAST}.html")
    for language in ("en_US", "zh_Hans"):
        made = service.post_file("/v1/reports", day_file(), book="shop-east", language=language, top_n="15")
        found[f"report-{language}"] = made.json()["links"]["page"]
        alone = service.post_file("/v1/reports", day_file(), language=language)
        found[f"alone-{language}"] = alone.json()["links"]["page"]
    return found
