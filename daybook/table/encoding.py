"""`judge`: in which encoding a text file is written, by what its bytes come to in each, over the whole file.

A byte order mark or the pattern of UTF-16 decides by itself, and so does text that is UTF-8 from end to end. A few
broken bytes in what is otherwise UTF-8 are a few broken characters, never another encoding for all. What is left is
read in each of `_LEGACY`, and the one whose text reads best is it: column names that are known weigh most, then
characters that the language is mostly written with. Where two read alike, the file is refused.
"""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.layout import Known

SIMPLIFIED = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题程展五"
    "果料象员位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别手角期根论运农指几九区强放决西被干做必战先回则"
    "任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花"
    "带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律究观越织装"
    "影算低持音众书布复容儿须际商非验连断深难近千周委素技备半办青省列习约支般史感劳便团往历市克何除消构府称太准精值号率族维划选标写"
    "存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属包火住调满县局照参红细引听该铁价严订货款客户店铺额售销售退付买卖"
    "宝贝标题编码时间成功闭取消备注小计优惠运费仓库发票箱盒套瓶袋份灯充机壳数据耳衣鞋裤帽杯茶咖啡奶果肉菜油盐糖纸笔椅桌床柜浙杭州圳苏"
    "川湖福云贵晋冀鲁豫皖赣粤桂琼渝津沪昆武汉郑宁"
)
TRADITIONAL = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
    "十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形"
    "相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題程展五"
    "果料象員位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別手角期根論運農指幾九區強放決西被做必戰先回則任"
    "取據處隊南給色光門即保治北造百規熱領七海口東導器壓志世金增爭濟階油思術極交受聯什認六共權收證改清己美再採轉更單風切打白教速花帶"
    "安場身車例真務具萬每目至達走積示議聲報完類八離華名確科張信馬節話米整空元況今集溫傳土許步群廣石記需段研界訂貨款客戶店鋪價格銷售"
    "額縣市臺灣檯燈備註優惠費實付倉庫票箱盒套瓶袋買賣狀態取消編號稱線充殼耳衣鞋褲帽杯茶咖啡奶肉菜鹽糖紙筆椅桌床櫃南投彰雲嘉義屏"
    "宜蘭花蓮桃園竹苗栗基隆澎門香港九龍新台"
)
JAPANESE_KANJI = frozenset(
    "日付注文商品名単価数量金額地域売上合計小計税込抜店舗都道府県東京大阪円北海愛知福岡神奈川埼玉千葉兵庫静広島宮城新潟長野岐阜群馬栃"
    "木茨三重熊本鹿児山梨沖縄滋賀奈良和歌鳥取根口徳香媛高佐崎分顧客番号状態受発送完了返品取消担当者備考販個本枚箱点消費在庫仕入先会社"
    "年月時間前後中大小人一二四五六七八九十百万国内外部門種類色白黒赤青緑茶電気充器机椅子服靴水食飲料米肉魚野菜果物紅緑用紙筆帳"
)
KOREAN = frozenset(
    "가각간감강개거건게격결경계고공과관광교구국군권그근금급기김나남내년노농능다단당대도동두등라락란량러럼레려력로록료루류르름리린림마만말"
    "매면명모목무문물미민바반발방배백번변별보복본부북분비사산상색생서석선설성세소속송수순술스시식신실심아안알애액야약양어업없에여역연열영예"
    "오온와완외요용우운원월위유육은을음의이인일임입자작장재저적전점정제조종주중증지직진집차착찬참창채처천철청체초총최추축출충치카커코크클키"
    "타터테토통트티파판패퍼페편평포표품프피하학한할함합항해행향허현형호혹홍화확환활황회획효후휴흥희날짜램탁컵책블케이폰젤펜"
)


