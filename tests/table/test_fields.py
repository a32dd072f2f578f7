"""Which column of a header holds what: by name in nine languages, by content where a name may mean two things."""

# ruff: noqa: E501  header rows as they stand

import pytest

from daybook.errors import ParameterError, QuestionError, TableError
from daybook.table.fields import Sureness, find_fields, known

HEADERS = {
    "Name,Email,Financial Status,Paid at,Created at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,"
    "Lineitem quantity,Lineitem name,Lineitem price,Shipping Province,Shipping Country": "date=Created at"
    " product=Lineitem name quantity=Lineitem quantity price=Lineitem price order=Name status=Financial Status"
    " region=Shipping Province currency=Currency total=Total tax=Taxes",
    "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,sales-channel,product-name,sku,asin,"
    "item-status,quantity,currency,item-price,item-tax,shipping-price,ship-city,ship-state,ship-country": "date="
    "purchase-date product=product-name quantity=quantity sales=item-price order=amazon-order-id status=order-status"
    " region=ship-state city=ship-city country=ship-country currency=currency channel=sales-channel",
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Discount Amount,Order Shipping,Order Sales Tax,Item Total,"
    "Currency,Transaction ID,Date Paid,Date Shipped,Ship City,Ship State,Ship Country,Order ID": "date=Sale Date"
    " product=Item Name quantity=Quantity price=Price sales=Item Total order=Order ID region=Ship State city=Ship City",
    "Order ID,Order Status,Product Name,Quantity,SKU Unit Original Price,SKU Subtotal Before Discount,"
    "SKU Subtotal After Discount,Order Amount,Order Refund Amount,Created Time,Paid Time,Shipped Time,State,City": "date=Created Time product=Product Name quantity=Quantity sales=SKU Subtotal After Discount total=Order Amount"
    " refund=Order Refund Amount order=Order ID status=Order Status region=State city=City",
    "订单成交时间,商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),用户实付金额(元),商家实收金额(元),商品数量(件),发货时间,"
    "售后状态,快递单号,省,市": "date=订单成交时间 product=商品 quantity=商品数量(件) sales=商品总价(元) paid=用户实付金额(元) order=订单号"
    " status=订单状态 kind=售后状态 shipping=邮费(元) region=省 city=市",
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,收件人,省,市,区,订单提交时间,支付完成时间,"
    "订单完成时间,APP渠道,流量来源,订单状态,售后状态": "date=订单提交时间 product=选购商品 quantity=商品数量 price=商品单价 paid=订单应付金额"
    " order=主订单编号 line=子订单编号 status=订单状态 kind=售后状态 region=省 city=市",
    "订单编号,订单创建时间,订单付款时间,订单状态,商品名称,商品规格,SKU编码,成交数量,商品单价,实付款,快递单号,收货地址,售后状态,预计发货时间,达人昵称": "date=订单创建时间 product=商品名称 quantity=成交数量 price=商品单价 paid=实付款 order=订单编号 status=订单状态",
    "单据日期,单据编号,客户名称,存货编码,存货名称,规格型号,主计量单位,数量,含税单价,无税金额,税额,价税合计,部门名称,业务员": "date=单据日期"
    " product=存货名称 quantity=数量 price=含税单价 tax=税额 total=价税合计 order=单据编号 customer=客户名称",
    "录单日期,单据编号,往来单位,商品编号,商品全名,数量,单价,金额,折扣,折后单价,折后金额,经手人,仓库名称": "date=录单日期 product=商品全名"
    " quantity=数量 sales=折后金额 order=单据编号",
    "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注": "date=交易时间 product=商品 sales=金额(元)"
    " status=当前状态 order=交易单号",
    "VBELN,ERDAT,MATNR,ARKTX,KWMENG,VRKME,NETWR,WAERK,VKORG,KUNNR": "date=ERDAT product=ARKTX quantity=KWMENG"
    " sales=NETWR currency=WAERK order=VBELN unit=VRKME",
    "transaction_id,transaction_date,transaction_time,transaction_qty,store_id,store_location,product_id,unit_price,"
    "product_category,product_type,product_detail": "date=transaction_date quantity=transaction_qty"
    " price=unit_price category=product_category order=transaction_id",
    "Bestelldatum;Bestellnummer;Artikelbezeichnung;Menge;Einzelpreis (€);Gesamtbetrag;Rabatt;Bundesland;Zahlungsstatus": "date=Bestelldatum order=Bestellnummer product=Artikelbezeichnung quantity=Menge price=Einzelpreis (€)"
    " total=Gesamtbetrag discount=Rabatt region=Bundesland status=Zahlungsstatus",
    "Date de commande;N° de commande;Désignation;Quantité;Prix unitaire HT;Montant HT;Région": "date=Date de commande"
    " order=N° de commande product=Désignation quantity=Quantité price=Prix unitaire HT sales=Montant HT region=Région",
    "Fecha de pedido;Número de pedido;Descripción del producto;Cantidad;Precio unitario;Importe total;Provincia": "date=Fecha de pedido order=Número de pedido product=Descripción del producto quantity=Cantidad"
    " price=Precio unitario total=Importe total region=Provincia",
    "Data da venda;Código do pedido;Nome do produto;Qtde;Preço unitário;Valor total do pedido;UF": "date=Data da venda"
    " order=Código do pedido product=Nome do produto quantity=Qtde price=Preço unitário region=UF",
    "注文日時,注文番号,商品名,単価（円）,数量,合計金額,都道府県,注文ステータス": "date=注文日時 order=注文番号 product=商品名 quantity=数量"
    " price=単価（円） total=合計金額 region=都道府県 status=注文ステータス",
    "주문일시,주문번호,상품명,수량,판매단가,결제금액,주문상태,판매채널": "date=주문일시 order=주문번호 product=상품명 quantity=수량"
    " price=판매단가 paid=결제금액 status=주문상태 channel=판매채널",
    "訂單編號,下單時間,商品名稱,數量,單價,實付金額,訂單狀態,縣市": "date=下單時間 order=訂單編號 product=商品名稱 quantity=數量 price=單價"
    " paid=實付金額 status=訂單狀態",
}


