"""What an order's status, type or goods say: `reason` why a line is no sale, `is_return` of goods, `is_goods` at all.

The words are those of the platforms' exports in English and Chinese (Taobao, Tmall, JD, Pinduoduo, Douyin, Kuaishou,
Youzan, Meituan, Shopify, WooCommerce, Amazon, eBay, Square), with their usual German, French, Spanish, Portuguese,
Japanese and Korean forms. A status that is not among them is a sale.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum


class Reason(IntEnum):
    """Why a line is left out of the sales; 0 where it is not."""

    SOLD = 0
    CANCELLED = 1
    UNPAID = 2
    REFUNDED = 3
    RETURNED = 4
    TOTAL = 5
    CURRENCY = 6


_PARTLY = re.compile(r"部分|partial|partly|teil|parcial|partiel|一部|부분")
_WORDS: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.REFUNDED,
        re.compile(
            r"(?<!未)(?<!无)(?<!非)(?:已退款|已退单|退单成功|退单完成|全部退单|退款成功|退款完成|全额退款|已全额退款|交易退款|退款关闭订单"
            r"|退款完毕|全部退款)"
            r"|^(?:退款|已退|退单|refund)$"
            r"|(?<!non[ -])(?<!not )refunded|refund (?:complete|success|issued)|charge(?:d )?back|chargeback"
            r"|erstattet|rembours[ée]|reembolsad|rimborsat|返金済|^返金$|환불완료|환불$"
        ),
    ),
    (
        Reason.RETURNED,
        re.compile(
            r"已退货|退货成功|退货完成|全部退货|退货退款成功|退货退款完成|已拒收|拒收|^退货$|^退貨$|已退貨"
            r"|(?<!not )(?<!non[ -])\breturned\b|returned to seller|rejected by buyer|return (?:complete"
            r"|received)|^rto$"
            r"|zurückgegeben|zurückgesendet|retourniert|retourné|devuelt[oa]|devolvid[oa]|返品済|返品完了|반품완료"
        ),
    ),
    (
        Reason.CANCELLED,
        re.compile(
            r"(?:已|用户|买家|卖家|商家|系统|超时|自动)取消|取消订单|订单取消|^取消$|^關閉$|^关闭$|(?:交易"
            r"|订单|已)关闭"
            r"|(?:交易|訂單|已)(?:關閉|取消)|作废|已作廢|无效|未成团|拼单失败|^撤销$|已撤销|交易失败|付款失败"
            r"|支付失败"
            r"|(?<!not )\bcancel(?:l?ed|ation)?\b|\bvoid(?:ed)?\b|\bfailed\b"
            r"|\bdeclined\b|\bexpired\b|\bdeleted\b|\brejected\b|删除|锁定"
            r"|\bclosed \(unpaid\)|\btrash\b|\babandoned\b"
            r"|storniert|^storno$|abgebrochen|annulé|cancelad[oa]|anulad[oa]|annullat|キャンセル|取消済|취소"
        ),
    ),
    (
        Reason.UNPAID,
        re.compile(
            r"(?:等待|待|未)(?:买家|買家|客户|用户)?(?:付款|支付|付)|未完成支付|待確認付款|尚未付款|^待付$"
            r"|\bunpaid\b|(?:pending|awaiting|waiting(?: for)?)[ -]?payment|payment[ -](?:pending|due"
            r"|required)|^pending$|^on[ -]hold$"
            r"|\bdraft\b|\bnot paid\b|\bauthori[sz]ed\b"
            r"|unbezahlt|nicht bezahlt|offene zahlung|zahlung (?:ausstehend|offen)|warte[nt] auf zahlung"
            r"|non payé|impayé|en attente(?: de paiement)?$|pendiente(?: de pago)?$|sin pagar|no pagad[oa]"
            r"|aguardando pagamento|pagamento pendente|^pendente(?: de pagamento)?$|não pago"
            r"|未払|未入金|(?:入金|支払い?|決済)待ち|(?:결제|입금) ?대기|미결제|미입금"
        ),
    ),
)
_FLAG = re.compile(
    r"是否|状态|狀態|有无|\bis\b|\bflag\b|\bstatus\b|^(?:returned|refunded|cancell?ed|voided)\b|indicator"
    r"|여부|フラグ|^返品$|^返金$|^retour(?:niert|né)|^zurückgegeben|^storniert|^annulé|^devuelto|^devolvido|^cancelado"
)
_TRUE = {"true", "yes", "y", "1", "是", "有", "ja", "oui", "sí", "si", "sim", "はい", "예", "t", "x", "✓", "√"}
_FALSE = {"false", "no", "n", "0", "否", "无", "没有", "nein", "non", "não", "いいえ", "아니오", "아니요", "f", "-"}
_RETURN = re.compile(
    r"退货|退貨|退款|退单|退單|退换|退換|退回|红字|红冲|冲红|冲销|\breturns?\b|\breturned\b|\brefund(?:s|ed)?\b"
    r"|\bcredit (?:note|memo)\b|\breversal\b"
    r"|retoure|gutschrift|rückgabe|rücksendung|storno|retour|rembours|avoir|devoluci[oó]n|devoluç(?:ão|ões)|reembolso"
    r"|nota de crédito|返品|返金|반품|환불"
)
_NO_RETURN = re.compile(
    r"(?:无|未|非|不可|不支持|没有)(?:需|申请)?退|no[ -](?:return|refund)|not? (?:returned|refunded)|non[ -]?refund"
)


def reason(status: str) -> Reason:
    """Why a line with this status is no sale."""
    text = _plain(status)
    if not text or _PARTLY.search(text) or _NO_RETURN.search(text):
        return Reason.SOLD
    return next((found for found, words in _WORDS if words.search(text)), Reason.SOLD)


def is_return(kind: str) -> bool:
    """Whether a line of this type takes a sale back (``退货``, ``Refund``)."""
    text = _plain(kind)
    return bool(_RETURN.search(text)) and not _NO_RETURN.search(text)


def reason_of_flag(flag: str) -> Reason:
    """Why a line with this cell in a column such as ``is_returned`` or ``退款状态`` is no sale."""
    if _plain(flag) in _TRUE:
        return Reason.RETURNED
    return reason(flag) or (Reason.RETURNED if is_return(flag) else Reason.SOLD)


def is_flag(name: str) -> bool:
    """Whether a column of that name says what became of an order, not what its line is."""
    return bool(_FLAG.search(_plain(name).strip(" *:?")))


def are_flags(name: str, texts: Iterable[str]) -> bool:
    """Whether the cells of a column say yes or no, or its own name, and nothing else: ``Devuelto``, ``返品``."""
    said = {_plain(text) for text in texts} - {""}
    return bool(said) and said <= _TRUE | _FALSE | {_plain(name).strip("*")}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


_NO_GOODS = re.compile(
    r"(?:.*(?:邮费|运费|運費|郵資|快递费|配送费|宅配費|手续费|服务费|包装费|打包费"
    r"|补差价|补差专拍|差价补拍|改价专拍|运费险|保险费|开票税点|平台佣金|佣金))"
    r"|(?:(?:满减|店铺|平台|商家)?优惠(?:券|金额)?|折扣|满减|红包|积分抵扣|抹零|调整|坏账|坏账调整"
    r"|尾差|押金|定金尾款差额)"
    r"|(?:(?:dotcom |free |standard |express |carriage |domestic |international )?(?:postage|shipping"
    r"|freight|delivery)"
    r"(?: (?:fees?|charges?|costs?|and handling|& handling|handling|income|protection))?)"
    r"|(?:carriage|handling(?: fees?)?|(?:bank|service|transaction|platform|processing|payment"
    r"|handling|gift wrap(?:ping)?"
    r"|amazon|paypal) (?:fees?|charges?))"
    r"|(?:discounts?|coupons?|vouchers?|rebates?|tips?|gratuity|rounding|tax|sales tax|vat|deposit|commission)"
    r"|(?:(?:adjust(?:ment)?s?|manual|adjust bad debt|bad debt(?: adjustment)?|write[- ]?off"
    r"|cruk commission|samples?)"
    r"(?: by .*)?)"
    r"|(?:versand(?:kosten|pauschale)?|liefer(?:ung|kosten)|porto|rabatt|gutschein|frais de port|livraison|remise"
    r"|env[ií]o"
    r"|gastos de env[ií]o|descuento"
    r"|frete|taxa de entrega|entrega|desconto|送料|手数料|割引|配送料|배송비|배송료|택배비|할인)",
    re.IGNORECASE,
)


def is_goods(name: str) -> bool:
    """Whether a product's name is that of goods."""
    return not _NO_GOODS.fullmatch(unicodedata.normalize("NFKC", name).strip())
