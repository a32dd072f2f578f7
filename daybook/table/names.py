"""normal_name and meanings: what the name of a column says that it holds, and what language a header is in.

A name is compared in its normal form: without case, width, accents, blanks and signs, with traditional Chinese
characters as simplified ones, and without the unit in brackets, which `daybook.table.spelling` reads.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from daybook.table.vocabulary import AMBIGUOUS, VOCABULARY

# ruff: noqa: E501  tables of words and rules, a row each


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


_BRACKETS = re.compile(r"[(\[【〔<《{][^)\]】〕>》}]*[)\]】〕>》}]")
_FILLER = re.compile(r"[\s_\-./:;,'\"`*#?!&|~+^°º\\“”‘’「」・·、。()\[\]【】〔〕<>《》{}\ufeff\u200b\u00ad]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_TRADITIONAL = str.maketrans(
    "訂單產價總銷額區時間類別數實優貨標題編號創狀態戶買賣應際館鋪門條碼業務據開調幣種運費郵稅備註國縣鄉陸電話聯係"
    "寶貝發動結賬帳倉庫儲採購進貿從農蓋體計訊顧員會級圖書項節場現訪歷記錄網絡團隊組織報齡顏樣舖點紅減滿讓雙負責導"
    "師傳輸預約確認復審變換擴張獎專櫃櫥檯燈臺灣贈廳飲餅麵藥劑診療個盤雜誌淨營資戰畫層檔質稱規詢製週歲給績繳納紙統"
    "維賒賠還達過選銀錢險離頁頻飾駕驗魚齊檢權歸氣決漲獲畢異當積筆簡簽糧細終續與舊華萬處術複設試詳說課請證財貼車輕"
    "轉辦遞醫關閉隨隻頭億園圓夾學廣廠強彈後戲擇掃損斷無暫樂機歐殘溫準滯潔溝濟爐牆狹獨環監禮穫競範紀純綜綠緊練縮繼"
    "聲職膠臨舉艦蘭虧補裝見親託許評誤講議護豐貢販貸賞趕跡載較輛遲遷邊鄰銅鋼錯鍋鏈鐵閱陣靜順顆願餘駐騎驅鮮麗黃龍",
    "订单产价总销额区时间类别数实优货标题编号创状态户买卖应际馆铺门条码业务据开调币种运费邮税备注国县乡陆电话联系"
    "宝贝发动结账账仓库储采购进贸从农盖体计讯顾员会级图书项节场现访历记录网络团队组织报龄颜样铺点红减满让双负责导"
    "师传输预约确认复审变换扩张奖专柜橱台灯台湾赠厅饮饼面药剂诊疗个盘杂志净营资战画层档质称规询制周岁给绩缴纳纸统"
    "维赊赔还达过选银钱险离页频饰驾验鱼齐检权归气决涨获毕异当积笔简签粮细终续与旧华万处术复设试详说课请证财贴车轻"
    "转办递医关闭随只头亿园圆夹学广厂强弹后戏择扫损断无暂乐机欧残温准滞洁沟济炉墙狭独环监礼获竞范纪纯综绿紧练缩继"
    "声职胶临举舰兰亏补装见亲托许评误讲议护丰贡贩贷赏赶迹载较辆迟迁边邻铜钢错锅链铁阅阵静顺颗愿余驻骑驱鲜丽黄龙",
)


class Meaning(NamedTuple):
    """One thing that a name may say: a role of `VOCABULARY`, and the rank in it, 0 the best."""

    role: str
    rank: int


_PATTERN_RANK = 20
"""A name that is known by its parts stands behind the ones that are known as a whole."""
AMBIGUOUS_RANK = 10
"""A name that means one of two things stands behind the ones that mean one."""


def normal_name(name: str) -> str:
    """A header cell without case, blanks, width and a unit in brackets: ``单价（元）`` is ``单价``."""
    plain = unicodedata.normalize("NFKC", name)
    return fold(_BRACKETS.sub(" ", plain)) or fold(plain)


def full_name(name: str) -> str:
    """The normal form of a name with what stands in its brackets."""
    return fold(unicodedata.normalize("NFKC", name))


def fold(text: str) -> str:
    """A name without case, accents, blanks and signs, in simplified characters."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return _FILLER.sub("", unicodedata.normalize("NFC", bare)).translate(_TRADITIONAL)