@pytest.mark.parametrize(("header", "expected"), HEADERS.items(), ids=[name[:30] for name in HEADERS])
def test_a_header_of_a_platform_is_understood(header: str, expected: str) -> None:
    names = header.split(";" if ";" in header else ",")
    found = {field: column.name for field, column in find_fields(names).columns.items()}
    wanted = [part.split("=") for part in _parts(expected)]
    assert {field: found.get(field) for field, _ in wanted} == dict(wanted)
    assert known(names) >= len(names) - 3


def _parts(expected: str) -> list[str]:
    parts: list[str] = []
    for word in expected.split(" "):
        if "=" in word:
            parts.append(word)
        else:
            parts[-1] += f" {word}"
    return parts


AMBIGUOUS = [
    ("Date,Product,Price,Amount", "2026-10-31,Lamp,129.00,3", "quantity"),
    ("Date,Product,Quantity,Amount", "2026-10-31,Lamp,3,387.00", "sales"),
    ("Date,Region,Amount", "2026-10-31,East,387.00", "sales"),
    ("Date,Product,Price,Amount", "2026-10-31,Lamp,129.00,387.00", "sales"),
    ("Date,Region,Amount (USD)", "2026-10-31,East,387.00", "sales"),
    ("Date,Product,Quantity,amount_usd", "2026-10-31,Lamp,3,387.00", "sales"),
    ("Date,Product,Revenue,Amount", "2026-10-31,Lamp,387.00,3", "quantity"),
    ("Date,Product,Quantity,Sales", "2026-10-31,Lamp,3,387.00", "sales"),
    ("Date,Product,Revenue,Sales", "2026-10-31,Lamp,387.00,3", "quantity"),
    ("Date,Product,Price,Units", "2026-10-31,Lamp,129.00,3", "quantity"),
    ("Date,Product,Price,Qty,Units", "2026-10-31,Lamp,129.00,3,box", "unit"),
    ("日期,产品,单价,销售", "2026-10-31,台灯,129.00,3", "quantity"),
    ("Date,Product,Price,Name", "2026-10-31,Lamp,129.00,#1001", "order"),
    ("Date,Qty,Price,Name", "2026-10-31,3,129.00,Lamp", "product"),
]


