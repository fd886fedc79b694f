"""Civil dates as officials write them, in Arabic or Chinese figures. Pure."""

from __future__ import annotations

import re
from datetime import date

from knowledge.structure import chinese_number

_YEAR = r"(?:\d{2}[ 　]?\d{2}|[二一][〇○零OＯ一二三四五六七八九]{3})"
_PART = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = re.compile(rf"({_YEAR})\s*年\s*({_PART})\s*月\s*({_PART})\s*[日号]")


def read_date(text: str) -> date | None:
    """The first full civil date in a text, Arabic or Chinese numerals; None when there is none."""
    for match in DATE.finditer(text):
        year, month, day = match.groups()
        try:
            return date(read_year(year), chinese_number(month), chinese_number(day))
        except ValueError:
            continue
    return None


def read_year(text: str) -> int:
    """A year in digits of either kind: 2026, 二〇二六."""
    text = re.sub(r"[ 　]", "", text)
    if text.isdigit():
        return int(text)
    digits = {c: str(i) for i, c in enumerate("零一二三四五六七八九")}
    return int("".join(digits.get(c, "0") for c in text))


def add_months(day: date, months: int) -> date:
    """The same day some months on; one that a month lacks becomes the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + month // 11, (month + 1) % 12 + 1, 1)


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March of a common year."""
    return add_months(day, 12 * years)