SAMPLE_BYTES = 4 * 1024
"""So much text with anything beyond ASCII in it tells the encodings apart."""
_READ_BYTES = 256 * 1024
_HEAD_LINES = 40
_SURE_NAMES = 2
_UTF_16_SHARE = 0.05
_CLEAR = 0.25
"""By so much the best encoding must read better than the next."""
_LEAST = 0.0
_KNOWN_NAME = 0.75
_BROKEN = -3.0
_REPLACED = "\ufffd"
_UTF_8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LATIN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ")
_SIGNS = frozenset("€£¥§°´·ºª«»‘’“”„–—…•™®©²³½¼±×¿¡\u00a0")
_WIDE_SIGNS = frozenset(
    "，。、；：？！“”‘’（）《》【】「」『』〜～￥－＋％＊＃／　・ー々〒○●◎★☆■□◆◇△▲▽▼※→←↑↓①②③④⑤⑥⑦⑧⑨⑩×℃"
)
_SEPARATORS = re.compile(r"[,\t;|^~\x01]")


class Encoding(NamedTuple):
    """How a text file is written."""

    codec: str
    """Python's name of it."""
    broken: bool = False
    """Whether some bytes are known not to fit; they become U+FFFD."""


def judge(read: Callable[[int], bytes], known: Known) -> Encoding:
    """The encoding of a text file.

    Args:
        read: reads on in the file, which stands at its start: as ``stream.read``.
        known: how many cells of a row are known names of columns.

    Raises:
        TableError: it reads as text in none, or in two that give different names.
    """
    head = read(_READ_BYTES)
    marked = _marked(head) or _utf_16(head)
    if marked:
        return Encoding(marked)
    sample, decoder, broken = [], codecs.getincrementaldecoder("utf-8")(), False
    first, taken, data = head, 0, head
    while data:
        if not broken:
            try:
                decoder.decode(data)
            except UnicodeDecodeError:
                broken = True
        if taken < SAMPLE_BYTES:
            lines = [line for line in data.splitlines(keepends=True) if not line.isascii()]
            part = b"".join(lines)[: SAMPLE_BYTES - taken]
            sample.append(part)
            taken += len(part)
        if broken and taken >= SAMPLE_BYTES:
            break
        data = read(_READ_BYTES)
    if not broken:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            broken = True
    if not broken:
        return Encoding("utf-8")
    return _among_others(first, b"".join(sample), known)


