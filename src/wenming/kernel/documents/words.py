"""How an official paper writes numbers, dates, periods and its own number."""

import datetime as dt
import re
import unicodedata
from itertools import pairwise

from wenming.kernel.documents import errors

DIGITS = "零一二三四五六七八九"
QUARTERS = {"1": "一", "2": "二", "3": "三", "4": "四"}
HALVES = {"1": "上", "2": "下"}

_NUMBER = re.compile(r"^(?P<word>\S+?)[〔\[［(（【{](?P<year>\d{4})[〕\]］)）】}]第?0*(?P<serial>[1-9]\d*)号$")
_YEAR = re.compile(r"^(\d{4})$")
_HALF = re.compile(r"^(\d{4})-H([12])$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_SPAN = re.compile(r"^(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})$")


def numeral(n: int) -> str:
    """1 to 99 as 一 to 九十九, the way headings count; beyond that in digits."""
    if not 1 <= n <= 99:
        return str(n)
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")


def day(date: dt.date) -> str:
    """2026年3月5日: Arabic, no leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{date.year}年{date.month}月{date.day}日"


def moment(iso: str) -> str:
    """An ISO time as it is printed, in the zone it is given in: 2026年3月5日8:05."""
    at = dt.datetime.fromisoformat(iso)
    if len(iso) <= len("2026-03-05"):
        return day(at.date())
    return f"{day(at.date())}{at.hour}:{at.minute:02d}"


def period(label: str) -> str:
    """2024-H1 as 2024年上半年; a label of another form is printed as it is."""
    if found := _YEAR.match(label):
        return f"{found[1]}年"
    if found := _HALF.match(label):
        return f"{found[1]}年{HALVES[found[2]]}半年"
    if found := _QUARTER.match(label):
        return f"{found[1]}年第{QUARTERS[found[2]]}季度"
    if found := _MONTH.match(label):
        return f"{found[1]}年{int(found[2])}月"
    if found := _SPAN.match(label):
        year = "" if found[1] == found[3] else f"{found[3]}年"
        return f"{found[1]}年{int(found[2])}月至{year}{int(found[4])}月"
    return label


def document_number(text: str) -> str:
    """`和文明办[2026]第03号` as 和文明办〔2026〕3号 (GB/T 9704-2012, 7.2.5).

    Raises PaperError paper.bad_number when no year or serial can be read.
    """
    found = _NUMBER.match(text.strip())
    if found is None:
        raise errors.bad_number(text)
    return f"{found['word']}〔{found['year']}〕{found['serial']}号"


def half_widths(text: str) -> int:
    """The width of a line in half characters: 2 for a Han character, 1 for a digit."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def seams(text: str) -> int:
    """Where Han characters meet digits or letters: a quarter of a character wide each."""
    kinds = [unicodedata.east_asian_width(c) in "WFA" for c in text]
    return sum(left != right for left, right in pairwise(kinds))


def utf16_units(text: str) -> int:
    """What Word counts as characters: a rare character such as 𠮷 is two."""
    return len(text.encode("utf-16-le")) // 2


def clip(text: str, units: int) -> str:
    """The beginning of a text in at most so many UTF-16 units, with … when cut."""
    if utf16_units(text) <= units:
        return text
    kept = ""
    for character in text:
        if utf16_units(kept + character) > units - 1:
            break
        kept += character
    return kept + "…"
