"""`is_goods`: whether a line names goods, and not shipping, a fee, a discount or an adjustment of the books."""

import re
import unicodedata

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
