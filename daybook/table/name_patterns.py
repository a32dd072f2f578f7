"""pattern_meanings: what a composed name says by its parts, such as ``订单X时间``, ``sku_subtotal_after_discount``.

The rules stand in order, the more telling one first: an amount that was refunded is no amount that was paid, a rate
is no amount, and a date of shipping is no date of sale.
"""

# ruff: noqa: E501  tables of words and rules, a row each

import re
from collections.abc import Sequence

type Ranked = tuple[str, int]

_CHINESE: Sequence[tuple[str, str, int]] = (
    (r"(方式|原因|说明|备注|名目|券名称|留言|描述码|单位|次数|人数)$", "other", 0),
    (r"(率|比例|占比|同比|环比|增长|均价指数|比重)$", "other", 0),
    (r"^(是否|有无).*(退|取消|作废)", "kind", 1),
    (r"^(是否|有无)", "other", 0),
    (r"(退款|退货|退单|取消|关闭|更新|修改|预计|预约|承诺|过期|到期|失效|生日|出生|注册|首次|最近|上次|截止).*(时间|日期|日|时刻)$", "other", 0),
    (r"(退款|退货|售后).*(状态|类型)$", "kind", 1),
    (r"(退款|退货|退单|赠品|库存|剩余|种类|可用|预售|缺货|行|评价|收藏|加购|访客|浏览|订单|客户|会员|买家).*(数量|件数|数)$", "other", 0),
    (r"(退款|退货|退单|退费|返款).*(金额|额|款|元)$", "refund", 1),
    (r"(时间|日期|时刻)$", "date", 0),
    (r"(运费|邮费|快递费|配送费|物流费|服务费|手续费|佣金|包装费|餐盒费|打包费|平台费|推广费|广告费|保险|定金|押金|红包雨)", "shipping", 1),
    (r"(不含税|未税|无税|除税|税前).*(金额|额|合计|总价|收入)$", "sales", 1),
    (r"(含税|价税).*(金额|额|合计|总价|收入)$", "total", 1),
    (r"(?<![含未无除])税(额|金|费)", "tax", 1),
    (r"(成本|进货|采购|进价|供货)", "cost", 1),
    (r"(毛利|利润|净利)", "profit", 1),
    (r"(卡|积分|余额|储值|集分宝).*(消费|支付|抵扣).*(金额|额)$", "other", 0),
    (r"(优惠|折扣|减免|立减|满减|让利|折让|抵扣|红包|优惠券|代金券|券|补贴|促销).*(金额|额|款|元|合计|总额)?$", "discount", 1),
    (r"(实付|实际支付|实际付款|已付|支付|付款).*(金额|额|款|总额|合计)$|实付", "paid", 1),
    (r"(实收|实际收|已收|收款|入账|到账).*(金额|额|款|总额|合计)?$", "paid", 2),
    (r"(应付|应收|结算|待付).*(金额|额|款|总额|货款|合计)$", "paid", 3),
    (r"(原价|吊牌价|标价|市场价|零售价|定价|划线价|牌价|建议.*价)$", "list_price", 1),
    (r"(折前|优惠前|打折前|原价|吊牌|标准).*(金额|额|总价|合计)$", "gross", 1),
    (r"(折后|优惠后|打折后|净).*(金额|额|总价|合计)$", "sales", 0),
    (r"(单价|售价|价格|[^总定]价)$", "price", 1),
    (r"(销售|成交|交易|营业|商品|货品|产品|菜品|宝贝|货物|明细|行|零售|出库|销货|本币|原币).*(金额|总额|总价|额|收入|合计)$", "sales", 1),
    (r"(订单|整单|账单|单据|发票|合同).*(金额|总额|总价|额|合计)$", "total", 1),
    (r"(金额|总额|总价|营收|货款)$", "sales", 2),
    (r"(销量|数量|件数|个数|台数|瓶数|份数|套数|箱数)$", "quantity", 1),
    (r"^(订单|单据|交易|零售|小票|流水|发票|销售|平台|店铺|原始|主|父)+.*(编号|单号|号码|订单号|流水号|id|号)$", "order", 1),
    (r"^(子|明细|分录|行).*(编号|单号|号码|id|号)$", "line", 1),
    (r"(商品|产品|货品|宝贝|物料|菜品|存货|单品|物品|药品|项目)(的)?(名称|名|标题|全称|简称|全名|信息|描述)$", "product", 1),
    (r"(商品|产品|货品|宝贝|物料|存货|单品|药品).*(编码|编号|代码|id|货号)$", "product", 5),
    (r"(订单|交易|支付|付款|单据).*状态$", "status", 1),
    (r"(收货|收件|客户|买家|门店|所属|所在|用户|会员|销售|发货|配送).*(省|省份)(名称|名)?$", "region", 1),
    (r"(收货|收件|客户|买家|门店|所属|所在|用户|会员|销售|配送).*(市|城市)(名称|名)?$", "city", 1),
    (r"(大区|区域|地区|片区)(名称|名|编码)?$", "region", 1),
    (r"(类目|品类|分类|类别|大类)(名称|名)?$", "category", 1),
    (r"(渠道|平台|来源)(名称|名|类型)?$", "channel", 1),
    (r"(店铺|门店|网店|商铺|店)(名称|名|编码|编号|id)?$", "store", 1),
    (r"(客户|买家|顾客|会员|用户|收货人|收件人).*(名称|名|姓名|昵称|编号|编码|id|账号)$", "customer", 1),
    (r"(币种|币别|货币)", "currency", 1),
)  # fmt: skip

