"""The numbers of GB/T 9704-2012, each named once. Twips are twentieths of a point.

28 characters of 16 pt are 448 pt, but 156 mm are 442.2 pt: the standard's own
grid needs each character 0.21 pt closer. A spacing of -5 twips is the loosest
that fits (441 pt); -4 is 0.2 pt too wide. 22 lines in 225 mm are 28.95 pt each.
"""

TWIPS_PER_MM = 1440 / 25.4

PAGE_WIDTH = 11906
PAGE_HEIGHT = 16838
MARGIN_TOP = round(37 * TWIPS_PER_MM)
MARGIN_LEFT = round(28 * TWIPS_PER_MM)
TEXT_WIDTH = round(156 * TWIPS_PER_MM)
TEXT_HEIGHT = round(225 * TWIPS_PER_MM)
MARGIN_RIGHT = PAGE_WIDTH - MARGIN_LEFT - TEXT_WIDTH
MARGIN_BOTTOM = PAGE_HEIGHT - MARGIN_TOP - TEXT_HEIGHT

LINES_PER_PAGE = 22
CHARACTERS_PER_LINE = 28
LINE = 579
CHARACTER_SPACING = -5
CHARACTER = 320 + CHARACTER_SPACING

# Sizes in half-points: size 2, size 3, size 4, small 4, size 5.
SIZE_2 = 44
SIZE_3 = 32
SIZE_4 = 28
SIZE_SMALL_4 = 24
SIZE_5 = 21

# The dash of the page number stands 7 mm under the text block, in the middle of a
# line of 18 pt.
FOOTER_LINE = 360
FOOTER_FROM_EDGE = MARGIN_BOTTOM - round(7 * TWIPS_PER_MM) - FOOTER_LINE // 2
PAGE_NUMBER_INDENT = 280

CELL_MARGIN = 50
CELL_SIDE_MARGIN = 85
TABLE_HALF_CHARACTER = 120

TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
HEAVY_FONT = "黑体"
KAI_FONT = "楷体_GB2312"
PAGE_NUMBER_FONT = "宋体"

# What another machine may call the same or the nearest face, best first.
FALLBACKS: dict[str, tuple[str, ...]] = {
    TITLE_FONT: (
        "FZXiaoBiaoSong-B05S",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05",
        "华文中宋",
        "STZhongsong",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
    ),
    BODY_FONT: (
        "FangSong_GB2312",
        "仿宋",
        "FangSong",
        "华文仿宋",
        "STFangsong",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
    ),
    HEAVY_FONT: ("SimHei", "华文黑体", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC"),
    KAI_FONT: (
        "KaiTi_GB2312",
        "楷体",
        "KaiTi",
        "华文楷体",
        "STKaiti",
        "AR PL UKai CN",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
    ),
    PAGE_NUMBER_FONT: ("SimSun", "华文宋体", "STSong", "Noto Serif CJK SC", "Source Han Serif SC"),
}
