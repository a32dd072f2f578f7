"""normal_name and meanings: what the name of a column says that it holds.

A name is compared in its normal form: without case, width, accents, blanks and signs, with traditional Chinese
characters as simplified ones, and without the unit in brackets, which `daybook.table.units` reads.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from daybook.table.name_patterns import pattern_meanings
from daybook.table.vocabulary import AMBIGUOUS, VOCABULARY

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
