"""Writes the Word templates that an office starts from: `python scripts/paper_starters.py`.

They are kept as files, because offices edit them in Word; this is how the first ones were made. Margins, faces and sizes
follow GB/T 9704-2012.
"""

from pathlib import Path

from docx.shared import Mm, Pt
from paper_parts import (
    BODY,
    CENTER,
    HEAVY,
    KAI,
    RED,
    RIGHT,
    TITLE,
    apart,
    blank,
    bordered,
    cell,
    close,
    face,
    grid,
    line,
    looped,
    nothing,
    shape,
    signature,
    tag,
    two_ends,
)

OUT = Path(__file__).resolve().parent.parent / "src/wenming/outputs/papers/starter"


def order():
    document = blank(landscape=True)
    line(document, "文明城市创建问题交办单", font=TITLE, size=22, align=CENTER, indent=False, exact=36, after=6)
    two_ends(document, "编号：{{ number }}", "紧急程度：{{ urgency }}", 243, size=14)
    table = grid(document, 3, [24, 97.5, 24, 97.5])
    head = [
        ("主送", "{{ unit }}", "抄送", "{{ cc }}"),
        ("交办日期", "{{ date }}", "整改时限", "{{ due }}前"),
        ("联系人", "{{ contact }}", "电话", "{{ phone }}"),
    ]
    for row, texts in enumerate(head):
        for column, text in enumerate(texts):
            cell(table, row, column, text, font=BODY if column % 2 else HEAVY, align=None if column % 2 else CENTER)
    line(document, "{{ intro }}", size=14, before=6, after=6, exact=24)
    looped(
        document,
        ["序号", "点位类别", "点位名称", "具体位置", "问题描述", "对应指标", "整改要求", "时限", "照片"],
        ["{{ p.number }}", "{{ p.category }}", "{{ p.site }}", "{{ p.address }}", "{{ p.text }}", "{{ p.criterion }}",
         "{{ p.request }}", "{{ p.due }}", "{{ p.photos }}"],
        [11, 19, 27, 34, 55, 21, 28, 33, 15],
        "p in problems",
        size=10.5,
    )  # fmt: skip
    closing = two_ends(
        document, "经办：　　　　　　审核：　　　　　　签发：", "{{ issuer }}（盖章）　　{{ date }}", 243, size=14
    )
    closing.paragraph_format.space_before = Pt(10)
    cut = bordered(line(document, "", indent=False, size=9, exact=10, after=4), kind="dashed", colour="000000", size=6)
    cut.paragraph_format.keep_with_next = True
    heading = line(document, "回　执", font=HEAVY, size=14, align=CENTER, indent=False, exact=24)
    heading.paragraph_format.keep_with_next = True
    table = close(grid(document, 1, [20, 38, 28, 48, 16, 24, 13, 56], height=12))
    receipt = ["{{ number }}", "{{ receipt.unit }}", "{{ receipt.name }}", "{{ receipt.time }}"]
    named = ["来单编号", "签收单位（章）", "签收人", "时间"]
    for column, text in enumerate(text for pair in zip(named, receipt, strict=True) for text in pair):
        cell(table, 0, column, text, font=HEAVY if column % 2 == 0 else BODY, align=CENTER, size=10.5)
    title = line(document, "整改反馈", font=TITLE, size=22, align=CENTER, indent=False, exact=36, after=6)
    title.paragraph_format.page_break_before = True
    two_ends(document, "来单编号：{{ number }}", "反馈单位：{{ unit }}", 243, size=14)
    looped(
        document,
        ["序号", "点位名称", "问题", "整改措施", "完成日期"],
        ["{{ p.number }}", "{{ p.site }}", "{{ p.text }}", "", ""],
        [12, 40, 80, 81, 30],
        "p in problems",
        size=10.5,
    )
    apart(document)
    table = grid(document, 2, [36, 78, 54, 75], height=14)
    texts = [
        ("责任人（签字）", "", "单位负责人（签字、章）", ""),
        ("复核意见", "□合格销号　□退回　□延期", "复核人、日期", ""),
    ]
    for row, each in enumerate(texts):
        for column, text in enumerate(each):
            target = cell(
                table, row, column, text, font=BODY if column % 2 else HEAVY, align=None if column % 2 else CENTER
            )
            target.paragraphs[0].paragraph_format.keep_with_next = row == 0
    photo_pages(document)
    return document


