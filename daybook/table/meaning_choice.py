"""candidates_of: the columns that may hold each field, after their content and what else is there had their say."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from daybook.table.content import Content
from daybook.table.names import AMBIGUOUS_RANK, Meaning, fold, key, meanings, normal_name

_FITS = 0.5
"""Share of a sample's cells that must look like what a column's name says."""
_BLANK_RANK = 40
"""A column without a single cell stands behind all that have some."""
_CODE_RANK = 3
"""A product column of bare numbers stands behind one with words."""

_OF_NUMBERS = "quantity price sales total gross paid discount tax shipping refund list_price cost profit"
_NUMERIC = frozenset(_OF_NUMBERS.split())
_MONEY = ("sales", "total", "paid")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may hold a field: its rank, the smallest first, and whether its cells decided."""

    index: int
    rank: int
    by_content: bool = False


type Candidates = dict[str, list[Candidate]]


def candidates_of(
    header: Sequence[str], looks: Sequence[Content], taken: frozenset[int], given: frozenset[str]
) -> Candidates:
    """The columns that may hold each field.

    Args:
        header: the columns' names.
        looks: what each column's cells look like.
        taken: columns that the caller has named already.
        given: the fields that the caller has named a column for.
    """
    found: Candidates = {}
    unclear: list[tuple[int, tuple[Meaning, ...]]] = []
    for index, name in enumerate(header):
        said = meanings(name) if name.strip() and index not in taken else ()
        if len(said) > 1:
            unclear.append((index, said))
        elif said:
            _add(found, said[0].role, index, said[0].rank, looks[index])
    _tell_times_from_dates(found, looks)
    context = _Context(header, looks, found, given)
    for index, said in unclear:
        role = _DECISIONS.get(key(header[index]), _by_fit)(context, index, [meaning.role for meaning in said])
        if role:
            found.setdefault(role, []).append(Candidate(index, AMBIGUOUS_RANK, by_content=True))
    if "list_price" in found and not context.has("price", "gross", *_MONEY):
        found["price"] = found.pop("list_price")
    if not any(candidate.rank < _BLANK_RANK for candidate in found.get("product", ())):
        _lines_of_products(header, found)
    found.pop("other", None)
    return {role: ranked for role, ranked in found.items() if ranked}


def _lines_of_products(header: Sequence[str], found: Candidates) -> None:
    """Where nothing names the goods themselves, a column that names their lines or types stands for them."""
    for candidate in list(found.get("category", ())):
        if _OF_PRODUCTS.search(normal_name(header[candidate.index])):
            found["category"].remove(candidate)
            found["product"] = [Candidate(candidate.index, candidate.rank, by_content=True)]
            return


_OF_PRODUCTS = re.compile(r"product|item|produkt|artikel|produit|producto|produto|产品|商品|品类|菜品|상품|제품")


def contradicted(header: Sequence[str], looks: Sequence[Content]) -> list[int]:
    """The columns whose names are well known for numbers or dates while not one of their cells is any."""
    found = []
    for index, (name, look) in enumerate(zip(header, looks, strict=True)):
        said = meanings(name) if key(name) else ()
        if len(said) == 1 and look.filled and said[0].role in _NUMERIC | {"date"}:
            fitting = look.dates + look.stamps + look.clocks if said[0].role == "date" else look.numbers
            if not fitting:
                found.append(index)
    return found


def _add(found: Candidates, role: str, index: int, rank: int, look: Content) -> None:
    """Take a column for what its name says, if its cells do not speak against it."""
    if not look.filled and look.texts:
        rank += _BLANK_RANK
    elif look.filled and not _fits(role, look):
        return
    if role == "product" and look.filled and look.share(look.numbers) > 1 - _FITS:
        rank += _CODE_RANK
    found.setdefault(role, []).append(Candidate(index, rank))


def _fits(role: str, look: Content) -> bool:
    if role in _NUMERIC:
        return look.share(look.numbers) >= _FITS and look.share(look.dates) < 1 - 0.1
    if role == "date":
        return look.share(look.dates + look.stamps) >= 0.3 or look.share(look.clocks) >= _FITS  # noqa: PLR2004
    return True


def _tell_times_from_dates(found: Candidates, looks: Sequence[Content]) -> None:
    """A column of times of day is no date, whatever its name; a column called time that holds dates is one."""
    for candidate in list(found.get("date", ())):
        look = looks[candidate.index]
        if look.filled and look.share(look.clocks) >= _FITS:
            found["date"].remove(candidate)
            found.setdefault("time", []).append(candidate)
    for candidate in list(found.get("time", ())):
        look = looks[candidate.index]
        if look.filled and look.share(look.dates) >= _FITS:
            found["time"].remove(candidate)
            found.setdefault("date", []).append(Candidate(candidate.index, candidate.rank + 1, by_content=True))


@dataclass(frozen=True, slots=True)
class _Context:
    header: Sequence[str]
    looks: Sequence[Content]
    found: Candidates
    given: frozenset[str]

    def has(self, *roles: str) -> bool:
        """Whether a column with cells is known to hold one of the fields."""
        return any(
            role in self.given or any(candidate.rank < _BLANK_RANK for candidate in self.found.get(role, ()))
            for role in roles
        )

    def whole(self, index: int) -> bool:
        """Whether a column's numbers look like counts."""
        look = self.looks[index]
        return bool(look.filled) and not look.money and look.whole == look.numbers


type _Decision = Callable[[_Context, int, Sequence[str]], str | None]