_NOT_A_SALE = "limit|deadline|refund(?:ed)?|return(?:ed)?|cancel(?:led|ed)?|expir\\w*|due|birth|update[d]?|modif\\w*|estimated|promised|required|expected|last|first|next|end|delivery estimate"
_ENGLISH: Sequence[tuple[str, str, int]] = (
    (r"^is (return|refund|cancel|void)", "kind", 1),
    (r"^(is|has|was) ", "other", 0),
    (r"\b(return|refund|cancel\w*) (status|type)$", "kind", 1),
    (rf"\b({_NOT_A_SALE})\b.* (date|time|at|on|datetime|timestamp)$", "other", 0),
    (rf"\b(date|time) ({_NOT_A_SALE})\b", "other", 0),
    (r"\b(refund|return)(ed|s)?\b.*\b(qty|quantity|units|items|count)\b|\b(stock|inventory|available|free|remaining|backorder\w*)\b.*\b(qty|quantity|units|level)$", "other", 0),
    (r"\b(refund|refunded|returned|returns|chargeback)\b.*\b(amount|total|value|amt|sales|usd|price)$", "refund", 1),
    (r"\b(order|sale|sales|purchase|purchased|transaction|checkout|booking)\b.*\b(date|datetime|timestamp|time|at|on|day)( utc| gmt| local)?$", "date", 0),
    (r"\b(paid|payment)\b.*\b(date|datetime|timestamp|time|at|on)( utc| gmt| local)?$", "date", 2),
    (r"\b(invoice|document|posting|bill\w*|receipt)\b.*\b(date|datetime|time)$", "date", 3),
    (r"\b(ship\w*|dispatch\w*|deliver\w*|fulfil\w*)\b.*\b(date|datetime|timestamp|time|at|on)$", "date", 6),
    (r"\b(date|datetime)( time)?( utc| gmt| local)?$|^date\b", "date", 4),
    (r"\b(discount|disc|rebate|markdown)\b( \w+)? (rate|pct|percent|percentage)$|\b(pct|percent|percentage|rate)( of)? (discount|disc|off)$", "discount", 2),
    (r"\b(rate|ratio|pct|percent|percentage)$", "other", 0),
    (r"\b(shipping|freight|delivery|postage|handling|fee|fees|commission|tip|gift wrap)\b.*\b(amount|price|cost|total|charge|charges|fee|fees|tax)$|\b(fee|fees|commission)$", "shipping", 1),
    (r"\b(ex|excl|excluding|without|before|net of)\b (tax|vat|gst)$", "sales", 1),
    (r"\b(incl|inc|including|with|after)\b (tax|vat|gst)$", "total", 1),
    (r"\b(tax|taxes|vat|gst)( \d+)?( amount| value| total)?$", "tax", 1),
    (r"\b(profit|margin)( amount| usd)?$", "profit", 1),
    (r"\b(subtotal|total|amount|sales|price)\b.* (before) (discount|promo\w*)", "gross", 1),
    (r"\b(subtotal|total|amount|sales)\b.* (after|net of) (discount|promo\w*|discounts)", "sales", 0),
    (r"\b(discount|discounts|coupon|rebate|promo|promotion|voucher)\b(?!.*\b(code|codes|ids?|name|type|title)\b)", "discount", 1),
    (r"\b(unit|each|per unit|per item|selling|lineitem|sale)\b.*\b(price|rate)$|\bprice (each|per \w+|unit)$", "price", 0),
    (r"\b(compare|list|regular|original|retail|msrp|mrp|rrp|full|catalog\w*)\b.*\bprice$", "list_price", 1),
    (r"\b(unit|product|item|purchase|buying|total|standard|goods) costs?$", "cost", 1),
    (r"\b(paid|payment|received|collected)\b.*\b(amount|total|value|amt|price|usd)$|\b(amount|total|value|price)\b.*\b(paid|received)$", "paid", 1),
    (r"\b(order|grand|invoice|bill|basket|cart)\b.*\b(total|amount|value|amt)$", "total", 1),
    (r"\btotal price$|\bprice total$", "sales", 1),
    (r"\b(gross)\b.*\b(sales|revenue|amount|value)$", "gross", 1),
    (r"\b(sale|sales|line|item|product|lineitem|net|extended|ext)\b.*\b(total|amount|value|revenue|amt|subtotal|turnover)$|\brevenue\b", "sales", 1),
    (r"\b(quantity|qty|units)$|^(quantity|qty|number of|no of|num) |^(goods|product|item|sku|buy|sale|sales|sold|prod) (num|count|cnt|number of units|pcs|pieces)$", "quantity", 1),
    (r"\bprice$", "price", 1),
    (r"\b(total|amount|amt)$|^total ", "total", 2),
    (r"\b(order|orders|sales order|invoice|receipt|transaction|basket|bill)\b.*\b(id|no|num|number|nr|code|ref|reference)$", "order", 1),
    (r"\bline\b.*\b(id|no|number)$", "line", 1),
    (r"\b(product|item|goods|sku|article|lineitem|material|dish|menu item|listing)\b.*\b(name|title|description|desc)$", "product", 1),
    (r"\b(product|item|goods|sku|article|lineitem|material|asin|stock)\b.*\b(id|no|code|number|sku|key)$", "product", 5),
    (r"\b(order|payment|financial|sale|transaction|trade)\b.*\b(status|state)$", "status", 1),
    (r"\b(ship|shipping|deliver\w*|fulfil\w*)\b.*\bstatus$", "status", 2),
    (r"\b(state|province|prefecture)( name| code)?( shipping| billing)?$", "region", 2),
    (r"\bregion( name| code)?$|\bterritory$|\barea$|\bzone$", "region", 1),
    (r"\bcity( name)?( shipping| billing)?$", "city", 1),
    (r"\bcountry( name| code)?( shipping| billing)?$", "country", 1),
    (r"\b(category|department|product (line|type|group))( name| \d)?$", "category", 1),
    (r"\b(channel|platform|marketplace)( name| type)?$", "channel", 1),
    (r"\b(store|shop|branch|outlet)( name| id| code| no| number| location)?$", "store", 1),
    (r"\b(customer|client|buyer|user|member|consumer|shopper)\b.*\b(name|id|no|code|number|email|key)$", "customer", 1),
    (r"\bcurrency( code)?$", "currency", 1),
)  # fmt: skip

