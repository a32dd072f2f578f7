"""The PNG files: every label is drawn, in Chinese too, and what the font lacks is seen to."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import resvg_py

from daybook.charts import Chart, charts_of, png
from daybook.charts.draw import COLOURS
from daybook.charts.picture import FAMILY, FONT, MISSING, drawable, glyphs
from daybook.language import Language
from tests.charts.pixels import Pixels, pixels
from tests.project_files import ROOT
from tests.render.reports import report
from tests.test_texts import ALL

LABELS = "销售额订单华东商品上周六前一日万亿元占居首拉动拖累合计其余瀑布图"
TEMPLATE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" lang="{lang}"><rect width="40" height="40"'
    ' fill="#ffffff"/><text x="4" y="32" font-size="30" class="chart-soft" fill="#000000">{text}</text></svg>'
)


def drawn(text: str) -> Pixels:
    """The pixels of a text as the font has it, whatever that is."""
    svg = TEMPLATE.format(lang="zh-Hans", text=text)
    data = resvg_py.svg_to_bytes(
        svg_string=svg, skip_system_fonts=True, font_files=[str(FONT)], font_family=FAMILY, sans_serif_family=FAMILY
    )
    return pixels(bytes(data))


def ink(picture: Pixels) -> int:
    return int((picture[..., :3].min(axis=2) < 128).sum())


def test_chinese_labels_are_characters_and_no_boxes() -> None:
    box = drawn("龘")  # the font lacks it: this is its .notdef
    assert ink(box)
    pictures = [drawn(label) for label in LABELS]
    assert min(map(ink, pictures)) > 20
    assert all((picture != box).any() for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == len(set(LABELS))


def test_the_font_has_all_of_gb2312_and_every_character_of_our_own_words() -> None:
    both = [bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    wanted = set("".join(pair.decode("gb2312", "ignore") for pair in both))
    assert len(wanted) > 7000
    assert wanted <= set(map(chr, glyphs()))
    ours = set("".join(text.zh + text.en for text in ALL if text.place.startswith(("daybook/charts", "daybook/words"))))
    assert ours - {"\n"} <= set(map(chr, glyphs()))


def test_the_whole_picture_is_what_it_says_at_its_size() -> None:
    [chart] = [one for one in charts_of(report(), language=Language.CHINESE) if one.key == "products"]
    once, twice = pixels(png(chart, scale=1)), pixels(png(chart))
    assert once.shape[1] == 390
    assert twice.shape[:2] == (2 * once.shape[0], 780)
    paper = [int(COLOURS["light"]["paper"][at : at + 2], 16) for at in (1, 3, 5)]
    assert twice[0, 0, :3].tolist() == paper
    title = twice[20:70, 30:400]
    assert ink(title) > 1000


def test_bold_type_is_bolder() -> None:
    plain = Chart("", "", "", TEMPLATE.format(lang="en", text="销"))
    bold = Chart("", "", "", plain.svg.replace('font-size="30"', 'font-size="30" font-weight="600"'))
    assert ink(pixels(png(bold))) > ink(pixels(png(plain)))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("龘龘牌", f"{MISSING}{MISSING}牌"),
        ("喆堃囍", "喆堃囍"),
        ("🔥热卖🔥", "热卖"),
        ("🔥", MISSING),
        ("\u2068العربية\u2069", MISSING * 4),  # seven letters, each half as wide as the sign
        ("cafe\u0301", "café"),
        ("한국 김치", f"{MISSING}{MISSING} {MISSING}{MISSING}"),
        ("华为", "华为"),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_what_the_font_lacks_is_shown_by_a_sign_and_said(name: str, shown: str, language: Language) -> None:
    code = "en" if language is Language.ENGLISH else "zh-Hans"
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawable(TEMPLATE.format(lang=code, text=name)))
    assert texts[0] == shown
    if MISSING in shown:
        assert texts[1].startswith(MISSING) is (language is Language.CHINESE) or "stands for" in texts[1]
        assert set(map(ord, texts[1])) <= glyphs()
    else:
        assert len(texts) == 1
    assert ink(pixels(png(Chart("", "", "", TEMPLATE.format(lang=code, text=name)))))


def test_hostile_names_make_pictures() -> None:
    made = report()
    names = ("</text><script>", "&amp;", "\x00\ufffe", "<image href='file:///etc/passwd'/>")
    products = [made.top_products[0].model_copy(update={"product": name}) for name in names]
    for chart in charts_of(made.model_copy(update={"top_products": products}), language=Language.ENGLISH):
        assert len(png(chart, scale=1)) > 3000


def test_colours_can_be_told_from_their_paper() -> None:
    """Web Content Accessibility Guidelines 2.2: 4.5 for text, 3 for what has to be seen."""
    for colours in COLOURS.values():
        for role in ("ink", "soft", "up", "down", "day"):
            assert contrast(colours[role], colours["paper"]) >= 4.5, role
        for role in ("bar", "same"):
            assert contrast(colours[role], colours["paper"]) >= 3, role
        assert contrast(colours["bar"], colours["same"]) > 1.7
        assert contrast(colours["same"], colours["day"]) > 1.7


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_native_code_before_the_first_picture() -> None:
    code = "import sys, daybook.charts; print(*{'resvg_py', 'pandas', 'numpy'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own Python
    assert loaded.stdout.split() == []


def test_the_font_comes_with_its_licence() -> None:
    licence = Path(FONT.parent, "OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("© 2014-2021 Adobe")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert FONT.stat().st_size < 1.7e6