def _marked(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return None
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else None


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark: zeros on one side of the pairs only. NUL padding has them on both."""
    even, odd = head[::2], head[1::2]
    zeros = even.count(0), odd.count(0)
    if sum(zeros) < max(2, len(head) * _UTF_16_SHARE / 2):
        return None
    for codec, high, low in (("utf-16-le", zeros[1], zeros[0]), ("utf-16-be", zeros[0], zeros[1])):
        if high and not low:
            text = head[: len(head) // 2 * 2].decode(codec, "replace")
            plain = sum(character.isprintable() or character in "\r\n\t\f\ufeff" for character in text)
            if plain >= len(text) * 0.98 and ("\n" in text or "\r" in text or len(head) < _READ_BYTES):
                return codec
    return None


def _among_others(head: bytes, sample: bytes, known: Known) -> Encoding:
    names = _names(head, known)
    sure = [codec for codec, found in names.items() if found >= _SURE_NAMES * _KNOWN_NAME]
    alone = len(sure) == 1 and not any(found for codec, found in names.items() if codec not in sure)
    if alone and score(sample, sure[0]) > _LEAST:
        return Encoding(sure[0], broken=_REPLACED in sample.decode(sure[0], "replace"))
    scores = {codec: score(sample, codec) + names[codec] for codec in (*_LEGACY, "utf-8")}
    sequences = len(_UTF_8_SEQUENCE.findall(sample))
    replaced = sample.decode("utf-8", "replace").count(_REPLACED)
    if sequences >= 4 * replaced:
        return Encoding("utf-8", broken=True)
    best, second, *_ = sorted(scores, key=lambda codec: -scores[codec])
    if scores[best] <= _LEAST:
        raise TableError(texts.ENCODING)
    if scores[best] - scores[second] < _CLEAR and not _alike(sample, best, second):
        raise TableError(texts.WHICH_ENCODING, first=LABELS[best], second=LABELS[second])
    return Encoding(best, broken=_REPLACED in sample.decode(best, "replace"))


def _alike(sample: bytes, one: str, other: str) -> bool:
    """Whether both encodings give the same text."""
    return sample.decode(one, "replace") == sample.decode(other, "replace")


def _names(head: bytes, known: Known) -> dict[str, float]:
    """What the known names of columns weigh in each encoding that are no ASCII: none is there by chance."""
    best = dict.fromkeys((*_LEGACY, "utf-8"), 0)
    for row in head[: 64 * 1024].splitlines()[:_HEAD_LINES]:
        if row.isascii():
            if known(_SEPARATORS.split(row.decode())) > _SURE_NAMES:
                break
            continue
        for codec in best:
            cells = [cell.strip(" \"'") for cell in _SEPARATORS.split(row.decode(codec, "replace"))]
            best[codec] = max(best[codec], known([cell for cell in cells if cell and not cell.isascii()]))
        if max(best.values()) >= _SURE_NAMES:
            break  # the header
    return {codec: min(found, 4) * _KNOWN_NAME for codec, found in best.items()}


def score(sample: bytes, codec: str) -> float:
    """How well the sample reads in an encoding: the mean over what is no ASCII, at most 1."""
    text = sample.decode(codec, "replace")
    rate = (
        _latin if codec == "cp1252" else _wide(_LEGACY.get(codec, SIMPLIFIED | TRADITIONAL | KOREAN | JAPANESE_KANJI))
    )
    pairs = Counter(pair for pair in pairwise("\n" + text) if pair[1] > "\x7f")
    return sum(rate(*pair) * count for pair, count in pairs.items()) / pairs.total() if pairs else _LEAST


def _latin(before: str, character: str) -> float:
    if character == _REPLACED or "\x80" <= character <= "\x9f":
        return _BROKEN
    if character in _SIGNS:
        # A sign stands before a figure or between words, not behind an accented letter.
        return 0.5 if before not in _LATIN and before not in _SIGNS else -1.0
    if character in _LATIN:
        return 1.0 if before <= "\x7f" else -1.0
    return -1.5


def _wide(common: frozenset[str]) -> Callable[[str, str], float]:
    kana = 1.0 if common is JAPANESE_KANJI else -0.5

    def rate(before: str, character: str) -> float:
        if character == _REPLACED or "\ue000" <= character <= "\uf8ff" or "\x80" <= character <= "\x9f":
            return _BROKEN
        if character in common or character in _WIDE_SIGNS or "\uff01" <= character <= "\uff5e":
            return 1.0
        if before.isascii() and before.isalpha():
            return -1.0  # a character of two bytes right behind a Latin letter: an accented letter, more likely
        return next((points for first, last, points in ranges if first <= character <= last), -0.5)

    ranges = (
        ("\u3041", "\u30fe", kana),
        ("\u4e00", "\u9fff", -0.4 if common is KOREAN else 0.0),
        ("\uac00", "\ud7a3", 0.0),
        ("\uff61", "\uff9f", -0.8),
    )
    return rate


_LEGACY: dict[str, frozenset[str]] = {
    "gb18030": SIMPLIFIED,
    "big5hkscs": TRADITIONAL,
    "cp932": JAPANESE_KANJI,
    "euc_jp": JAPANESE_KANJI,
    "cp949": KOREAN,
    "cp1252": frozenset(),
}
"""The encodings that text without a mark may be in, each with the characters it is mostly written with."""
LABELS = {
    "utf-8": "UTF-8", "gb18030": "GB18030", "big5hkscs": "Big5", "cp932": "Shift_JIS", "euc_jp": "EUC-JP",
    "cp949": "EUC-KR", "cp1252": "Windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}  # fmt: skip
"""What people call them."""