def photo_pages(document):
    """Two by three, upright; left out with their section where there are no photos."""
    shape(document.add_section())
    tag(document, "{%p if photos_by_two %}")
    line(document, "附件　问题照片", font=HEAVY, size=16, indent=False, exact=28)
    table = grid(document, 3, [78, 78])
    cell(table, 0, 0, "{%tr for row in photos_by_two %}")
    for column in range(2):
        target = cell(table, 1, column, f"{{{{ row[{column}].image }}}}", align=CENTER)
        paragraph = target.add_paragraph()
        paragraph.alignment = CENTER
        face(paragraph.add_run(f"{{{{ row[{column}].caption }}}}"), BODY, 10.5)
    cell(table, 2, 0, "{%tr endfor %}")
    tag(document, "{%p endif %}")


def letterhead(document, number):
    line(document, "{{ issuer }}", font=TITLE, size=30, align=CENTER, indent=False, colour=RED, exact=46)
    bordered(line(document, "", indent=False, size=4, exact=6), kind="thickThinSmallGap")
    line(document, number, align=RIGHT, indent=False, before=6, after=12)


def letter_foot(section):
    """A letter's first page has the double line at its foot and no number."""
    section.different_first_page_header_footer = True
    bordered(section.first_page_footer.paragraphs[0], side="top", kind="thinThickSmallGap")


def reminder():
    document = blank()
    letter_foot(document.sections[0])
    letterhead(document, "{{ number }}")
    line(document, "{{ title }}", font=TITLE, size=22, align=CENTER, indent=False, exact=36, after=18)
    line(document, "{{ unit }}：", indent=False)
    line(document, "{{ intro }}", after=8)
    looped(
        document,
        ["序号", "原编号", "点位和问题", "原时限", "超期"],
        ["{{ p.number }}", "{{ p.code }}", "{{ p.site }}　{{ p.text }}", "{{ p.due }}", "{{ p.overdue }}"],
        [11, 33, 64, 33, 15],
        "p in problems",
        size=10.5,
    )
    line(document, "联系人：{{ contact }}　电话：{{ phone }}", before=8, after=24)
    signature(document)
    return document


def supervision():
    document = blank()
    line(document, "督　办　单", font=TITLE, size=22, align=CENTER, indent=False, exact=32, after=4)
    table = grid(document, 11, [32, 124], height=11)
    rows = [
        ("督办编号", "{{ number }}"), ("立项依据", "问题 {{ matter.code }}，发现于{{ matter.found }}"),
        ("督办事项", "{{ matter.site }}（{{ matter.address }}）：{{ matter.text }}"), ("承办单位", "{{ unit }}"),
        ("协办单位", "{{ cc }}"), ("领导批示", ""), ("原时限", "{{ matter.due }}"),
        ("超期天数", "{{ matter.overdue }}　　等级：{{ colour }}"), ("新时限", "{{ due }}"),
        ("进展情况", ""), ("督办意见", ""),
    ]  # fmt: skip
    for number, (name, text) in enumerate(rows):
        cell(table, number, 0, name, font=HEAVY, size=14, align=CENTER)
        cell(table, number, 1, text, size=14)
        if not text:
            table.rows[number].height = Mm(19)
    two_ends(document, "签发：", "联系人：{{ contact }}　{{ phone }}", 156, size=14).paragraph_format.space_before = Pt(
        10
    )
    signature(document, size=14)
    return document


def circular():
    document = blank()
    line(document, "{{ masthead }}", font=TITLE, size=34, align=CENTER, indent=False, colour=RED, exact=52, before=6)
    line(document, "{{ number }}", align=CENTER, indent=False, after=10)
    bordered(two_ends(document, "{{ issuer }}", "{{ date }}", 156), size=18)
    line(document, "{{ title }}", font=TITLE, size=22, align=CENTER, indent=False, exact=36, before=20, after=18)
    line(document, "各责任单位：", indent=False)
    line(document, "一、总体情况", font=HEAVY)
    line(document, "{{ overview }}")
    line(document, "二、排名情况", font=HEAVY)
    line(document, "按整改率分组排列，并列的占同一名次，其后名次空出；发现问题不足{{ ranked_from }}个的单位不排名。")
    nothing(document, "groups", "本期没有参加排名的单位。")
    tag(document, "{%p for group in groups %}")
    line(document, "{{ group.name }}（参加排名{{ group.ranked }}个单位，未排名{{ group.unranked }}个），见附表。")
    tag(document, "{%p endfor %}")
    line(document, "三、存在问题", font=HEAVY)
    nothing(document, "units", "本期没有发现问题。")
    tag(document, "{%p for u in units %}")
    line(document, "{{ u.heading }}", font=KAI)
    tag(document, "{%p for site in u.sites %}")
    line(document, "{{ site.name }}：{{ site.problems | join('；') }}。")
    tag(document, "{%p endfor %}")
    tag(document, "{%p endfor %}")
    tag(document, "{%p if left_out %}")
    line(document, "另有{{ left_out }}个问题见系统内的问题清单。")
    tag(document, "{%p endif %}")
    line(document, "四、整改情况", font=HEAVY)
    line(document, "{{ progress }}{{ late_units }}")
    line(document, "五、下一步要求", font=HEAVY)
    line(document, "{{ next_steps }}", after=16)
    line(document, "附表　各单位问题整改情况", after=24)
    signature(document)
    tables_of(document)
    photos_of(document)
    return document