_EUROPEAN: Sequence[tuple[str, str, int]] = (
    (r"(vorrabatt|avantremise|antesde?l?descuento|antesde?o?desconto|bruto?$|brutto$)", "gross", 1),
    (r"^(geburts|liefer|versand|fallig|anderungs|erfassungs|storno|ruckgabe)\w*datum$", "other", 0),
    (r"^(bestell|kauf|verkauf|auftrag|umsatz)\w*(datum|tag|zeit|zeitpunkt)$", "date", 0),
    (r"^(zahl|bezahl)\w*datum$", "date", 2),
    (r"datum$", "date", 4),
    (r"^(date|fecha|data)(de|du|da|do|del|dela)?(echeance|naissance|livraison|expedition|annulation|retour|vencimiento|nacimiento|entrega|envio|vencimento|nascimento|cancelacion|cancelamento|devolucion)", "other", 0),
    (r"^(date|fecha|data)(de|du|da|do|del|dela|d)?(l)?(commande|vente|achat|pedido|venta|compra|orden|venda|transac\w+)", "date", 0),
    (r"^(date|fecha|data)(de|du|da|do|del|dela|d)", "date", 4),
    (r"^(bestell|auftrags|rechnungs|beleg|bon)(nr|nummer|no|id)$", "order", 1),
    (r"^(numero|num|n|no|nro|id|codigo|cod|ref)(de|du|da|do|del|dela)?(la)?(commande|facture|pedido|factura|venta|orden|venda|nota|fatura)$", "order", 1),
    (r"(stuck|einzel|verkaufs|einheits)preis", "price", 0),
    (r"^(precio|preco|prix|valor)(unit|unitario|unitaire|porunidad|porunidade|uni)\w*$", "price", 0),
    (r"(menge|anzahl|stuckzahl)$", "quantity", 1),
    (r"^(cantidad|quantidade|quantite|qtd|qtde|qte|unidades|nombre)(de|d)?\w*", "quantity", 1),
    (r"(umsatz|erlos)", "sales", 1),
    (r"^(gesamt|end|rechnungs)(betrag|summe|preis)", "total", 1),
    (r"^(montant|importe|monto|valor|total)(de|du|da|do|del|dela)?(la)?(vente|venta|venda|linea|item|produto|producto|ligne)", "sales", 1),
    (r"^(produkt|artikel|waren)(name|bezeichnung|beschreibung)", "product", 1),
    (r"^(nombre|nome|nom|descripcion|descricao|designation|libelle)(de|du|do|del|da)?(l)?(producto|produto|produit|articulo|article|item)", "product", 1),
    (r"^(estado|status|statut|situacao|etat)(de|du|do|del|da)?(la)?(pedido|commande|orden|venta|venda|pago|compra|paiement)", "status", 1),
    (r"^(bestell|auftrags|zahlungs)status$", "status", 1),
    (r"(rabatt|nachlass)", "discount", 1),
    (r"^(descuento|desconto|remise|reduction)", "discount", 1),
)  # fmt: skip

