"""Events: does a question ask for those of some days, does a passage fall on them? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from knowledge.documents import ClauseKind, DocumentKind, Hit
from knowledge.lexicon import normal
from knowledge.query import Period, Query

EVENT = re.compile(
    r"活动|招聘会|讲座|沙龙|宣讲|音乐会|联谊|比赛|大赛|论坛|对接会|培训班|路演|交流会"
)


FIRMS = re.compile(r"企业|单位|公司|展位|参展|摆摊|雇主")
_OF_FIRMS = re.compile(
    r"(?:参会|参展|招聘|用人|参加)(?:单位|企业)|(?:单位|企业)(?:报名|参会|参展|申请)|展位"
)


def of_firms(hit: Hit) -> bool:
    """Does a passage tell firms what to do for an event, rather than those who come to it?"""
    passage = hit.passage
    text = " ".join((*passage.path, passage.text))
    return passage.kind is not ClauseKind.ROW and bool(_OF_FIRMS.search(text))


def is_called(title: str, folded: str) -> str:
    """The name in quotes of an event that a question says whole, "" for none: 湖畔有约, of which
    “鹭鸣湖畔” has a word as well.

    Args:
        folded: the question in normal form.

    >>> is_called("单身青年联谊“湖畔有约”", "湖畔有约在哪儿办")
    '湖畔有约'
    >>> is_called("“鹭鸣湖畔”招聘会", "湖畔有约在哪儿办")
    ''
    """
    return next((q for q in _IN_QUOTES.findall(title) if normal(q) in folded), "")


def enters_contest(folded: str) -> bool:
    """Does a question ask how or until when to enter a contest, and not to watch its final?

    >>> enters_contest("河源杯报名到哪天截止"), enters_contest("河源杯决赛怎么报名去看")
    (True, False)
    """
    return bool(_CONTEST.search(folded) and _ENTERS.search(folded) and not _WATCHES.search(folded))


def is_later_stage(title: str) -> bool:
    """Is an event a later stage of a contest, or about it, for which its audience signs up?"""
    return bool(_LATER.search(title))


_CONTEST = re.compile("[\u4e00-\u9fff]杯|大赛|比赛|竞赛")
_ENTERS = re.compile("报名|报上名|[还能想]报|可以报|现在报|参赛|最晚|截止")
_WATCHES = re.compile("决赛|旁听|观众|观摩|观赛|看比赛|现场")
_LATER = re.compile("决赛|复赛|路演|颁奖|说明会|宣讲")
_IN_QUOTES = re.compile(r"[“\"「‘]([\u4e00-\u9fff]{3,12})[”\"」’]")


def over_since(hit: Hit, day: date) -> date | None:
    """The last day that a passage of an event's paper names, where it is past; else None."""
    if hit.source.kind is not DocumentKind.EVENT or hit.passage.kind in (
        ClauseKind.TITLE, ClauseKind.SIGNATURE,
    ):  # fmt: skip
        return None
    year = re.search(r"20\d\d", f"{hit.passage.text} {hit.source.title}")
    if year is None:
        return None
    days = hit_days(hit.passage.text, int(year[0]))
    return max(days) if days and max(days) < day else None


def asks_for_events(query: Query) -> bool:
    """What is on in those days, rather than one event's place or hour?"""
    return query.period is not None and bool(
        re.search(r"(?:什么|啥|哪些|有没有).{0,6}活动|活动(?:有哪些|安排|预告)", query.text)
    )


def within(period: Period, hit: Hit, texts: Sequence[str]) -> bool:
    """An event passage that names a day of the period, or no day (地点：…) while ``texts`` do."""
    if hit.source.kind is not DocumentKind.EVENT:
        return False
    days = hit_days(hit.passage.text, period.first.year)
    if days or hit.passage.kind is ClauseKind.ROW:
        return any(period.holds(d) for d in days)
    return any(period.holds(d) for t in texts for d in hit_days(t, period.first.year))


def hit_days(text: str, year: int) -> list[date]:
    """The days a text names; those without a year are taken in the given one."""
    days = []
    for match in re.finditer(r"(?:(20\d\d)\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日", text):
        try:
            days.append(date(int(match[1] or year), int(match[2]), int(match[3])))
        except ValueError:
            continue
    return days