def tables_of(document):
    title = line(document, "附表　各单位问题整改情况", font=HEAVY, indent=False)
    title.paragraph_format.page_break_before = True
    tag(document, "{%p for group in groups %}")
    heading = line(document, "{{ group.name }}", font=HEAVY, size=14, align=CENTER, indent=False, before=6, exact=24)
    heading.paragraph_format.keep_with_next = True
    keys = ["unit", "found", "rectified", "rectifying", "late", "rework", "rate", "ordinal", "before", "moved"]
    looped(
        document,
        ["单位", "问题数", "已整改", "整改中", "超时限", "返工", "整改率", "本期名次", "上期名次", "升降"],
        [f"{{{{ r.{key} }}}}" for key in keys],
        [29, 14, 14, 14, 14, 12, 19, 13, 12, 15],
        "r in group.rows",
        size=10.5,
    )
    tag(document, "{%p endfor %}")
    heading = line(document, "合　计", font=HEAVY, size=14, align=CENTER, indent=False, before=6, exact=24)
    heading.paragraph_format.keep_with_next = True
    total = close(grid(document, 2, [26] * 6))
    words = ["问题数", "已整改", "整改中", "超时限", "返工", "整改率"]
    for column, (word, key) in enumerate(zip(words, keys[1:7], strict=True)):
        cell(total, 0, column, word, size=10.5, font=HEAVY, align=CENTER)
        cell(total, 1, column, f"{{{{ total.{key} }}}}", size=10.5, align=CENTER)
    line(document, "注：合计含尚未派遣的问题；整改率=整改照片审核通过数÷发现数。数据截至{{ cutoff }}，来源：文明创建管理系统。",
         size=10.5, indent=False, exact=18, before=4)  # fmt: skip


def photos_of(document):
    tag(document, "{%p if pair_rows %}")
    title = line(document, "附图　整改前后对比", font=HEAVY, indent=False)
    title.paragraph_format.page_break_before = True
    table = grid(document, 3, [78, 78])
    cell(table, 0, 0, "{%tr for row in pair_rows %}")
    for column, (name, word) in enumerate((("before", "整改前"), ("after", "整改后"))):
        target = cell(table, 1, column, f"{{{{ row.{name} }}}}", align=CENTER)
        paragraph = target.add_paragraph()
        paragraph.alignment = CENTER
        text = f"{word}　{{{{ row.unit }}}}" if column else f"{word}　{{{{ row.caption }}}}"
        face(paragraph.add_run(text), BODY, 10.5)
    cell(table, 2, 0, "{%tr endfor %}")
    tag(document, "{%p endif %}")


def problem_list():
    document = blank(landscape=True)
    line(document, "{{ title }}", font=TITLE, size=22, align=CENTER, indent=False, exact=36, after=6)
    two_ends(document, "{{ issuer }}　{{ number }}", "{{ date }}", 243, size=14)
    line(document, "{{ period }}共发现问题{{ total.found }}个，已整改{{ total.rectified }}个，整改中{{ total.rectifying }}个"
         "，未结案的有{{ total.late }}个超过时限，整改率{{ total.rate }}。数据截至{{ cutoff }}。", size=14, exact=24, after=6)  # fmt: skip
    looped(
        document,
        ["序号", "编号", "点位名称", "问题描述", "牵头单位", "发现日期", "时限", "状态"],
        ["{{ p.number }}", "{{ p.code }}", "{{ p.site }}", "{{ p.text }}", "{{ p.unit }}", "{{ p.found }}", "{{ p.due }}",
         "{{ p.state }}"],
        [11, 34, 32, 52, 31, 33, 33, 17],
        "p in problems",
        size=10.5,
    )  # fmt: skip
    tag(document, "{%p if left_out %}")
    line(document, "另有{{ left_out }}个问题见系统内的问题清单。", size=12, exact=20)
    tag(document, "{%p endif %}")
    return document


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for name, made in (
        ("order", order), ("reminder", reminder), ("supervision", supervision), ("circular", circular),
        ("list", problem_list),
    ):  # fmt: skip
        made().save(OUT / f"{name}.docx")
