"""The day of a deed, or of asking, against the day that a clause sets. Pure."""

from __future__ import annotations

import re
from datetime import date

from bot.answering.ruling import Verdict
from knowledge.lexicon import normal
from knowledge.query import Period
from knowledge.structure import chinese_number

_DEEDS = ("买|购", "毕业", "引进", "入职|就业", "注册|登记|成立", "落户|迁入")
"""What a person did on a day by which a rule decides, in the words of either."""
_DONE = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?[^,。;]{0,6}")


def too_early(told: str, text: str) -> bool:
    """Did a person do before the day from which a clause counts it: 2024年买 of 2025年以后购买?

    >>> too_early("2024年买的房能领吗", "2025年1月1日以后购买住房。")
    True
    >>> too_early("2024年毕业能领吗", "2025年1月1日以后购买住房。")
    False
    """
    return any(done < start for done, start in _dated(told, text))


def counts_from(told: str, text: str) -> bool:
    """Does a clause count what a person did in some year from a day on?"""
    return bool(_dated(told, text))


def _dated(told: str, text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """(year and month of a deed at the latest, those from which a clause counts it)."""
    clause = normal(text)
    if "之一" in clause or len(_DONE.findall(told)) != 1:
        return []
    found = []
    for deed in _DEEDS:
        done = re.search(rf"{_DONE.pattern}(?:{deed})", told)
        start = re.findall(
            rf"(20\d\d)年(\d{{1,2}})月\d{{1,2}}日(?:\([^)]*\))?(?:以后|之后|后|起)[^。;]*?(?:{deed})",
            clause,
        )
        if done and len(start) == 1:
            day = (int(done[1]), int(done[2] or 12))
            found.append((day, (int(start[0][0]), int(start[0][1]))))
    return found


def ran_out(told: str, text: str, day: date) -> bool:
    """Has the time run out that a clause gives from a deed on: 证下来八个月了还能报吗 of 180日内?

    Args:
        told: the whole message in normal form.
        text: what is quoted; of several such times none is held against it.
        day: the day it is asked.

    >>> ran_out("证下来八个月了还能报吗", "自证书核发之日起180日内申请", date(2026, 11, 22))
    True
    >>> ran_out("去年8月发的证还能领上不", "自证书核发之日起12个月内申领", date(2026, 11, 22))
    True
    >>> ran_out("证下来五个月了还能报吗", "自证书核发之日起180日内申请", date(2026, 11, 22))
    False
    >>> ran_out("毕业两年了还能报吗", "自证书核发之日起180日内申请", date(2026, 11, 22))
    False
    """
    within = list(_WITHIN.finditer(normal(text)))
    if len(within) != 1 or not _NOW.search(told):
        return False
    since = [said for paper, said in _SINCE if re.search(paper, within[0]["since"])]
    gone: list[float] = []
    for stretch in re.split("[,。;!?]", told):
        if not any(re.search(said, stretch) for said in since):
            continue  # of another deed than the one from which the time is counted
        gone += [_days(m[1] or m[2], m[3]) for m in _GONE.finditer(stretch)]
        for back, year, month in _IN_MONTH.findall(stretch):
            then = int(year) if year else day.year - {"去": 1, "前": 2}.get(back, 0)
            gone.append(((day.year - then) * 12 + day.month - int(month)) * _MONTH)
    allowed = _days(within[0]["number"], within[0]["unit"])
    return len(gone) == 1 and gone[0] - _MONTH / 2 > allowed


_MONTH = 30.5
"""Days."""
_WITHIN = re.compile(
    r"(?P<since>[^,。;]{2,16}?)之?日起(?P<number>\d+)个?(?P<unit>日|天|工作日|月|年)(?:之|以)?内"
)
_SINCE = (
    ("产权证|房产证|不动产", "房本|房产证|房证|产权证|红本|本本"),
    ("网签|购房合同", "网签|合同|买"),
    ("证书|核发|发证|取得.{0,4}证", "证(?!明)|证书|考(?:上|下|过|出)"),
    ("毕业", "毕业"),
    ("离职|解除", "离职|辞职|走"),
    ("登记|注册|成立", "注册|登记|执照|成立|开(?:业|店|公司)"),
    ("入职|就业|参保|缴纳|合同", "入职|上班|就业|社保|参保"),
)
"""Deeds from which papers count a time, and how people say when they did them."""
_GONE = re.compile(
    r"(?:(\d+)|([半一二两三四五六七八九十]{1,3}))个?(月|年)(?:多|半)?(?:了|前|之前|以前)"
)
_IN_MONTH = re.compile(
    r"(?:(今|去|前)年|(20\d\d)年)(\d{1,2})月(?:份)?[^,。?!]{0,3}(?:发|拿|考|办|领|取得|下来|毕业|签|买|到手)"
)


def _days(number: str, unit: str) -> float:
    count = 0.5 if number == "半" else float(number) if number.isdigit() else chinese_number(number)
    return count * {"月": _MONTH, "年": 365.25, "工作日": 1.4}.get(unit, 1.0)


_DAY = r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号](?:(\d{1,2})[:时点](\d{2})?)?"
_SPAN = re.compile(rf"{_DAY}(?:起)?(?:至|到|-|—|~){_DAY}")
_UNTIL = re.compile(
    rf"{_DAY}(?:前|以前|之前|截止|止(?!于)|以?后不再|起不再)|截止[^,。;]{{0,6}}?{_DAY}"
)
_NOW = re.compile(
    r"来得及|赶得上|还能(?:报|申|参加|领|交)|还可以(?:报|申|参加|领|交)|晚不晚|过期|还报|截止了|结束了"
)
_HOUR = re.compile(r"(早上|上午|中午|下午|晚上)?(\d{1,2}|[一二三四五六七八九十]{1,2})点")


def by_day(period: Period | None, told: str, clause: str, day: date) -> Verdict | None:
    """A day the person names, or today when they ask whether there is time, against a deadline."""
    wanted = period.first if period and period.first == period.last else None
    if wanted is None and period is None and _NOW.search(told):
        wanted = day
    spans = list(_SPAN.finditer(clause))
    ends = [] if spans else list(_UNTIL.finditer(clause))
    if wanted is None or len(spans) + len(ends) != 1:
        return None
    if spans:
        groups = spans[0].groups()
        first = _date(groups[:3], wanted.year)
        last, hour = _date((groups[5] or groups[0], *groups[6:8]), wanted.year), groups[8]
    else:
        groups = ends[0].groups()
        part = groups[:5] if groups[1] else groups[5:10]
        first, last, hour = None, _date(part[:3], wanted.year), part[3]
    if last is None or (first and wanted < first):
        return None
    if wanted == last and hour:
        asked = _hour(told)
        if asked is not None:
            return Verdict.MEETS if asked < int(hour) else Verdict.FAILS
    if not spans and wanted == last:
        return None
    if wanted <= last:
        return Verdict.MEETS
    return Verdict.TOO_LATE if period is None else Verdict.FAILS


def _date(parts: tuple[str | None, ...], year: int) -> date | None:
    try:
        return date(int(parts[0] or year), int(parts[1] or 0), int(parts[2] or 0))
    except ValueError:
        return None


def _hour(told: str) -> int | None:
    """晚上七点 is 19."""
    match = _HOUR.search(told)
    if match is None:
        return None
    number = chinese_number(match[2])
    return number + 12 if match[1] in ("下午", "晚上") and number < 12 else number