def _by_fit(context: _Context, index: int, roles: Sequence[str]) -> str | None:
    """The first meaning that the cells allow and that no other column has."""
    look = context.looks[index]
    fitting = [role for role in roles if not look.filled or _fits(role, look)]
    return next((role for role in fitting if not context.has(role)), None)


def _amount(context: _Context, index: int, _roles: Sequence[str]) -> str | None:
    """Amount is money beside a quantity, or where there is no price; beside a price alone its cells decide."""
    look = context.looks[index]
    if look.filled and look.share(look.numbers) < _FITS:
        return None
    if context.has("quantity"):
        return "sales"
    if not context.has("price"):
        return "quantity" if context.has(*_MONEY) and context.whole(index) else "sales"
    return "sales" if _is_money_beside_prices(context, index) else "quantity"


def _is_money_beside_prices(context: _Context, index: int) -> bool:
    """Whether numbers beside unit prices are line totals: written as money, each a multiple of its price."""
    look = context.looks[index]
    prices = context.found.get("price", ())
    if not look.filled or not prices:
        return False
    price = context.looks[min(prices, key=lambda candidate: candidate.rank).index]
    pairs = [(value, unit) for value, unit in zip(look.values, price.values, strict=True) if value is not None and unit]
    multiples = all(abs(value) >= abs(unit) and value % unit == 0 for value, unit in pairs)
    return bool(pairs) and (multiples or look.whole < look.numbers / 2) and look.share(look.money) > _FITS


def _sales(context: _Context, index: int, _roles: Sequence[str]) -> str | None:
    """Sales is money, but for whole numbers without a currency where other columns give money and no quantity."""
    look = context.looks[index]
    if look.filled and look.share(look.numbers) < _FITS:
        return None
    if not context.has("quantity") and look.filled and context.whole(index):
        if context.has(*_MONEY):
            return "quantity"
        if context.has("price") and not _all_multiples(context, index):
            return "quantity"
    return "sales"


def _all_multiples(context: _Context, index: int) -> bool:
    prices = context.found.get("price", ())
    if not prices:
        return False
    price = context.looks[min(prices, key=lambda candidate: candidate.rank).index]
    pairs = [(v, u) for v, u in zip(context.looks[index].values, price.values, strict=True) if v is not None and u]
    return all(abs(value) >= abs(unit) and value % unit == 0 for value, unit in pairs)


def _units(context: _Context, index: int, _roles: Sequence[str]) -> str | None:
    look = context.looks[index]
    numeric = not look.filled or look.share(look.numbers) >= _FITS
    return ("quantity" if not context.has("quantity") else None) if numeric else "unit"


def _name(context: _Context, index: int, _roles: Sequence[str]) -> str | None:
    """Name is the order's number beside names of its lines (Shopify), the product's where nothing else is one."""
    look = context.looks[index]
    looks_like_number = look.filled and all(
        not text or text.lstrip("#").replace("-", "").isalnum() for text in look.texts
    )
    marked = look.filled and sum(text.startswith("#") for text in look.texts) >= look.filled * _FITS
    if context.has("product"):
        beside_lines = any(fold(other).startswith("lineitem") for other in context.header)
        return "order" if (beside_lines or (marked and looks_like_number)) and not context.has("order") else None
    return "order" if marked else "product"


def _state(context: _Context, index: int, roles: Sequence[str]) -> str | None:
    """A state of the country, or of the order, as the words in it are."""
    look = context.looks[index]
    words = {text.casefold() for text in look.texts if text}
    if not words:
        return next((role for role in roles if not context.has(role)), None)
    said = sum(bool(_OF_ORDERS.search(word)) for word in words)
    role = "status" if said >= len(words) * _FITS else "region"
    return role if role == "region" or not context.has("status") else None


_OF_ORDERS = re.compile(
    r"complet|paid|pag[ao]|pend|cancel|ship|deliver|refund|open|closed|process|new|void|entreg|envia|devuel|devol|conclu|annul"
    r"|pay|termin|abgeschl|bezahlt|versandt|storn|offen|livr|exp[ée]di|rembours|attente|factur|aprob|aprov|reemb|abiert|cerrad|finaliz|recib"
)


def _returned(context: _Context, index: int, _roles: Sequence[str]) -> str | None:
    """Money that was given back, or a word that says whether it was."""
    look = context.looks[index]
    flags = {text.casefold() for text in look.texts if text} <= {"0", "1", "0.0", "1.0"}
    return "refund" if look.filled and look.share(look.numbers) >= _FITS and not flags else "kind"


def _item_price(context: _Context, _index: int, _roles: Sequence[str]) -> str | None:
    """Amazon's item-price is the whole line's, anybody else's a unit's."""
    amazon = any(
        fold(other) in {"amazonorderid", "itempromotiondiscount", "asin", "shipservicelevel"}
        for other in context.header
    )
    return "sales" if amazon else "price"


_DECISIONS: Mapping[str, _Decision] = {
    "amount": _amount, "amountsold": _amount, "amt": _amount, "amounts": _amount,
    "sales": _sales, "sale": _sales, "sold": _sales,
    "销售": _sales, "販売": _sales, "판매": _sales, "verkaufe": _sales, "verkauf": _sales,
    "units": _units, "unitqty": _units, "totalunits": _units, "name": _name, "itemprice": _item_price,
    "state": _state, "orderstate": _state, "estado": _state, "etat": _state, "refunded": _returned,
    "returned": _returned, "return": _returned, "returns": _returned, "retour": _returned,
}  # fmt: skip
