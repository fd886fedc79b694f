"""The days a question asks about: 下个月, 12月5号, 周末. Pure; today is given."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.answering.holidays import asked_holiday, days_off
from knowledge.query import Period
from knowledge.structure import chinese_number

_WEEKDAYS = "一二三四五六日"
AFTER = 45
"""Days that 最近, or 春节后, reach."""


def period(text: str, day: date) -> Period | None:
    """The days a question asks about, None when it names none.

    >>> period("下个月有没有讲座", date(2026, 11, 22))
    Period(first=datetime.date(2026, 12, 1), last=datetime.date(2026, 12, 31))
    """
    return (
        _span(text, day)
        or _one_day(text, day)
        or _holiday(text, day)
        or _of_month(text, day)
        or _counted(text, day)
        or _spoken(text, day)
        or _week(text, day)
        or _around_year(text, day)
        or _near(text, day)
        or _bare_day(text, day)
    )


_FULL = re.compile(
    r"(?:(20\d\d)年|(明年|今年|去年))?的?(?<!\d)(\d{1,2}|[一二三四五六七八九十]{1,2})月(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]"
)
_ISO = re.compile(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")


def _one_day(text: str, day: date) -> Period | None:
    if match := _ISO.search(text):
        return _days(int(match[1]), int(match[2]), int(match[3]))
    match = _FULL.search(text)
    if match is None:
        return None
    month, number = _month(match[3]), chinese_number(match[4])
    if not month:
        return None
    year = int(match[1]) if match[1] else _named_year(match[2] or "", day)
    found = _days(year or _coming_year(day, month, number), month, number)
    return _until_or_since(text[match.end() :], found, day)


def _until_or_since(after: str, found: Period | None, day: date) -> Period | None:
    """12月5号前: until then; 12月5号后: from then on."""
    if found is None:
        return None
    if re.match(r"(?:之|以)?前|为止", after) and found.first > day:
        return Period(day, found.last - timedelta(0 if after.startswith("为止") else 1))
    if re.match(r"(?:之|以)?后(?!天)", after):
        return Period(max(day, found.last + timedelta(1)), found.last + timedelta(AFTER))
    return found


def _holiday(text: str, day: date) -> Period | None:
    """国庆期间, 春节后, 元旦前: by the days off, those that are not over yet."""
    name = asked_holiday(text)
    if name and re.search(rf"(?:过[了后]|[之以]?后)[^,。]{{0,3}}{_NAMED_MONTH.pattern}", text):
        return None  # 元旦过后一月份: the month is meant
    if not name or re.search(r"毕业|入职|以来|(?:20\d\d)年春节", text):
        return None
    named = re.search(r"(明年|今年|去年|后年)", text)
    year = _named_year(named[1], day) if named else None
    blocks = [days_off(name, y) for y in ((year,) if year else range(day.year - 1, day.year + 3))]
    after = re.search(r"(?:节|假期?|长假)?(?:之|以)?后|(?:节|假期?)?(?:过了|结束|完)", text)
    before = re.search(r"(?:节|假期?)?(?:之|以)?前(?!年)|到.{0,4}为止", text)
    if after and not year:
        # 春节后, said in March, is still this year's
        block = next(b for b in blocks if b.last + timedelta(AFTER) >= day)
    else:
        block = next((b for b in blocks if b.last >= day), blocks[-1])
    if after:
        first = max(day, block.last + timedelta(1))
        return Period(first, max(first, block.last + timedelta(AFTER)))
    if before:
        if block.first <= day:  # in the middle of it: the next one is meant
            block = next((b for b in blocks if b.first > day), block)
        return Period(min(day, block.first - timedelta(1)), block.first - timedelta(1))
    if "跨年" in text:  # it begins on the evening before
        return Period(block.first - timedelta(1), block.last)
    if re.search(rf"{name}[节]?那[个场次]", text):  # 元旦那个音乐会 may be on the eve
        return Period(max(day, block.first - timedelta(3)), block.last + timedelta(3))
    return block


_PART_OF_MONTH = (
    (re.compile(r"上旬|月?初"), 1, 10),
    (re.compile(r"中旬|月?中(?![午心学层级])"), 11, 20),
    (re.compile(r"下旬|月?底|月?末"), 21, 31),
)
_NAMED_MONTH = re.compile(
    r"(前年|去年|明年|今年|后年|20\d\d年)?的?(?<!\d)(\d{1,2}|[一二三四五六七八九十]{1,2})月(?!\d)(?:份)?(上旬|中旬|下旬|初|底|末|中(?![午心学层级]))?"
)


_BY_THE_MONTH = re.compile(r"(?<![\d十每])一月(?=多少|几[百千]|能?[补给发领拿]|大概|大约|到手)")


def _of_month(text: str, day: date) -> Period | None:
    """12月, 明年1月, 十二月下旬, 下月初, 月底; 一月多少 is by the month."""
    text = _BY_THE_MONTH.sub(" ", text)
    if match := _NAMED_MONTH.search(text):
        month = _month(match[2])
        if month and not re.search(rf"{match[2]}个月", text):
            coming = day.year + 1 if month < day.month else day.year
            whole = _whole_month(_named_year(match[1] or "", day) or coming, month)
            tail = text[match.end() :]
            if match[3]:
                return _part(whole, match[3], day)
            if re.match(r"(?:之|以)?前", tail) and whole.first > day:
                return Period(day, whole.first - timedelta(1))
            if re.match(r"(?:之|以)?后(?!天)", tail):
                return Period(whole.last + timedelta(1), whole.last + timedelta(AFTER))
            return whole
    if match := re.search(
        r"(下下|下|这|本|上)个?月(?:份)?(上旬|中旬|下旬|初|底|末|中(?![午心学层级]))?", text
    ):
        whole = _months_on(day, {"下下": 2, "下": 1, "上": -1}.get(match[1], 0))
        if match[2]:
            return _part(whole, match[2], day)
        if match[1] in ("这", "本"):
            return Period(day, whole.last)
        return whole
    if "当月" in text:
        return Period(day, _months_on(day, 0).last)
    if match := re.search(
        r"(?<![\d一二三四五六七八九十个])(月初|月中(?!旬)|月底|月末|[上中下]旬)", text
    ):
        whole = _months_on(day, 0)
        found = _part(whole, match[1].removeprefix("月"), day)
        if re.match(r"(?:之|以)?前", text[match.end() :]):
            return Period(day, max(day, found.last))
        if found.last < day:  # 月初, said on the 26th, is the next month's
            found = _part(_months_on(day, 1), match[1].removeprefix("月"), day)
        return found
    return None


def _part(whole: Period, word: str, day: date) -> Period:
    _, first, last = next(p for p in _PART_OF_MONTH if p[0].search(word))
    begins = whole.first.replace(day=first)
    ends = min(whole.last, whole.first + timedelta(last - 1))
    return Period(max(begins, day) if begins <= day <= ends else begins, ends)


_COUNT = r"(\d{1,3}|半|[一二两三四五六七八九十]{1,3})"


def _counted(text: str, day: date) -> Period | None:
    """未来三天, 两周内, 接下来一个月, 10天后."""
    ahead = r"(?:接下来|未来|最近|近|今后|往后|之后|这)的?(?:这)?"
    match = re.search(rf"{ahead}{_COUNT}个?(天|日|周|星期|礼拜|月)(?!前)", text) or re.search(
        rf"(?<![\d年]){_COUNT}个?(天|周|星期|礼拜|月)(?:之|以)?内", text
    )
    if match and not re.search(r"毕业|社保|缴纳|工作日|办结|[满近]一年", text):
        return Period(day, _counted_on(day, match[1], match[2]))
    match = re.search(rf"(?<![\d年]){_COUNT}个?(天|周|星期|礼拜|月)(?:之|以)?后", text)
    if match and not re.search(r"毕业|社保|缴纳|工作日|办结|公示", text):
        wanted = _counted_on(day, match[1], match[2])
        return Period(wanted, wanted)
    return None


def _counted_on(day: date, count: str, unit: str) -> date:
    if count == "半":
        return day + timedelta(15 if unit == "月" else 3)
    number = chinese_number(count.replace("两", "二"))
    if unit == "月":
        following = _months_on(day, number)
        return min(following.last, following.first + timedelta(day.day - 1))
    return day + timedelta(number * (7 if unit in ("周", "星期", "礼拜") else 1))


_DAYS_ON = (
    (re.compile(r"大后天"), 3), (re.compile(r"后天"), 2), (re.compile(r"明[天晚日早](?!年)"), 1),
    (re.compile(r"今[天晚日早](?!后)"), 0), (re.compile(r"前天"), -2), (re.compile(r"昨[天晚日]"), -1),
)  # fmt: skip


def _spoken(text: str, day: date) -> Period | None:
    on = next((n for pattern, n in _DAYS_ON if pattern.search(text)), None)
    return None if on is None else Period(day + timedelta(on), day + timedelta(on))


def _week(text: str, day: date) -> Period | None:
    """下周三, 本周末, 这周, 上周; weeks begin on Monday."""
    monday = day - timedelta(day.weekday())
    ahead = {"下": 7, "下下": 14, "上": -7}
    if match := re.search(r"(下下|下|这|本|上)?个?(?:周|星期|礼拜)末|双休", text):
        start = monday + timedelta(ahead.get(match[1] or "", 0) + 5)
        first = max(start, day) if not match[1] or match[1] in ("这", "本") else start
        return Period(first, start + timedelta(1))
    if match := re.search(
        r"(下下|下|这|本|上)?个?(?:周|星期|礼拜)([一二三四五六日天])(?![周月年岁季])", text
    ):
        number = _WEEKDAYS.index(match[2].replace("天", "日"))
        wanted = monday + timedelta(ahead.get(match[1] or "", 0) + number)
        if not match[1] and wanted < day:
            wanted += timedelta(7)
        return _until_or_since(text[match.end() :], Period(wanted, wanted), day)
    if match := re.search(r"(下下|下|上)一?个?(?:周|星期|礼拜)", text):
        start = monday + timedelta(ahead[match[1]])
        return Period(start, start + timedelta(6))
    if re.search(r"(?:接下来|未来|往后)的?(?:这|一)?个?(?:周|星期|礼拜)", text):
        return Period(day, day + timedelta(7))
    if re.search(r"(?:这|本)一?个?(?:周|星期|礼拜)|周内", text):
        return Period(day, monday + timedelta(6))
    return None


def _around_year(text: str, day: date) -> Period | None:
    """年底, 年前, 年后, 年初, 上半年, 今年; a year by its number names a paper, not days."""
    if re.search(r"年底|年末|岁末", text):
        year = _named_year((re.search(r"(明年|今年|去年|后年)", text) or [""])[0], day) or day.year
        return Period(max(day, date(year, 10, 1)) if year > day.year else day, date(year, 12, 31))
    if re.search(r"(?<![\d一二三四五六七八九十几多两半])年前", text):
        return Period(day, date(day.year, 12, 31))
    if re.search(r"(?<![\d一二三四五六七八九十几多两半])年后(?!年)|开年|节后", text):
        return _holiday("春节后", day)
    if match := re.search(r"(明年|今年)?年?初(?<=年初)(?!中|级|审|次|步|创|试|稿|始)", text):
        begins = date(day.year + (match[1] == "明年" or day.month > 3), 1, 1)
        return Period(max(begins, day), date(begins.year, 3, 31))
    if match := re.search(r"(明年|今年)?(上|下)半年", text):
        year = day.year + (match[1] == "明年")
        first, last = (1, 6) if match[2] == "上" else (7, 12)
        if not match[1] and date(year, last, 28) < day:
            year += 1
        return Period(max(day, date(year, first, 1)), _whole_month(year, last).last)
    if re.search(r"明年", text):
        return Period(date(day.year + 1, 1, 1), date(day.year + 1, 12, 31))
    if re.search(r"今年(?!的(?:政策|办法|标准|新政))", text):
        return Period(day, date(day.year, 12, 31))
    return None


def _near(text: str, day: date) -> Period | None:
    if re.search(r"最近|近期|接下来|即将|近来|这阵子|这段时间", text):
        return Period(day, day + timedelta(AFTER))
    return None


def _bare_day(text: str, day: date) -> Period | None:
    match = re.search(r"(?<![\d月a-z第])(\d{1,2})[号](?![楼馆店线门厅院厂机])", text)
    if match is None or not 1 <= int(match[1]) <= 31:
        return None
    number, month_first = int(match[1]), day.replace(day=1)
    if number < day.day:
        month_first = (month_first + timedelta(32)).replace(day=1)
    return _until_or_since(
        text[match.end() :], _days(month_first.year, month_first.month, number), day
    )


def _span(text: str, day: date) -> Period | None:
    """11月28日到12月3日."""
    ends = re.search(
        r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[号日]?(?:到|至|-|~)(?:(20\d\d)年)?(?:(\d{1,2})月)?(\d{1,2})[号日]",
        text,
    )
    if ends is None:
        return None
    month, number = int(ends[2]), int(ends[3])
    year = int(ends[1]) if ends[1] else _coming_year(day, month, number)
    first, last = _days(year, month, number), None
    if first is not None:
        until = int(ends[5] or month)
        closing = int(ends[4]) if ends[4] else year + (until < month)
        last = _days(closing, until, int(ends[6]))
    return Period(first.first, last.last) if first and last else None


def _days(year: int, month: int, number: int) -> Period | None:
    try:
        wanted = date(year, month, number)
    except ValueError:
        return None
    return Period(wanted, wanted)


def _coming_year(day: date, month: int, number: int) -> int:
    return day.year if (month, number) >= (day.month, day.day) else day.year + 1


def _named_year(word: str, day: date) -> int | None:
    if word.startswith("20"):
        return int(word[:4])
    ahead = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
    return day.year + ahead[word] if word in ahead else None


def _month(text: str) -> int:
    number = chinese_number(text)
    return number if 1 <= number <= 12 else 0


def _months_on(day: date, number: int) -> Period:
    months = day.year * 12 + day.month - 1 + number
    return _whole_month(months // 12, months % 12 + 1)


def _whole_month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    last = (first + timedelta(32)).replace(day=1) - timedelta(1)
    return Period(first, last)


_PAST = re.compile(
    r"(20\d\d)年(?:(\d{1,2})月)?(?!\d|第|[^,。;]{0,4}(?:毕业|出生|入学|参加|入职|就业|回国|来|认定|版))"
)


def past_day(text: str, day: date) -> date | None:
    """The last day of the one past year or month that a text asks about, None for none.

    What a person did in a year that no benefit is counted by names none: 2023年毕业.

    >>> past_day("2022年买房补多少", date(2026, 11, 26))
    datetime.date(2022, 12, 31)
    >>> past_day("2023年毕业,购房补贴多少", date(2026, 11, 26)) is None
    True
    """
    found = _PAST.findall(text)
    if len(found) != 1 or len(re.findall(r"20\d\d年", text)) != 1:
        return None
    year, month = int(found[0][0]), int(found[0][1] or 12)
    if not 1 <= month <= 12:
        return None
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last if last < day else None