@pytest.mark.parametrize(("header", "row", "field"), AMBIGUOUS)
def test_a_name_of_two_meanings_is_decided_by_the_cells(header: str, row: str, field: str) -> None:
    names = header.split(",")
    fields = find_fields(names, [row.split(",")])
    assert fields[field].name == names[-1]
    assert fields[field].sureness is Sureness.CONTENT


def test_two_columns_alike_are_asked_about() -> None:
    with pytest.raises(QuestionError) as asked:
        find_fields(["Date", "Product", "Price", "Sale Price", "Quantity"], [["2026-10-31", "Lamp", "129", "99", "3"]])
    assert asked.value.parameter == "columns"
    assert [choice.value for choice in asked.value.choices] == ["price=Price", "price=Sale Price"]


def test_two_columns_that_say_the_same_are_one() -> None:
    rows = [["2026-10-31", "Lamp", "129", "129", "3"], ["2026-10-31", "Fan", "50", "50", "1"]]
    assert find_fields(["Date", "Product", "Price", "Sale Price", "Quantity"], rows)["price"].name == "Price"


def test_the_callers_mapping_wins_under_old_and_new_names() -> None:
    header = ["When", "What", "P", "N", "Where"]
    old = find_fields(header, (), {"Date": "When", "Price": "P", "Amount": "N", "Region": "Where"})
    new = find_fields(header, (), {"date": "When", "price": "P (cents)", "quantity": "N", "region": "Where"})
    assert {field: column.index for field, column in old.columns.items()} == {
        field: column.index for field, column in new.columns.items()
    }
    assert old["quantity"].sureness is Sureness.NAMED
    assert new["price"].unit.factor * 100 == 1


def test_a_field_can_be_said_to_be_absent() -> None:
    assert "region" not in find_fields(["Date", "Sales", "Region"], (), {"region": "-"})


@pytest.mark.parametrize("mapping", [{"wheel": "Date"}, {"date": "Nope"}, {"date": "Date", "order": "Date"}])
def test_a_mapping_that_cannot_be_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(ParameterError):
        find_fields(["Date", "Sales"], (), mapping)


@pytest.mark.parametrize("header", [["Product", "Price"], ["Date", "Product"], ["Date", "Product", "Quantity"]])
def test_no_date_or_no_money_is_refused(header: list[str]) -> None:
    with pytest.raises(TableError):
        find_fields(header)


def test_a_row_of_data_is_no_header() -> None:
    assert known(["2026-10-31", "Lamp", "129.00", "3", "East"]) == 0
    assert known(["店铺：某某旗舰店"]) == 0


def test_a_header_with_a_name_too_many_is_refused() -> None:
    header = ["Order", "Date", "new", "Ship Date", "Product", "Gross Sales", "Discount", "Amount Paid", "Status"]
    rows = [["1", "2026-10-31", "2026-11-02", "Lamp", "129.00", "0.00", "129.00", "Completed", ""]]
    with pytest.raises(TableError, match="does not fit"):
        find_fields(header, rows)


def test_columns_of_one_name_are_not_told_apart_by_their_places() -> None:
    rows = [["2026-10-30", "tea", "10", "12"], ["2026-10-31", "rice", "20", "23"]]
    with pytest.raises(QuestionError) as asked:
        find_fields(["Date", "Product", "Amount", "Amount"], rows)
    assert (asked.value.parameter, asked.value.choices) == ("columns", ())
    priced = [["2026-10-30", "tea", "10", "2", "20"], ["2026-10-31", "rice", "20", "3", "60"]]
    found = find_fields(["Date", "Product", "Price", "Amount", "Amount"], priced)
    assert (found["quantity"].index, found["sales"].index) == (3, 4)
