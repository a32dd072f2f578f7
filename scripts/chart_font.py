"""Makes the font of the charts' PNG files anew: ``make chart-font``.

Noto Sans SC with the characters of GB2312 and the Latin, Greek, Cyrillic and signs that figures and names are written
with, without hinting and layout; its licence, the SIL Open Font License, lies beside it.
"""

import sys
from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset

SOURCE = distribution("pylopdf-fonts-zh-cn")
FONTS = Path(__file__).resolve().parents[1] / "daybook" / "charts" / "fonts"
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2010, 0x205E), (0x20A0, 0x20BF),
    (0x2100, 0x214F), (0x2190, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x26FF), (0x3000, 0x30FF), (0xFF01, 0xFFEE),
)  # fmt: skip
"""Latin and its marks, Greek, Cyrillic, Vietnamese, punctuation, currencies, signs, arrows, mathematics, numbers in
circles, lines and shapes, kana, full-width forms: as much of them as the font has."""
BEYOND = (
    "㛃冇咗咘哋啰喆喺喼嘅嘚嘢嚟囍囧垚堃堺堽妳姮婳嫕嬅屃嵜彧搣旸昇昉昪晞晢曌朤栢槑沄沕洺淏湉溦濛濬濹瀞"
    "炘烚焗焜燊燚爔犇玘玙玚玠玥玧玹珅珣珮珺珽琁琇琋琍琎琤琭琯琸瑀瑄瑢瑧瑨瑱璘璟璠瓅瓘甡甪瞾碁祂祇祎祐"
    "禔禛禤秾稙穜竑箖粄粿缐羴翀翯脷芃莙莯虓螄蠔衎袆贇赑赟赪跶蹚邨郃醁锜锳镕閟閤闿阇陞隺雱韡頔頫顗颋飏"
    "馃骉骎骙髙鮨鮰鱻鲃鲘鹮麹鼒龑龢鿍﨑"
)
"""Characters of brands, dishes, people and shops that GB2312 lacks."""
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]


def gb2312() -> set[int]:
    """The characters of GB2312."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found |= set(map(ord, bytes([high, low]).decode("gb2312", "ignore")))
    return found


def main() -> int:
    """Write the font and its licence."""
    files = {Path(file).name: Path(str(file.locate())) for file in SOURCE.files or ()}
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.drop_tables += DROPPED
    font = subset.load_font(str(files["NotoSansSC-Regular.otf"]), options)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=gb2312().union(map(ord, BEYOND), *(range(first, last + 1) for first, last in RANGES)))
    chosen.subset(font)
    made = FONTS / "NotoSansSC-GB2312.otf"
    subset.save_font(font, str(made), options)
    whose = font["name"].getDebugName(0)
    (FONTS / "OFL.txt").write_text(f"{whose}\n\n{files['LICENSE'].read_text('utf-8')}", encoding="utf-8")
    print(f"{made.name}: {made.stat().st_size // 1024} kB, {len(font.getGlyphOrder())} glyphs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