_EAST_ASIAN: Sequence[tuple[str, str, int]] = (
    (r"(返品|キャンセル|更新|発送予定|配達予定).*(日|日時)$|(반품|취소|환불|수정|예정).*(일|일자|일시)$", "other", 0),
    (r"(注文|販売|購入|売上|受注|取引).*(日|日時|日付|年月日|時間)$|(주문|판매|구매|거래|매출).*(일|일자|일시|날짜|시간)$", "date", 0),
    (r"(決済|支払|入金).*(日|日時)$|결제.*(일|일자|일시|시간)$", "date", 2),
    (r"(単価|단가)", "price", 0),
    (r"(数量|個数|点数|수량|개수)$", "quantity", 1),
    (r"(返金|返品|환불|반품).*(額|額計|금액|액)$", "refund", 1),
    (r"(割引|値引|할인)", "discount", 1),
    (r"(決済|支払|결제).*(額|額|금액|액)$", "paid", 1),
    (r"(売上|販売|매출|판매).*(額|高|合計|금액|액)$", "sales", 1),
    (r"(注文|受注|取引|伝票|주문|거래).*(番号|id|no|번호|코드)$", "order", 1),
    (r"(商品|製品|品目|상품|제품|품목).*(名|名称|명|이름)$", "product", 1),
    (r"(注文|受注|決済|주문|결제).*(状況|状態|ステータス|상태)$", "status", 1),
    (r"(店舗|支店|매장|지점).*(名|명|コード|코드)?$", "store", 1),
    (r"(カテゴリ|分類|카테고리|분류)", "category", 1),
)  # fmt: skip

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def pattern_meanings(name: str, normal: str) -> tuple[Ranked, ...]:
    """What a name says by its parts: roles with their rank among names known so; nothing where no rule fits."""
    if _ASCII.fullmatch(name):
        words = " ".join(_WORD.findall(_CAMEL.sub(" ", name).casefold()))
        return _first(_ENGLISH, words) or _first(_EUROPEAN, normal)
    if _KANA_HANGUL.search(normal):
        return _first(_EAST_ASIAN, normal)
    if _HAN.search(normal):
        return _first(_CHINESE, normal) or _first(_EAST_ASIAN, normal)
    return _first(_EUROPEAN, normal)


def _first(rules: Sequence[tuple[str, str, int]], text: str) -> tuple[Ranked, ...]:
    if not text:
        return ()
    return next((((role, rank),) for pattern, role, rank in rules if re.search(pattern, text)), ())