def _entries() -> Iterator[tuple[str, Meaning]]:
    for role, ranks in VOCABULARY.items():
        for rank, words in enumerate(ranks):
            for word in words.split(","):
                yield fold(unicodedata.normalize("NFKC", " ".join(word.split()))), Meaning(role, rank)


def _dictionary() -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, tuple[Meaning, ...]] = {}
    for word, meaning in _entries():
        if word:
            found.setdefault(word, (meaning,))
    for word, roles in AMBIGUOUS.items():
        found[fold(word)] = tuple(Meaning(role, AMBIGUOUS_RANK) for role in roles)
    return found


_DICTIONARY = _dictionary()


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[Meaning, ...]:
    """What the name of a column may say, the likeliest first; nothing where it is not known.

    Two meanings are given for a name that says either, such as Amount: money or a count.
    """
    known = key(name)
    if known:
        return _DICTIONARY[known]
    return tuple(Meaning(role, _PATTERN_RANK + rank) for role, rank in pattern_meanings(name, normal_name(name)))


def _last_words(name: str) -> Iterator[str]:
    """Forms of a name that carries a unit without brackets, such as ``price_usd`` and ``金额:元``."""
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    without = _UNIT_WORD.sub("", plain)
    if without and without != plain:
        yield fold(without)


_UNIT_WORD = re.compile(
    r"(?:[\s_\-./:,]+(?:in[\s_\-]+)?(?:usd|eur|cny|rmb|gbp|jpy|krw|inr|brl|mxn|cad|aud|hkd|twd|sgd|chf|元|万元|千元|分|万|円|원|kg|"
    r"公斤|件|个|cents?|pence|dollars?|euros?|thousands?|millions?|yuan|[$€£¥₹₩%])"
    r"|[$€£¥₹₩%]|(?<=[额价款])(?:元|万元))[)\s]*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """The form under which a name is known as a whole, and not by its parts; empty where it is not."""
    forms = (full_name(name), normal_name(name), *_last_words(name))
    return next((form for form in forms if form in _DICTIONARY), "")


def known_name(name: str) -> bool:
    """Whether a cell is a name that a column is known to have, as a whole and not by its parts."""
    return bool(key(name))


_EAST_ASIAN_HEADER = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_COMMA_WORDS = re.compile(
    r"menge|anzahl|preis|betrag|umsatz|datum|artikel|bestell|stuckzahl|quantite|prix|montant|designation|commande"
    r"|quantidade|qtde|preco|produto|pedidodo|valorunit|venda"
)
"""Parts of German, French and Portuguese names: those languages write decimal commas. Spanish has both."""


def header_hint(header: Sequence[str]) -> str:
    """The decimal sign of the language that the names of a file's columns are in; empty where it has both."""
    if is_east_asian(header):
        return "."
    return "," if sum(bool(_COMMA_WORDS.search(fold(name))) for name in header) > 1 else ""


def is_east_asian(header: Sequence[str]) -> bool:
    """Whether a name of the file's columns is Chinese, Japanese or Korean."""
    return any(_EAST_ASIAN_HEADER.search(name) for name in header)


def is_english(header: Sequence[str]) -> bool:
    """Whether the names of a file's columns are English, as far as their letters and words tell."""
    plain = all(name.isascii() for name in header)
    return plain and not header_hint(header) and not any(_SPANISH.search(fold(name)) for name in header)


_SPANISH = re.compile(r"fecha|cantidad|precio|producto|pedido|venta|quantidade|data(?:da|do)|ciudad|cidade|importe")
