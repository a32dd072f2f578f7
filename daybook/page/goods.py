"""`Ranked`: what a page ranks, as rows that may say how they changed; from a report, or from the cubes of a book."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from daybook.days import percent_of, rounded
from daybook.language import Language
from daybook.page import texts
from daybook.render import parts
from daybook.report import MAX_LIST, PriceBandFigures, ProductFigures, RegionFigures, SalesReport
from daybook.words import texts as words
from daybook.words.figures import band, comparisons, first_dimension, number, share_or_none
from daybook.words.names import plain

if TYPE_CHECKING:
    from daybook.cube import Cube

MOST_ROWS = 500
"""Rows of a table, the largest: more of them no one reads, and a phone shows them slowly."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a ranking. Money is in the file's currency, ``share`` in percent of the whole."""

    name: str
    sales: float
    orders: int
    quantity: float
    share: float | None = None
    average_price: float | None = None
    before: float | None = None
    """Sales on the day that it is compared with: 0 where it was not sold then, ``None`` where there is no such day."""

    @property
    def change(self) -> float | None:
        """Sales less those before."""
        return None if self.before is None else self.sales - self.before + 0.0

    @property
    def change_percent(self) -> float | None:
        """The change in percent of the sales before, where those are above 0."""
        if self.before is None or self.before <= 0:
            return None
        return 100 * (self.sales - self.before) / self.before  # as the charts and insights say it


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranking: its title, what one row is called, and the rows, the largest first."""

    key: str
    title: str
    one: str
    rows: Sequence[Row]
    base: str = ""
    """The day that rows are compared with; empty where there is none."""
    has_prices: bool = False
    empty: str = ""
    """What is said where there is no row."""
    note: str = ""
    """What is said below the rows."""

    @property
    def most(self) -> float:
        """The sales of the largest, by which the bars are drawn; 0 where none is above it."""
        return max([row.sales for row in self.rows], default=0.0)


def rankings_of(report: SalesReport) -> list[Ranked]:
    """What a report ranks: products, what stands beside them, price bands."""
    language, base = report.language, _base(report)
    found = []
    if parts.names_products(report):
        title, one = parts.products_title(report), words.PRODUCT.to(language)
        rows = [_row(each.product, each, report, each.average_price) for each in report.top_products]
        found.append(Ranked("product", title, one, rows, base, has_prices=True, empty=words.NO_PRODUCTS.to(language)))
    if parts.names_places(report):
        dimension = first_dimension(report)
        one = parts.one_of(report, dimension)
        rows = [_row(each.region, each, report) for each in report.regions]
        empty = words.NO_VALUES.to(language, one=one)
        found.append(Ranked(dimension, parts.regions_title(report), _head(one), rows, base, empty=empty))
    for ranking in report.rankings[1:]:
        shown, one = len(ranking.values), parts.one_of(report, ranking.dimension)
        every = shown if ranking.distinct <= MAX_LIST else ranking.distinct
        title = parts.ranking_title(report, ranking.dimension, shown, every)
        rows = [_row(each.region, each, report) for each in ranking.values]
        if rows:
            found.append(Ranked(ranking.dimension, title, _head(one), rows, base))
    return [*found, bands_of(report)]


def ranking_head(field: str, language: Language) -> tuple[str, str]:
    """The title of the ranking of a field, and what one row is called."""
    if field == "product":
        return words.PRODUCTS.to(language), words.PRODUCT.to(language)
    return _head(words.DIMENSIONS[field].to(language)), _head(words.ONE_OF_DIMENSION[field].to(language))


def bands_of(report: SalesReport) -> Ranked:
    """The price bands of a report."""
    rows = [_row(band(each.band, report.language), each, report) for each in report.price_bands]
    title, one = words.PRICE_BANDS.to(report.language), words.BAND.to(report.language)
    return Ranked("band", title, one, rows, empty=words.NO_BANDS.to(report.language))


def ranked_rows(part: "Cube", key: str, earlier: "Cube | None" = None) -> list[Row]:
    """All values of one key of a cube, ranked by sales, ties by name; a blank name is none.

    Args:
        part: what was sold.
        key: ``product``, or one of `daybook.cube.DIMENSIONS`.
        earlier: what was sold on the day that it is compared with.
    """
    names, sums = part.totals(key, ["orders", "sales", "quantity", "price_sum", "price_count"])
    before = _sales(earlier, key) if earlier is not None else None
    total = Fraction(part.total("sales"), 10 ** part.decimals["sales"])
    rows = []
    for place, name in enumerate(names):
        if not name:
            continue
        sales = Fraction(sums["sales"][place], 10 ** part.decimals["sales"])
        prices = sums["price_count"][place]
        price_sum = Fraction(sums["price_sum"][place], 10 ** part.decimals["price"])
        rows.append(
            Row(
                name=plain(str(name)),
                sales=rounded(sales),
                orders=sums["orders"][place],
                quantity=float(Fraction(sums["quantity"][place], 10 ** part.decimals["quantity"])),
                share=_share(sales, total),
                average_price=rounded(price_sum / prices) if prices else None,
                before=None if before is None else rounded(before.get(name, Fraction(0))),
            )
        )
    return sorted(rows, key=lambda row: (-row.sales, row.name))


def _sales(cube: "Cube", key: str) -> dict[Any, Fraction]:
    names, sums = cube.totals(key, ["sales"])
    return {
        name: Fraction(units, 10 ** cube.decimals["sales"]) for name, units in zip(names, sums["sales"], strict=True)
    }


def _share(sales: Fraction, total: Fraction) -> float | None:
    return percent_of(sales, total) if total > 0 and 0 <= sales <= total else None


def _row(
    name: str,
    figures: ProductFigures | RegionFigures | PriceBandFigures,
    report: SalesReport,
    average_price: float | None = None,
) -> Row:
    return Row(
        name=plain(name),
        sales=figures.sales,
        orders=figures.orders,
        quantity=figures.quantity,
        share=share_or_none(figures.share, report),
        average_price=average_price,
        before=None if isinstance(figures, PriceBandFigures) else figures.before,
    )


def _base(report: SalesReport) -> str:
    """What the day is called that products and regions are compared with; empty where none is known by them."""
    then = [*(each.before for each in report.top_products), *(each.before for each in report.regions)]
    if report.moved is None or not any(before is not None for before in then):
        return ""
    return next((base for each, base in comparisons(report) if each and each.date == report.moved.date), "")


def _head(word: str) -> str:
    return word[0].upper() + word[1:]


def rankings_of_cubes(
    part: "Cube", earlier: "Cube | None", dimensions: Sequence[str], base: str, language: Language
) -> list[Ranked]:
    """All that was sold, ranked by product and by what stands beside products.

    Args:
        part: what was sold.
        earlier: what was sold then, where rows are compared.
        dimensions: the fields of `daybook.cube.DIMENSIONS`, in their order.
        base: what "then" is called.
        language: of the titles.
    """
    from daybook.cube import DIMENSIONS  # noqa: PLC0415  pandas, which a report alone does without

    found = []
    for field, key in {"product": "product", **dict(zip(dimensions, DIMENSIONS, strict=False))}.items():
        rows = ranked_rows(part, key, earlier)
        if rows:
            title, one = ranking_head(field, language)
            note = ""
            if len(rows) > MOST_ROWS:
                note = texts.LARGEST.to(language, shown=number(MOST_ROWS), all=number(len(rows)))
            is_product = field == "product"
            found.append(
                Ranked(
                    key=field,
                    title=title,
                    one=one,
                    rows=rows[:MOST_ROWS],
                    base=base if earlier is not None else "",
                    has_prices=is_product,
                    note=note,
                )
            )
    return found
